import { once } from 'node:events';
import { createServer, get } from 'node:http';
import {
  type AuthorizeOptions,
  authorize,
  authorizePolicy,
  redirectUriOf,
} from '../../cli/commands/authorize';
import { regionOf } from '../../cli/deployment';
import { policyDocument } from '../../cli/policy';
import { browse, type Person } from '../../tools/checks/examples/person';
import {
  freePort,
  type LocalDeployment,
  removeSynthesis,
  seed,
  startDeployment,
  stopDeployments,
} from './local-deployment';
import { RecordingTerminal } from './recording-terminal';

let deployment: LocalDeployment;
beforeAll(async () => {
  deployment = await startDeployment();
});
afterEach(() => {
  deployment.stack.genesys.clearFaults();
  deployment.stack.genesys.changeBehaviour({ idleTokenTimeoutSeconds: null });
});
afterAll(async () => {
  await stopDeployments();
  removeSynthesis();
});

const NO_ENVIRONMENT = {};

/** An OAuth client, a service user and a port for the listener. */
const prepare = async (
  client: { readonly scopes?: readonly string[] } = {},
  permissions?: readonly string[],
) => {
  const { genesys } = deployment.stack;
  const port = await freePort();
  const { id, secret } = genesys.createOAuthClient({ redirectUris: [redirectUriOf(port)], ...client });
  const { email, password } = genesys.createUser({ permissions });
  const pages: string[] = [];
  const run = (
    options: AuthorizeOptions & {
      readonly person?: Partial<Person>;
      readonly clientSecret?: string;
      /** Answers after id and secret. */
      readonly answers?: readonly string[];
    } = {},
  ) => {
    const { person, clientSecret = secret, answers = [], ...rest } = options;
    const terminal = new RecordingTerminal({
      answers: [id, clientSecret, ...answers],
      browse: async (url) => {
        pages.push(await browse({ email, password, ...person }, url));
      },
    });
    const ended = authorize(deployment, terminal, NO_ENVIRONMENT, {
      port,
      pollMs: 20,
      loginTimeoutMs: 20_000,
      ...rest,
    });
    return { terminal, ended };
  };
  return { genesys, port, clientId: id, clientSecret: secret, pages, run };
};

/** The labels and values of every version, to compare before and after. */
const versionsOf = ({ stack, outputs }: LocalDeployment): string =>
  JSON.stringify(
    stack.aws.secretsManager
      .secret(outputs.secret_arn)
      .versions.map(({ versionId, stages, value }) => [versionId, stages, value]),
  );

const currentPair = ({ stack, outputs }: LocalDeployment = deployment): Record<string, string> => {
  const { versions } = stack.aws.secretsManager.secret(outputs.secret_arn);
  const value = versions.find(({ stages }) => stages.includes('AWSCURRENT'))?.value;
  return JSON.parse(value !== undefined && 'SecretString' in value ? String(value.SecretString) : '{}');
};

const LEAST_SCOPES = ['voicemail:readonly', 'conversations:readonly', 'user-basic-info'];

test('it says who logged in and where, and asks nothing for a token of least rights', async () => {
  const { genesys, run } = await prepare({ scopes: LEAST_SCOPES });
  const { ended, terminal } = run();
  expect((await ended).json).toMatchObject({
    genesys: { user: 'Voicemail service user', organizationId: expect.any(String) },
  });
  await terminal.browsed;
  expect(terminal.shown).toMatch(/Genesys organization .+ \([0-9a-f-]{36}\), as Voicemail service user/);
  expect(terminal.shown).toMatch(/oauth\/authorize.*Waiting for the login, up to 1 min; Ctrl-C stops/s);
  expect(terminal.shown).not.toContain('! ');
  expect(genesys.issuedSecrets().filter((secret) => terminal.shown.includes(secret))).toEqual([]);
});

test.each<[string, readonly string[], readonly string[] | undefined, RegExp]>([
  [
    'of an administrator',
    LEAST_SCOPES,
    ['voicemail:acdvoicemail:view', 'authorization:grant:add'],
    /! this user administers the organization \(authorization:grant:add\)/,
  ],
  [
    'with wider scopes than needed',
    [...LEAST_SCOPES, 'voicemail', 'users'],
    undefined,
    /! the OAuth client has wider scopes .*\(voicemail, users;/,
  ],
])(
  'before a token %s is stored it asks, and a no leaves the secret as it was',
  async (_what, scopes, permissions, said) => {
    const { run } = await prepare({ scopes }, permissions);
    const before = versionsOf(deployment);
    const refused = run({ answers: ['no'] });
    await expect(refused.ended).rejects.toMatchObject({ code: 'Stopped', exitCode: 130 });
    await refused.terminal.browsed;
    expect(refused.terminal.shown).toMatch(said);
    expect(versionsOf(deployment)).toBe(before);
    const agreed = run({ answers: ['yes'] });
    expect((await agreed.ended).exitCode).toBe(0);
    await agreed.terminal.browsed;
  },
);

test('a login in the browser ends with a live pair in the secret, proven by one rotation', async () => {
  const { genesys, clientId, pages, run } = await prepare();
  const { ended, terminal } = run();
  const { json, exitCode, text } = await ended;
  await terminal.browsed;
  expect([json.ok, exitCode]).toEqual([true, 0]);
  expect(pages).toEqual([expect.stringMatching(/^200 .*Authorized/s)]);
  const pair = currentPair(deployment);
  expect(pair).toMatchObject({ clientId, basedOn: expect.any(String) });
  const me = await fetch(`${genesys.origins.api}/api/v2/users/me`, {
    headers: { authorization: `Bearer ${pair['accessToken']}` },
  });
  expect(me.status).toBe(200);
  const said = [terminal.shown, text, JSON.stringify(json), ...pages].join('\n');
  expect(genesys.issuedSecrets().filter((secret) => said.includes(secret))).toEqual([]);
});

test('its login uses PKCE, a state and the registered redirect URI', async () => {
  const { port, run } = await prepare();
  const { ended, terminal } = run();
  await ended;
  const url = new URL(/https?:\/\/\S+/.exec(terminal.shown)?.[0] ?? '');
  expect(Object.fromEntries(url.searchParams)).toMatchObject({
    response_type: 'code',
    code_challenge_method: 'S256',
    redirect_uri: `http://127.0.0.1:${port}/callback`,
    state: expect.stringMatching(/^[\w-]{43}$/),
  });
});

test.each<[string, string, Parameters<Awaited<ReturnType<typeof prepare>>['run']>[0], RegExp]>([
  [
    'a wrong state',
    'StateMismatch',
    { person: { comeBack: (url) => url.searchParams.set('state', 'guessed') } },
    /does not belong to this login/,
  ],
  ['a denied consent', 'ConsentDenied', { person: { decision: 'deny' } }, /access was denied/],
  [
    'a made-up code',
    'CodeRefused',
    { person: { comeBack: (url) => url.searchParams.set('code', 'made-up') } },
    /refused the authorization code/,
  ],
  ['a wrong client secret', 'ClientRefused', { clientSecret: 'wrong' }, /refused the client secret/],
])('%s gives a clear message and leaves the secret as it was', async (_what, code, options, message) => {
  const { pages, run } = await prepare();
  await seed(deployment);
  const before = versionsOf(deployment);
  const { ended, terminal } = run(options);
  await expect(ended).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
  await terminal.browsed;
  expect(versionsOf(deployment)).toBe(before);
  expect(pages).toEqual([expect.stringMatching(/^400 .*Not authorized/s)]);
});

test('an expired code gives a clear message and leaves the secret as it was', async () => {
  const { run } = await prepare();
  const before = versionsOf(deployment);
  const { ended } = run({ person: { comeBack: () => deployment.clock.advance(301_000) } });
  await expect(ended).rejects.toMatchObject({
    code: 'CodeRefused',
    message: expect.stringContaining('expired'),
  });
  expect(versionsOf(deployment)).toBe(before);
});

test('a port in use gives a clear message before any browser opens', async () => {
  const { port, run } = await prepare();
  const other = createServer().listen(port, '127.0.0.1');
  const { ended, terminal } = run();
  await expect(ended).rejects.toMatchObject({
    code: 'PortInUse',
    message: expect.stringContaining(`port ${port}`),
  });
  expect(terminal.shown).not.toContain('/oauth/authorize');
  other.close();
});

test('a missing scope is named, and nothing is written', async () => {
  const { run } = await prepare({ scopes: ['user-basic-info'] });
  const before = versionsOf(deployment);
  await expect(run().ended).rejects.toMatchObject({
    code: 'ScopeMissing',
    message: expect.stringContaining('voicemail:readonly'),
  });
  expect(versionsOf(deployment)).toBe(before);
});

test('the inactivity timeout is named where Genesys gives no refresh token', async () => {
  const { genesys, run } = await prepare();
  genesys.changeBehaviour({ idleTokenTimeoutSeconds: 900 });
  const before = versionsOf(deployment);
  await expect(run().ended).rejects.toMatchObject({ code: 'NoRefreshToken' });
  expect(versionsOf(deployment)).toBe(before);
});

test('nobody logging in ends the command', async () => {
  const { run } = await prepare();
  const { ended } = run({ noBrowser: true, loginTimeoutMs: 50 });
  await expect(ended).rejects.toMatchObject({ code: 'NoAnswer' });
});

test('a request for another path or host does not end the login', async () => {
  const { port, run } = await prepare();
  const statuses: number[] = [];
  const { ended, terminal } = run({ noBrowser: true, loginTimeoutMs: 1000 });
  while (!terminal.shown.includes('/oauth/authorize')) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  statuses.push((await fetch(`http://127.0.0.1:${port}/favicon.ico`)).status);
  statuses.push(
    (await fetch(`http://localhost:${port}/callback?state=x`).catch(() => ({ status: 404 }))).status,
  );
  // A target that is no URL: whatever scans the ports of a machine may send one.
  const [scanned] = await once(get({ host: '127.0.0.1', port, path: '//', timeout: 5_000 }), 'response');
  statuses.push(scanned.statusCode);
  await expect(ended).rejects.toMatchObject({ code: 'NoAnswer' });
  expect(statuses).toEqual([404, 404, 404]);
});

test('a version that a stuck rotation left pending loses that label, and a fresh rotation proves the new pair', async () => {
  const { genesys, run } = await prepare();
  await seed(deployment);
  const { secretsManager } = deployment.stack.aws;
  genesys.injectFault({
    service: 'login',
    fault: { effect: 'none', answer: { kind: 'error', status: 400, code: 'invalid_client' } },
  });
  secretsManager.rotateSecret({ SecretId: deployment.outputs.secret_arn });
  await secretsManager.rotationsIdle();
  const stuck = secretsManager
    .secret(deployment.outputs.secret_arn)
    .versions.find(({ stages }) => stages.includes('AWSPENDING'));
  expect(stuck).toBeDefined();
  genesys.clearFaults();
  const { json } = await run().ended;
  expect(json).toMatchObject({ ok: true, pendingTakenFrom: [stuck?.versionId] });
  expect(currentPair(deployment)).toMatchObject({ basedOn: expect.any(String) });
});

test('a rotation that does not finish is told apart from a pair that is not stored', async () => {
  const { genesys, run } = await prepare();
  const { ended } = run({
    rotationTimeoutMs: 1500,
    person: {
      comeBack: () => {
        genesys.injectFault({
          service: 'login',
          skip: 1,
          fault: { effect: 'none', answer: { kind: 'error', status: 503 } },
        });
      },
    },
  });
  await expect(ended).rejects.toMatchObject({
    code: 'RotationNotProven',
    message: expect.stringContaining('the pair is stored'),
  });
  expect(currentPair(deployment)).toHaveProperty('accessToken');
  await deployment.stack.aws.secretsManager.rotationsIdle();
});

test('a pair that was got another way is taken from standard input', async () => {
  const pair = deployment.stack.genesys.grantFirstPair();
  const terminal = new RecordingTerminal({ input: JSON.stringify(pair) });
  const { json } = await authorize(deployment, terminal, NO_ENVIRONMENT, {
    tokensFromStdin: true,
    pollMs: 20,
  });
  expect(json.ok).toBe(true);
  expect(currentPair(deployment)).toMatchObject({ clientId: pair.clientId });
  expect(terminal.shown).not.toContain(pair.accessToken);
});

test('an address that the organization does not allow is told as such, and not as a wrong login', async () => {
  const { genesys } = deployment.stack;
  const terminal = new RecordingTerminal({ input: JSON.stringify(genesys.grantFirstPair()) });
  genesys.injectFault({
    service: 'api',
    times: 1,
    fault: { effect: 'none', answer: { kind: 'error', status: 401, code: 'ip.not.authorized' } },
  });
  await expect(
    authorize(deployment, terminal, NO_ENVIRONMENT, { tokensFromStdin: true }),
  ).rejects.toMatchObject({
    code: 'AddressNotAllowed',
    message: expect.stringMatching(/^nothing was written: .* "Allowed IP addresses"/),
  });
});

test.each([
  ['the environment', {}, '', { GENESYS_CLIENT_ID: 'id', GENESYS_CLIENT_SECRET: 'secret' }, 'NoAnswer'],
  ['standard input', { clientFromStdin: true }, '{"clientId":"id","clientSecret":"secret"}', {}, 'NoAnswer'],
  [
    'standard input that is no client',
    { clientFromStdin: true },
    '{"clientId":"hunter2"}',
    {},
    'InputUnusable',
  ],
  [
    'standard input that is no pair',
    { tokensFromStdin: true },
    '{"refreshToken":"hunter2"}',
    {},
    'InputUnusable',
  ],
  ['nobody', {}, '', {}, 'InputUnusable'],
])('the OAuth client comes from %s', async (_what, options, input, environment, code) => {
  const terminal = new RecordingTerminal({ input });
  const port = await freePort();
  const ended = authorize(deployment, terminal, environment, {
    ...options,
    port,
    noBrowser: true,
    loginTimeoutMs: 20,
  });
  await expect(ended).rejects.toMatchObject({ code, message: expect.not.stringContaining('hunter2') });
});

test('the policy in its help is enough, and no more than it needs', async () => {
  const { genesys, run } = await prepare();
  await seed(deployment);
  genesys.injectFault({
    service: 'login',
    times: 1,
    fault: { effect: 'none', answer: { kind: 'error', status: 400, code: 'invalid_client' } },
  });
  deployment.stack.aws.secretsManager.rotateSecret({ SecretId: deployment.outputs.secret_arn });
  await deployment.stack.aws.secretsManager.rotationsIdle();
  const names = { ...deployment.outputs, region: regionOf(deployment.outputs) };
  const aws = deployment.as('authorizer', policyDocument(authorizePolicy, names));
  Object.assign(deployment, { aws });
  expect((await run().ended).json.ok).toBe(true);
  const unused = deployment.stack.authorizer
    .unusedGrants()
    .filter(({ principal }) => principal.endsWith('/authorizer'));
  expect(unused).toEqual([]);
});
