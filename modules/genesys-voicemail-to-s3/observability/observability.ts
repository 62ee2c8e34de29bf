import type { CloudwatchCompositeAlarm } from '@cdktf/provider-aws/lib/cloudwatch-composite-alarm';
import type { CloudwatchMetricAlarm } from '@cdktf/provider-aws/lib/cloudwatch-metric-alarm';
import { Construct } from 'constructs';
import { createAlarm } from './alarm';
import { alarmTable } from './alarm-table';
import { CAUSES, type Cause, createCauses } from './causes';
import { createDashboard } from './dashboard';
import { LEAN_ALARMS } from './lean';
import type { ObservabilityProps } from './observability-props';
import { countFailedRotations } from './rotation-events';

/**
 * The alarms and the dashboard that shows them.
 *
 * Each alarm belongs to a cause. In full, the causes notify and the alarms below them only change state, so that one
 * failure is one message. In lean, each alarm notifies by itself.
 */
export class Observability extends Construct {
  readonly alarms: readonly CloudwatchMetricAlarm[];
  readonly causes: readonly CloudwatchCompositeAlarm[];

  constructor(scope: Construct, id: string, props: ObservabilityProps) {
    super(scope, id);
    const { context, lean, actions } = props;
    const rule = countFailedRotations(this, 'rotation_failed_rule', context, props.secretArns);
    const byCause = new Map<Cause, CloudwatchMetricAlarm[]>();
    this.alarms = alarmTable(props, rule)
      .filter(({ id: alarmId }) => !lean || LEAN_ALARMS.includes(alarmId.replace(/-\d+$/, '')))
      .map((definition) => {
        const { cause } = definition;
        const alarm = createAlarm(this, definition.id, definition, {
          context,
          actions: lean ? actions[CAUSES[cause].urgency] : [],
        });
        byCause.set(cause, [...(byCause.get(cause) ?? []), alarm]);
        return alarm;
      });
    this.causes = lean ? [] : createCauses(this, byCause, { context, actions });
    if (!lean) {
      createDashboard(this, 'dashboard', {
        ...props,
        alarmArns: [...this.causes, ...this.alarms].map(({ arn }) => arn),
      });
    }
  }
}
