import { CloudwatchEventRule } from '@cdktf/provider-aws/lib/cloudwatch-event-rule';
import { CloudwatchMetricAlarm } from '@cdktf/provider-aws/lib/cloudwatch-metric-alarm';
import type { SqsQueue } from '@cdktf/provider-aws/lib/sqs-queue';
import { Construct } from 'constructs';
import type { BundledFunction } from './bundled-function';
import { jsonText } from './policy';
import type { Surroundings } from './surroundings';
import type { VoicemailQueues } from './voicemail-queues';

/** What is watched, and who is told. */
export interface ObservabilityProps {
  readonly surroundings: Surroundings;
  readonly queues: VoicemailQueues;
  readonly functions: readonly { readonly id: string; readonly function: BundledFunction }[];
  readonly secretArn: string;
  readonly alarmActions: readonly string[];
  /** Minutes for which Genesys may still make a voicemail appear, and nothing is wrong. */
  readonly voicemailWaitMinutes: number;
}

/** Where CloudWatch finds a number, and from which one on it is an alarm. */
interface AlarmCondition {
  readonly description: string;
  readonly namespace: string;
  readonly metricName: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly statistic: 'Sum' | 'Maximum';
  readonly threshold: number;
}

const PERIOD_SECONDS = 300;

/** Tries that come late are an hour apart: five of them without success, after the wait, are no coincidence. */
const STUCK_AFTER_WAIT_SECONDS = 5 * 60 * 60;

/** The alarms: each on a state that a person has to act on. */
export class Observability extends Construct {
  readonly #props: ObservabilityProps;

  constructor(scope: Construct, id: string, props: ObservabilityProps) {
    super(scope, id);
    this.#props = props;
    this.#watchQueues();
    this.#watchFunctions();
    this.#watchRotation();
  }

  #alarm(id: string, condition: AlarmCondition): void {
    const { surroundings, alarmActions } = this.#props;
    new CloudwatchMetricAlarm(this, id.replaceAll('-', '_'), {
      alarmName: surroundings.named(id),
      alarmDescription: condition.description,
      namespace: condition.namespace,
      metricName: condition.metricName,
      dimensions: { ...condition.dimensions },
      statistic: condition.statistic,
      period: PERIOD_SECONDS,
      evaluationPeriods: 1,
      comparisonOperator: 'GreaterThanOrEqualToThreshold',
      threshold: condition.threshold,
      // A queue or function that reports nothing has nothing to do.
      treatMissingData: 'notBreaching',
      ...(alarmActions.length === 0 ? {} : { alarmActions: [...alarmActions], okActions: [...alarmActions] }),
      ...surroundings.tags,
    });
  }

  #watchQueues(): void {
    const { events, failures, undelivered } = this.#props.queues;
    const ofQueue = (queue: SqsQueue) =>
      ({ namespace: 'AWS/SQS', dimensions: { QueueName: queue.name } }) as const;
    this.#alarm('failed', {
      description: 'Voicemail failed for good and waits in the failures queue, each with its class',
      ...ofQueue(failures),
      metricName: 'ApproximateNumberOfMessagesVisible',
      statistic: 'Maximum',
      threshold: 1,
    });
    this.#alarm('stuck', {
      description: 'Voicemail has been waiting for hours: see whether the token works',
      ...ofQueue(events),
      metricName: 'ApproximateAgeOfOldestMessage',
      statistic: 'Maximum',
      threshold: this.#props.voicemailWaitMinutes * 60 + STUCK_AFTER_WAIT_SECONDS,
    });
    this.#alarm('undelivered', {
      description: 'EventBridge could not send events to the queue',
      ...ofQueue(undelivered),
      metricName: 'ApproximateNumberOfMessagesVisible',
      statistic: 'Maximum',
      threshold: 1,
    });
  }

  #watchFunctions(): void {
    for (const {
      id,
      function: { functionName },
    } of this.#props.functions) {
      const ofFunction = {
        namespace: 'AWS/Lambda',
        dimensions: { FunctionName: functionName },
        statistic: 'Sum',
        threshold: 1,
      } as const;
      this.#alarm(`${id}-errors`, {
        description: `Runs of ${id} ended with an error`,
        metricName: 'Errors',
        ...ofFunction,
      });
      this.#alarm(`${id}-throttles`, {
        description: `Runs of ${id} were turned away for want of concurrency`,
        metricName: 'Throttles',
        ...ofFunction,
      });
    }
  }

  /**
   * Secrets Manager tells of a failed rotation by an event only. The rule needs no target: that it matched is a metric.
   *
   * Source of the events: "Log entries for rotation" in the Secrets Manager user guide.
   */
  #watchRotation(): void {
    const { surroundings, secretArn } = this.#props;
    const rule = new CloudwatchEventRule(this, 'rotation_failed_rule', {
      name: surroundings.named('rotation-failed'),
      description: 'A rotation of the Genesys token, or its test, failed',
      // Events of AWS services arrive on the default bus.
      eventBusName: 'default',
      eventPattern: jsonText('event pattern of failed rotations', {
        source: ['aws.secretsmanager'],
        account: [surroundings.accountId],
        'detail-type': ['AWS Service Event via CloudTrail'],
        detail: {
          eventName: ['RotationFailed', 'RotationAbandoned', 'TestRotationFailed'],
          additionalEventData: { SecretId: [secretArn] },
        },
      }),
      ...surroundings.tags,
    });
    this.#alarm('rotation-failed', {
      description: 'The Genesys token was not rotated: authorise again before it runs out',
      namespace: 'AWS/Events',
      metricName: 'TriggeredRules',
      dimensions: { RuleName: rule.name },
      statistic: 'Sum',
      threshold: 1,
    });
  }
}
