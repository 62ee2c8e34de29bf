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
  ])('grants %j', (body, refreshToken) => {
    expect(judgeAnswer(answer(200, { body }), NOW_MS)).toEqual({
      verdict: 'granted',
      grant: { accessToken: 'a', refreshToken },
    });
  });

  it.each([undefined, {}, { access_token: '' }, { access_token: 1 }, [], 'a'])(
    'is ambiguous with status 200 and the body %j: the token is probably spent',
    (body) => {
      expect(judgeAnswer(answer(200, { body }), NOW_MS).verdict).toBe('ambiguous');
    },
  );

  it.each([408, 500, 502, 503, 504])('is ambiguous with status %i', (status) => {
    expect(judgeAnswer(answer(status), NOW_MS).verdict).toBe('ambiguous');
  });

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
    [403, undefined],
    [302, undefined],
  ])('is a refusal with status %i and the code %s', (status, errorCode) => {
    expect(judgeAnswer(answer(status, { errorCode }), NOW_MS).verdict).toBe('refused');
  });

  it('is not processed with status 429, and says how long to wait', () => {
    expect(judgeAnswer(answer(429, { retryAfter: '7' }), NOW_MS)).toMatchObject({
      verdict: 'not-processed',
      waitMs: 7000,
    });
    expect(judgeAnswer(answer(429), NOW_MS)).toMatchObject({ verdict: 'not-processed', waitMs: undefined });
  });
});
