import type { GenesysVoicemailToS3 } from './genesys-voicemail-to-s3';

/** Something that the operator and other stacks need to know of an instance. */
export interface ModuleOutput {
  /** As Terraform names it. */
  readonly name: string;
  readonly description: string;
  readonly valueOf: (instance: GenesysVoicemailToS3) => string;
}

/** The outputs of an instance, the same for a deployment and for the Terraform module. */
export const MODULE_OUTPUTS: readonly ModuleOutput[] = [
  { name: 'bucket_name', description: 'Name of the archive.', valueOf: ({ bucketName }) => bucketName },
  { name: 'bucket_arn', description: 'ARN of the archive.', valueOf: ({ bucketArn }) => bucketArn },
  { name: 'key_arn', description: 'ARN of the KMS key of everything.', valueOf: ({ keyArn }) => keyArn },
  {
    name: 'secret_arn',
    description: 'ARN of the secret that takes the first token pair.',
    valueOf: ({ secretArn }) => secretArn,
  },
  {
    name: 'event_bus_name',
    description: 'Name of the partner event bus.',
    valueOf: ({ eventBusName }) => eventBusName,
  },
  {
    name: 'events_queue_url',
    description: 'URL of the queue that MoveVoicemailToS3 works.',
    valueOf: ({ eventsQueueUrl }) => eventsQueueUrl,
  },
  {
    name: 'events_queue_arn',
    description: 'ARN of the queue that MoveVoicemailToS3 works.',
    valueOf: ({ eventsQueueArn }) => eventsQueueArn,
  },
  {
    name: 'failures_queue_url',
    description: 'URL of the queue of what failed for good.',
    valueOf: ({ failuresQueueUrl }) => failuresQueueUrl,
  },
  {
    name: 'failures_queue_arn',
    description: 'ARN of the queue of what failed for good.',
    valueOf: ({ failuresQueueArn }) => failuresQueueArn,
  },
  {
    name: 'undelivered_queue_url',
    description: 'URL of the dead-letter queue of the rules.',
    valueOf: ({ undeliveredQueueUrl }) => undeliveredQueueUrl,
  },
  {
    name: 'undelivered_queue_arn',
    description: 'ARN of the dead-letter queue of the rules.',
    valueOf: ({ undeliveredQueueArn }) => undeliveredQueueArn,
  },
  {
    name: 'refresh_function_name',
    description: 'Name of RefreshAuthToken.',
    valueOf: ({ refreshFunctionName }) => refreshFunctionName,
  },
  {
    name: 'refresh_function_arn',
    description: 'ARN of RefreshAuthToken.',
    valueOf: ({ refreshFunctionArn }) => refreshFunctionArn,
  },
  {
    name: 'move_function_name',
    description: 'Name of MoveVoicemailToS3.',
    valueOf: ({ moveFunctionName }) => moveFunctionName,
  },
  {
    name: 'move_function_arn',
    description: 'ARN of MoveVoicemailToS3.',
    valueOf: ({ moveFunctionArn }) => moveFunctionArn,
  },
];
