import { Annotations } from 'cdktf';
import type { Construct } from 'constructs';
import type { Surroundings } from '../module-context';
import { partnerNameOf } from '../options/option-combinations';
import type { GenesysVoicemailToS3Props } from '../options/props';
import type { VoicemailQueues } from '../voicemail-queues';
import type { QueueTarget } from './queue-target';
import { ReconcileSchedule } from './reconcile-schedule';
import { VoicemailRules } from './voicemail-rules';

/** What fills the events queue. */
export interface EventDelivery {
  readonly rules: VoicemailRules;
  /** Undefined where nothing is reconciled. */
  readonly schedule: ReconcileSchedule | undefined;
}

/** Makes the rules and the schedule that send to the events queue, and lets the queues accept from exactly these. */
export const deliverEvents = (
  scope: Construct,
  props: GenesysVoicemailToS3Props,
  surroundings: Surroundings,
  queues: VoicemailQueues,
  reconciles: boolean,
): EventDelivery => {
  const { queueIds = [], excludedQueueIds = [], divisionIds = [], minimumDurationMs = 0 } = props;
  const rules = new VoicemailRules(scope, 'events', {
    surroundings,
    filter: {
      eventSourceName: partnerNameOf(props),
      accountId: surroundings.accountId,
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
        surroundings,
        scheduleExpression: props.reconcileScheduleExpression ?? 'rate(1 hour)',
      })
    : undefined;
  if (queueIds.length === 0) {
    Annotations.of(scope).addWarning(
      'queues are not reconciled, because without queueIds there is no list to compare: an event that is lost is a voicemail left behind',
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
