import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { redirectUriOf } from '../../cli/commands/authorize';
import { type InitOptions, init } from '../../cli/commands/init/init';
import { DEFAULT_BEHAVIOUR } from '../../tools/local-cloud/genesys/behaviour';
import {
  freePort,
  type LocalDeployment,
  removeSynthesis,
  startDeployment,
  stopDeployments,
} from './local-deployment';
import { browse } from './person';
import { RecordingTerminal } from './recording-terminal';

let deployment: LocalDeployment;
let folder: string;
let environment: NodeJS.ProcessEnv;
beforeAll(async () => {
  deployment = await startDeployment();
  const { aws, operatorCredentials, genesys } = deployment.stack;
  genesys.createQueue({ name: 'Customer Care' });
  genesys.createQueue({ name: 'Sales' });
  environment = process.env;
  // init makes its own clients, as the person's environment says.
  process.env = {
    ...environment,
    AWS_ENDPOINT_URL: aws.origin,
    AWS_REGION: aws.region,
    AWS_ACCESS_KEY_ID: operatorCredentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: operatorCredentials.secretAccessKey,
    AWS_SESSION_TOKEN: operatorCredentials.sessionToken,
  };
});
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'init-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
  deployment.stack.genesys.changeBehaviour(DEFAULT_BEHAVIOUR);
});
afterAll(async () => {
  process.env = environment;
  await stopDeployments();
  removeSynthesis();
});

/** One run of the command, with a person at the browser. */
const run = async (
  options: Partial<InitOptions>,
  answers: readonly string[] = [],
  user: { readonly permissions?: readonly string[] } = {},
) => {
  const { genesys } = deployment.stack;
  const port = await freePort();
  const client = genesys.createOAuthClient({ redirectUris: [redirectUriOf(port)] });
  const { email, password } = genesys.createUser(user);
  const terminal = new RecordingTerminal({
    answers,
    browse: async (url) => {
      await browse({ email, password }, url);
    },
  });
  const genesysEnvironment = {
    GENESYS_API_ORIGIN: genesys.origins.api,
    GENESYS_LOGIN_ORIGIN: genesys.origins.login,
    GENESYS_CLIENT_ID: client.id,
    GENESYS_CLIENT_SECRET: client.secret,
  };
  const ended = init(terminal, genesysEnvironment, {
    folder: join(folder, 'deployments'),
    outputFolder: join(folder, 'cdktf.out'),
    queue: [],
    alarmTopic: [],
    port,
    noBrowser: false,
    clientFromStdin: false,
    tokensFromStdin: false,
    yes: false,
    waitMinutes: 0,
    ...options,
  });
  return { terminal, ended, client };
};

const written = (name: string): Record<string, unknown> =>
  JSON.parse(readFileSync(join(folder, 'deployments', `${name}.json`), 'utf8'));

test('asks a person seven things, looks the rest up, and ends with a stack that Terraform can take', async () => {
  const { genesys, aws } = deployment.stack;
  const { ended, terminal } = await run({}, [
    'production',
    'mypurecloud.de',
    'Customer Care,Sales',
    '365',
    `arn:aws:sns:${aws.region}:${aws.accountId}:operators`,
    'none',
    'yes',
  ]);
  const { json, exitCode, text } = await ended;
  expect([json.ok, exitCode, json['problems']]).toEqual([true, 0, []]);
  expect(written('production')).toEqual({
    $schema: 'schema/deployment.schema.json',
    awsRegion: aws.region,
    awsAccountId: aws.accountId,
    genesysRegion: 'mypurecloud.de',
    eventSourceName: genesys.eventSourceName,
    queueIds: [expect.any(String), expect.any(String)],
    retentionDays: 365,
    alarmActions: [`arn:aws:sns:${aws.region}:${aws.accountId}:operators`],
  });
  expect(readdirSync(join(folder, 'cdktf.out/stacks/production'))).toContain('cdk.tf.json');
  expect(text).toContain('terraform -chdir=cdktf.out/stacks/production apply');
  // What is needed is said before the login.
  const needs = terminal.shown.indexOf('Voicemail > ACD Voicemail > View');
  expect(needs).toBeGreaterThan(-1);
  expect(needs).toBeLessThan(terminal.shown.indexOf('/oauth/authorize'));
  const said = `${terminal.shown}\n${text}\n${JSON.stringify(json)}`;
  expect(genesys.issuedSecrets().filter((secret) => said.includes(secret))).toEqual([]);
});

const FLAGS = {
  yes: true,
  name: 'test',
  genesysRegion: 'mypurecloud.de',
  queue: ['Sales'],
  retentionDays: '90',
} as const;

test('asks nothing where flags say everything, and keeps the login for authorize in a file of the person alone', async () => {
  const { ended, client } = await run({ ...FLAGS, keepLogin: join(folder, 'login.json') });
  expect((await ended).exitCode).toBe(0);
  expect(written('test')).toMatchObject({ retentionDays: 90, queueIds: [expect.any(String)] });
  const path = join(folder, 'login.json');
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({
    clientId: client.id,
    accessToken: expect.any(String),
    refreshToken: expect.any(String),
  });
});

test('tells before anything is deployed what would keep it from working', async () => {
  deployment.stack.genesys.changeBehaviour({ ipAddressAllowlist: ['203.0.113.0/24'] });
  const { ended, terminal } = await run(FLAGS, [], { permissions: ['routing:queue:view'] });
  const { json, exitCode } = await ended;
  expect([json.ok, exitCode]).toEqual([false, 3]);
  expect(json['problems']).toEqual([
    expect.stringContaining(
      'Sales: the user may not read its voicemail: give the role Voicemail > ACD Voicemail > View',
    ),
    expect.stringContaining('allows API calls from some addresses only'),
  ]);
  expect(terminal.shown).toContain('! Sales');
});

test.each<[string, Partial<InitOptions>, RegExp]>([
  ['a queue that is not there', { queue: ['Nobody'] }, /there is no queue "Nobody"/],
  [
    'a retention that is no number',
    { retentionDays: 'soon' },
    /--retention-days must be a whole number of days/,
  ],
  ['a name that is no file name', { name: '../x' }, /--name must be of a-z 0-9 -/],
  ['an option that the module refuses', { retentionDays: '99999' }, /retentionDays/],
  [
    'an event source of another organization',
    { eventSource: 'aws.partner/genesys.com/cloud/11111111-3d1b-4b0e-8a55-2f6d0c9e4b18/voicemail' },
    /belongs to organization 11111111/,
  ],
])('refuses %s, and writes nothing', async (_, options, message) => {
  const { ended } = await run({ ...FLAGS, ...options });
  await expect(ended).rejects.toMatchObject({ message: expect.stringMatching(message) });
  expect(() => written('test')).toThrow('ENOENT');
});

test('never replaces a deployment that is there', async () => {
  await (await run(FLAGS)).ended;
  const before = written('test');
  await expect((await run({ ...FLAGS, queue: ['Customer Care'] })).ended).rejects.toMatchObject({
    message: expect.stringContaining('exists already'),
  });
  expect(written('test')).toEqual(before);
});
