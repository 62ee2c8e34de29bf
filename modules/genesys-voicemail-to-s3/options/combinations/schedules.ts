import {
  mostDaysApart,
  mostDaysApartHcl,
  ofRotationTimesHcl,
  type RotationTimes,
  rotationTimes,
  rotationTimesHcl,
} from '../cron';
import type { CheckedOptions } from '../with-defaults';
import type { Combination, Warning } from './combination';
import { LISTED, listed } from './voicemail';

const SCHEDULE = 'var.rotation_schedule_expression';

const isTrueOf = (
  { rotationScheduleExpression }: CheckedOptions,
  condition: (times: RotationTimes) => boolean,
): boolean => {
  const times = rotationTimes(rotationScheduleExpression);
  return times !== undefined && condition(times);
};

/** Hours between two rotations, of which Secrets Manager takes no fewer. */
const LEAST_HOURS = 4;

/** Hours that a Genesys token can live at most; its OAuth client says how long it does. */
const LONGEST_LIFE_HOURS = 48;

/** Half of the hours that a Genesys token lives where nobody changed its client. */
const HALF_OF_LIFE_HOURS = 12;

/** When the token is rotated and the archive is compared. */
export const SCHEDULE_COMBINATIONS: readonly Combination[] = [
  {
    of: ['rotationScheduleExpression'],
    holds: (options) => isTrueOf(options, ({ shortestHours }) => shortestHours >= LEAST_HOURS),
    hcl: ofRotationTimesHcl(SCHEDULE, `times.shortest >= ${LEAST_HOURS}`),
    allowed: `rotations at least ${LEAST_HOURS} hours apart, over midnight too, because Secrets Manager rotates no more often`,
  },
  {
    of: ['rotationScheduleExpression'],
    holds: (options) => isTrueOf(options, ({ longestHours }) => longestHours <= LONGEST_LIFE_HOURS),
    hcl: ofRotationTimesHcl(SCHEDULE, `times.longest <= ${LONGEST_LIFE_HOURS}`),
    allowed: `rotations at most ${LONGEST_LIFE_HOURS} hours apart in every week and month, because no Genesys token lives longer`,
  },
  {
    of: ['rotationWindowHours', 'rotationScheduleExpression'],
    holds: (options) =>
      isTrueOf(options, ({ shortestHours }) => options.rotationWindowHours <= shortestHours),
    hcl: ofRotationTimesHcl(SCHEDULE, 'var.rotation_window_hours <= times.shortest'),
    allowed:
      'no more hours than lie between two rotations of rotationScheduleExpression, because a window may not reach into the next one',
  },
  {
    of: ['rotationWindowHours', 'rotationScheduleExpression'],
    // The least window is always allowed; one that is too long already is told once.
    holds: (options) =>
      isTrueOf(
        options,
        ({ shortestHours, longestHours }) =>
          options.rotationWindowHours === 1 ||
          options.rotationWindowHours > shortestHours ||
          longestHours > LONGEST_LIFE_HOURS ||
          longestHours + options.rotationWindowHours <= LONGEST_LIFE_HOURS,
      ),
    hcl: ofRotationTimesHcl(
      SCHEDULE,
      `var.rotation_window_hours == 1 || var.rotation_window_hours > times.shortest || times.longest > ${LONGEST_LIFE_HOURS} || times.longest + var.rotation_window_hours <= ${LONGEST_LIFE_HOURS}`,
    ),
    allowed: `so few hours that rotations, each at any time of its window, are at most ${LONGEST_LIFE_HOURS} hours apart, because no Genesys token lives longer`,
  },
  {
    of: ['rotationWindowHours', 'rotationScheduleExpression'],
    // A window that is too long already is told once.
    holds: (options) =>
      isTrueOf(
        options,
        ({ shortestHours, latestHour }) =>
          options.rotationWindowHours > shortestHours || latestHour + options.rotationWindowHours <= 24,
      ),
    hcl: ofRotationTimesHcl(
      SCHEDULE,
      'var.rotation_window_hours > times.shortest || times.latest + var.rotation_window_hours <= 24',
    ),
    allowed:
      'so few hours that the last window of rotationScheduleExpression ends by midnight UTC, because Secrets Manager takes no window that reaches into the next day',
  },
  {
    of: ['tokenAgeAlarmHours', 'rotationScheduleExpression', 'rotationWindowHours'],
    holds: ({ tokenAgeAlarmHours, rotationWindowHours, ...options }) =>
      tokenAgeAlarmHours === undefined ||
      (rotationTimes(options.rotationScheduleExpression)?.longestHours ?? 0) + rotationWindowHours <
        tokenAgeAlarmHours,
    hcl: `var.token_age_alarm_hours == null ? true : try(${rotationTimesHcl(SCHEDULE)}.longest, 0) + var.rotation_window_hours < var.token_age_alarm_hours`,
    allowed:
      'more hours than can lie between two rotations, the window included, or the alarm goes off before each',
  },
  {
    of: ['reconcileEnabled', 'queueIds', 'groupIds'],
    holds: (options) => options.reconcileEnabled !== true || listed(options) > 0,
    hcl: `var.reconcile_enabled == null ? true : !var.reconcile_enabled || ${LISTED} > 0`,
    allowed: 'true only with queueIds or groupIds, which are the lists to compare',
  },
  {
    of: ['reconcileEnabled', 'groupIds'],
    holds: ({ reconcileEnabled, groupIds }) => reconcileEnabled !== false || groupIds.length === 0,
    hcl: 'var.reconcile_enabled == null ? true : var.reconcile_enabled || length(var.group_ids) == 0',
    allowed: 'left on with groupIds, because Genesys sends no event for the voicemail of groups',
  },
  {
    of: ['reconcileLookBackDays', 'retentionDays', 'reconcileEnabled', 'queueIds', 'groupIds'],
    holds: (options) =>
      options.retentionDays === undefined ||
      options.reconcileEnabled === false ||
      listed(options) === 0 ||
      options.reconcileLookBackDays < options.retentionDays,
    hcl: `var.retention_days == null || var.reconcile_enabled == false || ${LISTED} == 0 ? true : var.reconcile_look_back_days < var.retention_days`,
    allowed: 'less than retentionDays, or the reconcile brings back what has expired',
  },
  {
    of: ['reconcileScheduleExpression', 'reconcileLookBackDays', 'reconcileEnabled', 'queueIds', 'groupIds'],
    holds: (options) =>
      options.reconcileEnabled === false ||
      listed(options) === 0 ||
      mostDaysApart(options.reconcileScheduleExpression) <= options.reconcileLookBackDays,
    hcl: `var.reconcile_enabled == false || ${LISTED} == 0 ? true : ${mostDaysApartHcl('var.reconcile_schedule_expression', 'var.reconcile_look_back_days')}`,
    allowed:
      'a schedule with no more days between two looks than reconcileLookBackDays, in every month, or what was lost between them is never found',
  },
];

/** Warnings about schedules that are allowed. */
export const SCHEDULE_WARNINGS: readonly Warning[] = [
  {
    id: 'queues_are_reconciled',
    of: ['queueIds'],
    holds: ({ queueIds }) => queueIds.length > 0,
    hcl: 'length(var.queue_ids) > 0',
    says: 'without queueIds every queue is moved that is not excluded, and the reconcile has no list of queues to compare: nothing finds the voicemail of a lost event',
  },
  {
    id: 'rotation_leaves_room',
    of: ['rotationScheduleExpression'],
    holds: (options) => isTrueOf(options, ({ longestHours }) => longestHours <= HALF_OF_LIFE_HOURS),
    hcl: ofRotationTimesHcl(SCHEDULE, `times.longest <= ${HALF_OF_LIFE_HOURS}`),
    says: `rotationScheduleExpression lets more than ${HALF_OF_LIFE_HOURS} hours pass between two rotations: a Genesys token lives 24 hours unless its OAuth client says otherwise, so one rotation that fails may be the last`,
  },
];
