import { judgeAnswer } from '../../../functions/refresh-auth-token/genesys/grant';
import type { GenesysAnswer } from '../../../functions/shared/genesys-http';

const NOW_MS = Date.UTC(2026, 0, 1);

const answer = (status: number, parts: Partial<GenesysAnswer> = {}): GenesysAnswer => ({
  status,
  body: undefined,
  errorCode: undefined,
  correlationId: undefined,
  rateLimit: undefined,
  retryAfter: undefined,
  date: undefined,
  ...parts,
});

describe('an answer of the token endpoint', () => {
  it.each([
    [{ access_token: 'a', refresh_token: 'r' }, 'r'],
    [{ access_token: 'a' }, undefined],
    [{ access_token: 'a', refresh_token: null }, undefined],
    [{ access_token: 'a', refresh_token: '' }, undefined],
    [{ access_token: '\u00a0a\r\n', refresh_token: ' r\n' }, 'r'],
    [{ access_token: '\u2060a', refresh_token: 'r\u200b' }, 'r'],
    [{ access_token: 'a', refresh_token: '\u200b' }, undefined],
  ])('grants %j', (body, refreshToken) => {
    expect(judgeAnswer(answer(200, { body }), NOW_MS)).toEqual({
      verdict: 'granted',
      grant: { accessToken: 'a', refreshToken, isRefreshTokenOdd: false },
    });
  });

  it.each([[['r']], [7], [{}], ['r\nr'], [true]])(
    'grants an access token with the odd refresh token %j, and tells it from none',
    (refresh_token) => {
      expect(judgeAnswer(answer(200, { body: { access_token: 'a', refresh_token } }), NOW_MS)).toEqual({
        verdict: 'granted',
        grant: { accessToken: 'a', refreshToken: undefined, isRefreshTokenOdd: true },
      });
    },
  );

  it.each([1e300, 1e15, 0, -1, 'soon', null])(
    'grants a pair without an end where it expires in %j',
    (expires_in) => {
      const body = { access_token: 'a', refresh_token: 'r', expires_in };
      expect(judgeAnswer(answer(200, { body }), NOW_MS)).toMatchObject({
        verdict: 'granted',
        grant: { accessToken: 'a', refreshToken: 'r', expiresInSeconds: undefined },
      });
    },
  );

  const wholePair = { access_token: 'a', refresh_token: 'r', token_type: 'bearer' };

  it.each([302, 400, 403, 429, 500, 502])('grants a whole pair with status %i', (status) => {
    expect(judgeAnswer(answer(status, { body: wholePair }), NOW_MS)).toMatchObject({
      verdict: 'granted',
      grant: { accessToken: 'a', refreshToken: 'r' },
    });
  });

  it.each([
    { ...wholePair, error: 'server_error' },
    { ...wholePair, token_type: 'mac' },
    { ...wholePair, refresh_token: undefined },
    { ...wholePair, refresh_token: ['r'] },
  ])('grants nothing with status 500 and the body %j', (body) => {
    expect(judgeAnswer(answer(500, { body }), NOW_MS).verdict).toBe('ambiguous');
  });

  it.each([undefined, {}, { access_token: '' }, { access_token: 1 }, [], 'a'])(
    'is ambiguous with status 200 and the body %j: the token is probably spent',
    (body) => {
      expect(judgeAnswer(answer(200, { body }), NOW_MS).verdict).toBe('ambiguous');
    },
  );

  it.each([302, 304, 400, 401, 403, 404, 408, 410, 500, 502, 503, 504])(
    'is ambiguous with status %i alone',
    (status) => {
      expect(judgeAnswer(answer(status), NOW_MS).verdict).toBe('ambiguous');
    },
  );

  it('is ambiguous with status 500 even where it says invalid_grant', () => {
    expect(judgeAnswer(answer(500, { errorCode: 'invalid_grant' }), NOW_MS).verdict).toBe('ambiguous');
  });

  it.each([400, 401])('ends the chain with status %i and invalid_grant', (status) => {
    expect(judgeAnswer(answer(status, { errorCode: 'invalid_grant' }), NOW_MS).verdict).toBe('invalid-grant');
  });

  it.each([
    [400, 'invalid_client'],
    [401, 'invalid_client'],
    [400, 'unauthorized_client'],
    [400, undefined],
    [401, undefined],
    [403, 'ip.not.authorized'],
    [404, 'not.found'],
  ])('is a refusal with status %i and the code %s', (status, errorCode) => {
    expect(judgeAnswer(answer(status, { errorCode, body: {} }), NOW_MS).verdict).toBe('refused');
  });

  it.each([
    ['too.many.requests.retry.after', undefined, 'not-processed', undefined],
    ['too_many_requests', '7', 'not-processed', 7000],
    [undefined, '7', 'not-processed', 7000],
    [undefined, undefined, 'ambiguous', undefined],
  ])('with status 429, the code %s and Retry-After %s is %s', (errorCode, retryAfter, verdict, waitMs) => {
    expect(judgeAnswer(answer(429, { retryAfter, errorCode }), NOW_MS)).toMatchObject({ verdict, waitMs });
  });
});
