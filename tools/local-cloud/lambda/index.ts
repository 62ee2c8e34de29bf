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
export type {
  InvocationError,
  InvocationOutcome,
  InvocationReport,
  InvocationResult,
  InvocationSuccess,
} from './invocation';
export type { InvokeOptions, LambdaFunction } from './lambda-function';
export { LambdaHost, type LambdaHostOptions } from './lambda-host';
export type { SqsEventRecord, SqsMessage, SqsMessageAttribute } from './sqs-event';
