import * as v from 'valibot';
import { invalidAttributeName, sqsError } from './errors';

/** Where messages go that were received too often. */
export interface RedrivePolicy {
  readonly deadLetterTargetArn: string;
  /** Receives after which the next one sends the message to the dead letter queue; 1 to 1,000. */
  readonly maxReceiveCount: number;
}

/** Which queues may use a queue as their dead letter queue. */
export type RedriveAllowPolicy =
  | { readonly redrivePermission: 'allowAll' | 'denyAll' }
  | { readonly redrivePermission: 'byQueue'; readonly sourceQueueArns: readonly string[] };

/** The settings that a queue works by. */
export interface QueueSettings {
  readonly delaySeconds: number;
  readonly maximumMessageBytes: number;
  readonly retentionSeconds: number;
  readonly receiveWaitSeconds: number;
  readonly visibilityTimeoutSeconds: number;
  readonly redrivePolicy: RedrivePolicy | undefined;
  readonly redriveAllowPolicy: RedriveAllowPolicy;
  /** The attributes as they were given, for GetQueueAttributes. */
  readonly attributes: Readonly<Record<string, string>>;
}

/** Bytes of the largest message. SQS raised it from 256 KiB to 1 MiB in August 2025: API Reference, SendMessage. */
export const LARGEST_MESSAGE_BYTES = 1024 * 1024;

interface NumberRule {
  readonly fallback: number;
  readonly minimum: number;
  readonly maximum: number;
}

/** Source: SQS API Reference, CreateQueue. */
const NUMBERS = {
  DelaySeconds: { fallback: 0, minimum: 0, maximum: 900 },
  MaximumMessageSize: { fallback: LARGEST_MESSAGE_BYTES, minimum: 1024, maximum: LARGEST_MESSAGE_BYTES },
  MessageRetentionPeriod: { fallback: 345_600, minimum: 60, maximum: 1_209_600 },
  ReceiveMessageWaitTimeSeconds: { fallback: 0, minimum: 0, maximum: 20 },
  VisibilityTimeout: { fallback: 30, minimum: 0, maximum: 43_200 },
} satisfies Record<string, NumberRule>;

/** Attributes that are kept and reported, without any effect here: policies and encryption are not evaluated. */
const KEPT = ['Policy', 'KmsMasterKeyId', 'KmsDataKeyReusePeriodSeconds', 'SqsManagedSseEnabled'];

const queueArn = v.pipe(v.string(), v.regex(/^arn:aws[a-z-]*:sqs:[a-z0-9-]+:\d{12}:[\w-]{1,80}$/));

const redrivePolicySchema = v.strictObject({
  deadLetterTargetArn: queueArn,
  // Terraform and the console write a number, the API Reference's examples a string.
  maxReceiveCount: v.pipe(
    v.union([v.number(), v.pipe(v.string(), v.regex(/^\d+$/), v.transform(Number))]),
    v.integer(),
    v.minValue(1),
    v.maxValue(1000),
  ),
});

const redriveAllowPolicySchema = v.variant('redrivePermission', [
  v.strictObject({ redrivePermission: v.picklist(['allowAll', 'denyAll']) }),
  v.strictObject({
    redrivePermission: v.literal('byQueue'),
    sourceQueueArns: v.pipe(v.array(queueArn), v.minLength(1), v.maxLength(10)),
  }),
]);

const parseNumber = (attributes: Readonly<Record<string, string>>, name: keyof typeof NUMBERS): number => {
  const { fallback, minimum, maximum } = NUMBERS[name];
  const text = attributes[name] ?? String(fallback);
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < minimum || value > maximum) {
    throw sqsError(
      'InvalidAttributeValue',
      `${name}: expected a whole number from ${minimum} to ${maximum}.`,
    );
  }
  return value;
};

const parsePolicy = <const Schema extends v.GenericSchema>(
  attributes: Readonly<Record<string, string>>,
  name: string,
  schema: Schema,
): v.InferOutput<Schema> | undefined => {
  const text = attributes[name];
  if (text === undefined) {
    return undefined;
  }
  const result = v.safeParse(v.pipe(v.string(), v.parseJson(), schema), text);
  if (!result.success) {
    const [issue] = result.issues;
    throw sqsError('InvalidAttributeValue', `${name}: ${v.getDotPath(issue) ?? ''} ${issue.message}`);
  }
  return result.output;
};

/**
 * Parses the attributes of CreateQueue.
 *
 * @throws AwsError `InvalidAttributeName` and `InvalidAttributeValue`.
 */
export const parseQueueSettings = (attributes: Readonly<Record<string, string>>): QueueSettings => {
  const known = [...Object.keys(NUMBERS), ...KEPT, 'RedrivePolicy', 'RedriveAllowPolicy'];
  const unknown = Object.keys(attributes).find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw invalidAttributeName(unknown);
  }
  const numbers = {
    DelaySeconds: parseNumber(attributes, 'DelaySeconds'),
    MaximumMessageSize: parseNumber(attributes, 'MaximumMessageSize'),
    MessageRetentionPeriod: parseNumber(attributes, 'MessageRetentionPeriod'),
    ReceiveMessageWaitTimeSeconds: parseNumber(attributes, 'ReceiveMessageWaitTimeSeconds'),
    VisibilityTimeout: parseNumber(attributes, 'VisibilityTimeout'),
  };
  return {
    delaySeconds: numbers.DelaySeconds,
    maximumMessageBytes: numbers.MaximumMessageSize,
    retentionSeconds: numbers.MessageRetentionPeriod,
    receiveWaitSeconds: numbers.ReceiveMessageWaitTimeSeconds,
    visibilityTimeoutSeconds: numbers.VisibilityTimeout,
    redrivePolicy: parsePolicy(attributes, 'RedrivePolicy', redrivePolicySchema),
    redriveAllowPolicy: parsePolicy(attributes, 'RedriveAllowPolicy', redriveAllowPolicySchema) ?? {
      redrivePermission: 'allowAll',
    },
    attributes: {
      ...Object.fromEntries(Object.entries(numbers).map(([name, value]) => [name, String(value)])),
      ...attributes,
    },
  };
};

/** Whether a queue lets another one use it as its dead letter queue. */
export const allowsRedriveFrom = (policy: RedriveAllowPolicy, sourceArn: string): boolean =>
  policy.redrivePermission === 'byQueue'
    ? policy.sourceQueueArns.includes(sourceArn)
    : policy.redrivePermission === 'allowAll';
