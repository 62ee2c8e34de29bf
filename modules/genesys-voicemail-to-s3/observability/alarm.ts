import { CloudwatchMetricAlarm } from '@cdktf/provider-aws/lib/cloudwatch-metric-alarm';
import type { Construct } from 'constructs';
import type { ModuleContext } from '../module-context';
import type { Metric } from './metrics';

/** The threshold of an alarm, and what it means. */
export interface AlarmCondition {
  readonly metric: Metric;
  /** Says what happened and what a person should do. */
  readonly description: string;
  readonly threshold: number;
  /**
   * Seconds that CloudWatch evaluates together.
   *
   * @default 300
   */
  readonly periodSeconds?: number;
}

/** What all alarms of an instance share. */
export interface AlarmContext {
  readonly context: ModuleContext;
  readonly alarmActions: readonly string[];
}

/** Creates an alarm that goes off as soon as its metric reaches the threshold within one period. */
export const raiseAlarm = (
  scope: Construct,
  id: string,
  { metric, description, threshold, periodSeconds = 300 }: AlarmCondition,
  { context, alarmActions }: AlarmContext,
): CloudwatchMetricAlarm =>
  new CloudwatchMetricAlarm(scope, id.replaceAll('-', '_'), {
    alarmName: context.named(id),
    alarmDescription: description,
    namespace: metric.namespace,
    metricName: metric.name,
    dimensions: { ...metric.dimensions },
    statistic: metric.statistic,
    period: periodSeconds,
    evaluationPeriods: 1,
    comparisonOperator: 'GreaterThanOrEqualToThreshold',
    threshold,
    // A queue or function that reports nothing has nothing to do.
    treatMissingData: 'notBreaching',
    ...(alarmActions.length === 0 ? {} : { alarmActions: [...alarmActions], okActions: [...alarmActions] }),
    ...context.tags,
  });
