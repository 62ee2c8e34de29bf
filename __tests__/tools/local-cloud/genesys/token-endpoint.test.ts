import { tokenHash } from '../../../../tools/local-cloud/genesys';
import { json, refresh, refusal, requestTokens, startScene, stopAll, textField } from './helpers';

afterEach(stopAll);

describe('the token endpoint', () => {
  test('refuses a spent refresh token with invalid_grant in its own error shape, and counts it', async () => {
    const scene = await startScene();
    await refresh(scene);
    const response = await refresh(scene);
    expect(response.status).toBe(400);
    expect(await json(response)).toEqual({
      error: 'invalid_grant',
      description: expect.any(String),
      error_description: expect.any(String),
    });
    expect(scene.genesys.counters().refreshTokens[tokenHash(scene.pair.refreshToken)]).toEqual({
      presented: 2,
      redeemed: 1,
      presentedAfterSpent: 1,
    });
  });

  test('lets exactly one of fifty simultaneous refreshes win', async () => {
    const scene = await startScene();
    const statuses = await Promise.all(Array.from({ length: 50 }, async () => (await refresh(scene)).status));
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    expect(statuses.filter((status) => status === 400)).toHaveLength(49);
  });

  test('ends the old access token at a refresh', async () => {
    const scene = await startScene();
    await refresh(scene);
    expect(await refusal(await scene.api('/api/v2/users/me'))).toEqual([401, 'bad.credentials']);
  });

  test.each([
    ['an unknown client', { client: { clientId: 'nobody' } }, 400, 'invalid_client'],
    ['a wrong secret', { client: { clientSecret: 'wrong' } }, 401, 'invalid_client'],
    ['no client authentication', { authorization: null }, 401, 'invalid_client'],
    [
      'a bearer token in the place of client credentials',
      { authorization: 'Bearer x' },
      400,
      'invalid_request',
    ],
    ['client credentials in two places', { form: { client_id: 'x' } }, 400, 'invalid_request'],
    ['an unknown refresh token', { form: { refresh_token: 'unknown' } }, 400, 'invalid_grant'],
    ['an empty refresh token', { form: { refresh_token: '' } }, 400, 'invalid_request'],
    ['an unknown grant type', { form: { grant_type: 'password' } }, 400, 'unsupported_grant_type'],
    [
      'a grant that the client does not have',
      { form: { grant_type: 'client_credentials' } },
      400,
      'invalid_request',
    ],
    ['an unknown parameter', { form: { scope: 'voicemail' } }, 400, 'invalid_request'],
  ])('refuses %s', async (_what, wrong, status, error) => {
    const { genesys, pair } = await startScene();
    const { client, form, authorization }: Wrong = wrong;
    const response = await requestTokens(
      genesys.origins.login,
      { ...pair, ...client },
      { grant_type: 'refresh_token', refresh_token: pair.refreshToken, ...form },
      authorization,
    );
    expect([response.status, await textField(response, 'error')]).toEqual([status, error]);
  });

  test('refuses one client the refresh token of another, and any client a grant that is not its own', async () => {
    const scene = await startScene();
    const other = scene.genesys.createOAuthClient();
    const client = { clientId: other.id, clientSecret: other.secret };
    const stolen = { grant_type: 'refresh_token', refresh_token: scene.pair.refreshToken };
    const login = scene.genesys.origins.login;
    expect(await textField(await requestTokens(login, client, stolen), 'error')).toBe('invalid_grant');
    const credentials = { grant_type: 'client_credentials' };
    expect(await textField(await requestTokens(login, client, credentials), 'error')).toBe(
      'unauthorized_client',
    );
    const machine = scene.genesys.createOAuthClient({ grantType: 'CLIENT-CREDENTIALS' });
    const machineClient = { clientId: machine.id, clientSecret: machine.secret };
    expect(await textField(await requestTokens(login, machineClient, stolen), 'error')).toBe(
      'unauthorized_client',
    );
    expect((await refresh(scene)).status).toBe(200);
  });

  test.each([
    ['JSON', { headers: { 'content-type': 'application/json' }, body: '{"grant_type":"refresh_token"}' }],
    [
      'a repeated parameter',
      { body: new URLSearchParams('grant_type=refresh_token&grant_type=refresh_token') },
    ],
    ['a body without a grant type', { body: new URLSearchParams('refresh_token=x') }],
  ])('refuses %s with invalid_request', async (_what, init) => {
    const { genesys } = await startScene();
    const response = await fetch(`${genesys.origins.login}/oauth/token`, { method: 'POST', ...init });
    expect([response.status, await textField(response, 'error')]).toEqual([400, 'invalid_request']);
  });
});

interface Wrong {
  readonly client?: { readonly clientId?: string; readonly clientSecret?: string };
  readonly form?: Readonly<Record<string, string>>;
  readonly authorization?: string | null;
}
