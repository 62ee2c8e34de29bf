import { SqsQueue } from '@cdktf/provider-aws/lib/sqs-queue';
import { SqsQueuePolicy } from '@cdktf/provider-aws/lib/sqs-queue-policy';
import { SqsQueueRedriveAllowPolicy } from '@cdktf/provider-aws/lib/sqs-queue-redrive-allow-policy';
import { Construct } from 'constructs';
import type { ModuleContext } from './module-context';
import { denyInsecureTransport, jsonText, type PolicyStatement, policyDocument } from './policy';

/** 14 days: SQS keeps no message longer. */
const LONGEST_RETENTION_SECONDS = 14 * 24 * 60 * 60;

/** AWS recommends six times the function's timeout. Source: "Using Lambda with Amazon SQS" in its developer guide. */
const VISIBILITY_PER_FUNCTION_TIMEOUT = 6;

/** The most that SQS takes. Source: "Amazon SQS message quotas" in its developer guide. */
const MOST_RECEIVES = 1_000;

/** A crashing message has to reach the failures queue while SQS still keeps it, with a day to spare. */
const CRASHING_SECONDS = 13 * 24 * 60 * 60;

const HOUR_SECONDS = 60 * 60;

/** The times of the events queue, which all follow from the timeout of the function that works it. */
export const eventsQueueTimes = (functionTimeoutSeconds: number) => {
  const visibilitySeconds = VISIBILITY_PER_FUNCTION_TIMEOUT * functionTimeoutSeconds;
  return {
    visibilitySeconds,
    /** Receives after which SQS moves a message. After a crash, a message is hidden for the whole visibility. */
    maxReceiveCount: Math.min(MOST_RECEIVES, Math.floor(CRASHING_SECONDS / visibilitySeconds)),
    /**
     * The longest pause between two tries of a message that the function gives back. Jitter may halve it, and even then a
     * message that only waits must not be received more often in 13 days than one that crashes.
     */
    longestPauseSeconds: Math.max(HOUR_SECONDS, 2 * visibilitySeconds),
  };
};

/** Properties of `VoicemailQueues`. */
export interface VoicemailQueuesProps {
  readonly context: ModuleContext;
  readonly keyArn: string;
  readonly functionTimeoutSeconds: number;
}

/** The queues between the bus and the function. */
export class VoicemailQueues extends Construct {
  /** Feeds MoveVoicemailToS3. */
  readonly events: SqsQueue;
  /** Holds what failed for good, each message with its class. */
  readonly failures: SqsQueue;
  /** The dead-letter queue of the rules' targets: holds the raw events that EventBridge could not deliver. */
  readonly undelivered: SqsQueue;
  readonly #context: ModuleContext;

  constructor(
    scope: Construct,
    id: string,
    { context, keyArn, functionTimeoutSeconds }: VoicemailQueuesProps,
  ) {
    super(scope, id);
    this.#context = context;
    const queue = (
      queueId: string,
      settings: { visibilityTimeoutSeconds?: number; redrivePolicy?: string } = {},
    ) =>
      new SqsQueue(this, queueId, {
        name: context.named(queueId),
        kmsMasterKeyId: keyArn,
        messageRetentionSeconds: LONGEST_RETENTION_SECONDS,
        ...settings,
        ...context.tags,
      });
    this.failures = queue('failures');
    this.undelivered = queue('undelivered');
    const { visibilitySeconds, maxReceiveCount } = eventsQueueTimes(functionTimeoutSeconds);
    this.events = queue('events', {
      visibilityTimeoutSeconds: visibilitySeconds,
      redrivePolicy: jsonText('redrive policy', {
        deadLetterTargetArn: this.failures.arn,
        maxReceiveCount,
      }),
    });
    // Separate resources: as arguments of the queues, each would need the other's ARN.
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
   * Lets rules send to the events queue and, when that fails, to its dead-letter queue, to which a bus may send as well.
   *
   * @returns the policies: put them into `dependsOn` of the targets.
   */
  acceptFrom(ruleArns: readonly string[], busArns: readonly string[]): readonly SqsQueuePolicy[] {
    const { accountId } = this.#context;
    const from = (sourceArns: readonly string[], queue: SqsQueue): PolicyStatement => ({
      Sid: 'SendFromRules',
      Effect: 'Allow',
      Principal: { Service: 'events.amazonaws.com' },
      Action: 'sqs:SendMessage',
      Resource: queue.arn,
      Condition: {
        ArnEquals: { 'aws:SourceArn': sourceArns },
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
      policy('events_policy', this.events, [from(ruleArns, this.events)]),
      policy('undelivered_policy', this.undelivered, [from([...ruleArns, ...busArns], this.undelivered)]),
    ];
  }
}
