import { runFaultCommand } from '../../command';

const faultsMover = (...args: string[]) => runFaultCommand('mover/exploration/main.ts', ...args);

test('--case replays one case: every call with its fault and its time, byte for byte the same in a second run', async () => {
  const replay = () => faultsMover('--case', 'plain:1.throttled+2.killed-before', '--json');
  const runs = [await replay(), await replay()];
  const [{ stdout = '', stderr = '' } = {}] = runs;
  expect(stderr).toMatch(/ 0 {4}call 1 {2}secretsmanager GetSecretValue token-secret {2}<- throttled/);
  expect(stderr).toMatch(/call 2 {2}.* {2}<- killed-before\n +\d+ {2} {2}ended with Runtime\.ExitError/);
  expect(stderr).toContain('in the end: stored');
  expect(stderr).toContain('1 cases, 0 failed');
  expect(JSON.parse(stdout)).toEqual({
    ok: true,
    cases: 1,
    failures: 0,
    journalSha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    outsideSelectionTouched: 0,
    deletedUnproven: 0,
    wrongBytes: 0,
    erasedBack: 0,
    duplicates: 0,
    secretsInOutput: 0,
  });
  // The report holds the journal's hash.
  expect(runs[1]?.stdout).toBe(stdout);
  expect(runs.map(({ code }) => code)).toEqual([0, 0]);
}, 120_000);

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
