import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { DeleteObjectCommand, ListMultipartUploadsCommand } from '@aws-sdk/client-s3';
import { PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { VOICEMAIL_SAMPLES } from '../../../tools/local-cloud/voicemails';
import { moverSecretText } from '../../functions/move-voicemail-to-s3/running-mover';
import { MoverAt } from './mover-at';
import { KEY_ARN, openStandIn, type StandIn } from './stand-in';

const HOUR_MS = 60 * 60 * 1000;
const MIB = 1024 * 1024;
const LARGE = { WEBM: { sizeBytes: 12 * MIB + 17, seed: 9 } };
const MESSAGE = 'GET /api/v2/voicemail/messages/{messageId}';

const sha256 = (bytes: Buffer, encoding: 'hex' | 'base64' = 'hex') =>
  createHash('sha256').update(bytes).digest(encoding);

let standIn: StandIn;
let mover: MoverAt;

beforeAll(async () => {
  standIn = await openStandIn();
});
afterAll(() => standIn.close());

/** Shares one mover among the tests of a group; each test looks at the outcomes that came with it. */
const useMover = (options: Parameters<typeof MoverAt.start>[1] = {}): void => {
  beforeAll(async () => {
    mover = await MoverAt.start(standIn, options);
  });
  beforeEach(() => {
    mover.output.length = 0;
  });
  afterAll(() => mover.close());
};

describe('a voicemail of one put', () => {
  const audio = readFileSync(VOICEMAIL_SAMPLES.find(({ format }) => format === 'WEBM')?.path ?? '');
  let audioKey: string;
  let sidecarKey: string;
  useMover({ variables: { OBJECT_TAGS: 'team=care&class=voice' } });

  it('becomes its audio and its sidecar, byte for byte, with one outcome', async () => {
    const left = mover.leaveVoicemail({
      audio: { WEBM: audio },
      createdAtMs: Date.UTC(2026, 1, 3, 23, 59, 59),
    });
    await mover.deliver(left.event);
    await mover.pollUntil(1);

    expect(mover.outcomes).toEqual(['stored']);
    const folder = `queue_id=${mover.queueId}/year=2026/month=02/day=03`;
    audioKey = `${folder}/${left.messageId}.webm`;
    sidecarKey = `${folder}/${left.messageId}.json`;
    expect([...(await mover.keys())].sort()).toEqual([sidecarKey, audioKey]);
    expect((await mover.bytes(audioKey)).equals(audio)).toBe(true);
    expect(await mover.json(sidecarKey)).toMatchObject({ sha256: sha256(audio), sizeBytes: audio.length });
    expect(await mover.eventCounts()).toEqual({ visible: '0', hidden: '0' });
  });

  it('keeps its content type and its metadata', async () => {
    expect(await mover.head(audioKey)).toMatchObject({
      ContentType: 'audio/webm',
      Metadata: { 'queue-id': mover.queueId, 'duration-ms': '4200', format: 'WEBM' },
    });
  });

  it('has the SHA-256 of its bytes from S3 itself', async () => {
    expect((await mover.head(audioKey)).ChecksumSHA256).toBe(sha256(audio, 'base64'));
  });

  it('is encrypted with the customer key, as its sidecar is', async () => {
    for (const key of [audioKey, sidecarKey]) {
      expect(await mover.head(key)).toMatchObject({ ServerSideEncryption: 'aws:kms', SSEKMSKeyId: KEY_ARN });
    }
  });

  it('is encrypted through the bucket key', async () => {
    expect((await mover.head(audioKey)).BucketKeyEnabled).toBe(true);
  });

  it('carries the tags of the deployment', async () => {
    expect(await mover.tags(audioKey)).toEqual({ team: 'care', class: 'voice' });
  });
});

describe('a voicemail that comes again', () => {
  useMover();

  it('is stored already, and nothing is written', async () => {
    const { event } = mover.leaveVoicemail({ audio: { WEBM: { sizeBytes: 900, seed: 2 } } });
    await mover.deliver(event);
    await mover.pollUntil(1);
    const before = await mover.keys();
    await mover.deliver(event);
    await mover.pollUntil(2);

    expect(mover.outcomes).toEqual(['stored', 'already-stored']);
    expect(await mover.keys()).toEqual(before);
  });

  it('is completed where its sidecar is missing: 412 on the audio, whose checksum then proves it', async () => {
    const { event, messageId } = mover.leaveVoicemail({ audio: { WEBM: { sizeBytes: 901, seed: 3 } } });
    await mover.deliver(event);
    await mover.pollUntil(1);
    await standIn.s3.send(
      new DeleteObjectCommand({
        Bucket: mover.bucketName,
        Key: await mover.keyEndingIn(`${messageId}.json`),
      }),
    );
    await mover.deliver(event);
    await mover.pollUntil(2);

    expect(mover.outcomes).toEqual(['stored', 'stored']);
    expect((await mover.keys()).filter((key) => key.endsWith(`${messageId}.webm`))).toHaveLength(1);
  });

  it('is stored once where ten deliveries come at the same time', async () => {
    const { event, messageId } = mover.leaveVoicemail({ audio: { WEBM: { sizeBytes: 902, seed: 4 } } });
    await Promise.all(Array.from({ length: 10 }, () => mover.deliver(event)));
    await mover.pollUntil(10);

    expect(mover.outcomes.filter((outcome) => outcome === 'stored')).toHaveLength(1);
    expect((await mover.keys()).filter((key) => key.includes(messageId))).toHaveLength(2);
  });

  it('never replaces other content under its key: a failure of its own class', async () => {
    const { event, messageId } = mover.leaveVoicemail({ createdAtMs: Date.UTC(2026, 0, 9, 12) });
    const key = `queue_id=${mover.queueId}/year=2026/month=01/day=09/${messageId}.webm`;
    await mover.putObject(key, 'something else');
    const body = await mover.deliver(event);
    await mover.pollUntil(1);

    expect(mover.outcomes).toEqual(['failed']);
    expect(await mover.takeFailures()).toEqual([
      { body, failureClass: 'CONTENT_DIFFERS', failureReason: expect.stringContaining(key) },
    ]);
    expect((await mover.bytes(key)).toString()).toBe('something else');
  });
});

describe('a voicemail of more than 8 MB', () => {
  let sha256OfSource: string | undefined;
  let key: string;
  useMover({ variables: { OBJECT_TAGS: 'team=care' } });

  it('goes up in parts, byte for byte, and leaves no unfinished upload', async () => {
    const left = mover.leaveVoicemail({ audio: LARGE });
    sha256OfSource = left.sha256.WEBM;
    await mover.deliver(left.event);
    await mover.pollUntil(1);
    key = await mover.keyEndingIn('.webm');

    expect(mover.outcomes).toEqual(['stored']);
    expect(sha256(await mover.bytes(key))).toBe(sha256OfSource);
    expect(await mover.json(await mover.keyEndingIn('.json'))).toMatchObject({ sha256: sha256OfSource });
    const { Uploads = [] } = await standIn.s3.send(
      new ListMultipartUploadsCommand({ Bucket: mover.bucketName }),
    );
    expect(Uploads).toEqual([]);
  });

  it('has the composite SHA-256 of its parts from S3 itself', async () => {
    expect(await mover.head(key)).toMatchObject({
      ChecksumSHA256: expect.stringMatching(/^[A-Za-z0-9+/]{43}=-\d+$/),
      ChecksumType: 'COMPOSITE',
    });
  });

  it('keeps its content type, metadata and customer key', async () => {
    expect(await mover.head(key)).toMatchObject({
      ContentType: 'audio/webm',
      Metadata: { 'queue-id': mover.queueId },
      ServerSideEncryption: 'aws:kms',
      SSEKMSKeyId: KEY_ARN,
    });
  });

  it('carries the tags of the deployment as well', async () => {
    expect(await mover.tags(key)).toEqual({ team: 'care' });
  });

  it('is completed where its sidecar is missing: 412 on the last call, whose parts then prove it', async () => {
    const left = mover.leaveVoicemail({ audio: LARGE });
    await mover.deliver(left.event);
    await mover.pollUntil(1);
    await standIn.s3.send(
      new DeleteObjectCommand({
        Bucket: mover.bucketName,
        Key: await mover.keyEndingIn(`${left.messageId}.json`),
      }),
    );
    await mover.deliver(left.event);
    await mover.pollUntil(2);

    expect(mover.outcomes).toEqual(['stored', 'stored']);
    expect(await mover.keyEndingIn(`${left.messageId}.webm`)).toContain(left.messageId);
  });
});

describe('a message that cannot be finished', () => {
  useMover({ variables: { BACKOFF_BASE_MS: '1000' } });

  it('is given back with a visibility of its own, and stored when it returns', async () => {
    await mover.deliver(mover.leaveVoicemail({ appearsAfterMs: 60_000 }).event);
    await mover.poll();
    expect(mover.outcomes).toEqual([]);
    expect(await mover.eventCounts()).toEqual({ visible: '0', hidden: '1' });

    mover.clock.advance(60_000);
    await mover.pollUntil(1);
    expect(mover.outcomes).toEqual(['stored']);
    expect(await mover.eventCounts()).toEqual({ visible: '0', hidden: '0' });
  });

  it('does not hold its neighbours back: they are deleted, it alone returns', async () => {
    const late = mover.leaveVoicemail({
      appearsAfterMs: 60_000,
      audio: { WEBM: { sizeBytes: 700, seed: 5 } },
    });
    const early = mover.leaveVoicemail({ audio: { WEBM: { sizeBytes: 701, seed: 6 } } });
    await mover.deliver(late.event);
    await mover.deliver(early.event);
    await mover.pollUntil(1);
    expect(mover.outcomes).toEqual(['stored']);

    mover.clock.advance(60_000);
    await mover.pollUntil(2);
    expect(mover.outcomes).toEqual(['stored', 'stored']);
  });

  it('goes to the failures queue byte for byte, with its class and reason', async () => {
    const body = await mover.send('{"schemaVersion":1, "kind":"Größe ☎ \\u0001"\n}');
    await mover.pollUntil(1);

    expect(mover.outcomes).toEqual(['failed']);
    expect(await mover.takeFailures()).toEqual([
      { body, failureClass: 'BAD_EVENT', failureReason: expect.stringMatching(/.+/) },
    ]);
  });

  it('is redriven by sending it back as it is', async () => {
    mover.genesys.injectFault({
      operation: MESSAGE,
      times: 1,
      fault: {
        effect: 'none',
        answer: { kind: 'error', status: 403, code: 'missing.permissions' },
      },
    });
    await mover.deliver(mover.leaveVoicemail({ audio: { WEBM: { sizeBytes: 702, seed: 7 } } }).event);
    await mover.pollUntil(1);
    const [failure] = await mover.takeFailures();
    expect(failure?.failureClass).toBe('FORBIDDEN');

    await mover.send(failure?.body);
    await mover.pollUntil(2);
    expect(mover.outcomes).toEqual(['failed', 'stored']);
  });
});

describe('the token secret', () => {
  useMover({ variables: { BACKOFF_BASE_MS: '1000' } });

  it('is read again when Genesys refuses the token that was read before', async () => {
    await mover.deliver(mover.leaveVoicemail().event);
    await mover.pollUntil(1);
    const { clientId, userId } = mover.firstPair;
    mover.genesys.revokeTokens(userId);
    await standIn.secretsManager.send(
      new PutSecretValueCommand({
        SecretId: mover.secretArn,
        SecretString: moverSecretText(mover.genesys.grantFirstPair({ clientId, userId })),
      }),
    );
    await mover.deliver(mover.leaveVoicemail({ audio: { WEBM: { sizeBytes: 800, seed: 8 } } }).event);
    await mover.pollUntil(2);

    expect(mover.outcomes).toEqual(['stored', 'stored']);
  });
});

describe('reconcile', () => {
  const createdAtMs = Date.now() - 2 * HOUR_MS;
  const leave = (seed: number) =>
    mover.leaveVoicemail({ audio: { WEBM: { sizeBytes: 500, seed } }, createdAtMs });
  useMover();

  it('sends what the archive does not hold, and nothing else', async () => {
    for (const { event } of [leave(1), leave(2)]) {
      await mover.deliver(event);
    }
    await mover.pollUntil(2);
    const lost = [leave(3), leave(4), leave(5)];
    await mover.invoke({ schemaVersion: 1, kind: 'reconcile' });
    await mover.pollUntil(5);

    expect(mover.metric('ReconcileSent')).toBe(3);
    expect(mover.outcomes).toEqual(Array(5).fill('stored'));
    for (const { messageId } of lost) {
      expect(await mover.keyEndingIn(`${messageId}.json`)).toContain(`queue_id=${mover.queueId}/`);
    }
  });

  it('reads a day of more than 1,000 objects to its end', async () => {
    const { messageId } = leave(6);
    const day = new Date(createdAtMs).toISOString().slice(0, 10).split('-');
    const folder = `queue_id=${mover.queueId}/year=${day[0]}/month=${day[1]}/day=${day[2]}`;
    const fillers = Array.from(
      { length: 1001 },
      (_, index) => `${folder}/0${String(index).padStart(6, '0')}`,
    );
    while (fillers.length > 0) {
      await Promise.all(fillers.splice(0, 50).map((key) => mover.putObject(key, '-')));
    }
    await mover.putObject(`${folder}/${messageId}.tombstone`, '{}');
    await mover.invoke({ schemaVersion: 1, kind: 'reconcile' });

    expect(mover.metric('ReconcileSent')).toBe(0);
  });
});
