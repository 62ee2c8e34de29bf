import { AwsError } from '../service';

/** The errors of the Secrets Manager API, each with HTTP status 400, as the service answers them. */
export const resourceNotFound = (message = "Secrets Manager can't find the specified secret."): AwsError =>
  new AwsError('ResourceNotFoundException', message);

/** A resource, or a version with other data, exists already. */
export const resourceExists = (message: string): AwsError => new AwsError('ResourceExistsException', message);

/** A parameter is not valid by itself. */
export const invalidParameter = (message: string): AwsError =>
  new AwsError('InvalidParameterException', message);

/** A parameter is not valid for the current state of the secret. */
export const invalidRequest = (message: string): AwsError => new AwsError('InvalidRequestException', message);

/** A quota would be exceeded. */
export const limitExceeded = (message: string): AwsError => new AwsError('LimitExceededException', message);
