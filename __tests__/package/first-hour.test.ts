import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runAsOperator } from '../../tools/checks/examples/follow';
import { browse } from '../../tools/checks/examples/person';
import {
  type LocalStack,
  readSynthesizedStack,
  SHORT_WAITS,
  startLocalStack,
} from '../../tools/local-cloud/stack';
import { VOICEMAIL_SAMPLES } from '../../tools/local-cloud/voicemails';
import { freePort, removeSynthesis, startDeployment, stopDeployments } from '../cli/local-deployment';
import { packProject } from './packed';

const folder = mkdtempSync(join(tmpdir(), 'first-hour-'));
const home = mkdtempSync(join(tmpdir(), 'a newcomer '));
afterAll(async () => {
  await stopDeployments();
  removeSynthesis();
  for (const path of [folder, home]) {
    rmSync(path, { recursive: true, force: true });
  }
});

test('from the packed archive in an empty folder, init leads to a stored voicemail with one login', async () => {
  const archive = await packProject(folder);
  execFileSync('npm', ['install', '--offline', '--no-audit', '--no-fund', archive], { cwd: home });

  // The account and the organization, with the integration that an administrator has made.
  const { stack: before, clock } = await startDeployment();
  const { genesys } = before;
  const port = await freePort();
  const client = genesys.createOAuthClient({ redirectUris: [`http://127.0.0.1:${port}/callback`] });
  const user = genesys.createUser({ name: 'Voicemail mover' });
  const queue = genesys.createQueue({ name: 'Customer care' });
  const variables = {
    AWS_REGION: before.aws.region,
    GENESYS_CLIENT_ID: client.id,
    GENESYS_CLIENT_SECRET: client.secret,
    GENESYS_API_ORIGIN: genesys.origins.api,
    GENESYS_LOGIN_ORIGIN: genesys.origins.login,
    // What npx would ask of npm fails at once.
    npm_config_offline: 'true',
  };
  let login: Promise<string> | undefined;
  const type = (stack: LocalStack, line: string) =>
    runAsOperator(stack, ['sh', '-ec', line], {
      folder: home,
      variables,
      onStandardError: (said) => {
        const [url] = /http:\/\/\S+\/oauth\/authorize\S+(?=\n)/.exec(said) ?? [];
        if (url !== undefined) {
          login ??= browse(user, url);
        }
      },
    });
  const written = await type(
    before,
    `npx genesys-voicemail init --yes --name calls --queue "Customer care" --retention-days 90 --keep-login login.json --no-browser --port ${port} --json`,
  );
  expect(written).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('may read every one') });
  expect(await login).toMatch(/^200 .*Logged in/s);
  const { next } = JSON.parse(written.stdout);
  expect(next[0]).toBe(
    'terraform -chdir=cdktf.out/stacks/calls init && terraform -chdir=cdktf.out/stacks/calls apply && terraform -chdir=cdktf.out/stacks/calls output -json > outputs.json',
  );

  // As Terraform applies what was written.
  const stack = await startLocalStack({
    stack: readSynthesizedStack(join(home, 'cdktf.out'), 'calls'),
    clock,
    runningGenesys: genesys,
    extraVariables: SHORT_WAITS,
  });
  try {
    await stack.aws.secretsManager.rotationsIdle();
    writeFileSync(join(home, 'outputs.json'), JSON.stringify(stack.outputs));
    expect(await type(stack, next[1])).toMatchObject({
      exitCode: 0,
      stderr: expect.stringContaining('the chain holds'),
    });
    const sample = VOICEMAIL_SAMPLES.find(({ format }) => format === 'WEBM');
    const { event, messageId } = genesys.leaveVoicemail({
      queueId: queue.id,
      audio: { WEBM: readFileSync(sample?.path ?? '') },
      durationMs: sample?.durationMs ?? 0,
    });
    await stack.bus.putPartnerEvent(event);
    await stack.mapping.pollOnce();
    expect(await type(stack, 'npx genesys-voicemail doctor')).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('links hold'),
    });
    const found = await type(stack, `npx genesys-voicemail find --queue ${queue.id}`);
    expect(found).toMatchObject({ exitCode: 0, stdout: expect.stringContaining(messageId) });
  } finally {
    await stack.close();
  }
  // A change of the file needs no clone either.
  expect((await type(before, 'npx genesys-voicemail synth')).stdout).toContain('Synthesized calls');
  expect(readdirSync(home).sort()).toEqual([
    'cdktf.out',
    'deployments',
    'node_modules',
    'outputs.json',
    'package-lock.json',
    'package.json',
  ]);
}, 120_000);
