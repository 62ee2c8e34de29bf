import { SqsQueue } from '@cdktf/provider-aws/lib/sqs-queue';
import { SqsQueuePolicy } from '@cdktf/provider-aws/lib/sqs-queue-policy';
import { SqsQueueRedriveAllowPolicy } from '@cdktf/provider-aws/lib/sqs-queue-redrive-allow-policy';
import { Construct } from 'constructs';
import type { Surroundings } from './module-context';
import { denyInsecureTransport, jsonText, type PolicyStatement, policyDocument } from './policy';

/** Seconds in 14 days: the longest that SQS keeps a message. */
const LONGEST_RETENTION_SECONDS = 14 * 24 * 60 * 60;

/** Receives after which SQS itself moves a message. The function classifies; this is there for crashes. */
const CRASHES_BEFORE_REDRIVE = 1_000;

/** What AWS asks for of a queue that feeds a function. Source: "Using Lambda with Amazon SQS" in its developer guide. */
const VISIBILITY_PER_FUNCTION_TIMEOUT = 6;

/** What the queues are told. */
export interface VoicemailQueuesProps {
  readonly surroundings: Surroundings;
  readonly keyArn: string;
  readonly functionTimeoutSeconds: number;
}

/** The queues between the bus and the function. */
export class VoicemailQueues extends Construct {
  /** What MoveVoicemailToS3 works. */
  readonly events: SqsQueue;
  /** What failed for good, each with its class. */
  readonly failures: SqsQueue;
  /** What EventBridge could not deliver: the target's dead-letter queue. Holds raw events. */
  readonly undelivered: SqsQueue;
  readonly #surroundings: Surroundings;

  constructor(
    scope: Construct,
    id: string,
    { surroundings, keyArn, functionTimeoutSeconds }: VoicemailQueuesProps,
  ) {
    super(scope, id);
    this.#surroundings = surroundings;
    const queue = (
      queueId: string,
      settings: { visibilityTimeoutSeconds?: number; redrivePolicy?: string } = {},
    ) =>
      new SqsQueue(this, queueId, {
        name: surroundings.named(queueId),
        kmsMasterKeyId: keyArn,
        messageRetentionSeconds: LONGEST_RETENTION_SECONDS,
        ...settings,
        ...surroundings.tags,
      });
    this.failures = queue('failures');
    this.undelivered = queue('undelivered');
    this.events = queue('events', {
      visibilityTimeoutSeconds: VISIBILITY_PER_FUNCTION_TIMEOUT * functionTimeoutSeconds,
      redrivePolicy: jsonText('redrive policy', {
        deadLetterTargetArn: this.failures.arn,
        maxReceiveCount: CRASHES_BEFORE_REDRIVE,
      }),
    });
    // Resources of their own: inside the queues they would need each other's ARN.
    new SqsQueueRedriveAllowPolicy(this, 'failures_redrive_allow_policy', {
      queueUrl: this.failures.url,
      redriveAllowPolicy: jsonText('redrive allow policy', {
        redrivePermission: 'byQueue',
        sourceQueueArns: [this.events.arn],
      }),
    });
    new SqsQueueRedriveAllowPolicy(this, 'undelivered_redrive_allow_policy', {
      queueUrl: this.undelivered.url,
      redriveAllowPolicy: jsonText('redrive allow policy', { redrivePermission: 'denyAll' }),
    });
  }

  /**
   * Lets rules send to the events queue and, when that fails, to its dead-letter queue.
   *
   * @returns the policies, which a rule's target waits for.
   */
  acceptFrom(ruleArns: readonly string[]): readonly SqsQueuePolicy[] {
    const { accountId } = this.#surroundings;
    const fromRules = (queue: SqsQueue): PolicyStatement => ({
      Sid: 'SendFromRules',
      Effect: 'Allow',
      Principal: { Service: 'events.amazonaws.com' },
      Action: 'sqs:SendMessage',
      Resource: queue.arn,
      Condition: {
        ArnEquals: { 'aws:SourceArn': ruleArns },
        StringEquals: { 'aws:SourceAccount': accountId },
      },
    });
    const policy = (id: string, queue: SqsQueue, statements: readonly PolicyStatement[]) =>
      new SqsQueuePolicy(this, id, {
        queueUrl: queue.url,
        policy: policyDocument(`policy of ${id}`, [...statements, denyInsecureTransport('sqs', queue.arn)]),
      });
    policy('failures_policy', this.failures, []);
    return [
      policy('events_policy', this.events, [fromRules(this.events)]),
      policy('undelivered_policy', this.undelivered, [fromRules(this.undelivered)]),
    ];
  }
}
