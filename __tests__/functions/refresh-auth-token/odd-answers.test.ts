import { judgeAnswer } from '../../../functions/refresh-auth-token/genesys/grant';
import { requestGenesys } from '../../../functions/shared/genesys-http';
import { closeStubServers, startStubServer } from '../move-voicemail-to-s3/stub-server';
import { refuse } from './aws-faults';
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
