import { CloudwatchMetricAlarm } from '@cdktf/provider-aws/lib/cloudwatch-metric-alarm';
import type { Construct } from 'constructs';
import type { Surroundings } from '../module-context';
import type { Metric } from './metrics';

/** From which number on a metric is an alarm, and what that means. */
export interface AlarmCondition {
  readonly metric: Metric;
  /** What a person should know and do. */
  readonly description: string;
  readonly threshold: number;
  /**
   * Seconds that are looked at together.
   *
   * @default 300
   */
  readonly periodSeconds?: number;
}

/** Where an alarm stands, and whom it tells. */
export interface AlarmSurroundings {
  readonly surroundings: Surroundings;
  readonly alarmActions: readonly string[];
}

/** Raises an alarm as soon as a metric reaches its threshold within one period. */
export const raiseAlarm = (
  scope: Construct,
  id: string,
  { metric, description, threshold, periodSeconds = 300 }: AlarmCondition,
  { surroundings, alarmActions }: AlarmSurroundings,
): CloudwatchMetricAlarm =>
  new CloudwatchMetricAlarm(scope, id.replaceAll('-', '_'), {
    alarmName: surroundings.named(id),
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
    ...surroundings.tags,
  });
