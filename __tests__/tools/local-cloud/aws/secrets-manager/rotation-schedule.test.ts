import {
  parseRotationRules,
  type RotationRules,
} from '../../../../../tools/local-cloud/aws/secrets-manager/rotation-schedule';

const at = (text: string): number => Date.parse(`${text}Z`);
const next = (rules: RotationRules, after: string): string => {
  const window = parseRotationRules(rules)?.nextWindow(at(after));
  const iso = (epochMs = 0): string => new Date(epochMs).toISOString().slice(0, 16);
  return `${iso(window?.startsAtMs)} to ${iso(window?.endsAtMs)}`;
};

describe('a rotation schedule', () => {
  it.each([
    [{ ScheduleExpression: 'rate(6 hours)' }, '2026-03-04T05:30', '2026-03-04T06:00 to 2026-03-04T07:00'],
    [
      { ScheduleExpression: 'rate(6 hours)', Duration: '2h' },
      '2026-03-04T18:00',
      '2026-03-05T00:00 to 2026-03-05T02:00',
    ],
    [{ ScheduleExpression: 'rate(1 day)' }, '2026-03-04T05:30', '2026-03-05T00:00 to 2026-03-06T00:00'],
    [
      { ScheduleExpression: 'rate(10 days)', Duration: '3h' },
      '2026-02-25T23:00',
      '2026-03-07T00:00 to 2026-03-07T03:00',
    ],
    [
      { ScheduleExpression: 'cron(0 3/6 * * ? *)' },
      '2026-03-04T05:30',
      '2026-03-04T09:00 to 2026-03-04T10:00',
    ],
    [
      { ScheduleExpression: 'cron(0 8 ? * 2#1 *)', Duration: '2h' },
      '2026-03-04T05:30',
      '2026-04-06T08:00 to 2026-04-06T10:00',
    ],
    [{ AutomaticallyAfterDays: 30 }, '2026-03-04T05:30', '2026-04-03T00:00 to 2026-04-04T00:00'],
  ])('%j opens after %s: %s', (rules, after, window) => {
    expect(next(rules, after)).toBe(window);
  });

  it.each([
    [{ ScheduleExpression: 'rate(3 hours)' }, 'every 4 hours at most'],
    [{ ScheduleExpression: 'rate(1000 days)' }, 'every 999 days at least'],
    [{ ScheduleExpression: 'rate(60 minutes)' }, 'expected rate(N hours), rate(N days)'],
    [{ ScheduleExpression: 'cron(5 8 * * ? *)' }, 'or cron(0 ... *)'],
    [{ ScheduleExpression: 'every day' }, 'expected rate(N hours), rate(N days)'],
    [{ ScheduleExpression: 'rate(4 hours)', Duration: '5h' }, 'the longest for this schedule is 4h'],
    [{ ScheduleExpression: 'rate(10 hours)', Duration: '3h' }, 'the longest for this schedule is 2h'],
    [{ ScheduleExpression: 'rate(1 day)', Duration: '25h' }, 'expected 1h to 24h'],
    [{ Duration: '2h' }, 'needs AutomaticallyAfterDays or ScheduleExpression'],
    [{ AutomaticallyAfterDays: 1, ScheduleExpression: 'rate(1 day)' }, 'both'],
  ])('%j is refused: %s', (rules, reason) => {
    expect(() => parseRotationRules(rules)).toThrow(reason);
  });
});
