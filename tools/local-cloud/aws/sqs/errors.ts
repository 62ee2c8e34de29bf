import { AwsError } from '../service';

/**
 * An error of SQS, which names it twice: by its shape in the body, and in `x-amzn-query-error` by the code of the older
 * query protocol, which is the one that the SDKs show.
 *
 * Source: Smithy, "awsQueryCompatible trait".
 */
const sqsError = (shape: string, queryCode: string, message: string, status = 400): AwsError =>
  new AwsError(shape, message, status, { 'x-amzn-query-error': `${queryCode};Sender` });

const PREFIX = 'AWS.SimpleQueueService.';

export const queueDoesNotExist = (): AwsError =>
  sqsError('QueueDoesNotExist', `${PREFIX}NonExistentQueue`, 'The specified queue does not exist.');

export const missingParameter = (name: string): AwsError =>
  sqsError(
    'MissingRequiredParameterException',
    'MissingParameter',
    `The request must contain the parameter ${name}.`,
  );

export const invalidParameterValue = (message: string): AwsError =>
  sqsError('InvalidParameterValueException', 'InvalidParameterValue', message);

/** A parameter's value breaks its rule. */
export const invalidValue = (value: string | number, name: string, reason: string): AwsError =>
  invalidParameterValue(`Value ${value} for parameter ${name} is invalid. Reason: ${reason}`);

export const invalidAttributeName = (name: string): AwsError =>
  sqsError('InvalidAttributeName', 'InvalidAttributeName', `Unknown Attribute ${name}.`);

export const invalidAttributeValue = (name: string, reason: string): AwsError =>
  sqsError(
    'InvalidAttributeValue',
    'InvalidAttributeValue',
    `Invalid value for the parameter ${name}. Reason: ${reason}`,
  );

export const invalidMessageContents = (): AwsError =>
  sqsError(
    'InvalidMessageContents',
    'InvalidMessageContents',
    'Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF',
  );

export const receiptHandleIsInvalid = (): AwsError =>
  sqsError(
    'ReceiptHandleIsInvalid',
    'ReceiptHandleIsInvalid',
    'The input receipt handle is not a valid receipt handle.',
    404,
  );

export const emptyBatchRequest = (entryName: string): AwsError =>
  sqsError(
    'EmptyBatchRequest',
    `${PREFIX}EmptyBatchRequest`,
    `There should be at least one ${entryName} in the request.`,
  );

export const tooManyEntries = (count: number): AwsError =>
  sqsError(
    'TooManyEntriesInBatchRequest',
    `${PREFIX}TooManyEntriesInBatchRequest`,
    `Maximum number of entries per request are 10. You have sent ${count}.`,
  );

export const batchEntryIdsNotDistinct = (id: string): AwsError =>
  sqsError('BatchEntryIdsNotDistinct', `${PREFIX}BatchEntryIdsNotDistinct`, `Id ${id} repeated.`);

export const invalidBatchEntryId = (): AwsError =>
  sqsError(
    'InvalidBatchEntryId',
    `${PREFIX}InvalidBatchEntryId`,
    'A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.',
  );

export const batchRequestTooLong = (bytes: number, largestBytes: number): AwsError =>
  sqsError(
    'BatchRequestTooLong',
    `${PREFIX}BatchRequestTooLong`,
    `Batch requests cannot be longer than ${largestBytes} bytes. You have sent ${bytes} bytes.`,
  );
