import { randomUUID } from 'node:crypto';
import { sqsError } from './errors';

/** A receipt handle stands for one receive of one message of one queue. */
export interface Receipt {
  readonly queueArn: string;
  readonly messageId: string;
  readonly receiveId: string;
}

const VERSION = 'AQEB';

/** Makes the handle of a new receive. Opaque to callers. */
export const issueReceiptHandle = (
  queueArn: string,
  messageId: string,
): { handle: string; receiveId: string } => {
  const receiveId = randomUUID();
  const content = [queueArn, messageId, receiveId].join(' ');
  return { handle: `${VERSION}${Buffer.from(content).toString('base64')}`, receiveId };
};

/**
 * Reads a handle.
 *
 * @throws AwsError `ReceiptHandleIsInvalid` for text that is no handle, or one of another queue.
 */
export const readReceiptHandle = (handle: string, queueArn: string): Receipt => {
  const content = handle.startsWith(VERSION)
    ? Buffer.from(handle.slice(VERSION.length), 'base64').toString('utf8')
    : '';
  const [arn = '', messageId = '', receiveId = '', ...rest] = content.split(' ');
  if (arn !== queueArn || messageId === '' || receiveId === '' || rest.length > 0) {
    throw sqsError('ReceiptHandleIsInvalid', 'The input receipt handle is not a valid receipt handle.', 404);
  }
  return { queueArn: arn, messageId, receiveId };
};
