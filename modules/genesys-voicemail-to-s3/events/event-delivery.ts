import type { Construct } from 'constructs';
import type { ModuleContext } from '../module-context';
import type { ResolvedOptions } from '../options/with-defaults';
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

/** The name of the partner event source, which its bus bears too. The options are checked to give it once. */
export const partnerNameOf = ({ eventSourceName, existingEventBusName }: ResolvedOptions): string =>
  eventSourceName ?? existingEventBusName ?? '';

/** Creates the rules and the schedule that send to the events queue. The queues accept messages from these only. */
export const deliverEvents = (
  scope: Construct,
  options: ResolvedOptions,
  context: ModuleContext,
  queues: VoicemailQueues,
  reconciles: boolean,
  keyArn: string,
): EventDelivery => {
  const { queueIds, excludedQueueIds, divisionIds, minimumDurationMs } = options;
  const rules = new VoicemailRules(scope, 'events', {
    context,
    filter: {
      eventSourceName: partnerNameOf(options),
      accountId: context.accountId,
      queueIds,
      excludedQueueIds,
      divisionIds,
      minimumDurationMs,
    },
    createBus: options.existingEventBusName === undefined,
    eventArchiveDays: options.eventArchiveDays,
    encryption: options.encryptEvents ? { keyArn, deadLetterArn: queues.undelivered.arn } : undefined,
  });
  const schedule = reconciles
    ? new ReconcileSchedule(scope, 'reconcile', {
        context,
        scheduleExpression: options.reconcileScheduleExpression,
      })
    : undefined;
  const target: QueueTarget = {
    arn: queues.events.arn,
    deadLetterArn: queues.undelivered.arn,
    accepts: queues.acceptFrom(
      [...rules.rules.map(({ arn }) => arn), ...(schedule === undefined ? [] : [schedule.rule.arn])],
      options.encryptEvents && rules.bus !== undefined ? [rules.bus.arn] : [],
    ),
  };
  rules.deliverTo(target);
  schedule?.deliverTo(target);
  return { rules, schedule };
};
