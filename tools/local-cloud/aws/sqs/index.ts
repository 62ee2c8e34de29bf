export { type Message, systemAttributes } from './message';
export { type MessageAttribute, type MessageAttributes, messageAttributesMd5 } from './message-attributes';
export type { ReceivedMessage } from './queue';
export type { CreateQueueRequest, SqsOptions } from './queues';
export { type ReceiveOptions, type SendOptions, Sqs } from './sqs';
