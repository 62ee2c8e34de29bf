import * as v from 'valibot';
import { judgeAnswer } from '../../../functions/refresh-auth-token/genesys/grant';
import { requestGenesys } from '../../../functions/shared/genesys-http';
import { closeStubServers, startStubServer } from '../move-voicemail-to-s3/stub-server';
import { refuse } from './aws-faults';
import { countedKind, metric } from './function-output';
import { useWorld } from './rotation-world';

const startWorld = useWorld();
afterEach(closeStubServers);

test('a token whose scopes Genesys tells as null passes its test', async () => {
  const api = await startStubServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ organization: { id: 'x' }, authorizedScope: null }));
  });
  const world = await startWorld({ variables: { GENESYS_API_ORIGIN: api.origin } });
  expect((await world.rotate()).outcome).toBe('succeeded');
});

const GRANT = { service: 'login', operation: 'POST /oauth/token', times: 1 } as const;

/** What a pair's answer becomes on its way: another status, or other fields. */
const answering = (
  change: (pair: { access_token: string; refresh_token: string }) => object,
  status = 200,
) => ({
  ...GRANT,
  fault: {
    effect: 'applied' as const,
    answer: {
      kind: 'altered' as const,
      alter: (answer: { readonly headers: Readonly<Record<string, string>>; readonly body: Buffer }) => {
        const pair = v.parse(
          v.looseObject({ access_token: v.string(), refresh_token: v.string() }),
          JSON.parse(answer.body.toString()),
        );
        return { ...answer, status, body: Buffer.from(JSON.stringify({ ...pair, ...change(pair) })) };
      },
    },
  },
});

test.each([
  ['a newline behind the refresh token', answering((pair) => ({ refresh_token: `${pair.refresh_token}\n` }))],
  ['spaces around the refresh token', answering((pair) => ({ refresh_token: ` ${pair.refresh_token} ` }))],
  ['a newline behind the access token', answering((pair) => ({ access_token: `${pair.access_token}\r\n` }))],
  ['an end in millions of years', answering(() => ({ expires_in: 1e15 }))],
  ['HTTP 302', answering(() => ({}), 302)],
  ['HTTP 400', answering(() => ({}), 400)],
  ['HTTP 429', answering(() => ({}), 429)],
  ['HTTP 500', answering(() => ({}), 500)],
])('a whole pair that comes with %s is kept, and the next rotation goes on from it', async (_name, fault) => {
  const world = await startWorld();
  world.genesys.injectFault(fault);

  expect((await world.rotate()).outcome).toBe('succeeded');
  expect(world.isUnspent(world.contentAt('AWSCURRENT')?.refreshToken ?? '')).toBe(true);
  expect((await world.rotate()).outcome).toBe('succeeded');
  expect([world.presentations(), world.allRedemptions()]).toEqual([2, 2]);
});

test('a grant with an odd refresh token puts the access token in use, asks for a login, and never presents the old one again', async () => {
  const world = await startWorld({ behaviour: { reuseEndsFamily: true } });
  world.genesys.injectFault(answering((pair) => ({ refresh_token: [pair.refresh_token] })));
  const versionId = await world.begin();

  const created = await world.step('createSecret', versionId);
  expect(countedKind(created)).toBe('ReauthorizationRequired');
  await world.steps(versionId, 'createSecret', 'setSecret', 'testSecret', 'finishSecret');
  expect(world.holderOf('AWSCURRENT')).toBe(versionId);
  await world.settle();

  const nextId = await world.begin();
  expect(countedKind(await world.step('createSecret', nextId))).toBe('ReauthorizationRequired');
  expect(world.presentations()).toBe(1);
  expect((await world.step('testSecret', versionId)).outcome).toBe('success');
});

test('a success that names no version is no write, so that the pair is written again', async () => {
  const world = await startWorld();
  const body = Buffer.from('{}');
  const fault = {
    effect: 'none' as const,
    answer: { kind: 'altered' as const, alter: () => ({ status: 200, headers: {}, body }) },
  };
  world.faults.inject({ operation: 'PutSecretValue', skip: 1, times: 1, fault });

  expect((await world.rotate()).outcome).toBe('succeeded');
  expect(world.isUnspent(world.contentAt('AWSCURRENT')?.refreshToken ?? '')).toBe(true);
});

test('a page of something on the way to the token endpoint does not end the grant', async () => {
  const world = await startWorld();
  world.genesys.injectFault({
    ...GRANT,
    fault: {
      effect: 'none',
      answer: {
        kind: 'altered',
        alter: (answer) => ({ ...answer, status: 404, body: Buffer.from('<html>') }),
      },
    },
  });

  const result = await world.step('createSecret', await world.begin());
  expect(result.outcome).toBe('success');
  expect(metric(result, 'AmbiguousGrants')).toBe(1);
});

test('a gateway that answers 429 with a page, though Genesys has granted, is asked once more at most', async () => {
  const world = await startWorld({ behaviour: { reuseEndsFamily: true } });
  world.genesys.injectFault({
    ...GRANT,
    times: 9,
    fault: {
      effect: 'applied',
      answer: {
        kind: 'altered',
        alter: (answer) => ({ ...answer, status: 429, body: Buffer.from('<html>') }),
      },
    },
  });

  const result = await world.step('createSecret', await world.begin());
  expect(countedKind(result)).toBe('GrantAmbiguous');
  expect(world.presentations()).toBe(2);
});

test.each([null, 400])('invalid_grant is understood beside the code %j', async (code) => {
  const body = JSON.stringify({ error: 'invalid_grant', code });
  const login = await startStubServer((_request, response) => response.writeHead(400).end(body));
  const answer = await requestGenesys({
    method: 'POST',
    url: new URL(login.origin),
    headers: {},
    body: '',
    timeoutMs: 2000,
    keepAlive: false,
  });
  expect(judgeAnswer(answer, 0).verdict).toBe('invalid-grant');
});

test('an adopted pair that cannot be written is not lost, so nobody is asked to log in', async () => {
  const world = await startWorld({
    timeoutSeconds: 8,
    variables: { GENESYS_TIMEOUT_MS: '2000', WRITE_BUDGET_MS: '500', DEADLINE_MARGIN_MS: '4000' },
  });
  const versionId = await world.begin();
  world.beforeNext('grant', async () => {
    // A person logs in at this moment: the old refresh token ends, the new pair is AWSCURRENT.
    world.genesys.revokeTokens(world.firstPair.userId);
    const { clientId, userId } = world.firstPair;
    const { clientSecret, accessToken, refreshToken } = world.genesys.grantFirstPair({ clientId, userId });
    await world.put({ clientId, clientSecret, accessToken, refreshToken });
    world.faults.inject({ operation: 'PutSecretValue', fault: refuse(500, 'InternalServiceError') });
  });
  const result = await world.step('createSecret', versionId);
  expect(world.isUnspent(world.contentAt('AWSCURRENT')?.refreshToken ?? '')).toBe(true);
  expect(result.outcome).toBe('error');
  expect(result).toHaveProperty('errorType', expect.not.stringContaining('ReauthorizationRequired'));
});
