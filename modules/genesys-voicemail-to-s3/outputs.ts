/** Each output by the property of the construct that holds its value, with its description. */
const DESCRIPTIONS = {
  bucketName: 'Name of the archive.',
  bucketArn: 'ARN of the archive.',
  keyArn: 'ARN of the KMS key of everything.',
  secretArn: 'ARN of the secret that takes the first token pair.',
  secretArns: 'ARNs of the secrets of all tokens, comma separated; the first is `secret_arn`.',
  eventBusName: 'Name of the partner event bus.',
  eventsQueueUrl: 'URL of the queue that MoveVoicemailToS3 works.',
  eventsQueueArn: 'ARN of the queue that MoveVoicemailToS3 works.',
  failuresQueueUrl: 'URL of the queue of what failed for good.',
  failuresQueueArn: 'ARN of the queue of what failed for good.',
  undeliveredQueueUrl: 'URL of the dead-letter queue of the rules.',
  undeliveredQueueArn: 'ARN of the dead-letter queue of the rules.',
  refreshFunctionName: 'Name of RefreshAuthToken.',
  refreshFunctionArn: 'ARN of RefreshAuthToken.',
  moveFunctionName: 'Name of MoveVoicemailToS3.',
  moveFunctionArn: 'ARN of MoveVoicemailToS3.',
} as const;

type OutputProperty = keyof typeof DESCRIPTIONS;

/** The names and ARNs that the operator and other stacks need of an instance. */
export type ModuleOutputs = Readonly<Record<OutputProperty, string>>;

/** An output of an instance. */
export interface ModuleOutput {
  /** As Terraform names it, for example `bucket_name`. */
  readonly name: string;
  readonly description: string;
  readonly readFrom: (instance: ModuleOutputs) => string;
}

const PROPERTIES: readonly OutputProperty[] = Object.keys(DESCRIPTIONS) as OutputProperty[];

/** The outputs of an instance, the same for a deployment and for the Terraform module. */
export const MODULE_OUTPUTS: readonly ModuleOutput[] = PROPERTIES.map((property) => ({
  name: property.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
  description: DESCRIPTIONS[property],
  readFrom: (instance) => instance[property],
}));
