export { type Message, systemAttributes } from './message';
export { type MessageAttributes, messageAttributesMd5 } from './message-attributes';
export type { ReceivedMessage } from './queue';
export type { CreateQueueRequest, SqsOptions } from './queues';
export { Sqs } from './sqs';
