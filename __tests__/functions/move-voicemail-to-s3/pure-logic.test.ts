import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import fc from 'fast-check';
import { AUDIO_FORMATS } from '../../../functions/move-voicemail-to-s3/contract/audio-format';
import { MoveVoicemailToS3Environment } from '../../../functions/move-voicemail-to-s3/contract/environment';
import { dayPrefix, voicemailKeys } from '../../../functions/move-voicemail-to-s3/contract/object-key';
import {
  parseQueueMessage,
  parseQueueMessageBody,
} from '../../../functions/move-voicemail-to-s3/contract/queue-message';
import { Deadline } from '../../../functions/move-voicemail-to-s3/deadline';
import { PermanentFailureError, VoicemailTroubleError } from '../../../functions/move-voicemail-to-s3/errors';
import { RequestPacing } from '../../../functions/move-voicemail-to-s3/genesys/request-pacing';
import { backoffSeconds } from '../../../functions/move-voicemail-to-s3/message/backoff';
import { allowedMediaUrl } from '../../../functions/move-voicemail-to-s3/recording/allowed-hosts';
import { MediaBody } from '../../../functions/move-voicemail-to-s3/recording/body';
import { AudioHash, PART_BYTES } from '../../../functions/move-voicemail-to-s3/recording/digest';
import { MediaWatch } from '../../../functions/move-voicemail-to-s3/recording/watch';
import { inTheEnd } from '../../../functions/move-voicemail-to-s3/voicemail/absence';
import { VainLooks } from '../../../functions/move-voicemail-to-s3/voicemail/vain-looks';
import { parseEnvironment } from '../../../functions/shared/environment';
import { GENESYS_REGIONS, parseGenesysRegion } from '../../../functions/shared/genesys-region';
import { parseRetryAfterMs } from '../../../functions/shared/retry-after';

const HOUR_MS = 60 * 60 * 1000;
const owner = { kind: 'queue', id: '6f1c24f0-1c1e-4e0b-8d4b-0a7d3f0f5a11' } as const;
const fcTime = fc.integer({ min: 0, max: Date.UTC(2199, 11, 31, 23, 59, 59, 999) });

/** Hands out bytes in chunks that end at `cuts`. */
async function* cut(bytes: Buffer, cuts: readonly number[]): AsyncGenerator<Buffer> {
  const edges = [0, ...[...cuts].sort((a, b) => a - b), bytes.length];
  for (let edge = 1; edge < edges.length; edge += 1) {
    yield bytes.subarray(edges[edge - 1], edges[edge]);
  }
}

/** Reads a body into a buffer of `size` bytes until it ends. */
const piecesOf = async (chunks: AsyncIterable<Buffer>, size: number, lengthBytes?: number) => {
  const watch = new MediaWatch(30_000, new Deadline(() => 60_000, 0));
  const bounds = { lengthBytes, maximumBytes: Number.MAX_SAFE_INTEGER };
  const body = new MediaBody(Readable.from(chunks), watch, bounds);
  const buffer = Buffer.alloc(size);
  const pieces: { readonly body: Buffer; readonly isLast: boolean }[] = [];
  try {
    while (pieces.at(-1)?.isLast !== true) {
      const { sizeBytes, isLast } = await body.fill(buffer);
      pieces.push({ body: Buffer.from(buffer.subarray(0, sizeBytes)), isLast });
    }
    return pieces;
  } finally {
    body.close();
  }
};

describe('ids', () => {
  const hostile = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.constantFrom('../', '%2e%2e/', '\0', '\u202e', 'x'.repeat(1_000_000)),
    fc
      .tuple(fc.uuid(), fc.constantFrom('/', '/..', '\n', '%00', ' ', '?x=1', '#'))
      .map(([id, tail]) => id + tail),
    fc.tuple(fc.uuid(), fc.nat(35)).map(([id, at]) => `${id.slice(0, at)}g${id.slice(at + 1)}`),
  );

  test('of another form than a UUID are refused, and never quoted (10,000 hostile ones)', () => {
    fc.assert(
      fc.property(hostile, (id) => {
        for (const message of [
          { schemaVersion: 1, kind: 'voicemail', voicemailId: id },
          { schemaVersion: 1, kind: 'voicemail-end', conversationId: id },
        ]) {
          try {
            parseQueueMessage(message);
            return false;
          } catch (error) {
            if (!(error instanceof PermanentFailureError) || (id.length > 9 && error.message.includes(id))) {
              return false;
            }
          }
        }
        return true;
      }),
      { numRuns: 10_000 },
    );
  });

  test('of the right form are read in lower case, whatever the message carries besides', () => {
    fc.assert(
      fc.property(fc.uuid(), fc.dictionary(fc.string(), fc.jsonValue()), (id, more) => {
        const message = {
          ...more,
          schemaVersion: 1,
          kind: 'voicemail-end',
          conversationId: id.toUpperCase(),
        };
        const known = { queueId: '', eventTimeMs: '', durationMs: '' };
        expect(parseQueueMessageBody(JSON.stringify({ ...message, ...known }))).toEqual({
          kind: 'voicemail-end',
          conversationId: id,
          queueId: undefined,
          eventTimeMs: undefined,
          durationMs: undefined,
        });
      }),
    );
  });

  test('in an owner list of the environment have to be UUIDs as well', () => {
    const environment = {
      GENESYS_REGION: 'eu-central-1',
      TOKEN_SECRET_ARNS: 'a',
      ARCHIVE_BUCKET_NAME: 'b',
      ARCHIVE_KMS_KEY_ARN: 'c',
      EVENTS_QUEUE_URL: 'd',
      FAILURES_QUEUE_URL: 'e',
    };
    const parse = (more: object) =>
      parseEnvironment(MoveVoicemailToS3Environment, { ...environment, ...more });
    expect(parse({ QUEUE_IDS: `${owner.id}, ${owner.id}` }).QUEUE_IDS).toEqual([owner.id, owner.id]);
    expect(() => parse({ QUEUE_IDS: 'sales' })).toThrow('QUEUE_IDS');
    expect(() => parse({ GROUP_IDS: '../x' })).toThrow('GROUP_IDS');
  });
});

describe('messages', () => {
  test.each([
    ['text', '1767225600000', 1_767_225_600_000],
    ['a number', 1_767_225_600_000, 1_767_225_600_000],
    ['ISO 8601', '2026-01-01T00:00:00.000Z', 1_767_225_600_000],
    ['nonsense', 'yesterday', undefined],
    ['a fraction', 1.5, undefined],
    ['null', null, undefined],
  ])('take a time that is %s', (_name, eventTimeMs, expected) => {
    const message = { schemaVersion: 1, kind: 'voicemail-end', conversationId: owner.id, eventTimeMs };
    expect(parseQueueMessage(message)).toMatchObject({ kind: 'voicemail-end' });
    expect(parseQueueMessage(message)).toHaveProperty('eventTimeMs', expected);
  });
});

describe('keys', () => {
  test('depend on prefix, owner, created date in UTC, id and format alone, and fit into S3 with the longest prefix', () => {
    fc.assert(
      fc.property(
        fc.uuid(),
        fcTime,
        fc.constantFrom(...Object.values(AUDIO_FORMATS)),
        (id, createdMs, format) => {
          const prefix = `${'p'.repeat(511)}/`;
          const keys = voicemailKeys(prefix, { owner, createdMs, voicemailId: id }, format);
          const [date = ''] = new Date(createdMs).toISOString().split('T');
          const [year, month, day] = date.split('-');
          expect(keys.audio).toBe(
            `${prefix}queue_id=${owner.id}/year=${year}/month=${month}/day=${day}/${id}.${format.extension}`,
          );
          expect(keys.sidecar.startsWith(dayPrefix(prefix, owner, createdMs))).toBe(true);
          expect(Buffer.byteLength(keys.tombstone)).toBeLessThanOrEqual(1024);
          expect(new Set(Object.values(keys)).size).toBe(5);
        },
      ),
    );
  });

  const environment = {
    GENESYS_REGION: 'eu-central-1',
    TOKEN_SECRET_ARNS: 'a',
    ARCHIVE_BUCKET_NAME: 'b',
    ARCHIVE_KMS_KEY_ARN: 'c',
    EVENTS_QUEUE_URL: 'd',
    FAILURES_QUEUE_URL: 'e',
  };

  test.each(['../', 'a/../b/', './', 'a//', 'a', '/', 'ä/', 'a\n/', `${'a'.repeat(512)}/`, 'a b/'])(
    'are not made with the prefix %j',
    (ARCHIVE_KEY_PREFIX) => {
      expect(() =>
        parseEnvironment(MoveVoicemailToS3Environment, { ...environment, ARCHIVE_KEY_PREFIX }),
      ).toThrow('ARCHIVE_KEY_PREFIX');
    },
  );

  test.each(['', 'a/', 'tenant=1/voice.mail/', '..a/'])(
    'are made with the prefix %j',
    (ARCHIVE_KEY_PREFIX) => {
      const settings = parseEnvironment(MoveVoicemailToS3Environment, { ...environment, ARCHIVE_KEY_PREFIX });
      expect(settings.ARCHIVE_KEY_PREFIX).toBe(ARCHIVE_KEY_PREFIX);
    },
  );
});

describe('media hosts', () => {
  const policy = { origins: [], hosts: [], region: parseGenesysRegion('eu-central-1') };
  const isAllowed = (url: string, changes = {}) => {
    try {
      allowedMediaUrl(url, { ...policy, ...changes });
      return true;
    } catch {
      return false;
    }
  };

  test.each([
    'https://api-downloads.mypurecloud.de/a?signature=x',
    'https://API-Downloads.MyPureCloud.de:443/a',
    'https://mypurecloud.de/a',
    'https://bucket.s3.amazonaws.com/a',
    'https://s3.amazonaws.com/bucket/a',
    'https://bucket.s3.eu-central-1.amazonaws.com/a',
    'https://bucket.with.dots.s3.us-gov-west-1.amazonaws.com/a',
    'https://s3.eu-central-1.amazonaws.com/bucket/a',
    'https://s3-eu-west-1.amazonaws.com/bucket/a',
    'https://bucket.s3.dualstack.ap-southeast-2.amazonaws.com/a',
    'https://bucket.s3-accelerate.amazonaws.com/a',
    'https://bucket.s3.eusc-de-east-1.amazonaws.eu/a',
  ])('%s is allowed by default', (url) => {
    expect(isAllowed(url)).toBe(true);
  });

  test('of the option replace the default: they narrow it, or widen it by a wildcard', () => {
    const hosts = ['media.example.com', '*.cdn.example.com'];
    expect(isAllowed('https://media.example.com/a', { hosts })).toBe(true);
    expect(isAllowed('https://x.cdn.example.com/a', { hosts })).toBe(true);
    expect(isAllowed('https://cdn.example.com/a', { hosts })).toBe(false);
    expect(isAllowed('https://xcdn.example.com/a', { hosts })).toBe(false);
    expect(isAllowed('https://api-downloads.mypurecloud.de/a', { hosts })).toBe(false);
  });

  test('of the oldest regions are also those of their second domain', () => {
    const second = {
      'us-east-1': 'use1',
      'eu-west-1': 'euw1',
      'eu-central-1': 'euc1',
      'ap-southeast-2': 'apse2',
      'ap-northeast-1': 'apne1',
    };
    for (const [awsRegion, name] of Object.entries(second)) {
      const region = parseGenesysRegion(awsRegion);
      expect(isAllowed(`https://media.${name}.pure.cloud/a`, { region })).toBe(true);
      expect(isAllowed('https://media.usw2.pure.cloud/a', { region })).toBe(false);
      expect(isAllowed(`https://media.${name}.pure.cloud.evil.example/a`, { region })).toBe(false);
    }
  });

  test.each([
    'https://bucket.s3-fips.us-east-2.amazonaws.com/a',
    'https://s3-fips.us-east-1.amazonaws.com/bucket/a',
    'https://bucket.s3-fips.dualstack.us-gov-west-1.amazonaws.com/a',
  ])('of FIPS are taken in FedRAMP, and nowhere else: %s', (url) => {
    expect(isAllowed(url, { region: parseGenesysRegion('use2.us-gov-pure.cloud') })).toBe(true);
    expect(isAllowed(url)).toBe(false);
  });

  test('have to be the region or Amazon S3 whatever the URL looks like', () => {
    // `xn--` begins a label in punycode; one that is none makes no URL at all.
    const label = fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,20}$/).filter((text) => !text.startsWith('xn--'));
    fc.assert(
      fc.property(
        fc.webUrl({ withQueryParameters: true, withFragments: true }),
        fc.constantFrom(...GENESYS_REGIONS),
        label,
        (url, region, name) => {
          const { domain } = region;
          expect(isAllowed(url.replace(/^http:/, 'https:'), { region })).toBe(
            [domain, ...region.otherDomains].some(
              (one) => new URL(url).hostname === one || new URL(url).hostname.endsWith(`.${one}`),
            ),
          );
          expect(isAllowed(`https://${name}.${domain}/`, { region })).toBe(true);
          expect(isAllowed(`https://${domain}.${name}.example/`, { region })).toBe(false);
          expect(isAllowed(`https://x${domain}/`, { region })).toBe(false);
        },
      ),
    );
  });

  test('that are addresses are refused, even where the option names them', () => {
    for (const url of ['https://10.0.0.1/a', 'https://[fd00::1]/a']) {
      const hosts = [new URL(url).hostname, '*.0.0.1'];
      expect(() => allowedMediaUrl(url, { ...policy, hosts })).toThrow('names an IP address');
    }
  });

  test('a refusal tells who runs the host at most: the rest may be a credential, and a host may echo a number', () => {
    expect(() =>
      allowedMediaUrl('https://15550177.evil.example/secret-path?X-Amz-Signature=abc', policy),
    ).toThrow(
      expect.objectContaining({
        message: expect.not.stringMatching(/secret-path|abc|15550177|evil/),
        failureClass: 'FORBIDDEN_HOST',
      }),
    );
  });
});

describe('backoff', () => {
  const inputs = fc.record({
    receiveCount: fc.integer({ min: 0, max: 1100 }),
    baseMs: fc.integer({ min: 1, max: HOUR_MS }),
    maximumMs: fc.integer({ min: 1, max: 12 * HOUR_MS }),
    atLeastMs: fc.integer({ min: 0, max: 24 * HOUR_MS }),
    random: fc.double({ min: 0, max: 0.999_999, noNaN: true }),
  });

  test('never exceeds its maximum, and never comes before what was asked for', () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const seconds = backoffSeconds(input);
        expect(Number.isInteger(seconds)).toBe(true);
        expect(seconds).toBeLessThanOrEqual(Math.ceil(input.maximumMs / 1000));
        expect(seconds * 1000).toBeGreaterThanOrEqual(Math.min(input.atLeastMs, input.maximumMs));
        expect(seconds).toBeLessThanOrEqual(43_200);
      }),
    );
  });

  test('grows with each receive, and leaves half to chance', () => {
    const at = (receiveCount: number, random: number) =>
      backoffSeconds({ receiveCount, baseMs: 60_000, maximumMs: HOUR_MS, random });
    expect([1, 2, 3, 4, 5, 6, 7, 8].map((receiveCount) => at(receiveCount, 0))).toEqual([
      30, 60, 120, 240, 480, 960, 1800, 1800,
    ]);
    expect(at(1, 0.999_999)).toBe(60);
    expect(at(1000, 0.999_999)).toBe(3600);
  });
});

describe('Retry-After', () => {
  test('is understood as seconds and as a date, is never negative, and never throws', () => {
    const nowMs = Date.UTC(2026, 0, 1);
    expect(parseRetryAfterMs('120', nowMs)).toBe(120_000);
    expect(parseRetryAfterMs(new Date(nowMs + 90_000).toUTCString(), nowMs)).toBe(90_000);
    expect(parseRetryAfterMs(new Date(nowMs - 90_000).toUTCString(), nowMs)).toBe(0);
    fc.assert(
      fc.property(fc.option(fc.string(), { nil: undefined }), (header) => {
        const waitMs = parseRetryAfterMs(header, nowMs);
        expect(waitMs === undefined || waitMs >= 0).toBe(true);
      }),
    );
  });
});

describe('pacing', () => {
  test('of any number of containers never sends more than the limit in one window, whichever answers are lost', () => {
    const turns = fc.array(fc.record({ container: fc.nat(11), isLost: fc.boolean() }), {
      minLength: 200,
      maxLength: 400,
    });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 60, max: 120 }),
        turns,
        (concurrency, allowed, given) => {
          const containers = Array.from({ length: concurrency }, () => new RequestPacing(concurrency));
          let count = 0;
          for (const { container, isLost } of given) {
            const pacing = containers[container % concurrency];
            if (pacing?.waitMs('v1', 0) === 0) {
              count += 1;
              if (isLost) {
                pacing.unanswered('v1', 0);
              } else {
                pacing.observe('v1', { count, allowed, resetSeconds: 30 }, 0);
              }
            }
          }
          expect(count).toBeLessThanOrEqual(allowed);
        },
      ),
    );
  });

  test('leaves no more of the limit than its margin where every answer arrives', () => {
    const pacing = new RequestPacing(5);
    let count = 0;
    while (pacing.waitMs('v1', 0) === 0) {
      count += 1;
      pacing.observe('v1', { count, allowed: 300, resetSeconds: 30 }, 0);
    }
    expect(count).toBe(285);
  });

  test('pauses for a minute when no answer comes to a call and its retries, then asks again', () => {
    const pacing = new RequestPacing(5);
    pacing.unanswered('v1', 0);
    pacing.unanswered('v1', 0);
    expect(pacing.waitMs('v1', 0)).toBe(0);
    pacing.unanswered('v1', 0);
    expect(pacing.waitMs('v1', 0)).toBe(60_000);
    expect(pacing.waitMs('v1', 60_000)).toBe(0);
    pacing.unanswered('v1', 60_000);
    expect(pacing.waitMs('v1', 60_000)).toBe(0);
  });

  test('goes on when the window ends, and at once with a new token', () => {
    const pacing = new RequestPacing(5);
    pacing.observe('v1', { count: 295, allowed: 300, resetSeconds: 20 }, 0);
    expect(pacing.waitMs('v1', 1000)).toBe(20_000);
    expect(pacing.waitMs('v1', 21_000)).toBe(0);
    expect(pacing.waitMs('v2', 1000)).toBe(0);
    pacing.refused('v2', 90_000, 0);
    expect(pacing.waitMs('v2', 0)).toBe(90_000);
  });
});

describe('the hash of a recording', () => {
  test('is that of all bytes and of the parts, however the bytes come', async () => {
    const bytes = Buffer.alloc(2 * PART_BYTES + 5, 'voicemail');
    const sha256 = (part: Buffer) => createHash('sha256').update(part).digest();
    const parts = [0, 1, 2].map((part) => sha256(bytes.subarray(part * PART_BYTES, (part + 1) * PART_BYTES)));
    const cutsOf = fc.array(fc.integer({ min: 1, max: bytes.length - 1 }), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(cutsOf, async (cuts) => {
        const hash = new AudioHash();
        const partDigests: Buffer[] = [];
        for (const { body } of await piecesOf(cut(bytes, cuts), PART_BYTES)) {
          partDigests.push(hash.addPart(body));
        }
        expect(partDigests).toEqual(parts);
        expect(hash.digest()).toEqual({
          sizeBytes: bytes.length,
          sha256: sha256(bytes).toString('hex'),
          whole: sha256(bytes).toString('base64'),
          composite: sha256(Buffer.concat(parts)).toString('base64'),
        });
      }),
      { numRuns: 10 },
    );
  });
});

describe('the pieces of a recording', () => {
  test('hold all bytes in order, all but the last are full, and only the last says so', async () => {
    const recording = fc.uint8Array({ minLength: 1, maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(
        recording,
        fc.array(fc.nat(40)),
        fc.integer({ min: 1, max: 12 }),
        async (bytes, cuts, size) => {
          const pieces = await piecesOf(cut(Buffer.from(bytes), cuts), size);
          expect(Buffer.concat(pieces.map(({ body }) => body))).toEqual(Buffer.from(bytes));
          expect(pieces.slice(0, -1).every(({ body, isLast }) => body.length === size && !isLast)).toBe(true);
          expect(pieces.at(-1)?.isLast).toBe(true);
        },
      ),
    );
  });

  test.each([9, 11])(
    'are not %i where ten were announced, even if the connection takes them for whole',
    async (sent) => {
      const bytes = Buffer.alloc(sent, 1);
      await expect(piecesOf(cut(bytes, []), 20, 10)).rejects.toThrow('announced length');
      expect(await piecesOf(cut(bytes, []), 20, sent)).toHaveLength(1);
    },
  );
});

describe('trouble of one voicemail', () => {
  const settings = parseEnvironment(MoveVoicemailToS3Environment, {
    GENESYS_REGION: 'eu-central-1',
    TOKEN_SECRET_ARNS: 'arn',
    ARCHIVE_BUCKET_NAME: 'bucket',
    ARCHIVE_KMS_KEY_ARN: 'arn',
    EVENTS_QUEUE_URL: 'url',
    FAILURES_QUEUE_URL: 'url',
  });
  const ended = (
    vainLooks: VainLooks,
    receiveCount: number,
    options: ConstructorParameters<typeof VoicemailTroubleError>[1],
    hours: number,
  ): boolean => {
    const firstReceivedMs = Date.now() - hours * HOUR_MS;
    const delivery = {
      body: '',
      receiveCount,
      sentMs: firstReceivedMs,
      firstReceivedMs,
      waitEndsMs: firstReceivedMs + HOUR_MS,
      isWaitOver: hours >= 1,
    };
    const trouble = new VoicemailTroubleError('trouble', options);
    return inTheEnd({ settings, vainLooks }, trouble, 'id', delivery) instanceof PermanentFailureError;
  };

  test.each([
    ['missing', 2],
    ['definite', 4],
  ] as const)(
    'that is %s ends after the waiting time and %d deliveries some time apart',
    (patience, deliveries) => {
      const vainLooks = new VainLooks();
      const startMs = Date.now();
      const clock = jest.spyOn(Date, 'now').mockImplementation(() => startMs);
      const look = (receiveCount: number, hours: number) =>
        ended(vainLooks, receiveCount, { patience }, hours);
      expect(look(1, 2)).toBe(false);
      expect(look(20, 2)).toBe(false);
      clock.mockImplementation(() => startMs + HOUR_MS);
      expect(look(deliveries - 1, 3)).toBe(false);
      expect(look(deliveries, 0.5)).toBe(false);
      expect(look(deliveries, 3)).toBe(true);
      clock.mockRestore();
    },
  );

  test('that may be chance ends where it comes back eight times in a row over half a day, and not where it changes', () => {
    const same = new VainLooks();
    const changing = new VainLooks();
    const sames = Array.from({ length: 10 }, (_, look) => ended(same, 20 + look, { where: 'media' }, 13));
    expect(sames).toEqual([...Array(7).fill(false), true, true, true]);
    for (let look = 0; look < 100; look += 1) {
      expect(ended(changing, 20 + look, { where: `call ${look % 2}` }, 13)).toBe(false);
      expect(ended(new VainLooks(), 8 + look, { where: 'media' }, 11)).toBe(false);
    }
  });

  test('ends in any case before SQS drops its message, whatever the containers remember', () => {
    expect(ended(new VainLooks(), 149, {}, 150)).toBe(false);
    expect(ended(new VainLooks(), 150, {}, 150)).toBe(true);
    expect(ended(new VainLooks(), 30, { patience: 'definite' }, 30)).toBe(true);
  });
});
