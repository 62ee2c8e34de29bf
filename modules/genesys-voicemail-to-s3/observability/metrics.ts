import type { CloudwatchEventRule } from '@cdktf/provider-aws/lib/cloudwatch-event-rule';
import type { SqsQueue } from '@cdktf/provider-aws/lib/sqs-queue';
import { MOVE_VOICEMAIL_METRIC } from '../../../functions/move-voicemail-to-s3/contract/metrics';
import {
  FAILURE_KIND_DIMENSION,
  type FailureKind,
  METRIC as REFRESH_METRIC,
} from '../../../functions/refresh-auth-token/contract/metrics';
import { METRICS_NAMESPACE } from '../../../functions/shared/metric-names';
import type { BundledFunction } from '../functions/bundled-function';

/** A metric of CloudWatch with its dimensions and statistic. */
export interface Metric {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly statistic: 'Sum' | 'Minimum' | 'Maximum';
}

/** Counts the messages that can be received now. Source: "Available CloudWatch metrics for Amazon SQS" in its developer guide. */
export const visibleMessages = (queue: SqsQueue): Metric => ({
  namespace: 'AWS/SQS',
  name: 'ApproximateNumberOfMessagesVisible',
  dimensions: { QueueName: queue.name },
  statistic: 'Maximum',
});

/** Counts the messages that a run works on, or that are hidden until their next try. */
export const waitingMessages = (queue: SqsQueue): Metric => ({
  ...visibleMessages(queue),
  name: 'ApproximateNumberOfMessagesNotVisible',
});

/** Seconds since the oldest message was sent. */
export const oldestMessageAge = (queue: SqsQueue): Metric => ({
  ...visibleMessages(queue),
  name: 'ApproximateAgeOfOldestMessage',
});

/** A metric that Lambda keeps of a function. */
export const lambdaMetric = (
  lambda: BundledFunction,
  name: 'Invocations' | 'Errors' | 'Throttles',
): Metric => ({
  namespace: 'AWS/Lambda',
  name,
  dimensions: { FunctionName: lambda.functionName },
  statistic: 'Sum',
});

/**
 * A metric that EventBridge keeps of a rule. A rule of a custom bus has the bus's name as a dimension too, a rule of the
 * default bus does not. Source: "EventBridge metrics" in its user guide.
 */
export const ruleMetric = (
  rule: CloudwatchEventRule,
  name: 'TriggeredRules' | 'MatchedEvents' | 'FailedInvocations' | 'InvocationsFailedToBeSentToDlq',
  eventBusName?: string,
): Metric => ({
  namespace: 'AWS/Events',
  name,
  dimensions: { ...(eventBusName === undefined ? {} : { EventBusName: eventBusName }), RuleName: rule.name },
  statistic: 'Sum',
});

const ofService = (lambda: BundledFunction, name: string): Metric => ({
  namespace: METRICS_NAMESPACE,
  name,
  dimensions: { service: lambda.functionName },
  statistic: 'Sum',
});

/** A metric that MoveVoicemailToS3 publishes. */
export const moveMetric = (
  move: BundledFunction,
  name: Exclude<keyof typeof MOVE_VOICEMAIL_METRIC, 'oldestGivenBackAgeSeconds'>,
): Metric => ofService(move, MOVE_VOICEMAIL_METRIC[name]);

/** 1 where every reconcile of the period was postponed because the events queue was too deep. */
export const everyReconcilePostponed = (move: BundledFunction): Metric => ({
  ...moveMetric(move, 'reconcilePostponed'),
  statistic: 'Minimum',
});

/** A metric that RefreshAuthToken publishes. */
export const refreshMetric = (
  refresh: BundledFunction,
  name: Exclude<keyof typeof REFRESH_METRIC, 'tokenAgeSeconds' | 'tokenLifeLeftSeconds'>,
): Metric => ofService(refresh, REFRESH_METRIC[name]);

/** Counts the steps of rotations that failed with one kind of error. */
export const rotationFailuresOfKind = (refresh: BundledFunction, kind: FailureKind): Metric => {
  const all = refreshMetric(refresh, 'rotationFailed');
  return { ...all, dimensions: { ...all.dimensions, [FAILURE_KIND_DIMENSION]: kind } };
};

/** Seconds since the current token was written. The function publishes it whenever a rotation begins. */
export const tokenAge = (refresh: BundledFunction): Metric => ({
  ...ofService(refresh, REFRESH_METRIC.tokenAgeSeconds),
  statistic: 'Maximum',
});

/** Seconds of life left of the access token, whenever a rotation begins or succeeds. */
export const tokenLifeLeft = (refresh: BundledFunction): Metric => ({
  ...ofService(refresh, REFRESH_METRIC.tokenLifeLeftSeconds),
  statistic: 'Minimum',
});

/** Seconds since the oldest message that MoveVoicemailToS3 gives back for trouble was first received. */
export const oldestGivenBackAge = (move: BundledFunction): Metric => ({
  ...ofService(move, MOVE_VOICEMAIL_METRIC.oldestGivenBackAgeSeconds),
  statistic: 'Maximum',
});
