const DAY_HOURS = 24;

const rateHours = (scheduleExpression: string): number | undefined => {
  const [, count, unit] = /^rate\((\d+) (hour|day)s?\)$/.exec(scheduleExpression) ?? [];
  return count === undefined ? undefined : Number(count) * (unit === 'day' ? DAY_HOURS : 1);
};

/** When one of several secrets is rotated. */
export interface RotationTurn {
  readonly scheduleExpression: string;
  readonly windowHours: number;
  /** 0 for the first secret. */
  readonly index: number;
  /** Secrets of the instance. */
  readonly count: number;
}

/**
 * The schedule of one of several secrets. The first has the schedule that was asked for. A rate that divides the day becomes
 * a cron expression for the others, each at its share of the interval, so that one bad hour does not meet all tokens; a
 * window has to end within the UTC day. Every other schedule is the same for all.
 *
 * Secrets Manager counts a rate in hours from midnight UTC. Source: "Schedule expressions in Secrets Manager rotation" in its
 * user guide.
 */
export const rotationScheduleOf = ({
  scheduleExpression,
  windowHours,
  index,
  count,
}: RotationTurn): string => {
  const hours = rateHours(scheduleExpression);
  if (index === 0 || hours === undefined || DAY_HOURS % hours !== 0) {
    return scheduleExpression;
  }
  const offset = Math.max(0, Math.min(Math.floor((index * hours) / count), hours - windowHours));
  return `cron(0 ${hours === DAY_HOURS ? offset : `${offset}/${hours}`} * * ? *)`;
};
