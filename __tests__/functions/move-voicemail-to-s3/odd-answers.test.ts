import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import {
  Deadline,
  GenesysApi,
  GenesysVoicemail,
  RequestPacing,
  TokenCache,
} from '../../../functions/move-voicemail-to-s3/contract/operator';
import type { Fault, WireAnswer } from '../../../tools/local-cloud/faults';
import { closeWorlds, refuse, startWorld } from './mover-world';
import { eventMessage } from './running-mover';
import { closeStubServers, startStubServer } from './stub-server';

afterEach(async () => {
  await closeWorlds();
  await closeStubServers();
});

const DAY_MS = 24 * 60 * 60_000;
const LOOKUP = 'GET /api/v2/conversations/callbacks/{conversationId}';
const MESSAGE = 'GET /api/v2/voicemail/messages/{messageId}';
const MEDIA_INFO = `${MESSAGE}/media`;
const MEDIA = 'GET /voicemail/{messageId}/{formatId}';

/** An answer that is made from the right one. */
const altered = (alter: (answer: WireAnswer) => WireAnswer): Fault => ({
  effect: 'applied',
  answer: { kind: 'altered', alter },
});

/** An answer that says something else than the right one. */
const saying = (change: (answer: Record<string, unknown>) => unknown): Fault =>
  altered((answer) => ({
    ...answer,
    body: Buffer.from(JSON.stringify(change(JSON.parse(answer.body.toString())))),
  }));

test.each([
  ['a conversation as text', MESSAGE, { conversation: 'none' }],
  ['a numeric id of a conversation', MESSAGE, { conversation: { id: 7 } }],
  ['a duration as text', MESSAGE, { audioRecordingDurationSeconds: '4' }],
  ['a transcript that is an object', MESSAGE, { transcription: { text: 'hello' } }],
  ['a deletion that is a word', MESSAGE, { deleted: 'no' }],
  ['divisions that are a word', LOOKUP, { divisions: 'all' }],
  ['a division that is null', LOOKUP, { divisions: [null, { division: null }] }],
  ['a numeric id of its own', LOOKUP, { id: 12 }],
  ['a media answer with a numeric id', MEDIA_INFO, { id: 5 }],
])('%s beside good fields costs no voicemail', async (_name, operation, odd) => {
  const world = await startWorld();
  world.genesys.injectFault({ operation, fault: saying((answer) => ({ ...answer, ...odd })) });
  world.deliver(world.leaveVoicemail().event);
  await world.poll();
  expect(world.outcomes).toEqual(['stored']);
});

/** Dates that say nothing, or something else than the event and its message. */
const ODD_DATES = [
  ...[undefined, null, 1795818126856, '27.11.2026 22:00'],
  ...['1970-01-01T00:00:00.000Z', '2019-11-27T22:00:00Z', '2999-01-01T00:00:00Z'],
];

test.each(ODD_DATES)('one answer with the date %j gives a voicemail no second place', async (createdDate) => {
  const world = await startWorld();
  const fault = saying((answer) => ({ ...answer, createdDate }));
  world.genesys.injectFault({ operation: MESSAGE, times: 1, fault });
  const { event, messageId } = world.leaveVoicemail();
  world.deliver(event);
  await world.drain();
  world.deliver(event);
  await world.drain();
  expect(world.outcomes).toEqual(['stored', 'already-stored']);
  expect(world.keysEndingIn('.webm')).toEqual([expect.stringMatching(`/year=20\\d\\d/.*${messageId}`)]);
});

test.each(ODD_DATES)(
  'an erased voicemail stays away though its answers now have the date %j',
  async (createdDate) => {
    const world = await startWorld();
    const { event } = world.leaveVoicemail();
    world.deliver(event);
    await world.drain();
    const [audio = ''] = world.keysEndingIn('.webm');
    for (const key of world.keys) {
      await world.deleteObject(key);
    }
    await world.putObject(audio.replace('.webm', '.tombstone'), '{}');
    world.genesys.injectFault({
      operation: MESSAGE,
      fault: saying((answer) => ({ ...answer, createdDate })),
    });
    world.deliver(event);
    await world.drain();
    expect(world.outcomes).toEqual(['stored', 'skipped']);
  },
);

/** A page of somebody on the way. */
const page = (status: number): Fault => ({
  effect: 'none',
  answer: { kind: 'altered', alter: () => ({ status, headers: {}, body: Buffer.from('<html>') }) },
});

test.each([
  ...[LOOKUP, MESSAGE, MEDIA_INFO].flatMap((operation) =>
    [400, 403, 405].map((status) => [operation, status] as const),
  ),
])('one page in the place of %s, with status %d, ends no voicemail', async (operation, status) => {
  const world = await startWorld();
  world.genesys.injectFault({ operation, times: 1, fault: page(status) });
  world.deliver(world.leaveVoicemail().event);
  await world.drain();
  expect(world.outcomes).toEqual(['stored']);
});

test('a page that answers for good ends as a refusal', async () => {
  const world = await startWorld();
  world.genesys.injectFault({ operation: MESSAGE, fault: page(403) });
  world.deliver(world.leaveVoicemail().event);
  await world.drain();
  expect(world.failures).toMatchObject([{ failureClass: 'FORBIDDEN' }]);
});

test('a page that says yes where a tombstone is looked for drops no voicemail', async () => {
  const world = await startWorld();
  world.injectAwsFault({ operation: 'HeadObject', fault: page(200) });
  world.deliver(world.leaveVoicemail().event);
  await world.drain();
  expect(world.outcomes).toEqual(['stored']);
});

const DIVISION = 'a81bc81b-dead-4e5d-abff-90865d1e13b1';

test.each<[string, string, Fault]>([
  ['conversation that is not found', LOOKUP, refuse(404)],
  ['conversation that is refused', LOOKUP, refuse(403)],
  ['conversation without divisions', LOOKUP, saying(({ divisions: _divisions, ...answer }) => answer)],
  ['voicemail without a queue', MESSAGE, saying((answer) => ({ ...answer, queue: null }))],
  ['voicemail whose queue is a number', MESSAGE, saying((answer) => ({ ...answer, queue: { id: 3 } }))],
])('one %s costs no voicemail that a reconcile sends', async (_name, operation, fault) => {
  const world = await startWorld({ variables: { DIVISION_IDS: DIVISION } });
  world.genesys.injectFault({ operation, times: 1, fault });
  world.leaveVoicemail({ divisionId: DIVISION });
  world.clock.advance(2 * 60 * 60_000);
  world.send({ schemaVersion: 1, kind: 'reconcile' });
  await world.drain();
  expect(world.outcomes).toEqual(['stored']);
});

test('participants that nobody can read do not hide the one with the voicemail', async () => {
  const world = await startWorld();
  const odd = [null, 3, 'agent', {}, { voicemail: null }, { voicemail: 'none' }, { purpose: 7, state: [] }];
  world.genesys.injectFault({
    operation: LOOKUP,
    fault: saying(({ participants, ...answer }) => ({
      ...answer,
      participants: [...odd, ...(Array.isArray(participants) ? participants : [])],
    })),
  });
  world.deliver(world.leaveVoicemail().event);
  await world.poll();
  expect(world.outcomes).toEqual(['stored']);
});

test.each([LOOKUP, MESSAGE, MEDIA_INFO])(
  'an answer to %s that is about another one moves nothing',
  async (operation) => {
    const world = await startWorld();
    const id = 'a81bc81b-dead-4e5d-abff-90865d1e13b1';
    world.genesys.injectFault({ operation, fault: saying((answer) => ({ ...answer, id })) });
    world.deliver(world.leaveVoicemail().event);
    await world.poll();
    expect(world.keys).toEqual([]);
    world.genesys.clearFaults();
    await world.drain();
    expect(world.outcomes).toEqual(['stored']);
  },
);

test.each([
  ['nobody', []],
  ['a word', 'all'],
  ['somebody of whom it does not say what he is', [{ state: 'connected' }]],
  ['somebody whose purpose is new', [{ purpose: 'supervisor', state: 'alerting' }]],
])(
  'a callback that names %s as its participants is not ended, and its voicemail stays',
  async (_name, participants) => {
    const world = await startWorld({
      variables: { DISCONNECT_AFTER_STORE: 'true', DELETE_AFTER_STORE: 'true' },
    });
    const { event, messageId } = world.leaveVoicemail();
    world.genesys.injectFault({
      operation: LOOKUP,
      fault: saying((answer) => ({ ...answer, participants })),
    });
    world.send({ ...eventMessage(event), kind: 'voicemail', voicemailId: messageId });
    await world.drain();
    expect(world.outcomes).toEqual(['stored']);
    expect(world.genesys.counters()).toEqual(expect.objectContaining({ disconnects: {}, deletes: {} }));
  },
);

test.each([
  ['has no state', {}],
  ['has a state of null', { uploadStatus: null }],
  ['is in a state that we do not know', { uploadStatus: 'transcoding' }],
])('a voicemail without an id that %s is not there yet', async (_name, voicemail) => {
  const world = await startWorld();
  world.genesys.injectFault({
    operation: LOOKUP,
    times: 2,
    fault: saying((answer) => ({ ...answer, participants: [{ purpose: 'voicemail', voicemail }] })),
  });
  world.deliver(world.leaveVoicemail().event);
  await world.drain();
  expect(world.failures).toEqual([]);
  expect(world.outcomes).toEqual(['stored']);
});

test('a voicemail that is never named by an id ends as a failure when the wait is over', async () => {
  const world = await startWorld();
  const participants = [{ purpose: 'voicemail', voicemail: { uploadStatus: 'transcoding' } }];
  world.genesys.injectFault({ operation: LOOKUP, fault: saying((answer) => ({ ...answer, participants })) });
  world.deliver(world.leaveVoicemail({ appearsAfterMs: 2 * DAY_MS }).event);
  await world.drain();
  expect(world.failures).toMatchObject([{ failureClass: 'BAD_ANSWER' }]);
});

test.each([
  ['voicemail', MESSAGE, (answer: object) => ({ ...answer, id: '../../../other' })],
  ['queue', MESSAGE, (answer: object) => ({ ...answer, queue: { id: '..%2f..%2fother' } })],
  [
    'voicemail of a conversation',
    LOOKUP,
    (answer: object) => ({
      ...answer,
      participants: [{ voicemail: { id: '../delete', uploadStatus: 'complete' } }],
    }),
  ],
])('an id of a %s that is no UUID reaches no URL and no key', async (_name, operation, change) => {
  const world = await startWorld();
  world.genesys.injectFault({ operation, fault: saying(change) });
  world.deliver(world.leaveVoicemail().event);
  await world.drain();
  expect(world.failures).toMatchObject([{ failureClass: 'BAD_ANSWER' }]);
  expect(world.keysEndingIn('.webm')).toEqual([]);
  expect([...world.output, ...world.keys].join('\n')).not.toMatch(/\.\.[/%]/);
});

test('a call with an empty segment in its path is not sent: DELETE without an id would delete everything', async () => {
  const api = await startStubServer((_request, response) => response.end('{}'));
  const world = await startWorld();
  const pacing = new RequestPacing(1);
  const tokens = new TokenCache({
    secretsManager: new SecretsManagerClient({
      endpoint: world.aws.origin,
      region: 'eu-central-1',
      credentials: world.aws.issueCredentials('arn:aws:iam::123456789012:role/mover'),
    }),
    secretArns: [world.secretArn],
    pacing,
    maximumAgeMs: 1000,
    lostAfterMs: 1000,
    unauthorizedBackoffMs: 1000,
  });
  const deadline = new Deadline(() => 60_000, 0);
  const genesys = new GenesysVoicemail(
    new GenesysApi({
      origin: api.origin,
      tokens,
      pacing,
      deadline,
      timeoutMs: 1000,
      quickRetryPauseMs: 0,
    }),
    { withTranscripts: false },
  );
  await expect(genesys.delete('')).rejects.toThrow(RangeError);
  expect(api.requests).toEqual([]);
});

test.each([202, 204, 500] as const)(
  'a media host that answers %d for ever ends as a failure with its mark, long before the message expires',
  async (status) => {
    const world = await startWorld();
    const startMs = world.clock.now();
    world.genesys.injectFault({
      operation: MEDIA,
      fault: altered(() => ({ status, headers: {}, body: Buffer.alloc(0) })),
    });
    const { event, messageId } = world.leaveVoicemail();
    world.deliver(event);
    await world.drain(60);
    expect(world.failures).toMatchObject([
      { failureClass: 'MEDIA_UNAVAILABLE', failureReason: expect.stringContaining(`answered ${status}`) },
    ]);
    expect(world.keys).toEqual([expect.stringContaining(`${messageId}.failure`)]);
    expect(world.clock.now() - startMs).toBeLessThan(2 * DAY_MS);
  },
);

test('a voicemail that Genesys never describes ends as a failure of its own class', async () => {
  const world = await startWorld();
  world.genesys.injectFault({ operation: MESSAGE, fault: saying(() => ['what?']) });
  world.deliver(world.leaveVoicemail().event);
  await world.drain(60);
  expect(world.failures).toMatchObject([{ failureClass: 'KEEPS_FAILING' }]);
});

test.each(['yesterday', 7, null])('an envelope whose time is %j is read all the same', async (time) => {
  const world = await startWorld();
  world.send({ ...world.leaveVoicemail().event, time });
  await world.poll();
  expect(world.outcomes).toEqual(['stored']);
});

test.each([
  { ApproximateReceiveCount: '' },
  { SentTimestamp: 'now' },
  { ApproximateFirstReceiveTimestamp: null },
])(
  'a message with the odd attribute %j, behind a byte order mark, is moved with the others of its batch',
  async (odd) => {
    const world = await startWorld();
    const now = String(Date.now());
    const times = { SentTimestamp: now, ApproximateFirstReceiveTimestamp: now };
    const Records = [{}, odd].map((one, index) => ({
      messageId: `message-${index}`,
      receiptHandle: `receipt-${index}`,
      body: `\uFEFF${JSON.stringify(eventMessage(world.leaveVoicemail().event))}`,
      attributes: { ApproximateReceiveCount: '1', ...times, ...one },
    }));
    expect(await world.invoke({ Records })).toMatchObject({ payload: { batchItemFailures: [] } });
    expect(world.outcomes).toEqual(['stored', 'stored']);
  },
);

test('an API that switches protocols holds nobody up', async () => {
  const api = await startStubServer((_request, response) => {
    response.socket?.end('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n');
  });
  const world = await startWorld({
    variables: { GENESYS_API_ORIGIN: api.origin, GENESYS_TIMEOUT_MS: '500' },
  });
  world.deliver(world.leaveVoicemail().event);
  const [report] = await world.poll();
  expect(report?.invocation).toMatchObject({ outcome: 'success' });
  expect(world.events).toHaveLength(1);
  expect(api.requests).toHaveLength(3);
});

test.each([
  ['early hints before the recording', 'HTTP/1.1 103 Early Hints\r\nlink: </a>; rel=preload\r\n\r\n'],
  ['a continue before the recording', 'HTTP/1.1 100 Continue\r\n\r\n'],
  ['a processing before the recording', 'HTTP/1.1 102 Processing\r\n\r\n'],
])('%s, and then nothing, does not hang the run', async (_name, head) => {
  const media = await startStubServer((_request, response) => {
    response.socket?.end(head);
  });
  const world = await startWorld({
    variables: { GENESYS_MEDIA_ORIGINS: media.origin },
    behaviour: { mediaFileUri: `${media.origin}/a` },
  });
  world.deliver(world.leaveVoicemail().event);
  const [report] = await world.poll();
  expect(report?.invocation).toMatchObject({ outcome: 'success' });
  expect(world.events).toHaveLength(1);
});

test('an answer of the API without end is given up, and its message goes back', async () => {
  const chunk = Buffer.alloc(1024 * 1024, ' ');
  let sent = 0;
  const api = await startStubServer((_request, response) => {
    const write = () => {
      while (!response.destroyed && response.write(chunk)) {
        sent += chunk.length;
      }
    };
    response.on('drain', write);
    write();
  });
  const world = await startWorld({
    variables: { GENESYS_API_ORIGIN: api.origin, GENESYS_TIMEOUT_MS: '500' },
  });
  world.deliver(world.leaveVoicemail().event);
  const [report] = await world.poll();
  expect(report?.invocation).toMatchObject({ outcome: 'success' });
  expect(report?.invocation?.maxMemoryUsedMb).toBeLessThan(200);
  expect(world.events).toHaveLength(1);
  expect(sent).toBeLessThan(3 * 40 * chunk.length);
});

test.each([
  ['the token', ({ accessToken }: { readonly accessToken: string }) => accessToken],
  ['a phone number', () => '+4915112345678'],
  ['a sentence', () => 'Call Erika Mustermann back'],
  ['a number with dots', () => 'tel.4915112345678'],
])('an error code that is %s is told nowhere', async (_name, codeOf) => {
  const world = await startWorld();
  const code = codeOf(world.firstPair);
  world.genesys.injectFault({ operation: LOOKUP, times: 3, fault: refuse(503, code) });
  world.genesys.injectFault({ operation: MESSAGE, fault: refuse(400, code) });
  world.deliver(world.leaveVoicemail().event);
  await world.drain();
  expect(world.failures).toMatchObject([{ failureClass: 'REFUSED' }]);
  const told = [...world.output, ...world.failures.map(({ failureReason }) => failureReason)].join('\n');
  expect(told).not.toContain(code);
});

test.each([
  ['the token', ({ accessToken }: { readonly accessToken: string }) => accessToken],
  ['a phone number', () => '4915112345678'],
])('a correlation id that is %s is told nowhere', async (_name, idOf) => {
  const world = await startWorld();
  const id = idOf(world.firstPair);
  const headers = { 'inin-correlation-id': id, 'genesys-correlation-id': id };
  const fault = altered(() => ({ status: 400, headers, body: Buffer.alloc(0) }));
  world.genesys.injectFault({ operation: MESSAGE, fault });
  world.deliver(world.leaveVoicemail().event);
  await world.drain();
  const [failure] = world.failures;
  expect(failure?.failureClass).toBe('REFUSED');
  expect([...world.output, failure?.failureReason].join('\n')).not.toContain(id);
});

test('an error code of AWS that is no word of AWS is not told', async () => {
  const world = await startWorld();
  world.injectAwsFault({ operation: 'PutObject', times: 3, fault: refuse(400, 'AKIA0123456789') });
  world.deliver(world.leaveVoicemail().event);
  await world.poll();
  expect(world.metric('VoicemailGivenBack')).toBe(1);
  expect(world.output.join('\n')).not.toContain('AKIA0123456789');
});

test.each([
  ['a Retry-After of years', refuse(429, 'too.many.requests', 99_999_999)],
  [
    'a reset in years',
    altered(({ headers, ...answer }) => ({
      ...answer,
      headers: {
        ...headers,
        'inin-ratelimit-count': '300',
        'inin-ratelimit-allowed': '300',
        'inin-ratelimit-reset': '99999999',
      },
    })),
  ],
] as const)('%s holds a message for an hour at most', async (_name, fault) => {
  const world = await startWorld();
  world.genesys.injectFault({ operation: MESSAGE, times: 1, fault });
  world.deliver(world.leaveVoicemail().event);
  const startMs = world.clock.now();
  await world.drain();
  expect(world.outcomes).toEqual(['stored']);
  expect(world.clock.now() - startMs).toBeLessThanOrEqual(2 * 60 * 60_000);
});

test('a message that meets a spent budget nine times comes back by the minute, and waits no longer each time', async () => {
  const world = await startWorld();
  const spent = {
    'inin-ratelimit-count': '300',
    'inin-ratelimit-allowed': '300',
    'inin-ratelimit-reset': '59',
  };
  world.genesys.injectFault({
    operation: LOOKUP,
    times: 9,
    fault: altered((answer) => ({ ...answer, headers: { ...answer.headers, ...spent } })),
  });
  world.deliver(world.leaveVoicemail().event);
  const hiddenSeconds: number[] = [];
  for (let delivery = 1; delivery <= 9; delivery += 1) {
    await world.poll();
    hiddenSeconds.push(world.hiddenSeconds);
    world.clock.advance(Math.max(0, world.hiddenSeconds) * 1000);
  }
  expect(Math.max(...hiddenSeconds)).toBeLessThanOrEqual(90);
  await world.drain();
  expect(world.outcomes).toEqual(['stored']);
});

test.each(['.webm', '.json'])(
  'a success of S3 that is an error in its body is not believed (%s)',
  async (resourceEnd) => {
    const world = await startWorld();
    const body = Buffer.from('<Error><Code>InternalError</Code></Error>');
    const error = { status: 200, headers: { 'content-type': 'application/xml' }, body };
    world.injectAwsFault({
      operation: 'PutObject',
      resourceEnd,
      fault: { effect: 'none', answer: { kind: 'altered', alter: () => error } },
    });
    world.deliver(world.leaveVoicemail().event);
    await world.drain();
    expect(world.keys).toEqual([expect.stringContaining('.json'), expect.stringContaining('.webm')]);
  },
);

test.each([
  { 'retry-after': '-5' },
  { 'retry-after': '1e9' },
  { 'retry-after': 'Fri, 31 Dec 2099 23:59:59 GMT' },
  { 'retry-after': 'soon' },
  { 'inin-ratelimit-reset': 'NaN' },
  { 'inin-ratelimit-reset': '-1' },
  { 'inin-ratelimit-allowed': '0', 'inin-ratelimit-count': '0' },
  { 'inin-ratelimit-allowed': '1' },
])('headers such as %j, at every call, keep no voicemail from being stored', async (odd) => {
  const world = await startWorld();
  const fault = altered(({ headers, ...answer }) => ({ ...answer, headers: { ...headers, ...odd } }));
  world.genesys.injectFault({ service: 'api', fault });
  world.genesys.injectFault({ service: 'media', fault });
  world.deliver(world.leaveVoicemail().event);
  await world.poll();
  expect(world.outcomes).toEqual(['stored']);
});

test('a condition that failed is known by its name, whatever the status of the answer', async () => {
  const world = await startWorld();
  const { event } = world.leaveVoicemail();
  world.deliver(event);
  await world.poll();
  const named = { operation: 'PutObject', fault: refuse(400, 'PreconditionFailed') };
  world.injectAwsFault({ ...named, resourceEnd: '.webm' });
  world.injectAwsFault({ ...named, resourceEnd: '.json' });
  world.deliver(event);
  await world.poll();
  expect(world.outcomes).toEqual(['stored', 'already-stored']);
});

test('a message at the limit of SQS that nobody can read reaches the failures queue by its ids', async () => {
  const world = await startWorld();
  const id = 'a81bc81b-dead-4e5d-abff-90865d1e13b1';
  world.send(`{"conversationId":"${id}","note":"${'x'.repeat(1024 * 1024 - 100)}"}`);
  await world.drain();
  expect(world.failures).toMatchObject([{ failureClass: 'BAD_EVENT' }]);
  const [failure] = world.failures;
  expect(JSON.parse(failure?.body ?? '')).toMatchObject({ shortened: true, ids: [id] });
});
