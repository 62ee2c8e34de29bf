import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commandLineBundle } from '../helpers/command-line-bundle';
import {
  freePort,
  type LocalDeployment,
  operatorVariables,
  removeSynthesis,
  seed,
  startDeployment,
  stopDeployments,
} from './local-deployment';

const folder = mkdtempSync(join(tmpdir(), 'interrupted-'));
let deployment: LocalDeployment;
let genesysHangs = false;

beforeAll(async () => {
  deployment = await startDeployment({
    genesys: {
      faults: {
        decide: ({ service }) =>
          genesysHangs && service === 'api' ? { effect: 'none', answer: { kind: 'hang' } } : undefined,
      },
    },
  });
  await seed(deployment);
});
afterAll(async () => {
  await stopDeployments();
  removeSynthesis();
  rmSync(folder, { recursive: true, force: true });
});

/** What node and tsx keep for their next start. */
const CACHES = /^(?:tsx-|node-compile-cache)/;

/** Runs a command in an empty folder, and presses Ctrl-C once it has said something. */
const interrupt = async (args: readonly string[], said: RegExp) => {
  const [home, temporary] = ['home-', 'temporary-'].map((name) => mkdtempSync(join(folder, name)));
  const child = spawn(process.execPath, [commandLineBundle(), ...args], {
    cwd: home,
    env: {
      ...operatorVariables(deployment),
      TMPDIR: temporary,
      GENESYS_CLIENT_ID: '11111111-1111-4111-8111-111111111111',
      GENESYS_CLIENT_SECRET: 'of no client',
    },
  });
  let output = '';
  let isInterrupted = false;
  const listen = (chunk: Buffer): void => {
    output += chunk.toString('utf8');
    if (!isInterrupted && said.test(output)) {
      isInterrupted = true;
      child.kill('SIGINT');
    }
  };
  child.stderr.on('data', listen);
  child.stdout.on('data', listen);
  child.stdin.end('{"accessToken":"a","refreshToken":"b","clientId":"c","clientSecret":"d"}');
  const code = await new Promise((resolve) => {
    child.once('close', resolve);
  });
  const left = [home, temporary].flatMap((path) => readdirSync(path ?? '', { recursive: true }).map(String));
  return { code, output, left: left.filter((name) => !CACHES.test(name)) };
};

test.each<[string, string, RegExp]>([
  ['authorize waits for the browser', 'authorize --no-browser --port PORT', /Open this in a browser/],
  [
    'init waits for the browser',
    'init --yes --name calls --queue care --retention-days 30 --no-browser --port PORT',
    /Open this in a browser/,
  ],
  [
    'init waits for Genesys',
    'init --yes --name calls --queue care --retention-days 30 --tokens-from-stdin',
    /What this needs at Genesys/,
  ],
  ['probe reads', 'probe', /^local: account/],
  ['doctor looks', 'doctor', /Looking at the deployment/],
  ['backfill lists', 'backfill --queue 2b6f0cc9-04d1-4c1d-8f3a-9a1f5f0b7c3e', /Listing the voicemail/],
])(
  'Ctrl-C while %s ends it with one word and exit code 130, and leaves nothing behind',
  async (_what, line, said) => {
    genesysHangs = true;
    const args = line.replace('PORT', String(await freePort())).split(' ');
    const { code, output, left } = await interrupt(args, said);
    expect(output).toMatch(/\nstopped\n$/);
    expect(output).not.toMatch(/^\s+at /m);
    expect([code, left]).toEqual([130, []]);
  },
  30_000,
);

test('Ctrl-C ends doctor --watch between two looks in the same way', async () => {
  genesysHangs = false;
  const { code, output, left } = await interrupt(['doctor', '--watch', '3600'], /links hold|Next:/);
  expect(output).toMatch(/\nstopped\n$/);
  expect([code, left]).toEqual([130, []]);
}, 30_000);
