import { randomUUID } from 'node:crypto';
import { json, refusal, requestTokens, startScene, stopAll, textField } from './helpers';

afterEach(stopAll);

describe('the API', () => {
  test('gives every answer a correlation id, the state of the rate limit and the date of its clock', async () => {
    const { api, clock } = await startScene();
    clock.advance(12 * 60 * 60 * 1000);
    for (const path of ['/api/v2/users/me', '/api/v2/nothing', '/api/v2/users/me?nothing=1']) {
      const { headers } = await api(path);
      expect(headers.get('inin-correlation-id')).toMatch(/^[0-9a-f-]{36}$/);
      expect(headers.get('inin-ratelimit-allowed')).toBe('300');
      expect(Number(headers.get('inin-ratelimit-count'))).toBeGreaterThan(0);
      expect(Number(headers.get('inin-ratelimit-reset'))).toBeGreaterThan(0);
      expect(Date.parse(headers.get('date') ?? '')).toBeGreaterThan(Date.now() + 11 * 60 * 60 * 1000);
    }
  });

  test('refuses in the shape of ErrorBody, whose contextId is the correlation id', async () => {
    const { api } = await startScene();
    const response = await api(`/api/v2/voicemail/messages/${randomUUID()}`);
    expect(await json(response)).toEqual({
      message: expect.any(String),
      code: 'not.found',
      status: 404,
      messageParams: {},
      contextId: response.headers.get('inin-correlation-id'),
      details: [],
      errors: [],
    });
  });

  test.each([
    ['no Authorization header', undefined, 'authentication.required'],
    ['another scheme', 'Basic eDp5', 'authentication.required'],
    ['an unknown token', 'Bearer unknown', 'bad.credentials'],
  ])('refuses %s with 401', async (_what, authorization, code) => {
    const { genesys } = await startScene();
    const headers = authorization === undefined ? {} : { authorization };
    expect(await refusal(await fetch(`${genesys.origins.api}/api/v2/users/me`, { headers }))).toEqual([
      401,
      code,
    ]);
  });

  test('refuses an expired access token, by the clock that it was given', async () => {
    const { api, clock } = await startScene({ client: { accessTokenLifetimeSeconds: 300 } });
    clock.advance(290_000);
    expect((await api('/api/v2/tokens/me')).status).toBe(200);
    clock.advance(10_000);
    expect(await refusal(await api('/api/v2/tokens/me'))).toEqual([401, 'bad.credentials']);
  });

  test('refuses a token that rested longer than the inactivity timeout', async () => {
    const { api, clock, genesys } = await startScene();
    genesys.changeBehaviour({ idleTokenTimeoutSeconds: 300 });
    clock.advance(200_000);
    await api('/api/v2/tokens/me');
    clock.advance(200_000);
    expect((await api('/api/v2/tokens/me?preserveIdleTTL=true')).status).toBe(200);
    clock.advance(100_000);
    expect(await refusal(await api('/api/v2/tokens/me'))).toEqual([401, 'bad.credentials']);
  });

  test.each([
    ['GET', '/api/v2/users/me', 'voicemail'],
    ['GET', '/api/v2/tokens/me', 'voicemail'],
    ['GET', '/api/v2/tokens/timeout', 'user-basic-info'],
    ['GET', '/api/v2/voicemail/queues/{id}/messages', 'conversations'],
    ['GET', '/api/v2/voicemail/groups/{id}/messages', 'conversations'],
    ['GET', '/api/v2/voicemail/messages/{id}', 'conversations'],
    ['GET', '/api/v2/voicemail/messages/{id}/media', 'conversations'],
    ['DELETE', '/api/v2/voicemail/messages/{id}', 'voicemail:readonly'],
    ['PATCH', '/api/v2/voicemail/messages/{id}', 'voicemail:readonly'],
    ['GET', '/api/v2/conversations/callbacks/{id}', 'voicemail'],
    ['PATCH', '/api/v2/conversations/callbacks/{id}', 'conversations:readonly'],
  ])('refuses %s %s to a client that has only the scope %s', async (method, path, scope) => {
    const { api } = await startScene({ client: { scopes: [scope] } });
    const response = await api(path.replace('{id}', randomUUID()), { method });
    expect(await refusal(response)).toEqual([403, 'app.not.authorized.for.scope']);
  });

  test('lets a client with the readonly scopes read', async () => {
    const scene = await startScene({ client: { scopes: ['voicemail:readonly', 'conversations:readonly'] } });
    const { messageId, conversationId } = scene.leave();
    expect((await scene.api(`/api/v2/voicemail/queues/${scene.queue.id}/messages`)).status).toBe(200);
    expect((await scene.api(`/api/v2/voicemail/messages/${messageId}/media`)).status).toBe(200);
    expect((await scene.api(`/api/v2/conversations/callbacks/${conversationId}`)).status).toBe(200);
  });

  test('refuses each call to a user without its permission', async () => {
    const scene = await startScene({ user: { permissions: [] } });
    const { messageId, conversationId } = scene.leave();
    const queueListing = await scene.api(`/api/v2/voicemail/queues/${scene.queue.id}/messages`);
    expect(await refusal(queueListing)).toEqual([403, 'missing.permissions']);
    const notAuthorized = [403, 'voicemail.not.authorized.voicemail.message'];
    expect(await refusal(await scene.api(`/api/v2/voicemail/messages/${messageId}`))).toEqual(notAuthorized);
    expect(await refusal(await scene.api(`/api/v2/voicemail/messages/${messageId}/media`))).toEqual(
      notAuthorized,
    );
    const deletion = await scene.api(`/api/v2/voicemail/messages/${messageId}`, { method: 'DELETE' });
    expect(await refusal(deletion)).toEqual([403, 'voicemail.not.authorized.voicemail.delete']);
    const disconnect = await scene.api(`/api/v2/conversations/callbacks/${conversationId}`, {
      method: 'PATCH',
    });
    expect(await refusal(disconnect)).toEqual([403, 'missing.permissions']);
  });

  test('tells the permission to delete queue voicemail from the one to view it', async () => {
    const viewer = await startScene({ user: { permissions: ['voicemail:acdvoicemail:view'] } });
    const path = `/api/v2/voicemail/messages/${viewer.leave().messageId}`;
    expect((await viewer.api(path)).status).toBe(200);
    expect(await refusal(await viewer.api(path, { method: 'DELETE' }))).toEqual([
      403,
      'voicemail.not.authorized.voicemail.delete',
    ]);
  });

  test('refuses voicemail and users/me to a token without a user, but not the queue listing', async () => {
    const scene = await startScene();
    const { id, secret } = scene.genesys.createOAuthClient({
      grantType: 'CLIENT-CREDENTIALS',
      permissions: ['voicemail:acdvoicemail:view'],
    });
    const granted = await requestTokens(
      scene.genesys.origins.login,
      { clientId: id, clientSecret: secret },
      { grant_type: 'client_credentials' },
    );
    const init = { headers: { authorization: `Bearer ${await textField(granted, 'access_token')}` } };
    const { messageId } = scene.leave();
    for (const path of [
      '/users/me',
      `/voicemail/messages/${messageId}`,
      `/voicemail/messages/${messageId}/media`,
    ]) {
      expect(await refusal(await scene.api(`/api/v2${path}`, init))).toEqual([400, 'not.a.user']);
    }
    expect((await scene.api(`/api/v2/voicemail/queues/${scene.queue.id}/messages`, init)).status).toBe(200);
  });

  test.each([
    ['an unknown path', 'GET', '/api/v2/voicemail', 404, 'not.found'],
    ['a message id that is empty', 'DELETE', '/api/v2/voicemail/messages/', 400, 'bad.request'],
    ['a method that the path does not take', 'PUT', '/api/v2/users/me', 405, 'method.not.allowed'],
    ['an id that is no UUID', 'GET', '/api/v2/voicemail/messages/1', 400, 'bad.request'],
    ['a broken percent encoding', 'GET', '/api/v2/voicemail/messages/%E0%A4%A', 400, 'bad.request'],
    ['an unknown query parameter', 'GET', '/api/v2/users/me?sortBy=name', 400, 'bad.request'],
    ['a repeated query parameter', 'GET', '/api/v2/users/me?expand=token&expand=token', 400, 'bad.request'],
    ['an unknown expansion', 'GET', '/api/v2/users/me?expand=presence', 400, 'bad.request'],
  ])('refuses %s', async (_what, method, path, status, code) => {
    const { api } = await startScene();
    expect(await refusal(await api(path, { method }))).toEqual([status, code]);
  });

  test.each([
    ['a body that is no JSON type', 'text/plain', '{"state":"disconnected"}', 415, 'unsupported.media.type'],
    ['a body that is no JSON', 'application/json', '{"state":', 400, 'bad.request'],
    ['an unknown field', 'application/json', '{"state":"disconnected","recording":true}', 400, 'bad.request'],
    ['another state', 'application/json', '{"state":"connected"}', 400, 'bad.request'],
    ['no body', 'application/json', '', 400, 'bad.request'],
    [
      'a body beyond 512000 bytes',
      'application/json',
      `"${'x'.repeat(512_000)}"`,
      413,
      'request.entity.too.large',
    ],
  ])('refuses a PATCH with %s', async (_what, type, body, status, code) => {
    const scene = await startScene();
    const { conversationId } = scene.leave();
    const init = { method: 'PATCH', headers: { 'content-type': type }, body };
    const response = await scene.api(`/api/v2/conversations/callbacks/${conversationId}`, init);
    expect(await refusal(response)).toEqual([status, code]);
    expect(scene.genesys.counters().disconnects).toEqual({});
  });

  test('refuses a body where the call takes none', async () => {
    const scene = await startScene();
    const init = { method: 'DELETE', headers: { 'content-type': 'application/json' }, body: '{}' };
    const response = await scene.api(`/api/v2/voicemail/messages/${scene.leave().messageId}`, init);
    expect(await refusal(response)).toEqual([400, 'bad.request']);
  });
});

describe('the rate limit', () => {
  test('refuses the 301st request of a token in a minute with Retry-After, and lets it in again after that', async () => {
    const { api, clock, genesys } = await startScene();
    for (let request = 1; request <= 300; request += 1) {
      expect((await api('/api/v2/tokens/me', { method: 'HEAD' })).status).toBe(200);
    }
    const refused = await api('/api/v2/tokens/me');
    const retryAfter = Number(refused.headers.get('retry-after'));
    expect(retryAfter).toBeGreaterThanOrEqual(1);
    expect(retryAfter).toBeLessThanOrEqual(60);
    expect(refused.headers.get('inin-ratelimit-count')).toBe('301');
    expect(await json(refused)).toMatchObject({
      status: 429,
      code: 'too.many.requests.retry.after',
      limit: { key: 'token.rate.per.minute', value: 300 },
    });
    expect(genesys.counters()).toMatchObject({ requestsOverRateLimit: 1, tooManyRequestsAnswers: 1 });
    clock.advance(retryAfter * 1000);
    expect((await api('/api/v2/tokens/me')).headers.get('inin-ratelimit-count')).toBe('1');
  });

  test('counts each token for itself', async () => {
    const { api, genesys } = await startScene({ behaviour: { requestsPerMinute: 1 } });
    const other = genesys.grantFirstPair();
    await api('/api/v2/tokens/me');
    const withOther = { headers: { authorization: `Bearer ${other.accessToken}` } };
    expect((await api('/api/v2/tokens/me', withOther)).status).toBe(200);
    expect((await api('/api/v2/tokens/me')).status).toBe(429);
  });
});
