import type { CloudwatchEventRule } from '@cdktf/provider-aws/lib/cloudwatch-event-rule';
import type { VoicemailRules } from '../events/voicemail-rules';
import type { BundledFunction } from '../functions/bundled-function';
import type { ModuleContext } from '../module-context';
import type { VoicemailQueues } from '../voicemail-queues';
import type { Actions } from './causes';

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
