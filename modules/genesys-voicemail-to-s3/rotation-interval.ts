const DAY_HOURS = 24;

/** The longest pause between two of the hours of a day, the night between the last and the first included. */
const longestPause = (hours: readonly number[]): number => {
  const sorted = [...new Set(hours)].sort((a, b) => a - b);
  const first = sorted[0] ?? 0;
  return Math.max(...sorted.map((hour, index) => (sorted[index + 1] ?? first + DAY_HOURS) - hour));
};

/**
 * Hours between two rotations, as far as the schedule tells: the rate, or the longest pause between the hours of a daily
 * cron expression whose hours are a list or a step. Every other cron expression counts as a daily one.
 */
export const rotationIntervalHours = (scheduleExpression: string): number => {
  const [, count, unit] = /^rate\((\d+) (hour|day)s?\)$/.exec(scheduleExpression) ?? [];
  if (count !== undefined) {
    return Number(count) * (unit === 'day' ? DAY_HOURS : 1);
  }
  const [, step] = /^cron\(\S+ (?:\*|0)\/(\d+) /.exec(scheduleExpression) ?? [];
  if (step !== undefined) {
    return Math.min(Number(step), DAY_HOURS);
  }
  const [, list] = /^cron\(\S+ ([\d,]+) /.exec(scheduleExpression) ?? [];
  return list === undefined ? DAY_HOURS : longestPause(list.split(',').map(Number));
};
