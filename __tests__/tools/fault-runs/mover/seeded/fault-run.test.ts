import { runFaultCommand } from '../../command';

const faults = (...args: string[]) => runFaultCommand('mover/seeded/main.ts', ...args);

test('a run with two tokens, of which one is revoked, loses nothing, and the last line of standard output says so in the words of the contract', async () => {
  const { code, stdout, stderr } = await faults('--events', '10', '--seed', '7', '--tokens', '2', '--json');
  const [line = '', ...others] = stdout.trim().split('\n').reverse();
  const report = JSON.parse(line);
  expect({ others, stderr: code === 0 ? '' : stderr }).toEqual({ others: [], stderr: '' });
  expect(Object.keys(report)).toEqual([
    'ok',
    'seed',
    'distinct',
    'stored',
    'absent',
    'skipped',
    'failed',
    'alreadyStored',
    'lost',
    'duplicateObjects',
    'extraVersions',
    'wrongBytes',
    'unclassified',
    'secretsInOutput',
    'phoneNumbersInOutput',
    'overBudgetRequests',
    'authorizationToMedia',
  ]);
  expect(report).toEqual({
    ok: true,
    seed: 7,
    distinct: 10,
    // Of the five that are not to be stored: a caller who left nothing, one too short, three that fail for good.
    stored: 5,
    absent: 1,
    skipped: 1,
    failed: 3,
    alreadyStored: expect.any(Number),
    lost: 0,
    duplicateObjects: 0,
    extraVersions: 0,
    wrongBytes: 0,
    unclassified: 0,
    secretsInOutput: 0,
    phoneNumbersInOutput: 0,
    overBudgetRequests: 0,
    authorizationToMedia: 0,
  });
  expect(report.alreadyStored).toBeGreaterThan(0);
}, 240_000);

test.each([
  ['--events', '3', 'expected a whole number from 10'],
  ['--seed', '-1', 'expected a whole number from 0'],
  ['--faults', '1.5', 'expected a share from 0 to 0.8'],
])(
  'an argument that makes no sense is refused before anything starts: %s %s',
  async (option, value, words) => {
    const { code, stderr } = await faults(option, value);
    expect(code).toBe(1);
    expect(stderr).toContain(words);
  },
);
