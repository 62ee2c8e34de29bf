import type { Figure } from '../../../tools/bench/benchmark';
import { allHolds, jsonReport, table } from '../../../tools/bench/report';
import { judge } from '../../../tools/bench/verdict';

const start: Figure = {
  name: 'cold-start/mover',
  title: 'Cold start',
  unit: 'ms',
  samples: { ours: [90, 100, 110], baseline: [240, 250, 260], limit: [50, 50, 50] },
  goals: [{ against: 'baseline', atMost: 0.48 }],
};
const calls: Figure = {
  name: 'warm/calls',
  title: 'Calls',
  unit: 'calls',
  samples: { ours: [3] },
  goals: [{ atMost: 2 }],
};

describe('the JSON of a run', () => {
  test('has medians, and null where a peer has no samples', () => {
    const { ok, benchmarks } = jsonReport({ figures: [judge(start), judge(calls)], failed: [] });
    expect(ok).toBe(false);
    expect(benchmarks).toMatchObject([
      { name: 'cold-start/mover', ours: 100, baseline: 250, limit: 50, unit: 'ms' },
      { name: 'warm/calls', ours: 3, baseline: null, limit: null, unit: 'calls' },
    ]);
  });
});

describe('a run', () => {
  test('holds where every goal does', () => {
    expect(allHolds({ figures: [judge(start)], failed: [] })).toBe(true);
    expect(allHolds({ figures: [judge(start), judge(calls)], failed: [] })).toBe(false);
  });
});

describe('the table of a run', () => {
  const text = table({
    figures: [judge(start), judge(calls)],
    failed: [{ name: 'memory', message: 'broken' }],
  });
  const line = (name: string): string => text.split('\n').find((row) => row.startsWith(name)) ?? '';

  test('shows medians with their quartiles, ratios, and whether a goal holds', () => {
    expect(line('cold-start/mover')).toMatch(/100 \[95\.\.105\] +250 \[245\.\.255\] +50 /);
    expect(line('cold-start/mover')).toContain('✓ 0.4x baseline (≤ 0.48x), 2x limit');
    expect(line('warm/calls')).toMatch(/calls +3 +– +– +✗ 3 \(≤ 2\)/);
  });

  test('names what could not be measured, and ends with the sum', () => {
    expect(line('✗ memory')).toContain('broken');
    expect(text.split('\n').at(-1)).toContain('Not all goals hold: 1 of 2');
  });
});
