import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EXIT_CODE } from '../../cli/errors';
import { createProgram } from '../../cli/program';
import { jsonLine } from '../../cli/terminal';
import { commandLineBundle } from '../helpers/command-line-bundle';
import {
  type LocalDeployment,
  removeSynthesis,
  seed,
  startDeployment,
  stopDeployments,
} from './local-deployment';
import { RecordingTerminal } from './recording-terminal';

const PROJECT = join(__dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'command-line-'));
const bundle = commandLineBundle();

beforeAll(() => writeFileSync(join(folder, 'a-file'), ''));
afterEach(stopDeployments);
afterAll(() => {
  removeSynthesis();
  rmSync(folder, { recursive: true, force: true });
});

/** Runs the command line as a person does, in a process of its own. */
const run = (
  args: readonly string[],
  {
    deployment,
    input = '',
    environment = {},
    of = bundle,
  }: { deployment?: LocalDeployment; input?: string; environment?: NodeJS.ProcessEnv; of?: string } = {},
): Promise<{ code: number | null; stdout: string; stderr: string }> =>
  new Promise((resolve, reject) => {
    const credentials = deployment?.stack.operatorCredentials;
    const child = spawn(process.execPath, [of, ...args], {
      cwd: folder,
      env: {
        PATH: process.env['PATH'],
        ...(deployment === undefined || credentials === undefined
          ? {}
          : {
              AWS_ENDPOINT_URL: deployment.stack.aws.origin,
              AWS_ACCESS_KEY_ID: credentials.accessKeyId,
              AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
              AWS_SESSION_TOKEN: credentials.sessionToken,
              GENESYS_VOICEMAIL_OUTPUTS: deployment.outputsPath,
            }),
        ...environment,
      },
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk) => {
      stdout += chunk;
    });
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout, stderr }));
    child.stdin.end(input);
  });

const QUEUE_ID = '2b6f0cc9-04d1-4c1d-8f3a-9a1f5f0b7c3e';

const COMMANDS = ['authorize', 'doctor', 'backfill', 'redrive', 'find', 'erase'];

const program = createProgram({
  terminal: new RecordingTerminal(),
  environment: {},
  finish: () => undefined,
});

test.each(program.commands.map((command) => [command.name(), command] as const))(
  'the help of %s fits a screen of 80 columns, with at most three examples, exit codes and its policy',
  async (name, { options }) => {
    const { code, stdout } = await run([name, '--help']);
    expect(code).toBe(0);
    const lines = stdout.trimEnd().split('\n');
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
    expect(lines.length).toBeLessThanOrEqual(Math.max(30, options.length + 14));
    expect(stdout).toMatch(/--json.*Examples:\n(?: {2}genesys-voicemail .*\n){1,3}\nExit codes: /s);
    if (COMMANDS.includes(name)) {
      expect(stdout).toContain(`genesys-voicemail policy ${name}`);
    }
  },
);

test('the help of the program is shorter than 40 lines of 80 columns, and explains every exit code', async () => {
  const { stdout } = await run(['--help']);
  const lines = stdout.split('\n');
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
  expect(lines.length).toBeLessThan(40);
  for (const code of Object.values(EXIT_CODE)) {
    expect(stdout).toMatch(new RegExp(`[:,]\\s${code} [a-zA-Z]`));
  }
  expect((await run(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
}, 60_000);

test('synth ends with a line to copy for each stack, which begins with terraform init', async () => {
  const deployments = join(folder, 'deployments');
  mkdirSync(deployments);
  const place = { awsRegion: 'eu-central-1', awsAccountId: '111122223333', genesysRegion: 'mypurecloud.de' };
  for (const name of ['one', 'two']) {
    const eventSourceName = `aws.partner/genesys.com/cloud/7f1c9a34-3d1b-4b0e-8a55-2f6d0c9e4b18/${name}`;
    const deployment = { ...place, name, eventSourceName, retentionDays: 365 };
    writeFileSync(join(deployments, `${name}.json`), JSON.stringify(deployment));
  }
  // The one command that needs the functions' bundles, which a checkout makes as it goes.
  const { code, stdout } = await run(['synth'], { of: join(PROJECT, 'cli/bin.cjs') });
  const line = (stack: string) => {
    const terraform = `terraform -chdir=cdktf.out/stacks/${stack}`;
    return `  ${terraform} init && ${terraform} apply && ${terraform} output -json > ${stack}.outputs.json`;
  };
  expect([code, stdout.split('\n')]).toEqual([
    0,
    ['Synthesized one, two. Next:', '', line('one'), line('two'), ''],
  ]);
}, 60_000);

test('policy prints the least privilege of a command, with the ARNs of the deployment', async () => {
  const { code, stdout } = await run(['policy', 'erase', '--placeholders']);
  expect([code, stdout]).toEqual([0, expect.stringContaining('"Resource": "<bucket_arn>/*"')]);
  const policies = await Promise.all(
    COMMANDS.map((name) => run(['policy', name, '--placeholders', '--json'])),
  );
  for (const { stdout: line } of policies) {
    expect(JSON.parse(line)).toMatchObject({ ok: true, policy: { Version: '2012-10-17' } });
    expect(line).not.toContain('"Action":"*"');
  }
}, 60_000);

test.each<[string, readonly string[], string, number]>([
  ['an unknown option', ['find', '--quick', '--json'], 'UsageWrong', 2],
  ['an unknown command', ['lose', '--json'], 'UsageWrong', 2],
  ['a missing outputs file', ['doctor', '--json'], 'OutputsUnusable', 2],
  // Before the outputs are read, and so before AWS is asked.
  ['nothing to find', ['find', '--json'], 'UsageWrong', 2],
  ['nothing to erase', ['erase', '--json'], 'UsageWrong', 2],
  [
    'a download to a file',
    ['find', '--since', '2026-11-23', '--download', 'a-file/folder', '--json'],
    'UsageWrong',
    2,
  ],
  ['a review without a plan', ['review-plan', '--json'], 'PlanUnreadable', 1],
])('with --json answers in one shape for %s', async (_what, args, error, exitCode) => {
  const { code, stdout } = await run(args);
  expect(code).toBe(exitCode);
  expect(JSON.parse(stdout.trim().split('\n').at(-1) ?? '')).toEqual({
    ok: false,
    error,
    message: expect.any(String),
    exitCode,
  });
});

test.each(Object.values(EXIT_CODE))(
  'a result that ends with %i tells a script why, unless it is whole',
  (exitCode) => {
    const json = { ok: exitCode === 0, found: 1 };
    expect(JSON.parse(jsonLine({ text: '\u001b[31mlost\u001b[0m', json, exitCode }))).toEqual(
      exitCode === 0
        ? json
        : { ...json, error: expect.stringMatching(/^[A-Z][A-Za-z]+$/), message: 'lost', exitCode },
    );
  },
);

test.each([
  ['doctor', 'Findings', 3],
  ['heal --yes', 'Failed', 1],
  ['find --since 2026-11-23', 'NotFound', 6],
])(
  '%s --json names error, message and exit code beside what it found',
  async (line, error, exitCode) => {
    const deployment = await startDeployment();
    const { code, stdout } = await run([...line.split(' '), '--json'], { deployment });
    expect(code).toBe(exitCode);
    expect(JSON.parse(stdout.trim().split('\n').at(-1) ?? '')).toMatchObject({
      ok: false,
      error,
      message: expect.stringMatching(/./),
      exitCode,
      account: deployment.place.account,
    });
  },
  60_000,
);

test('credentials that are missing, unknown, or of another account are one sentence with an exit code of its own', async () => {
  const deployment = await startDeployment();
  const { accessKeyId, secretAccessKey } = deployment.stack.operatorCredentials;
  const doctor = (environment: NodeJS.ProcessEnv, ...args: readonly string[]) =>
    run(['doctor', ...args], { deployment, environment });
  const none = {
    AWS_ACCESS_KEY_ID: '',
    AWS_SECRET_ACCESS_KEY: '',
    AWS_SESSION_TOKEN: '',
    AWS_EC2_METADATA_DISABLED: 'true',
  };
  expect(await doctor(none)).toEqual({
    code: 5,
    stdout: '',
    stderr: expect.stringMatching(/^there are no usable AWS credentials; [^\n]*\n$/),
  });
  expect((await doctor(none, '--profile', 'nope')).stderr).toMatch(
    /^there are no usable .* in the profile "nope"; [^\n]*\n$/,
  );
  // The SDK would say in seven lines that it takes the profile.
  expect((await doctor({}, '--profile', 'nope')).stderr).toMatch(
    /^there are no usable .* in the profile "nope"; [^\n]*\n$/,
  );
  expect(
    await doctor({
      AWS_ACCESS_KEY_ID: accessKeyId.replace(/.$/, 'X'),
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
    }),
  ).toMatchObject({
    code: 5,
    stderr: expect.stringMatching(/^AWS does not know the credentials [^\n]*\n$/),
  });
  const elsewhere = join(folder, 'elsewhere.json');
  writeFileSync(
    elsewhere,
    readFileSync(deployment.outputsPath, 'utf8').replaceAll(
      `:${deployment.stack.aws.accountId}:`,
      ':999988887777:',
    ),
  );
  expect(await doctor({}, '--outputs', elsewhere)).toMatchObject({
    code: 5,
    stderr: expect.stringMatching(
      /^these AWS credentials are of account \d{12} .* in account 999988887777; [^\n]*\n$/,
    ),
  });
}, 60_000);

test.each<[string, readonly string[], RegExp]>([
  ['an unknown command', ['authorise'], /unknown command/],
  ['an unknown option', ['doctor', '--quick'], /unknown option/],
  ['an id that is none', ['find', '--voicemail', '../x'], /expected a UUID/],
  ['a missing outputs file', ['doctor'], /outputs\.json \(ENOENT\); write it with/],
  ['a secret as an argument', ['authorize', '--client-secret', 'x'], /unknown option/],
])('%s is a one-line error with exit code 2', async (_what, args, message) => {
  const { code, stderr } = await run(args);
  expect([code, stderr]).toEqual([2, expect.stringMatching(message)]);
  expect(stderr).not.toContain('    at ');
});

test('an option that takes one value is refused the second time, instead of letting the last one win', async () => {
  const { code, stderr } = await run(['find', '--queue', 'Sales', '--queue', 'Support']);
  expect([code, stderr]).toEqual([
    2,
    "error: option '--queue <name or id>' is given twice, and takes one value\n",
  ]);
});

test('probe takes a queue by its name, and tells of one that is not there', async () => {
  const deployment = await startDeployment();
  await seed(deployment);
  deployment.stack.genesys.createQueue({ name: 'Support' });
  const probe = (queue: string) => run(['probe', '--queue', queue], { deployment });
  expect((await probe('Support')).stdout).toContain('not seen    In which order');
  expect(await probe('Suport')).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/there is no queue "Suport" .*; there are "Support", /),
  });
}, 60_000);

test('the next step is the whole command, with the flags by which the deployment was named', async () => {
  const deployment = await startDeployment();
  const { stdout } = await run(['heal', '--outputs', deployment.outputsPath, '--deployment', 'local'], {
    deployment,
    environment: { GENESYS_VOICEMAIL_OUTPUTS: '' },
  });
  expect(stdout.trimEnd().split('\n').at(-1)).toMatch(
    / genesys-voicemail-to-s3@[\d.]+ authorize --outputs \/\S+\/outputs\.json --deployment local$/,
  );
}, 60_000);

test('a variable for the outputs that is set and empty counts as none', async () => {
  const { stderr } = await run(['doctor'], { environment: { GENESYS_VOICEMAIL_OUTPUTS: '' } });
  expect(stderr).toContain('read from outputs.json (ENOENT)');
});

test('outputs of several deployments ask which one; an output that is missing is named', async () => {
  const path = join(folder, 'several.json');
  writeFileSync(path, JSON.stringify({ one: { bucket_arn: 'arn' }, calls: { two: { bucket_arn: 'arn' } } }));
  expect((await run(['doctor', '--outputs', path])).stderr).toContain(
    'name one with --deployment: one, calls/two',
  );
  expect((await run(['doctor', '--outputs', path, '--deployment', 'one'])).stderr).toContain(
    'the outputs bucket_name, key_arn, secret_arn',
  );
});

test.each<[string, Buffer]>([
  ['UTF-16', Buffer.from('\ufeff{"one":{"bucket_arn":"arn"}}', 'utf16le')],
  ['UTF-8 with a byte order mark', Buffer.from('\ufeff{"one":{"bucket_arn":"arn"}}')],
])('outputs that PowerShell wrote as %s are read', async (_what, content) => {
  const path = join(folder, 'outputs-of-powershell.json');
  writeFileSync(path, content);
  expect((await run(['doctor', '--outputs', path])).stderr).toContain('the outputs bucket_name, key_arn');
});

test('a pair from standard input, then doctor: all green, JSON last on standard output, nothing secret anywhere', async () => {
  const deployment = await startDeployment();
  const { genesys } = deployment.stack;
  const input = JSON.stringify(genesys.grantFirstPair());
  const authorized = await run(['authorize', '--tokens-from-stdin', '--json'], { deployment, input });
  expect(authorized).toMatchObject({ code: 0, stderr: expect.stringContaining('the chain holds') });
  expect(JSON.parse(authorized.stdout.trim().split('\n').at(-1) ?? '')).toMatchObject({ ok: true });
  const terraform = join(folder, 'terraform.json');
  writeFileSync(
    terraform,
    JSON.stringify(
      Object.fromEntries(
        Object.entries(deployment.stack.outputs).map(([name, value]) => [
          name,
          { sensitive: false, type: 'string', value },
        ]),
      ),
    ),
  );
  const examined = await run(['doctor', '--outputs', terraform], { deployment });
  expect(examined).toMatchObject({ code: 0, stdout: expect.stringContaining('links hold') });
  const said = [authorized, examined].map(({ stdout, stderr }) => stdout + stderr).join();
  expect(genesys.issuedSecrets().filter((secret) => said.includes(secret))).toEqual([]);
}, 60_000);

test('a failure is a sentence on standard error and, with --json, an object on standard output', async () => {
  const deployment = await startDeployment();
  await seed(deployment);
  const { code, stdout, stderr } = await run(
    ['erase', '--voicemail', '99999999-9999-4999-8999-999999999999', '--json'],
    { deployment },
  );
  expect(code).toBe(6);
  expect(JSON.parse(stdout.trim().split('\n').at(-1) ?? '')).toEqual({
    ok: false,
    error: 'NotFound',
    message: expect.any(String),
    exitCode: 6,
  });
  expect(stderr).toContain('nothing was erased');
  expect(stderr.split('\n')[0]).toMatch(/^local: account \d{12}, eu-central-1, as arn:aws:/);
}, 60_000);

test('a reader that closes the pipe early makes no stack trace', async () => {
  const child = spawn(process.execPath, [bundle, 'find', '--help']);
  let stderr = '';
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  child.stdout.destroy();
  const code = await new Promise((resolve) => {
    child.once('close', resolve);
  });
  expect([code, stderr]).toEqual([0, '']);
});

test('outputs that a local run has taken away with it name the run, and how to begin another', async () => {
  const { code, stderr } = await run(['doctor', '--outputs', join(folder, '.local/outputs.json')]);
  expect([code, stderr]).toEqual([2, expect.stringMatching(/^the local run .* has ended; begin another/)]);
});

test('a day that no calendar has is refused', async () => {
  const { code, stderr } = await run(['find', '--queue', QUEUE_ID, '--day', '2026-02-31']);
  expect(code).toBe(2);
  expect(stderr).toContain('expected a date in UTC');
});
