import type { GenesysVoicemailToS3 } from './construct';

/** Something that the operator and other stacks need to know of an instance. */
export interface ModuleOutput {
  /** As Terraform names it. */
  readonly name: string;
  readonly description: string;
  readonly readFrom: (instance: GenesysVoicemailToS3) => string;
}

/** The outputs of an instance, the same for a deployment and for the Terraform module. */
export const MODULE_OUTPUTS: readonly ModuleOutput[] = [
  { name: 'bucket_name', description: 'Name of the archive.', readFrom: ({ bucketName }) => bucketName },
  { name: 'bucket_arn', description: 'ARN of the archive.', readFrom: ({ bucketArn }) => bucketArn },
  { name: 'key_arn', description: 'ARN of the KMS key of everything.', readFrom: ({ keyArn }) => keyArn },
  {
    name: 'secret_arn',
    description: 'ARN of the secret that takes the first token pair.',
    readFrom: ({ secretArn }) => secretArn,
  },
  {
    name: 'event_bus_name',
    description: 'Name of the partner event bus.',
    readFrom: ({ eventBusName }) => eventBusName,
  },
  {
    name: 'events_queue_url',
    description: 'URL of the queue that MoveVoicemailToS3 works.',
    readFrom: ({ eventsQueueUrl }) => eventsQueueUrl,
  },
  {
    name: 'events_queue_arn',
    description: 'ARN of the queue that MoveVoicemailToS3 works.',
    readFrom: ({ eventsQueueArn }) => eventsQueueArn,
  },
  {
    name: 'failures_queue_url',
    description: 'URL of the queue of what failed for good.',
    readFrom: ({ failuresQueueUrl }) => failuresQueueUrl,
  },
  {
    name: 'failures_queue_arn',
    description: 'ARN of the queue of what failed for good.',
    readFrom: ({ failuresQueueArn }) => failuresQueueArn,
  },
  {
    name: 'undelivered_queue_url',
    description: 'URL of the dead-letter queue of the rules.',
    readFrom: ({ undeliveredQueueUrl }) => undeliveredQueueUrl,
  },
  {
    name: 'undelivered_queue_arn',
    description: 'ARN of the dead-letter queue of the rules.',
    readFrom: ({ undeliveredQueueArn }) => undeliveredQueueArn,
  },
  {
    name: 'refresh_function_name',
    description: 'Name of RefreshAuthToken.',
    readFrom: ({ refreshFunctionName }) => refreshFunctionName,
  },
  {
    name: 'refresh_function_arn',
    description: 'ARN of RefreshAuthToken.',
    readFrom: ({ refreshFunctionArn }) => refreshFunctionArn,
  },
  {
    name: 'move_function_name',
    description: 'Name of MoveVoicemailToS3.',
    readFrom: ({ moveFunctionName }) => moveFunctionName,
  },
  {
    name: 'move_function_arn',
    description: 'ARN of MoveVoicemailToS3.',
    readFrom: ({ moveFunctionArn }) => moveFunctionArn,
  },
];
