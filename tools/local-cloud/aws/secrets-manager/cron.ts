import { invalidParameter } from './errors';

/** The hours of a UTC day at which a cron expression starts, and the days on which it does. */
export interface CronSchedule {
  /** Hours from 0 to 23, ascending, never empty. */
  readonly hours: readonly number[];
  /** Whether the UTC day that holds this moment is one of its days. */
  runsOn(date: Date): boolean;
}

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const WEEKDAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

interface Field {
  readonly name: string;
  readonly first: number;
  readonly last: number;
  /** Names that stand for the numbers from `first` on. */
  readonly names: readonly string[];
}

const HOURS: Field = { name: 'hours', first: 0, last: 23, names: [] };
const DAYS_OF_MONTH: Field = { name: 'day-of-month', first: 1, last: 31, names: [] };
const MONTHS_OF_YEAR: Field = { name: 'month', first: 1, last: 12, names: MONTHS };
const DAYS_OF_WEEK: Field = { name: 'day-of-week', first: 1, last: 7, names: WEEKDAYS };

const refuse = (expression: string, reason: string): never => {
  throw invalidParameter(`The schedule expression ${expression} is not valid: ${reason}.`);
};

const parseNumber = (text: string, field: Field, expression: string): number => {
  const named = field.names.indexOf(text.toUpperCase());
  const value = named === -1 ? (/^\d{1,2}$/.test(text) ? Number(text) : Number.NaN) : named + field.first;
  return value >= field.first && value <= field.last
    ? value
    : refuse(expression, `${field.name} takes ${field.first} to ${field.last}, not '${text}'`);
};

/** The values that one field of lists, ranges and steps stands for. */
const parseField = (text: string, field: Field, expression: string): ReadonlySet<number> => {
  const values = new Set<number>();
  for (const item of text.split(',')) {
    const [range = '', stepText] = item.split('/');
    const step =
      stepText === undefined ? 1 : parseNumber(stepText, { ...field, first: 1, names: [] }, expression);
    const everything = range === '*' || (range === '' && stepText !== undefined);
    const [from, to] = everything ? [] : range.split('-', 2);
    const first = from === undefined ? field.first : parseNumber(from, field, expression);
    const openEnded = everything || (to === undefined && stepText !== undefined);
    const last = openEnded ? field.last : parseNumber(to ?? range, field, expression);
    if (first > last) {
      refuse(expression, `the range '${range}' of ${field.name} runs backwards`);
    }
    for (let value = first; value <= last; value += step) {
      values.add(value);
    }
  }
  return values;
};

const daysInMonth = (date: Date): number =>
  new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();

const parseDayOfMonth = (text: string, expression: string): ((date: Date) => boolean) => {
  if (text === 'L') {
    return (date) => date.getUTCDate() === daysInMonth(date);
  }
  const days = parseField(text, DAYS_OF_MONTH, expression);
  return (date) => days.has(date.getUTCDate());
};

const parseDayOfWeek = (text: string, expression: string): ((date: Date) => boolean) => {
  const [, day, nth, isLast] = /^(\w+?)(?:#([1-5])|(L))$/.exec(text) ?? [];
  if (day === undefined) {
    const days = parseField(text, DAYS_OF_WEEK, expression);
    return (date) => days.has(date.getUTCDay() + 1);
  }
  const weekday = parseNumber(day, DAYS_OF_WEEK, expression) - 1;
  return (date) =>
    date.getUTCDay() === weekday &&
    (isLast === undefined
      ? Math.ceil(date.getUTCDate() / 7) === Number(nth)
      : date.getUTCDate() + 7 > daysInMonth(date));
};

/**
 * Parses `cron(minutes hours day-of-month month day-of-week year)`.
 *
 * Source: Secrets Manager User Guide, "Schedule expressions in Secrets Manager rotation": UTC; minutes are 0, since a
 * window starts on the hour; the year is `*`; one of the two day fields is `?`.
 *
 * @throws AwsError `InvalidParameterException` that names the wrong field.
 */
export const parseCron = (expression: string): CronSchedule => {
  const fields = /^cron\((\S+) (\S+) (\S+) (\S+) (\S+) (\S+)\)$/.exec(expression);
  if (fields === null) {
    return refuse(expression, 'cron takes six fields');
  }
  const [, minutes = '', hours = '', dayOfMonth = '', month = '', dayOfWeek = '', year = ''] = fields;
  if (minutes !== '0') {
    refuse(expression, 'a rotation window starts on the hour, so minutes must be 0');
  }
  if (year !== '*') {
    refuse(expression, 'year must be *');
  }
  if ((dayOfMonth === '?') === (dayOfWeek === '?')) {
    refuse(expression, 'exactly one of day-of-month and day-of-week must be ?');
  }
  const months = parseField(month, MONTHS_OF_YEAR, expression);
  const matchesDay =
    dayOfMonth === '?' ? parseDayOfWeek(dayOfWeek, expression) : parseDayOfMonth(dayOfMonth, expression);
  return {
    hours: [...parseField(hours, HOURS, expression)].sort((left, right) => left - right),
    runsOn: (date) => months.has(date.getUTCMonth() + 1) && matchesDay(date),
  };
};
