export {
  ContainerStartError,
  InvalidParameterValueError,
  LambdaHostClosedError,
  TooManyRequestsError,
} from './errors';
export {
  type BatchReport,
  EventSourceMapping,
  type EventSourceMappingOptions,
  type InvocableFunction,
  type SqsQueuePort,
} from './event-source-mapping';
export type { LambdaCredentials, LambdaFunctionConfiguration } from './function-configuration';
export type { InvocationOutcome, InvocationResult } from './invocation';
export type { LambdaFunction } from './lambda-function';
export { LambdaHost } from './lambda-host';
export type { SqsMessage, SqsMessageAttribute } from './sqs-event';
