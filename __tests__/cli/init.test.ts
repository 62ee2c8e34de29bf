import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { InitOptions } from '../../cli/commands/init/draft';
import { browse } from '../../tools/checks/examples/person';
import { QUEUE_ID } from '../helpers/synth';
import { leaveMachine, runInit, startMachine } from './init-run';
import { freePort, type LocalDeployment, removeSynthesis, stopDeployments } from './local-deployment';
import { RecordingTerminal } from './recording-terminal';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'init-'));
});
afterEach(async () => {
  leaveMachine();
  rmSync(folder, { recursive: true, force: true });
  await stopDeployments();
});
afterAll(removeSynthesis);

/** With flags alone, and a login that was got another way. */
const withFlags = (
  deployment: LocalDeployment,
  options: Partial<InitOptions> = {},
  pair = deployment.stack.genesys.grantFirstPair(),
) => {
  const terminal = new RecordingTerminal({ input: JSON.stringify(pair) });
  const flags = {
    name: 'calls',
    queue: ['Sales'],
    retentionDays: '90',
    tokensFromStdin: true,
    yes: true,
    ...options,
  };
  return { terminal, result: runInit(deployment, terminal, folder, flags) };
};

test('a guided run asks for what cannot be known, and writes a deployment that synthesizes', async () => {
  const deployment = await startMachine();
  const { genesys } = deployment.stack;
  const port = await freePort();
  const client = genesys.createOAuthClient({ redirectUris: [`http://127.0.0.1:${port}/callback`] });
  const user = genesys.createUser({ name: 'Voicemail mover' });
  const answers = [
    'production',
    'mypurecloud.de',
    client.id,
    client.secret,
    'Returns,Sales',
    '365',
    'none',
    'none',
  ];
  const terminal = new RecordingTerminal({
    answers,
    browse: async (url) => {
      await browse(user, url);
    },
  });
  const keepLogin = join(folder, 'login.json');
  const { text, json, exitCode } = await runInit(deployment, terminal, folder, { port, keepLogin });
  expect(exitCode).toBe(0);
  expect(JSON.parse(readFileSync(join(folder, 'deployments/production.json'), 'utf8'))).toEqual({
    awsRegion: 'eu-central-1',
    awsAccountId: deployment.stack.aws.accountId,
    genesysRegion: 'mypurecloud.de',
    eventSourceName: deployment.outputs.event_bus_name,
    queueIds: ['d1b9f6e3-8c75-4a1b-8d68-2f4e3c5b7a91', 'e2c0a7f4-9d86-4b2c-8e79-3a5f4d6c8ba2'],
    retentionDays: 365,
  });
  expect(readdirSync(join(folder, 'cdktf.out/stacks'))).toEqual(['production']);
  expect(JSON.parse(readFileSync(keepLogin, 'utf8'))).toMatchObject({ clientId: client.id });
  expect(statSync(keepLogin).mode & 0o777).toBe(0o600);
  // Who works where is said before the login, and who logged in after it.
  expect(terminal.shown).toMatch(
    /account \d{12}, region eu-central-1.*redirect URI http:\/\/127.*scopes.*role with.*organization .* as Voicemail mover/s,
  );
  expect(json['next']).toHaveLength(2);
  expect(text).toContain(`authorize --tokens-from-stdin < ${keepLogin} && rm ${keepLogin}`);
  expect(genesys.issuedSecrets().filter((secret) => (terminal.shown + text).includes(secret))).toEqual([]);
});

test('flags alone answer every question', async () => {
  const deployment = await startMachine();
  const { terminal, result } = withFlags(deployment, {
    retentionDays: 'forever',
    alarmTopic: ['arn:aws:sns:eu-central-1:123456789012:operators'],
    stateBucket: 'states',
    queue: ['Sales', QUEUE_ID],
  });
  expect((await result).json['deployment']).toMatchObject({
    queueIds: ['e2c0a7f4-9d86-4b2c-8e79-3a5f4d6c8ba2', QUEUE_ID],
    retainForever: true,
    alarmActions: ['arn:aws:sns:eu-central-1:123456789012:operators'],
    backend: { bucket: 'states', key: 'genesys-voicemail/calls.tfstate' },
  });
  expect(terminal.shown).not.toContain('?');
});

test('without an event source it shows the form of the integration, and waits until the source appears', async () => {
  let looks = 0;
  const deployment = await startMachine({
    awsFaults: {
      decide: ({ operation }) => {
        looks += operation === 'ListEventSources' ? 1 : 0;
        return operation === 'ListEventSources' && looks < 4
          ? {
              effect: 'applied',
              answer: {
                kind: 'altered',
                alter: (answer) => ({ ...answer, headers: {}, body: Buffer.from('{"EventSources":[]}') }),
              },
            }
          : undefined;
      },
    },
  });
  const { terminal, result } = withFlags(deployment);
  expect((await result).exitCode).toBe(0);
  expect(looks).toBe(4);
  expect(terminal.shown).toMatch(
    /AWS account id +\d{12}.*AWS region +eu-central-1.*Event source suffix +voicemail.*voicemail\.end.*The event source is there/s,
  );
});

test('what would keep the deployment from working is told before there is one', async () => {
  const deployment = await startMachine();
  const { genesys } = deployment.stack;
  const { id: userId } = genesys.createUser({ permissions: ['routing:queue:view'] });
  const { terminal, result } = withFlags(deployment, {}, genesys.grantFirstPair({ userId }));
  genesys.changeBehaviour({ idleTokenTimeoutSeconds: 3600 });
  const { exitCode, json } = await result;
  expect(exitCode).toBe(3);
  expect(json['problems']).toEqual([
    expect.stringMatching(/^Sales: the user may not read its voicemail: give the role Voicemail > ACD/),
    expect.stringMatching(/^the inactivity timeout of the organization is on/),
  ]);
  expect(terminal.shown).toContain('! Sales: the user may not read');
});

test('a person who sees a problem may stop, and nothing is written', async () => {
  const deployment = await startMachine();
  const { genesys } = deployment.stack;
  const { id: userId } = genesys.createUser({ permissions: ['routing:queue:view'] });
  const terminal = new RecordingTerminal({
    input: JSON.stringify(genesys.grantFirstPair({ userId })),
    answers: ['calls', 'mypurecloud.de', 'Sales', 'no'],
  });
  await expect(runInit(deployment, terminal, folder, { tokensFromStdin: true })).rejects.toThrow(
    'nothing was written',
  );
  expect(existsSync(join(folder, 'deployments'))).toBe(false);
});

test('all that is wrong with the flags is told at once, before anybody is asked', async () => {
  const taken = join(folder, 'login.json');
  writeFileSync(taken, '');
  const terminal = new RecordingTerminal();
  const flags = {
    name: 'My Calls',
    region: 'frankfurt',
    genesysRegion: 'frankfurt',
    eventSource: 'foo',
    alarmTopic: ['foo'],
    stateBucket: 'A',
    keepLogin: taken,
    yes: true,
  };
  const refused: unknown = await runInit(undefined, terminal, folder, flags).catch((error) => error);
  expect(refused).toMatchObject({ exitCode: 2, code: 'InputUnusable' });
  const lines = String(refused).split('\n');
  expect(lines.map((line) => /--[a-z-]+|OAuth client|nothing was written/.exec(line)?.[0])).toEqual([
    '--name',
    '--keep-login',
    '--region',
    '--state-bucket',
    '--genesys-region',
    '--event-source',
    '--alarm-topic',
    '--queue',
    '--retention-days',
    'OAuth client',
    'nothing was written',
  ]);
  expect(lines[4]).toMatch(/"frankfurt"; allowed: .*eu-central-1 \(mypurecloud.de\)/);
  expect(terminal.shown).toBe('');
  await expect(runInit(undefined, terminal, folder, { retentionDays: '0', yes: true })).rejects.toThrow(
    /--retention-days is 0; allowed: .*, or forever/,
  );
});

test('a second deployment of the account gets a name of its own and the bus of the first, and both synthesize', async () => {
  const deployment = await startMachine();
  await withFlags(deployment).result;
  const second = withFlags(deployment, { name: 'prod2' });
  expect((await second.result).json['deployment']).toMatchObject({
    name: 'voicemail-prod2',
    existingEventBusName: deployment.outputs.event_bus_name,
  });
  expect(second.terminal.shown).toMatch(
    /names of its resources begin with voicemail-prod2: .* deployments\/calls.json has genesys-voicemail.*apply that one first.*redirect URI/s,
  );
  expect((await withFlags(deployment, { name: 'prod-2-' }).result).json['deployment']).toMatchObject({
    name: 'voicemail-prod-2',
  });
  expect(readdirSync(join(folder, 'cdktf.out/stacks'))).toEqual(['calls', 'prod-2-', 'prod2']);
});

test('a region of Genesys that is not that of the events is asked for, with that one as the default', async () => {
  const deployment = await startMachine();
  const input = JSON.stringify(deployment.stack.genesys.grantFirstPair());
  const chosen = async (...answers: readonly string[]) => {
    const terminal = new RecordingTerminal({ input, answers });
    const { json } = await runInit(deployment, terminal, folder, { tokensFromStdin: true });
    return json['deployment'];
  };
  const rest = ['Sales', '365', 'none', 'none'];
  expect(await chosen('one', 'mypurecloud.ie', ...rest)).toMatchObject({ genesysRegion: 'mypurecloud.ie' });
});

test.each<[string, Partial<InitOptions>, RegExp]>([
  ['a queue that is not there', { queue: ['Nobody'] }, /there is no queue "Nobody"/],
  ['a name that no stack has', { name: 'My Calls' }, /--name is "My Calls"; allowed: 1 to 64 of a-z/],
  [
    'a topic of another region',
    { alarmTopic: ['arn:aws:sns:us-east-1:123456789012:x'] },
    /--alarm-topic is "arn/,
  ],
  [
    'the event source of another organization',
    { eventSource: 'aws.partner/genesys.com/cloud/00000000-1111-4222-8333-444444444444/voicemail' },
    /belongs to organization 00000000/,
  ],
  ['a queue that nobody names', { queue: [] }, /give --queue/],
])('%s is refused, and nothing is written', async (_what, options, message) => {
  const deployment = await startMachine();
  await expect(withFlags(deployment, options).result).rejects.toThrow(message);
  expect(existsSync(join(folder, 'deployments'))).toBe(false);
});
