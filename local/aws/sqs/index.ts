export { type Message, systemAttributes } from './message';
export { type MessageAttribute, type MessageAttributes, messageAttributesMd5 } from './message-attributes';
export type { ReceivedMessage } from './queue';
export { type CreateQueueRequest, type ReceiveOptions, type SendOptions, Sqs, type SqsOptions } from './sqs';
