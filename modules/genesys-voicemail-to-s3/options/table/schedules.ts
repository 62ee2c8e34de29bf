import { flag, type OptionTable, text, wholeNumber } from '../rule';

/** When the token is rotated and the archive is compared with Genesys. */
export const SCHEDULE_OPTIONS = {
  rotationScheduleExpression: {
    doc: 'When the token is rotated: `rate(4 hours)` or slower, or a `cron(0 ...)` expression, in UTC. A Genesys token lives 24 hours by default, and a rotation may fail now and then: leave room for two.',
    rule: text(
      'rate\\((?:(?:[4-9]|[1-9][0-9]{1,2}) hours|1 day|(?:[2-9]|[1-9][0-9]{1,2}) days)\\)|cron\\(0(?: [^ \\t\\n()]+){5}\\)',
      'rate(4 hours) or slower, such as rate(6 hours) or rate(1 day), or cron(0 <hour> <day> <month> <weekday> <year>)',
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
    rule: text(
      'rate\\((?:1 (?:minute|hour|day)|(?:[2-9]|[1-9][0-9]{1,3}) (?:minutes|hours|days))\\)|cron\\([^ \\t\\n()]+(?: [^ \\t\\n()]+){5}\\)',
      'an EventBridge expression such as rate(1 hour), rate(30 minutes) or cron(0 6 * * ? *)',
    ),
    byDefault: 'rate(1 hour)',
  },
  reconcileLookBackDays: {
    doc: 'Days that the reconcile looks back: a week holds a long weekend and the repair after it. Less than `retentionDays`, or the reconcile would bring back what has expired.',
    rule: wholeNumber(1, 365, 'days'),
    byDefault: 7,
    literal: true,
  },
} as const satisfies OptionTable;
