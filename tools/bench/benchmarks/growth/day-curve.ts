/**
 * Voicemails left in each hour of a day, in percent, from midnight on: an assumption. One time zone, office hours with a
 * peak before noon, and some callers who meet the closed line in the evening.
 */
export const PERCENT_BY_HOUR: readonly number[] = [
  0.4, 0.3, 0.2, 0.2, 0.3, 0.6, 1.8, 4.5, 7.5, 9, 9.5, 8.5, 7.5, 8, 8, 7.5, 7, 6.5, 5, 3.5, 2.2, 1.2, 0.5,
  0.3,
];

/** Percent of the day's voicemails that are left in its busiest hour. */
export const BUSIEST_HOUR_PERCENT = Math.max(...PERCENT_BY_HOUR);

/** The quietest hour begins a simulated day, so that it begins with an empty queue. */
export const FIRST_HOUR = PERCENT_BY_HOUR.indexOf(Math.min(...PERCENT_BY_HOUR));

const MINUTES_PER_HOUR = 60;

/** Minutes of a day. */
export const MINUTES_PER_DAY = PERCENT_BY_HOUR.length * MINUTES_PER_HOUR;

/** The hour of the day, 0 to 23, in which a minute lies that is counted from {@link FIRST_HOUR} on. */
export const hourOf = (minute: number): number =>
  (FIRST_HOUR + Math.floor(minute / MINUTES_PER_HOUR)) % PERCENT_BY_HOUR.length;

/** Whole voicemails that are left in each minute of a day, which begins at {@link FIRST_HOUR}; their sum is `perDay`. */
export const arrivalsByMinute = (perDay: number): readonly number[] => {
  let percent = 0;
  let arrived = 0;
  return Array.from({ length: MINUTES_PER_DAY }, (_, minute) => {
    percent += (PERCENT_BY_HOUR[hourOf(minute)] ?? 0) / MINUTES_PER_HOUR;
    const soFar = Math.round((perDay * percent) / 100);
    const now = soFar - arrived;
    arrived = soFar;
    return now;
  });
};
