import { runFaultCommand } from '../command';

const faultsRotation = (...args: string[]) => runFaultCommand('rotation/main.ts', ...args);

test('--case replays one case: every call with its fault, how it ended, and the report of --json on the last line', async () => {
  const { code, stdout, stderr } = await faultsRotation(
    '--case',
    'retry:1.killed-before+2.throttled',
    '--json',
  );
  expect(stderr).toContain('call 1  DescribeSecret  <- killed-before');
  expect(stderr).toMatch(/call 2 {2}\w+ {2}<- throttled/);
  expect(stderr).toContain('in the end: rotated');
  expect(stderr).toContain('1 cases, 0 failed');
  expect(JSON.parse(stdout.trim().split('\n').at(-1) ?? '')).toEqual({
    ok: true,
    cases: 1,
    failures: 0,
    redeemedTwice: 0,
    ambiguousReplays: 0,
    unavoidable: 0,
    unavoidableWithTwoTokens: 0,
  });
  expect(code).toBe(0);
}, 60_000);

test('--case with a fault that no call meets fails, so that a case is never better than it looks', async () => {
  const { code, stdout } = await faultsRotation('--case', 'retry:900.throttled');
  expect(stdout).toContain('misbehaviour (1)');
  expect(stdout).toContain('npm run faults:rotation -- --case retry:900.throttled');
  expect(code).toBe(1);
}, 60_000);

test('--case with something else is refused with what a case looks like', async () => {
  const { code, stderr } = await faultsRotation('--case', 'retry:9.exploded');
  expect(stderr).toContain('9.killed-before+14.throttled');
  expect(code).not.toBe(0);
});
