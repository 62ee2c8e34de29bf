import { execFile, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { commandLineBundle } from '../../../helpers/command-line-bundle';

const ROOT = join(__dirname, '../../../..');

interface Ending {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** `npm start` with arguments, without npm. */
const start = (...args: string[]): Promise<Ending> =>
  new Promise((resolve) => {
    execFile(
      process.execPath,
      ['--import', 'tsx', join(ROOT, 'tools/local-cloud/run/main.ts'), ...args],
      { cwd: ROOT },
      (error, stdout, stderr) => resolve({ code: Number(error?.code ?? 0), stdout, stderr }),
    );
  });

test("with --json --keep the one line of standard output says that everything held; then an operator's commands work on the run, and no second run, until Ctrl-C", async () => {
  const run = spawn(
    process.execPath,
    ['--import', 'tsx', join(ROOT, 'tools/local-cloud/run/main.ts'), '--json', '--keep', '--voicemails', '2'],
    { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const ended = new Promise((resolve) => run.once('close', resolve));
  let stdout = '';
  run.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  try {
    let said = '';
    for await (const text of run.stderr.setEncoding('utf8')) {
      said += text;
      if (said.includes('end with Ctrl-C')) {
        break;
      }
    }
    expect(said).toContain('. .local/environment.sh\n  npx genesys-voicemail doctor');
    const inEnvironment = (command: string) =>
      promisify(execFile)('sh', ['-c', `. .local/environment.sh && ${command}`], { cwd: ROOT });
    const operate = (command: string) => inEnvironment(`node "${commandLineBundle()}" ${command}`);
    const found = await operate('find --queue Sales --link --json');
    const [{ link, conversationId }] = JSON.parse(found.stdout).voicemails;
    // The run's clock is minutes ahead by now.
    expect((await fetch(link)).status).toBe(200);
    const erased = await operate(`erase --conversation ${conversationId} --yes --json`);
    expect(JSON.parse(erased.stdout.trim().split('\n').at(-1) ?? '')).toMatchObject({ ok: true });
    // As it was printed.
    const examined = await inEnvironment('npx genesys-voicemail doctor');
    expect(examined.stdout).toMatch(/All \d+ links hold/);
    const second = await start('--voicemails', '1', '--json');
    expect(second.code).toBe(1);
    expect(JSON.parse(second.stdout)).toMatchObject({
      ok: false,
      error: 'CannotBegin',
      message: second.stderr.trim(),
      exitCode: 1,
    });
    expect(second.stderr).toMatch(
      /^another run \(process \d+\) works in .*\.local; end it with Ctrl-C[^\n]*\n$/,
    );
  } finally {
    run.kill('SIGINT');
  }
  expect(await ended).toBe(0);
  expect(existsSync(join(ROOT, '.local/environment.sh'))).toBe(false);
  const { objects, ...rest } = JSON.parse(stdout);
  expect(rest).toEqual({
    ok: true,
    rotations: [{ redemptions: 1, promoted: true }],
    voicemails: { left: 2, stored: 2, alreadyStored: 1 },
  });
  expect(objects).toHaveLength(2);
  for (const { key, bytes, sha256, sourceSha256 } of objects) {
    expect(key).toMatch(/^queue_id=.*\.webm$/);
    expect(bytes).toBeGreaterThan(1000);
    expect(sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(sha256).toBe(sourceSha256);
  }
}, 120_000);

test('Ctrl-C in the middle is one word and exit code 130, and leaves no temporary folder', async () => {
  const temporary = mkdtempSync(join(tmpdir(), 'interrupted-'));
  const run = spawn(process.execPath, ['--import', 'tsx', join(ROOT, 'tools/local-cloud/run/main.ts')], {
    cwd: ROOT,
    env: { ...process.env, TMPDIR: temporary },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  let unpacked: readonly string[] = [];
  const foldersLeft = () => readdirSync(temporary).filter((name) => name.startsWith('genesys-voicemail-'));
  run.stdout.on('data', (chunk) => {
    said += chunk;
    if (unpacked.length === 0 && said.includes('Rotate the secret')) {
      unpacked = foldersLeft();
      run.kill('SIGINT');
    }
  });
  let complaint = '';
  run.stderr.on('data', (chunk) => {
    complaint += chunk;
  });
  expect([await new Promise((resolve) => run.once('close', resolve)), complaint]).toEqual([130, 'stopped\n']);
  expect([unpacked.length, foldersLeft()]).toEqual([1, []]);
}, 120_000);

test('a deployment that is not there is one line with those that are, whatever an earlier synth left', async () => {
  const { code, stdout, stderr } = await start('--deployment', '../local');
  expect([code, stdout, stderr]).toEqual([
    1,
    '',
    'there is no deployment "../local"; deployments/ has local\n',
  ]);
});

test('a port that is taken is named in one clear line, and the exit code is 1', async () => {
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  const address = taken.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const { code, stderr, stdout } = await start('--json', '--aws-port', String(port));
  taken.close();
  expect(code).toBe(1);
  expect(stderr).toContain(`cannot listen on 127.0.0.1:${port}`);
  expect(stderr).not.toMatch(/^\s+at /m);
  expect(JSON.parse(stdout)).toMatchObject({ ok: false });
}, 120_000);

test('the path to listen to is whole on a line of its own however narrow the terminal is, and a next step ends the run', async () => {
  const { code, stdout } = await start('--voicemails', '1');
  const lines = stdout.trim().split('\n');
  const path = lines[lines.indexOf('To listen to:') + 1] ?? '';
  expect([code, existsSync(path)]).toEqual([0, true]);
  expect(lines.at(-1)).toMatch(/^Next: /);
}, 120_000);

test('a number that makes no sense is refused before anything starts, to a script too', async () => {
  const { code, stdout, stderr } = await start('--voicemails', 'many', '--json');
  expect(code).toBe(1);
  expect(stderr).toContain('expected a whole number from 1 to 1000');
  expect(JSON.parse(stdout)).toMatchObject({ ok: false, error: 'UsageWrong', exitCode: 1 });
});
