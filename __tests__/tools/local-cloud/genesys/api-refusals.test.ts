import { randomUUID } from 'node:crypto';
import { json, refusal, startScene, stopAll } from './helpers';

afterEach(stopAll);

describe('the API', () => {
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
});
