import { createServer, type Server } from 'node:http';
import { listen } from './listen';
import { useWorld } from './rotation-world';

const startWorld = useWorld();

const CANARY = 'CANARY-7f3a';
const SECRET_TEXT = JSON.stringify({
  clientId: `${CANARY}-client-id`,
  clientSecret: `${CANARY}-client-secret`,
  accessToken: `${CANARY}-access`,
  refreshToken: `${CANARY}-refresh`,
  note: `${CANARY}-note`,
});

interface StubAnswer {
  readonly status: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

let stub: Server | undefined;
afterEach(() => {
  stub?.close();
  stub?.closeAllConnections();
  stub = undefined;
});

/** A Genesys Cloud that answers whatever a test wants, with canaries where the simulator has none. */
const startStub = async (answers: {
  readonly token: StubAnswer;
  readonly tokensMe: StubAnswer;
}): Promise<string> => {
  const server = createServer((request, response) => {
    const { status, body, headers } = request.url === '/oauth/token' ? answers.token : answers.tokensMe;
    request.resume().on('end', () => response.writeHead(status, headers).end(body));
  });
  stub = server;
  return `http://127.0.0.1:${await listen(server)}`;
};

const granted: StubAnswer = {
  status: 200,
  body: JSON.stringify({
    access_token: `${CANARY}-new-access`,
    refresh_token: `${CANARY}-new-refresh`,
    extra: CANARY,
  }),
};
const tokenInfo: StubAnswer = {
  status: 200,
  body: JSON.stringify({ authorizedScope: ['voicemail'], organization: { name: CANARY } }),
};
const error = (status: number, code: string): StubAnswer => ({
  status,
  body: JSON.stringify({
    error: code,
    error_description: CANARY,
    code,
    message: CANARY,
    description: CANARY,
  }),
  headers: {
    'inin-correlation-id': `${CANARY} id`,
    location: `https://${CANARY}.example`,
    'retry-after': CANARY,
  },
});

describe('no secret is in logs, errors or metrics', () => {
  it.each([
    ['when all goes well', granted, tokenInfo, 'succeeded'],
    ['when the refresh token is refused', error(400, 'invalid_grant'), tokenInfo, 'failed'],
    ['when the client is refused', error(401, 'invalid_client'), tokenInfo, 'failed'],
    ['when the error code itself is odd', error(400, `${CANARY} is unknown`), tokenInfo, 'failed'],
    ['when the token endpoint is broken', error(500, 'internal'), tokenInfo, 'failed'],
    ['when the token endpoint is busy', error(429, 'busy'), tokenInfo, 'failed'],
    ['when the token endpoint redirects', error(302, 'moved'), tokenInfo, 'failed'],
    ['when the grant cannot be read', { status: 200, body: `${CANARY} {` }, tokenInfo, 'failed'],
    ['when the new access token is refused', granted, error(401, 'bad.credentials'), 'failed'],
    [
      'when the new access token cannot be sent',
      { status: 200, body: JSON.stringify({ access_token: `${CANARY}\n${CANARY}` }) },
      tokenInfo,
      'failed',
    ],
    [
      'when a scope is missing',
      granted,
      { status: 200, body: JSON.stringify({ authorizedScope: [CANARY] }) },
      'succeeded',
    ],
    ['when the test is answered oddly', granted, error(418, 'teapot'), 'failed'],
  ] as const)('%s', async (_name, token, tokensMe, outcome) => {
    const origin = await startStub({ token, tokensMe });
    const world = await startWorld({
      secretText: SECRET_TEXT,
      timeoutSeconds: 10,
      variables: {
        GENESYS_LOGIN_ORIGIN: origin,
        GENESYS_API_ORIGIN: origin,
        GENESYS_TIMEOUT_MS: '1000',
        WRITE_BUDGET_MS: '1000',
        DEADLINE_MARGIN_MS: '8000',
      },
    });

    expect((await world.rotate()).outcome).toBe(outcome);
    expect(world.output.join('\n')).not.toContain(CANARY);
    expect(world.output.length).toBeGreaterThan(0);
  });

  it.each([
    ['that is not JSON', `${CANARY} {`],
    ['that is an array', JSON.stringify([CANARY])],
    ['that lacks a key', JSON.stringify({ clientId: CANARY, accessToken: CANARY, refreshToken: CANARY })],
    [
      'with a key of the wrong type',
      JSON.stringify({ clientId: [CANARY], clientSecret: CANARY, accessToken: CANARY, refreshToken: CANARY }),
    ],
    [
      'whose refresh token no header can hold',
      JSON.stringify({
        clientId: `${CANARY}\u0000`,
        clientSecret: `${CANARY}\n`,
        accessToken: `${CANARY}\n`,
        refreshToken: `${CANARY}\n${CANARY}`,
      }),
    ],
  ])('with a secret %s', async (_name, secretText) => {
    const world = await startWorld({ secretText });

    expect((await world.rotate()).outcome).toBe('failed');
    expect(world.output.join('\n')).not.toContain(CANARY);
  });

  it('with an event that is no rotation event', async () => {
    const world = await startWorld();

    const result = await world.invoke({ RotationToken: CANARY, SecretString: CANARY, Step: { of: CANARY } });

    expect(result.outcome).toBe('error');
    expect(world.output.join('\n')).not.toContain(CANARY);
  });
});
