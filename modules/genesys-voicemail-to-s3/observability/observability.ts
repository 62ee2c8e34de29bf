import type { CloudwatchCompositeAlarm } from '@cdktf/provider-aws/lib/cloudwatch-composite-alarm';
import type { CloudwatchEventRule } from '@cdktf/provider-aws/lib/cloudwatch-event-rule';
import type { CloudwatchMetricAlarm } from '@cdktf/provider-aws/lib/cloudwatch-metric-alarm';
import { Construct } from 'constructs';
import type { VoicemailRules } from '../events/voicemail-rules';
import type { BundledFunction } from '../functions/bundled-function';
import type { ModuleContext } from '../module-context';
import type { VoicemailQueues } from '../voicemail-queues';
import { createAlarm } from './alarm';
import { alarmTable } from './alarm-table';
import { type Actions, CAUSES, type Cause, createCauses } from './causes';
import { createDashboard } from './dashboard';
import { LEAN_ALARMS } from './lean';
import { countFailedRotations } from './rotation-events';

/** Properties of `Observability`. */
export interface ObservabilityProps {
  readonly context: ModuleContext;
  readonly rules: VoicemailRules;
  readonly queues: VoicemailQueues;
  readonly refresh: BundledFunction;
  readonly move: BundledFunction;
  readonly secretArns: readonly string[];
  /** Undefined where the instance does not reconcile. */
  readonly reconcileRule: CloudwatchEventRule | undefined;
  readonly actions: Actions;
  /** Fewer alarms, no composite alarms and no dashboard. */
  readonly lean: boolean;
  /** Minutes within which Genesys may still publish a voicemail. */
  readonly voicemailWaitMinutes: number;
  /** Hours without a rotation after which the alarms go off: three intervals. */
  readonly tokenAgeAlarmHours: number;
}

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
