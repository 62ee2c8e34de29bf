import { AwsError } from '../service';

const PREFIX = 'AWS.SimpleQueueService.';

/** Codes of the older query protocol that do not follow from the shape. */
const QUERY_CODES: Readonly<Record<string, string>> = {
  MissingRequiredParameterException: 'MissingParameter',
  QueueDoesNotExist: `${PREFIX}NonExistentQueue`,
};

const queryCodeOf = (shape: string): string =>
  QUERY_CODES[shape] ?? (shape.includes('Batch') ? PREFIX + shape : shape.replace(/Exception$/, ''));

/**
 * An error of SQS, which names it twice: by its shape in the body, and in `x-amzn-query-error` by the code of the older
 * query protocol, which is the one that the SDKs show.
 *
 * Source: Smithy, "awsQueryCompatible trait".
 */
export const sqsError = (shape: string, message: string, status = 400): AwsError =>
  new AwsError(shape, message, status, { 'x-amzn-query-error': `${queryCodeOf(shape)};Sender` });

export const queueDoesNotExist = (): AwsError =>
  sqsError('QueueDoesNotExist', 'The specified queue does not exist.');

export const missingParameter = (name: string): AwsError =>
  sqsError('MissingRequiredParameterException', `The request must contain the parameter ${name}.`);

export const invalidParameterValue = (message: string): AwsError =>
  sqsError('InvalidParameterValueException', message);

/** A parameter's value breaks its rule. */
export const invalidValue = (value: string | number, name: string, reason: string): AwsError =>
  invalidParameterValue(`Value ${value} for parameter ${name} is invalid. Reason: ${reason}`);

export const invalidAttributeName = (name: string): AwsError =>
  sqsError('InvalidAttributeName', `Unknown Attribute ${name}.`);
