import { EVENTS_CRON, ROTATION_CRON } from '../cron';
import { flag, type OptionTable, text, wholeNumber } from '../rule';

/** When the token is rotated and the archive is compared with Genesys. */
export const SCHEDULE_OPTIONS = {
  rotationScheduleExpression: {
    doc: 'When the token is rotated: `rate(4 hours)` or slower, or a `cron(0 ...)` expression, in UTC. A Genesys token lives 24 hours by default, and a rotation may fail now and then: leave room for two.',
    rule: text(
      `rate\\((?:(?:[4-9]|[1-9][0-9]{1,2}) hours|1 day|(?:[2-9]|[1-9][0-9]{1,2}) days)\\)|${ROTATION_CRON}`,
      'rate(4 hours) or slower such as rate(6 hours) or rate(1 day), or cron(0 <hours> <days> <months> <weekdays> *) as Secrets Manager takes it: one of days and weekdays is ?, hours are 0-23, days 1-31, months 1-12, weekdays 1-7 or SUN-SAT; at most 256 characters',
      256,
    ),
    byDefault: 'rate(6 hours)',
  },
  rotationWindowHours: {
    doc: 'Hours within which a due rotation starts.',
    rule: wholeNumber(1, 24, 'hours'),
    byDefault: 1,
    literal: true,
  },
  reconcileEnabled: {
    doc: 'Whether queues and groups are compared with the archive on a schedule, which heals lost events. Needs `queueIds` or `groupIds`: without them there is no list to compare.',
    rule: flag,
    leftOut: 'true where `queueIds` or `groupIds` are given, else false',
    literal: true,
  },
  reconcileScheduleExpression: {
    doc: 'When the queues are compared with the archive: an EventBridge `rate(...)` or `cron(...)` expression, in UTC.',
    rule: {
      ...text(
        `rate\\((?:1 (?:minute|hour|day)|(?:[2-9]|[1-9][0-9]{1,3}) (?:minutes|hours|days))\\)|${EVENTS_CRON}`,
        'rate(1 hour), rate(30 minutes) and the like, or cron(<minutes> <hours> <days> <months> <weekdays> <years>) as EventBridge takes it: one of days and weekdays is ?, minutes are 0-59, hours 0-23, days 1-31, months 1-12, weekdays 1-7 or SUN-SAT, years 1970-2199, of which the last is to come; at most 256 characters',
        256,
      ),
      // A schedule that ended before this release never starts.
      excluded: '[ ,-](?:19[0-9]{2}|20[01][0-9]|202[0-5])\\)$',
    },
    byDefault: 'rate(1 hour)',
  },
  reconcileLookBackDays: {
    doc: 'Days that the reconcile looks back: a week holds a long weekend and the repair after it. Less than `retentionDays`, or the reconcile would bring back what has expired.',
    rule: wholeNumber(1, 365, 'days'),
    byDefault: 7,
    literal: true,
  },
} as const satisfies OptionTable;
