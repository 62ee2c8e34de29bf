import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { redirectUriOf } from '../../cli/commands/authorize';
import {
  ASSUMPTIONS,
  type AssumptionId,
  compare,
  type Observations,
} from '../../cli/commands/probe/assumptions';
import { probe } from '../../cli/commands/probe/probe';
import { observeByReading, Reader } from '../../cli/commands/probe/reading';
import { browse } from '../../tools/checks/examples/person';
import type { GenesysBehaviour } from '../../tools/local-cloud/genesys';
import { DEFAULT_BEHAVIOUR } from '../../tools/local-cloud/genesys/behaviour';
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
afterEach(() => deployment.stack.genesys.changeBehaviour(DEFAULT_BEHAVIOUR));
afterAll(async () => {
  await stopDeployments();
  removeSynthesis();
});

const AUDIO = Buffer.from('a recording of a few bytes');

const leave = (
  count: number,
  more: { readonly transcription?: string; readonly recordingSizeBytes?: number } = {},
) => {
  const { genesys, queueIds } = deployment.stack;
  for (let index = 0; index < count; index += 1) {
    genesys.leaveVoicemail({
      queueId: queueIds[0] ?? '',
      audio: { WEBM: AUDIO },
      durationMs: 5_000,
      createdAtMs: deployment.clock.now() - (count - index) * 60_000,
      ...more,
    });
  }
};

interface Seen {
  readonly observations: Observations;
  readonly said: string;
  readonly versionsBefore: string;
  readonly versionsAfter: string;
}

const versions = (): string =>
  JSON.stringify(
    deployment.stack.aws.secretsManager
      .secret(deployment.outputs.secret_arn)
      .versions.filter(({ stages }) => stages.length > 0)
      .map(({ versionId, stages, value }) => [versionId, stages, value]),
  );

/** The probe's own observations, with a login where one is asked for. */
const observe = async (
  options: { readonly login?: boolean; readonly sameClient?: boolean } = {},
): Promise<Seen> => {
  const { genesys } = deployment.stack;
  const port = await freePort();
  const user = genesys.createUser();
  const client = genesys.createOAuthClient({ redirectUris: [redirectUriOf(port)] });
  const pair = genesys.grantFirstPair({ clientId: client.id, userId: user.id });
  await seed(deployment, pair);
  const versionsBefore = versions();
  const other =
    options.sameClient === true ? client : genesys.createOAuthClient({ redirectUris: [redirectUriOf(port)] });
  const terminal = new RecordingTerminal({
    answers: [other.id, other.secret],
    browse: async (url) => {
      await browse(user, url);
    },
  });
  const { json, text } = await probe(
    deployment,
    terminal,
    {},
    {
      login: options.login ?? false,
      port,
      noBrowser: false,
      clientFromStdin: false,
    },
  );
  const { observations } = json as unknown as { readonly observations: Observations };
  return {
    observations,
    versionsBefore,
    versionsAfter: versions(),
    said: `${terminal.shown}\n${text}\n${JSON.stringify(json)}`,
  };
};

test('a report of an empty queue says how much it has not seen', async () => {
  const { said } = await observe();
  expect(said).toMatch(
    /not seen {4}In which order .*Of 11, 2 are as this project assumes, 0 otherwise, and 9 could/s,
  );
});

test('reads only: nothing at Genesys changes, and no id, token or address is in the report', async () => {
  leave(3);
  const { genesys, queueIds } = deployment.stack;
  const { observations, said } = await observe();
  expect(Object.keys(observations)).toEqual(
    expect.arrayContaining(
      Object.entries(ASSUMPTIONS).flatMap(([id, { by }]) => (by === 'read' ? [id] : [])),
    ),
  );
  expect(genesys.issuedSecrets().filter((secret) => said.includes(secret))).toEqual([]);
  expect(queueIds.filter((id) => said.includes(id))).toEqual([]);
  expect(said).not.toMatch(/\+1555|https?:\/\/127/);
});

test('what could not be seen is neither as assumed nor otherwise', () => {
  expect(
    compare({ 'listing-order': 'too-few', 'conversation-lookup': 'forbidden', 'media-host': 's3' }).map(
      ({ verdict }) => verdict,
    ),
  ).toEqual(['not seen', 'otherwise', 'as assumed']);
});

const AGAINST: readonly [AssumptionId, Partial<GenesysBehaviour>, string][] = [
  ['requests-per-minute', {}, '300'],
  ['requests-per-minute', { requestsPerMinute: 200 }, 'fewer'],
  ['requests-per-minute', { requestsPerMinute: 900 }, 'more'],
  ['listing-order', { listingOrder: 'oldest-first' }, 'oldest-first'],
  ['listing-order', { listingOrder: 'newest-first' }, 'newest-first'],
  ['conversation-lookup', {}, 'names'],
  ['conversation-lookup', { conversationLookup: 'forbidden' }, 'forbidden'],
  ['media-host', {}, 'region'],
  ['media-host', { mediaFileUri: 'https://bucket.s3.eu-central-1.amazonaws.invalid/x' }, 'other'],
  ['media-type', {}, 'audio'],
  ['media-length', {}, 'announced'],
  ['downloads', {}, 'no'],
];

test.each(AGAINST)('tells %s apart under %j', async (id, behaviour, seen) => {
  leave(3);
  deployment.stack.genesys.changeBehaviour(behaviour);
  expect((await observe()).observations[id]).toBe(seen);
});

const SPENDING: readonly [AssumptionId, Partial<GenesysBehaviour>, string][] = [
  ['loopback-redirect', {}, 'yes'],
  ['refresh-token-use', {}, 'once'],
  ['refresh-token-use', { refreshTokensWorkAgain: true }, 'again'],
  ['refresh-ends-access-token', {}, 'ends'],
  ['refresh-ends-access-token', { refreshEndsOldAccessToken: false }, 'lives'],
  ['reuse-ends-family', {}, 'no'],
  ['reuse-ends-family', { reuseEndsFamily: true }, 'yes'],
  ['second-login', {}, 'no'],
  ['second-login', { secondLoginEndsFirst: true }, 'yes'],
  ['token-life', {}, 'day'],
];

test.each(SPENDING)('tells %s apart with a login, under %j', async (id, behaviour, seen) => {
  deployment.stack.genesys.changeBehaviour(behaviour);
  const { observations } = await observe({ login: true, sameClient: id === 'second-login' });
  expect(observations[id]).toBe(seen);
});

test("with another client's login, the deployment's secret stays as it is and its token lives on", async () => {
  const { observations, versionsBefore, versionsAfter } = await observe({ login: true });
  expect(observations['second-login']).toBe('other-client');
  expect(versionsAfter).toBe(versionsBefore);
  expect(versionsAfter).toContain('AWSCURRENT');
});

describe('what the simulator does not do', () => {
  let server: Server;
  afterEach(() => server.close());

  /** Genesys Cloud from a table of answers. */
  const stand = async (
    answers: Readonly<Record<string, readonly [number, unknown, Record<string, string>?]>>,
  ) => {
    server = createServer((request, response) => {
      const path = (request.url ?? '').split('?')[0] ?? '';
      const [status, body, headers = {}] = answers[path] ?? [404, { code: 'not.found' }];
      response.writeHead(status, { 'content-type': 'application/json', ...headers });
      response.end(Buffer.isBuffer(body) ? body : JSON.stringify(body));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    return `http://127.0.0.1:${port}`;
  };
  const QUEUE = '2b6f0cc9-04d1-4c1d-8f3a-9a1f5f0b7c3e';
  const MESSAGE = { id: 'one', conversation: { id: 'talk' }, createdDate: '2026-11-23T08:00:00Z' };

  test.each<
    [
      AssumptionId,
      string,
      readonly unknown[],
      Readonly<Record<string, readonly [number, unknown, Record<string, string>?]>>,
    ]
  >([
    ['rate-limit-headers', 'none', [], {}],
    ['listing-order', 'too-few', [MESSAGE], {}],
    [
      'listing-order',
      'unordered',
      ['2026-11-23', '2026-11-21', '2026-11-22'].map((createdDate) => ({ ...MESSAGE, createdDate })),
      {},
    ],
    [
      'mailboxes-of-conversation',
      'several',
      [MESSAGE],
      {
        '/api/v2/conversations/callbacks/talk': [
          200,
          { participants: [{ voicemail: { id: 'one' } }, { voicemail: { id: 'another' } }] },
        ],
      },
    ],
    ['conversation-lookup', 'names-none', [MESSAGE], { '/api/v2/conversations/callbacks/talk': [200, {}] }],
    ['conversation-lookup', 'no-voicemail', [], {}],
    ['downloads', 'yes', [MESSAGE], { '/api/v2/voicemail/messages/one/downloads': [200, {}] }],
    [
      'transcripts',
      'some',
      [MESSAGE],
      { '/api/v2/voicemail/messages/one': [200, { transcription: 'hello' }] },
    ],
    ['transcripts', 'none', [MESSAGE], {}],
  ])('%s: %s', async (id, seen, entities, answers) => {
    const api = await stand({
      [`/api/v2/voicemail/queues/${QUEUE}/messages`]: [200, { entities }],
      ...answers,
    });
    const region = { domain: 'mypurecloud.de', mediaOrigins: [] };
    expect((await observeByReading(new Reader({ api }, 'token'), QUEUE, region))[id]).toBe(seen);
  });

  test.each<[AssumptionId, string, Record<string, string>]>([
    ['media-type', 'text', { 'content-type': 'text/html' }],
    ['media-type', 'generic', { 'content-type': 'binary/octet-stream' }],
    ['media-length', 'not-announced', { 'transfer-encoding': 'chunked' }],
    ['recording-size', 'different', {}],
  ])('%s: %s', async (id, seen, headers) => {
    const media = await stand({
      [`/api/v2/voicemail/queues/${QUEUE}/messages`]: [
        200,
        { entities: [{ ...MESSAGE, audioRecordingSizeBytes: AUDIO.length + 1 }] },
      ],
      '/audio': [200, AUDIO, headers],
    });
    const region = { domain: 'mypurecloud.de', mediaOrigins: [media] };
    const reader = new Reader({ api: media }, 'token');
    const get = reader.get.bind(reader);
    reader.get = async (path) => {
      const answer = await get(path);
      return path.includes('/media')
        ? { ...answer, status: 200, body: { mediaFileUri: `${media}/audio` } }
        : answer;
    };
    expect((await observeByReading(reader, QUEUE, region))[id]).toBe(seen);
  });
});
