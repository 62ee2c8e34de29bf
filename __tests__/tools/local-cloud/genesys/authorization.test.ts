import { createHash, randomBytes } from 'node:crypto';
import { json, requestTokens, start, stopAll } from './helpers';

afterEach(stopAll);

const REDIRECT_URI = 'http://127.0.0.1:8765/callback';

/** The parameters that have a value. */
const given = (parameters: Record<string, string | undefined>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(parameters).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value] as const],
    ),
  );

/** A client, a person, and the way of a browser through the pages. */
const startLogin = async (client: Parameters<typeof create>[1] = {}) => create(await start(), client);

const create = (
  { genesys, clock }: Awaited<ReturnType<typeof start>>,
  client: { grantType?: 'CLIENT-CREDENTIALS' },
) => {
  const { id: clientId, secret: clientSecret } = genesys.createOAuthClient({
    redirectUris: [REDIRECT_URI],
    ...client,
  });
  const user = genesys.createUser({ name: 'Ada <script>' });
  const verifier = randomBytes(32).toString('base64url');
  const parameters: Record<string, string> = {
    response_type: 'code',
    client_id: clientId,
    redirect_uri: REDIRECT_URI,
    state: 'a state',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  };
  const { login } = genesys.origins;
  const open = (changes: Record<string, string | undefined> = {}) => {
    return fetch(`${login}/oauth/authorize?${new URLSearchParams(given({ ...parameters, ...changes }))}`, {
      redirect: 'manual',
    });
  };
  const submit = (path: string, form: Record<string, string>) =>
    fetch(`${login}${path}`, { method: 'POST', body: new URLSearchParams(form), redirect: 'manual' });
  const sessionOf = async (response: Response) =>
    / name="session" value="([^"]+)"/.exec(await response.text())?.[1] ?? '';
  /** As far as the consent page. */
  const logIn = async (changes?: Record<string, string | undefined>) => {
    const session = await sessionOf(await open(changes));
    return {
      session,
      page: await submit('/oauth/login', { session, email: user.email, password: user.password }),
    };
  };
  /** All the way back to the client. */
  const allow = async (changes?: Record<string, string | undefined>) => {
    const { session } = await logIn(changes);
    const back = await submit('/oauth/consent', { session, decision: 'allow' });
    return new URL(back.headers.get('location') ?? 'http://nowhere.test/');
  };
  const exchange = (code: string, changes: Record<string, string | undefined> = {}) => {
    const form = given({
      grant_type: 'authorization_code',
      code,
      redirect_uri: REDIRECT_URI,
      code_verifier: verifier,
      ...changes,
    });
    return requestTokens(login, { clientId, clientSecret }, form);
  };
  return { genesys, clock, user, open, submit, sessionOf, logIn, allow, exchange };
};

describe('the authorization page', () => {
  test.each([
    ['an unknown client', { client_id: 'nobody' }],
    ['a redirect URI that is not registered', { redirect_uri: 'http://127.0.0.1:8766/callback' }],
  ])('sends the browser nowhere for %s', async (_what, changes) => {
    const { open } = await startLogin();
    const refusal = await open(changes);
    expect([refusal.status, refusal.headers.get('location')]).toEqual([400, null]);
  });

  test.each([
    ['an implicit grant', { response_type: 'token' }, 'unsupported_response_type'],
    ['a plain challenge', { code_challenge_method: 'plain' }, 'invalid_request'],
    ['a method without a challenge', { code_challenge: undefined }, 'invalid_request'],
    ['an unknown parameter', { prompt: 'none' }, 'invalid_request'],
  ])('tells the client of %s', async (_what, changes, error) => {
    const { open } = await startLogin();
    const location = new URL((await open(changes)).headers.get('location') ?? '');
    expect(location.searchParams.get('error')).toBe(error);
  });
});

describe('the code exchange', () => {
  test.each([
    ['an unknown code', { code: 'made-up' }],
    ['another redirect URI', { redirect_uri: 'http://127.0.0.1:1/' }],
    ['another verifier', { code_verifier: randomBytes(32).toString('base64url') }],
    ['no verifier', { code_verifier: undefined }],
  ])('refuses %s', async (_what, changes) => {
    const { allow, exchange } = await startLogin();
    const code = (await allow()).searchParams.get('code') ?? '';
    const refusal = await exchange(code, changes);
    expect([refusal.status, (await json(refusal))['error']]).toEqual([400, 'invalid_grant']);
  });

  test('takes a code once', async () => {
    const { allow, exchange } = await startLogin();
    const code = (await allow()).searchParams.get('code') ?? '';
    expect((await exchange(code)).status).toBe(200);
    expect((await exchange(code)).status).toBe(400);
  });

  test('takes a code for five minutes', async () => {
    const { clock, allow, exchange } = await startLogin();
    const early = (await allow()).searchParams.get('code') ?? '';
    const late = (await allow()).searchParams.get('code') ?? '';
    clock.advance(290_000);
    expect((await exchange(early)).status).toBe(200);
    clock.advance(10_000);
    expect((await exchange(late)).status).toBe(400);
  });
});
