import { runFaultCommand } from '../../command';

const faultsMover = (...args: string[]) => runFaultCommand('mover/exploration/main.ts', ...args);

test('two runs of one seed give one journal, byte for byte, and no case of the sample fails a check', async () => {
  const runs = [await faultsMover('--sample', '8', '--json'), await faultsMover('--sample', '8', '--json')];
  const [first, second] = runs.map(({ stdout }) => stdout.trim().split('\n'));
  expect(second).toEqual(first);
  expect(first).toHaveLength(1);
  expect(JSON.parse(first?.[0] ?? '')).toEqual({
    ok: true,
    cases: 27,
    failures: 0,
    journalSha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    outsideSelectionTouched: 0,
    deletedUnproven: 0,
    wrongBytes: 0,
    erasedBack: 0,
    duplicates: 0,
    secretsInOutput: 0,
  });
  expect(runs.map(({ code }) => code)).toEqual([0, 0]);
}, 300_000);

test('--case replays one case, and prints every call with its fault and its time', async () => {
  const { code, stdout } = await faultsMover('--case', 'plain:1.throttled+2.killed-before');
  expect(stdout).toMatch(/ 0 {4}call 1 {2}secretsmanager GetSecretValue token-secret {2}<- throttled/);
  expect(stdout).toMatch(/call 2 {2}.* {2}<- killed-before\n +\d+ {2} {2}ended with Runtime\.ExitError/);
  expect(stdout).toContain('in the end: stored');
  expect(stdout).toContain('1 cases, 0 failed');
  expect(code).toBe(0);
}, 60_000);

test('--case with a fault that no call meets fails, so that a case is never better than it looks', async () => {
  const { code, stdout } = await faultsMover('--case', 'plain:900.throttled');
  expect(stdout).toContain('misbehaviour (1)');
  expect(stdout).toContain('npm run faults:mover -- --seed 1 --case plain:900.throttled');
  expect(code).toBe(1);
}, 60_000);

test('--case with something else is refused with what a case looks like', async () => {
  const { code, stderr } = await faultsMover('--case', 'plain:3.exploded');
  expect(stderr).toContain('3.killed-before+5.always-error-before');
  expect(code).not.toBe(0);
});
