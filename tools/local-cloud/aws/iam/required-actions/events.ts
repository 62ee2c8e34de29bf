import type { Call, RequiredAction, ServiceActions } from './call';

const only =
  (action: string) =>
  ({ resource, context }: Call): readonly RequiredAction[] => [{ action, resource, context }];

/**
 * Amazon EventBridge, its reading side.
 *
 * Source: Service Authorization Reference, "Actions, resources, and condition keys for Amazon EventBridge": TestEventPattern
 * and ListRuleNamesByTarget name no resource of their own.
 */
export const eventsActions: ServiceActions = {
  ListEventSources: only('events:ListEventSources'),
  DescribeEventSource: only('events:DescribeEventSource'),
  DescribeEventBus: only('events:DescribeEventBus'),
  DescribeRule: only('events:DescribeRule'),
  ListTargetsByRule: only('events:ListTargetsByRule'),
  ListRuleNamesByTarget: ({ context }) => [
    { action: 'events:ListRuleNamesByTarget', resource: '*', context },
  ],
  TestEventPattern: ({ context }) => [{ action: 'events:TestEventPattern', resource: '*', context }],
};

/** Amazon CloudWatch, whose metrics are no resources. Source: Service Authorization Reference, "... for Amazon CloudWatch". */
export const monitoringActions: ServiceActions = {
  GetMetricStatistics: only('cloudwatch:GetMetricStatistics'),
  SetAlarmState: only('cloudwatch:SetAlarmState'),
};

/** Amazon CloudWatch Logs. Source: Service Authorization Reference, "... for Amazon CloudWatch Logs". */
export const logsActions: ServiceActions = { FilterLogEvents: only('logs:FilterLogEvents') };
