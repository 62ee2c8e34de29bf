import { CloudwatchMetricAlarm } from '@cdktf/provider-aws/lib/cloudwatch-metric-alarm';
import type { Construct } from 'constructs';
import type { ModuleContext } from '../module-context';
import type { Metric } from './metrics';

/** The threshold of an alarm, and what it means. */
export interface AlarmCondition {
  readonly metric: Metric;
  /** Says what happened and what a person should do. */
  readonly description: string;
  /** The alarm goes off at this value and above; with `below`, under it. */
  readonly threshold: number;
  /** @default false */
  readonly below?: boolean;
  /**
   * Seconds that CloudWatch evaluates together.
   *
   * @default 300
   */
  readonly periodSeconds?: number;
  /**
   * Periods in a row that have to breach.
   *
   * @default 1
   */
  readonly periods?: number;
  /**
   * Whether silence is a breach. Else it is none: a queue or function that reports nothing has nothing to do.
   *
   * @default false
   */
  readonly silenceBreaches?: boolean;
}

/** Whom an alarm notifies: nobody where the list is empty. */
export const notifying = (actions: readonly string[]) =>
  actions.length === 0 ? {} : { alarmActions: [...actions], okActions: [...actions] };

/** Creates an alarm on one metric. */
export const createAlarm = (
  scope: Construct,
  id: string,
  condition: AlarmCondition,
  { context, actions }: { readonly context: ModuleContext; readonly actions: readonly string[] },
): CloudwatchMetricAlarm => {
  const { metric, description, threshold, below = false } = condition;
  const { periodSeconds = 300, periods = 1, silenceBreaches = false } = condition;
  return new CloudwatchMetricAlarm(scope, id.replaceAll('-', '_'), {
    alarmName: context.named(id),
    alarmDescription: description,
    namespace: metric.namespace,
    metricName: metric.name,
    dimensions: { ...metric.dimensions },
    statistic: metric.statistic,
    period: periodSeconds,
    evaluationPeriods: periods,
    comparisonOperator: below ? 'LessThanThreshold' : 'GreaterThanOrEqualToThreshold',
    threshold,
    treatMissingData: silenceBreaches ? 'breaching' : 'notBreaching',
    ...notifying(actions),
    ...context.tags,
  });
};
