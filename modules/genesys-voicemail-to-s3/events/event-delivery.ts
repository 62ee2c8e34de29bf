import { Annotations } from 'cdktf';
import type { Construct } from 'constructs';
import type { ModuleContext } from '../module-context';
import { partnerNameOf } from '../options/option-combinations';
import type { GenesysVoicemailToS3Props } from '../options/props';
import type { VoicemailQueues } from '../voicemail-queues';
import type { QueueTarget } from './queue-target';
import { ReconcileSchedule } from './reconcile-schedule';
import { VoicemailRules } from './voicemail-rules';

/** The rules and the schedule that send to the events queue. */
export interface EventDelivery {
  readonly rules: VoicemailRules;
  /** Undefined where the instance does not reconcile. */
  readonly schedule: ReconcileSchedule | undefined;
}

/** Creates the rules and the schedule that send to the events queue. The queues accept messages from these only. */
export const deliverEvents = (
  scope: Construct,
  props: GenesysVoicemailToS3Props,
  context: ModuleContext,
  queues: VoicemailQueues,
  reconciles: boolean,
): EventDelivery => {
  const { queueIds = [], excludedQueueIds = [], divisionIds = [], minimumDurationMs = 0 } = props;
  const rules = new VoicemailRules(scope, 'events', {
    context,
    filter: {
      eventSourceName: partnerNameOf(props),
      accountId: context.accountId,
      queueIds,
      excludedQueueIds,
      divisionIds,
      minimumDurationMs,
    },
    createBus: props.existingEventBusName === undefined,
    eventArchiveDays: props.eventArchiveDays,
  });
  const schedule = reconciles
    ? new ReconcileSchedule(scope, 'reconcile', {
        context,
        scheduleExpression: props.reconcileScheduleExpression ?? 'rate(1 hour)',
      })
    : undefined;
  if (queueIds.length === 0) {
    Annotations.of(scope).addWarning(
      'without queueIds the reconcile has no list of queues to compare: nothing finds the voicemail of a lost event',
    );
  }
  const target: QueueTarget = {
    arn: queues.events.arn,
    deadLetterArn: queues.undelivered.arn,
    accepts: queues.acceptFrom([
      ...rules.rules.map(({ arn }) => arn),
      ...(schedule === undefined ? [] : [schedule.rule.arn]),
    ]),
  };
  rules.deliverTo(target);
  schedule?.deliverTo(target);
  return { rules, schedule };
};
