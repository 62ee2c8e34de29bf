import { closeWorlds, type MoverWorld, refuse, startWorld } from './mover-world';
import { recording, streamedRecording } from './recordings';
import { moverSecretText } from './running-mover';
import { closeStubServers, startStubServer } from './stub-server';

afterEach(async () => {
  await closeWorlds();
  await closeStubServers();
});

const MESSAGE = 'GET /api/v2/voicemail/messages/{messageId}';

/** Moves one voicemail whose media host answers as the test says. */
const worldWith = async (
  answer: Parameters<typeof startStubServer>[0],
  variables = {},
): Promise<MoverWorld> => {
  const media = await startStubServer(answer);
  return startWorld({
    variables: { GENESYS_MEDIA_ORIGINS: media.origin, DELETE_AFTER_STORE: 'true', ...variables },
    behaviour: { mediaFileUri: `${media.origin}/a` },
  });
};

const FULL = recording(20_000);

test.each([
  ['cut in half, with its length', FULL.subarray(0, 10_000), true],
  ['cut in half, until the connection ends', FULL.subarray(0, 10_000), false],
  ['an error page of no type', Buffer.from('<html>try again later</html>'), true],
] as const)(
  'a body that is %s is not stored, and nothing is deleted; it ends as a failure with its mark',
  async (_name, bytes, hasLength) => {
    const world = await worldWith((_request, response) => {
      response.writeHead(200, hasLength ? { 'content-length': bytes.length } : { connection: 'close' });
      response.end(bytes);
    });
    const { event, messageId } = world.leaveVoicemail();
    const body = world.deliver(event);
    await world.drain(60);
    expect(world.outcomes).toEqual(['failed']);
    expect(world.failures).toMatchObject([{ body, failureClass: 'MEDIA_UNAVAILABLE' }]);
    expect(world.keys).toEqual([expect.stringContaining(`${messageId}.failure`)]);
    expect(world.genesys.counters().deletes).toEqual({});
  },
);

test('a recording that cannot be proven whole is stored, marked so, and never deleted at the source', async () => {
  const bytes = streamedRecording(5000);
  const world = await worldWith((_request, response) => response.end(bytes));
  const { event } = world.leaveVoicemail();
  world.deliver(event);
  await world.drain();
  world.deliver(event);
  await world.drain();
  expect(world.outcomes).toEqual(['stored', 'already-stored']);
  expect(world.objectEndingIn('.webm').body.equals(bytes)).toBe(true);
  expect(JSON.parse(world.objectEndingIn('.json').body.toString())).toMatchObject({ wholeness: 'unproven' });
  expect(world.genesys.counters().deletes).toEqual({});
  expect(world.metric('VoicemailUnproven')).toBe(1);
});

test('a recording that is far shorter than Genesys tells is stored, and its original is kept by every delivery', async () => {
  const world = await startWorld({ variables: { AUDIO_FORMAT: 'WAV', DELETE_AFTER_STORE: 'true' } });
  const { event } = world.leaveVoicemail({
    durationMs: 60_000,
    audio: { WAV: { sizeBytes: 8000, seed: 1 } },
  });
  world.injectAwsFault({ operation: 'PutObject', resourceEnd: '.json', times: 3, fault: refuse(503) });
  world.deliver(event);
  await world.drain();
  world.deliver(event);
  await world.drain();
  expect(world.outcomes).toEqual(['stored', 'already-stored']);
  expect(JSON.parse(world.objectEndingIn('.json').body.toString())).toMatchObject({ wholeness: 'unproven' });
  expect(world.genesys.counters().deletes).toEqual({});
});

test('a recording that Genesys encodes anew at each request has a right end', async () => {
  let requests = 0;
  const world = await worldWith((_request, response) => {
    requests += 1;
    response.end(recording(5000, requests));
  });
  world.injectAwsFault({ operation: 'PutObject', resourceEnd: '.json', times: 3, fault: refuse(503) });
  world.deliver(world.leaveVoicemail().event);
  await world.drain();
  expect(world.outcomes).toEqual(['stored']);
  const [audio] = world.objectsEndingIn('.webm');
  const sidecar = JSON.parse(world.objectEndingIn('.json').body.toString());
  expect(audio?.body.equals(recording(5000, 1))).toBe(true);
  expect(sidecar.sizeBytes).toBe(5000);
  expect(world.failures).toEqual([]);
});

test('half of a recording that lies in its place already is neither replaced nor taken for the whole one', async () => {
  const world = await worldWith((_request, response) => response.end(FULL));
  const { event, messageId, createdDate } = world.leaveVoicemail();
  const [year, month, day] = createdDate.slice(0, 10).split('-');
  const key = `queue_id=${world.queueId}/year=${year}/month=${month}/day=${day}/${messageId}.webm`;
  await world.putObject(key, FULL.subarray(0, 9_000), { 'voicemail-id': messageId });
  world.deliver(event);
  await world.drain();
  expect(world.failures).toMatchObject([{ failureClass: 'CONTENT_DIFFERS' }]);
  expect(world.objectsEndingIn('.webm')).toHaveLength(1);
  expect(world.genesys.counters().deletes).toEqual({});
});

test('the original is not deleted by a redelivery where the stored bytes are not those of the sidecar', async () => {
  const world = await worldWith((_request, response) => response.end(FULL));
  world.genesys.injectFault({ operation: `DELETE ${MESSAGE.slice(4)}`, times: 3, fault: refuse(503) });
  world.deliver(world.leaveVoicemail().event);
  await world.poll();
  const { key } = world.objectEndingIn('.webm');
  await world.putObject(key, 'spoilt');
  await world.drain();
  expect(world.genesys.counters().deletes).toEqual({});
});

test.each([
  ['', 'empty'],
  ['aws-chunked', 'aws-chunked'],
  ['utf-8', 'a charset'],
  ['binary', 'binary'],
  ['identity, identity', 'nothing twice'],
  ['none', 'no coding'],
  ['UTF8', 'another charset'],
  ['gzip', 'a coding that was not applied'],
  ['br', 'another that was not'],
])('a Content-Encoding that packs nothing (%j, %s) changes nothing', async (coding) => {
  const world = await worldWith((_request, response) => {
    response.writeHead(200, { 'content-encoding': coding, 'content-type': 'text/html' }).end(FULL);
  });
  world.deliver(world.leaveVoicemail().event);
  await world.poll();
  expect(world.outcomes).toEqual(['stored']);
});

test.each([101, 202, 204, 206, 226, 300, 304, 400, 403, 416, 500] as const)(
  'an answer of %d is not stored, and holds nobody up',
  async (status) => {
    const world = await worldWith((_request, response) => {
      if (status === 101) {
        response.socket?.end('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n');
        return;
      }
      response.writeHead(status).end(status === 206 ? FULL : undefined);
    });
    world.deliver(world.leaveVoicemail().event);
    const [report] = await world.poll();
    expect(report?.invocation?.outcome).toBe('success');
    expect(world.keys).toEqual([]);
    expect(world.events).toHaveLength(1);
  },
);

test.each([400, 403, 416] as const)(
  'an answer of %d for ever ends as a failure, long before the message expires',
  async (status) => {
    const world = await worldWith((_request, response) => {
      response.writeHead(status).end();
    });
    const startMs = world.clock.now();
    world.deliver(world.leaveVoicemail().event);
    await world.drain(60);
    expect(world.failures).toMatchObject([{ failureClass: 'MEDIA_UNAVAILABLE' }]);
    expect(world.clock.now() - startMs).toBeLessThan(2 * 24 * 60 * 60_000);
  },
);

test('an answer that describes another voicemail is never stored under the one that was asked for', async () => {
  const world = await startWorld();
  const other = world.leaveVoicemail();
  const asked = world.leaveVoicemail({ audio: { WEBM: { sizeBytes: 900, seed: 5 } } });
  const api = await startStubServer(async (request, response) => {
    const path = (request.url ?? '').replace(asked.messageId, other.messageId);
    const answer = await fetch(`${world.genesys.origins.api}${path}`, {
      headers: { authorization: String(request.headers.authorization) },
    });
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text());
  });
  const mixed = await startWorld({
    variables: { GENESYS_API_ORIGIN: api.origin, GENESYS_MEDIA_ORIGINS: world.genesys.origins.media },
  });
  await mixed.putSecret(1, moverSecretText(world.firstPair));
  mixed.send({ schemaVersion: 1, kind: 'voicemail', voicemailId: asked.messageId });
  await mixed.poll();
  expect(mixed.keys).toEqual([]);
  expect(mixed.outcomes).toEqual([]);
});

test('an erasure during the download keeps the voicemail out', async () => {
  let place = '';
  const world: { current?: MoverWorld } = {};
  world.current = await worldWith((_request, response) => {
    world.current?.putObject(place, '{}').then(() => response.end(FULL));
  });
  const { event, messageId, createdDate } = world.current.leaveVoicemail();
  const [year, month, day] = createdDate.slice(0, 10).split('-');
  place = `queue_id=${world.current.queueId}/year=${year}/month=${month}/day=${day}/${messageId}.tombstone`;
  world.current.deliver(event);
  await world.current.drain();
  expect(world.current.outcomes).toEqual(['skipped']);
  expect(world.current.keysEndingIn('.webm')).toEqual([]);
});

test('a fresh duplicate does not bring back what was erased, and looks that are refused are not taken for an empty place', async () => {
  const world = await startWorld();
  const { event, messageId } = world.leaveVoicemail();
  world.deliver(event);
  await world.drain();
  const audioKey = world.objectEndingIn('.webm').key;
  await world.putObject(audioKey.replace('.webm', '.tombstone'), '{}');
  await world.deleteObject(audioKey);
  await world.deleteObject(audioKey.replace('.webm', '.json'));
  await world.restart();
  world.injectAwsFault({ operation: 'HeadObject', times: 1, fault: refuse(403, 'AccessDenied') });
  world.injectAwsFault({ operation: 'ListObjectsV2', times: 3, fault: refuse(403, 'AccessDenied') });
  world.deliver(event);
  await world.poll();
  expect(world.outcomes).toEqual(['stored']);
  await world.drain();
  expect(world.outcomes).toEqual(['stored', 'skipped']);
  expect((await world.currentKeys()).filter((key) => key.includes(messageId))).toEqual([
    expect.stringContaining('.tombstone'),
  ]);
});

test('where S3 does not say that an object is not there, a listing does, and no further object is asked for', async () => {
  const world = await startWorld();
  world.injectAwsFault({ operation: 'HeadObject', fault: refuse(403, 'AccessDenied') });
  world.deliver(world.leaveVoicemail().event);
  await world.drain();
  expect(world.outcomes).toEqual(['stored']);
  expect(world.awsCalls('HeadObject')).toBe(1);
  expect(world.awsCalls('ListObjectsV2')).toBe(2);
});

test('a voicemail that a run which died has stored after its erasure goes to the failures queue', async () => {
  const world = await startWorld();
  const { event } = world.leaveVoicemail();
  world.injectAwsFault({ operation: 'PutObject', resourceEnd: '.json', times: 3, fault: refuse(503) });
  world.deliver(event);
  await world.poll();
  const key = world.objectEndingIn('.webm').key.replace('.webm', '.tombstone');
  await world.putObject(key, '{}');
  await world.drain();
  expect(world.failures).toMatchObject([{ failureClass: 'STORED_AFTER_ERASURE' }]);
  expect(world.outcomes).toEqual(['failed']);
});

test('a voicemail without a date has one place, whatever its events say', async () => {
  const world = await startWorld();
  const left = world.leaveVoicemail();
  const api = await startStubServer(async (request, response) => {
    const answer = await fetch(`${world.genesys.origins.api}${request.url}`, {
      headers: { authorization: String(request.headers.authorization) },
    });
    const text = (await answer.text()).replaceAll(/"createdDate":"[^"]*",/g, '');
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(text);
  });
  const undated = await startWorld({
    variables: {
      GENESYS_API_ORIGIN: api.origin,
      GENESYS_MEDIA_ORIGINS: world.genesys.origins.media,
      QUEUE_IDS: world.queueId,
    },
  });
  await undated.putSecret(1, moverSecretText(world.firstPair));
  for (const eventTimeMs of ['1767225599000', '1767225601000']) {
    undated.deliver(left.event, { eventTimeMs });
    await undated.drain();
  }
  expect(undated.outcomes).toEqual(['stored', 'already-stored']);
  expect(undated.keysEndingIn('.webm')).toEqual([expect.stringContaining('/year=1970/month=01/day=01/')]);
});
