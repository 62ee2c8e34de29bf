import { Cron } from 'croner';
import { invalidParameter } from './errors';

/** The rotation rules of a secret, as the API spells them. */
export interface RotationRules {
  readonly AutomaticallyAfterDays?: number | undefined;
  readonly Duration?: string | undefined;
  readonly ScheduleExpression?: string | undefined;
}

/** A time in which Secrets Manager rotates once, at any moment. Milliseconds since the Unix epoch. */
export interface RotationWindow {
  readonly startsAtMs: number;
  readonly endsAtMs: number;
}

/** When a secret rotates. */
export interface RotationSchedule {
  /** The first window that starts after a moment. */
  nextWindow(afterMs: number): RotationWindow;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const SHORTEST_INTERVAL_HOURS = 4;
const LONGEST_INTERVAL_DAYS = 999;

const startOfDay = (epochMs: number): number => Math.floor(epochMs / DAY_MS) * DAY_MS;

const greatestCommonDivisor = (left: number, right: number): number =>
  right === 0 ? left : greatestCommonDivisor(right, left % right);

/** Checks a window's length against the longest that neither meets the next window nor leaves its UTC day. */
const checkDuration = (durationHours: number, longestHours: number): void => {
  if (durationHours > longestHours) {
    throw invalidParameter(
      `A rotation window of ${durationHours}h would extend into the next window or the next UTC day; the longest for this schedule is ${longestHours}h.`,
    );
  }
};

const everyDays = (days: number, durationHours: number | undefined): RotationSchedule => {
  const lengthMs = (durationHours ?? 24) * HOUR_MS;
  return {
    nextWindow: (afterMs) => {
      const startsAtMs = startOfDay(afterMs) + days * DAY_MS;
      return { startsAtMs, endsAtMs: startsAtMs + lengthMs };
    },
  };
};

const everyHours = (hours: number, durationHours = 1): RotationSchedule => {
  // Windows lie on a grid from midnight; its divisor with a day is the room between a start and the next midnight.
  checkDuration(durationHours, greatestCommonDivisor(hours, 24));
  const stepMs = hours * HOUR_MS;
  return {
    nextWindow: (afterMs) => {
      const startsAtMs = (Math.floor(afterMs / stepMs) + 1) * stepMs;
      return { startsAtMs, endsAtMs: startsAtMs + durationHours * HOUR_MS };
    },
  };
};

/** AWS writes ? for a field that the other day's field decides, and counts weekdays from 1. */
const byCron = (fields: string, durationHours = 1): RotationSchedule => {
  const cron = new Cron(
    fields.replace(/(?<!#)\d+(?=[^ ]*$)/g, (weekday) => String(Number(weekday) - 1)).replaceAll('?', '*'),
    { timezone: 'UTC' },
  );
  return {
    nextWindow: (afterMs) => {
      const startsAtMs = cron.nextRun(new Date(afterMs))?.getTime() ?? Number.POSITIVE_INFINITY;
      return { startsAtMs, endsAtMs: startsAtMs + durationHours * HOUR_MS };
    },
  };
};

const parseSchedule = (expression: string, durationHours: number | undefined): RotationSchedule => {
  const [, fields] = /^cron\((0 .+) \*\)$/.exec(expression) ?? [];
  if (fields !== undefined) {
    return byCron(fields, durationHours);
  }
  const [, count, unit] = /^rate\(([1-9]\d{0,4}) (hour|day)s?\)$/.exec(expression) ?? [];
  if (unit === undefined) {
    throw invalidParameter(
      `The schedule expression ${expression} is not valid: expected rate(N hours), rate(N days) or cron(0 ... *).`,
    );
  }
  const hours = Number(count) * (unit === 'day' ? 24 : 1);
  if (hours < SHORTEST_INTERVAL_HOURS || hours > LONGEST_INTERVAL_DAYS * 24) {
    throw invalidParameter(
      `The schedule expression ${expression} is not valid: a secret rotates every ${SHORTEST_INTERVAL_HOURS} hours at most and every ${LONGEST_INTERVAL_DAYS} days at least.`,
    );
  }
  return unit === 'day' ? everyDays(Number(count), durationHours) : everyHours(hours, durationHours);
};

/**
 * Parses rotation rules.
 *
 * Source: Secrets Manager API Reference, "RotationRulesType", and User Guide, "Schedule expressions in Secrets Manager
 * rotation". Where a rate in hours does not divide a day, AWS does not document how its windows continue on the next
 * day; here they go on at the same interval.
 *
 * @throws AwsError `InvalidParameterException` that says what is wrong.
 */
export const parseRotationRules = (rules: RotationRules): RotationSchedule | undefined => {
  const { AutomaticallyAfterDays: days, Duration: duration, ScheduleExpression: expression } = rules;
  if (days !== undefined && expression !== undefined) {
    throw invalidParameter("You can't specify both AutomaticallyAfterDays and ScheduleExpression.");
  }
  const durationHours = duration === undefined ? undefined : Number.parseInt(duration, 10);
  if (durationHours !== undefined && (durationHours < 1 || durationHours > 24)) {
    throw invalidParameter(`The Duration ${duration} is not valid: expected 1h to 24h.`);
  }
  if (days !== undefined) {
    return everyDays(days, durationHours);
  }
  if (expression === undefined) {
    if (duration !== undefined) {
      throw invalidParameter('A Duration needs AutomaticallyAfterDays or ScheduleExpression.');
    }
    return undefined;
  }
  return parseSchedule(expression, durationHours);
};
