import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import type { AudioFormatId } from '../../../../functions/move-voicemail-to-s3/contract/audio-format';
import { AudioProof } from '../../../../functions/move-voicemail-to-s3/recording/proof/audio-proof';
import { generatedAudio } from '../../../../tools/local-cloud/genesys';
import { sealOggPage } from '../../../../tools/local-cloud/genesys/recordings/audio-containers';

const FORMATS = ['WEBM', 'WAV', 'WAV_ULAW', 'OGG_VORBIS', 'OGG_OPUS', 'MP3', 'NONE'] as const;

const judge = (
  formatId: AudioFormatId,
  bytes: Buffer,
  pieceBytes = Number.POSITIVE_INFINITY,
  toldMs?: number,
) => {
  const proof = new AudioProof(formatId, toldMs);
  for (let start = 0; start < bytes.length; start += pieceBytes) {
    // A copy that is spoilt afterwards: a download's memory is used again.
    const piece = Buffer.from(bytes.subarray(start, start + pieceBytes));
    proof.add(piece);
    piece.fill(0xaa);
  }
  return proof.verdict();
};

const recording = (name: string) => readFileSync(join(__dirname, 'recordings', name));

/** Real encoders' files; see the README beside them. */
const RECORDINGS = [
  ['WEBM', 'seekable.webm', 'whole'],
  ['WEBM', 'streamed.webm', 'unproven'],
  ['WEBM', 'piped.webm', 'unproven'],
  ['WAV', 'seekable.wav', 'whole'],
  ['WAV', 'piped.wav', 'unproven'],
  ['WAV_ULAW', 'ulaw.wav', 'whole'],
  ['OGG_VORBIS', 'vorbis.ogg', 'whole'],
  ['OGG_OPUS', 'opus.ogg', 'whole'],
  ['MP3', 'lame.mp3', 'whole'],
  ['MP3', 'plain.mp3', 'unproven'],
] as const;

describe('the proof of a recording', () => {
  test.each(RECORDINGS)('of %s: %s is %s, also where nobody says its format', (formatId, name, verdict) => {
    expect(judge(formatId, recording(name))).toBe(verdict);
    expect(judge('NONE', recording(name))).toBe(verdict);
  });

  test.each(RECORDINGS)('of %s: a beginning of %s is never whole', (formatId, name) => {
    const bytes = recording(name);
    for (let length = 0; length < bytes.length; length += 1) {
      expect([length, judge(formatId, bytes.subarray(0, length))]).not.toEqual([length, 'whole']);
    }
  });

  test.each(RECORDINGS)(
    'of %s: %s is judged alike in whatever pieces it comes',
    (formatId, name, verdict) => {
      const bytes = recording(name);
      fc.assert(
        fc.property(fc.integer({ min: 1, max: 1500 }), (pieceBytes) => {
          expect(judge(formatId, bytes, pieceBytes)).toBe(verdict);
        }),
        { numRuns: 40 },
      );
    },
  );

  test.each(FORMATS)('takes a %s that the simulator makes for whole, and no beginning of it', (formatId) => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1300, max: 150_000 }),
        fc.nat(),
        fc.nat(),
        fc.integer({ min: 1, max: 70_000 }),
        (sizeBytes, seed, cut, pieceBytes) => {
          const audio = generatedAudio({ sizeBytes, seed }, formatId);
          const bytes = Buffer.concat([...audio.chunks(sizeBytes)]);
          expect(judge(formatId, bytes, pieceBytes)).toBe('whole');
          expect(judge(formatId, bytes.subarray(0, cut % sizeBytes), pieceBytes)).not.toBe('whole');
        },
      ),
      { numRuns: 30 },
    );
  });

  const PAGES = [
    '<!DOCTYPE html><html><head><title>Error</title></head><body>try again</body></html>',
    '<?xml version="1.0"?><Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>',
    '{"message":"too many requests","code":"too.many.requests","status":429}',
    '\ufeff<html>é',
    'Service Unavailable',
    'O',
    '1',
    '\n',
  ];

  test.each(FORMATS)('never takes a page for %s, of whatever length', (formatId) => {
    for (const page of PAGES) {
      expect([page, judge(formatId, Buffer.from(page))]).toEqual([page, 'not-audio']);
      expect(judge(formatId, Buffer.from(page.repeat(1000)), 700)).toBe('not-audio');
    }
    fc.assert(
      fc.property(fc.json(), (json) => judge(formatId, Buffer.from(json)) === 'not-audio'),
      { numRuns: 100 },
    );
  });

  test.each(FORMATS.filter((formatId) => formatId !== 'NONE'))(
    'never takes noise for a whole %s',
    (formatId) => {
      fc.assert(
        fc.property(fc.uint8Array({ minLength: 1, maxLength: 4000 }), (noise) => {
          const verdict = judge(formatId, Buffer.from(noise));
          return verdict === 'not-audio' || verdict === 'cut';
        }),
      );
    },
  );

  test('never throws, whatever a spoilt recording says', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...RECORDINGS),
        fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 1, max: 900 }),
        ([formatId, name], changes, pieceBytes) => {
          const bytes = Buffer.from(recording(name));
          for (const [at, value] of changes) {
            bytes[at % bytes.length] = value;
          }
          expect(['whole', 'unproven', 'cut', 'not-audio']).toContain(judge(formatId, bytes, pieceBytes));
        },
      ),
    );
  });

  test.each([
    ['WAV', 'seekable.wav'],
    ['WAV_ULAW', 'ulaw.wav'],
    ['MP3', 'lame.mp3'],
  ] as const)('of %s: %s is not whole where Genesys tells of far more', (formatId, name) => {
    for (const [toldMs, verdict] of [
      [60_000, 'unproven'],
      [2000, 'whole'],
      [0, 'whole'],
    ] as const) {
      expect(judge(formatId, recording(name), 700, toldMs)).toBe(verdict);
      expect(judge('NONE', recording(name), 700, toldMs)).toBe(verdict);
    }
  });

  test('knows a page before all of it has come', () => {
    const proof = new AudioProof('WEBM');
    proof.add(Buffer.from('<html>'.repeat(200)));
    expect(proof.isHopeless).toBe(true);
  });

  test('takes no other format for the one that was asked for', () => {
    expect(judge('WEBM', recording('seekable.wav'))).toBe('not-audio');
    expect(judge('WAV', recording('lame.mp3'))).toBe('not-audio');
    expect(judge('MP3', recording('opus.ogg'))).toBe('not-audio');
    expect(judge('OGG_OPUS', recording('seekable.webm'))).toBe('not-audio');
  });
});

/** An EBML element of at most 126 bytes; the id of filling by default. */
const filling = (sizeBytes: number) =>
  Buffer.concat([Buffer.of(0xec, 0x80 | sizeBytes), Buffer.alloc(sizeBytes)]);
const SEGMENT_ID = Buffer.from('18538067', 'hex');

/** An EBML element of any size, or one that claims another. */
const element = (id: string, content: Buffer, sizeBytes = content.length) => {
  const head = Buffer.from(`${id}00000000`, 'hex');
  head.writeUInt32BE(0x10000000 + sizeBytes, head.length - 4);
  return Buffer.concat([head, content]);
};
const DOC_TYPE = element('4282', Buffer.from('webm'));
const EBML = element('1a45dfa3', DOC_TYPE);
const TRACKS = element('1654ae6b', Buffer.alloc(9));
const BLOCK = element('a3', Buffer.alloc(2000, 1));
const cluster = (sizeBytes?: number, content = BLOCK) => element('1f43b675', content, sizeBytes);
const webm = (...parts: readonly Buffer[]) =>
  Buffer.concat([EBML, element('18538067', Buffer.concat(parts))]);
const openWebm = (...parts: readonly Buffer[]) =>
  Buffer.concat([EBML, element('18538067', Buffer.alloc(0)), ...parts]);

/** A recording, changed. */
const changed = (name: string, change: (bytes: Buffer) => Buffer): Buffer =>
  change(Buffer.from(recording(name)));

const inserted = (bytes: Buffer, at: number, more: Buffer) =>
  Buffer.concat([bytes.subarray(0, at), more, bytes.subarray(at)]);

const behind = (name: string, more: Buffer | string) =>
  changed(name, (bytes) => Buffer.concat([bytes, Buffer.from(more)]));

/** With a `data` chunk of that many bytes and a length of its RIFF that fits. */
const withData = (dataBytes: number, more: Buffer | string) =>
  changed('seekable.wav', (bytes) => {
    const dataAt = bytes.indexOf('data');
    const wav = Buffer.concat([bytes.subarray(0, dataAt + 8 + dataBytes), Buffer.from(more)]);
    wav.writeUInt32LE(dataBytes, dataAt + 4);
    wav.writeUInt32LE(wav.length - 8, 4);
    return wav;
  });

/** A page of one Ogg stream, with a right checksum. Flags: 2 begins the stream, 4 ends it. */
const oggPage = (number: number, flags: number, content: string) => {
  const head = Buffer.alloc(28);
  head.write('OggS');
  head[5] = flags;
  head.writeUInt32LE(number, 18);
  head[26] = 1;
  head[27] = content.length;
  return Buffer.concat([sealOggPage(head, Buffer.from(content)), Buffer.from(content)]);
};
/** Pages of one stream, of which each holds its own flags. */
const ogg = (...pages: readonly (readonly [number: number, flags: number, content: string])[]) =>
  Buffer.concat(pages.map((page) => oggPage(...page)));

const PLAIN_FRAME_BYTES = 72;
/** The first frames of an MP3 that has no tag and counts nothing. */
const frames = (count: number) => recording('plain.mp3').subarray(0, count * PLAIN_FRAME_BYTES);
const ID3_BYTES = 45;
const ID3_TAG = recording('lame.mp3').subarray(0, ID3_BYTES);
/** Of an MP3 of free format, whose frames say no size. */
const FREE_FRAME = Buffer.concat([Buffer.from('fffb00c0', 'hex'), Buffer.alloc(300, 1)]);

/** A WAV that is there whole, but for what it says of itself. */
const wav = (change: (bytes: Buffer) => unknown) =>
  changed('seekable.wav', (bytes) => {
    change(bytes);
    return bytes;
  });

const APE_TAG = Buffer.alloc(32, 0);
APE_TAG.write('APETAGEX');

test.each([
  ['WAV', 'an odd length and no filling before the next chunk', withData(501, 'LIST\x04\0\0\0INFO'), 'whole'],
  ['WAV', 'three stray bytes at its end', behind('seekable.wav', '\r\n\0'), 'unproven'],
  ['WAV', 'stray text at its end', behind('seekable.wav', 'made by hand'), 'unproven'],
  ['WAV', 'zeros at its end', behind('seekable.wav', Buffer.alloc(700)), 'unproven'],
  [
    'WAV',
    'a data length that is far too short, before sound that looks like a chunk',
    changed('seekable.wav', (bytes) => {
      const dataAt = bytes.indexOf('data');
      bytes.writeUInt32LE(100, dataAt + 4);
      bytes.writeUInt32LE(dataAt + 100, 4);
      bytes.write('abcd\xff\xff\xff\xff', dataAt + 108, 'latin1');
      return bytes;
    }),
    'unproven',
  ],
  [
    'WAV',
    'a true data length in a RIFF of unknown length',
    changed('seekable.wav', (bytes) => {
      bytes.writeUInt32LE(0xffffffff, 4);
      return bytes;
    }),
    'unproven',
  ],
  [
    'WAV',
    'filling before its format',
    changed('seekable.wav', (bytes) => {
      const wav = inserted(bytes, 12, Buffer.from('JUNK\x04\0\0\0\0\0\0\0'));
      wav.writeUInt32LE(wav.length - 8, 4);
      return wav;
    }),
    'whole',
  ],
  [
    'WAV',
    'a length of its RIFF that ends before its sound',
    wav((bytes) => bytes.writeUInt32LE(36, 4)),
    'unproven',
  ],
  [
    'WAV',
    'chunks that nobody counted behind its sound',
    behind('seekable.wav', 'LIST\x04\0\0\0INFO'),
    'unproven',
  ],
  [
    'WAV',
    'an empty format',
    changed('seekable.wav', (bytes) => {
      const empty = Buffer.concat([
        bytes.subarray(0, 12),
        Buffer.from('fmt \0\0\0\0'),
        bytes.subarray(bytes.indexOf('data')),
      ]);
      empty.writeUInt32LE(empty.length - 8, 4);
      return empty;
    }),
    'unproven',
  ],
  [
    'WAV',
    'a name in Latin-1 before its sound',
    changed('seekable.wav', (bytes) => {
      const named = inserted(bytes, bytes.indexOf('data'), Buffer.from('\xa9nam\x02\0\0\0ab', 'latin1'));
      named.writeUInt32LE(named.length - 8, 4);
      return named;
    }),
    'whole',
  ],
  ['WAV', 'its numbers the other way round', wav((bytes) => bytes.write('RIFX')), 'unproven'],
  ['OGG_OPUS', 'a second stream behind the first', behind('opus.ogg', recording('opus.ogg')), 'whole'],
  [
    'OGG_OPUS',
    'the three pages of the least one',
    ogg([0, 2, 'OpusHead'], [1, 0, 'OpusTags'], [2, 4, 'x']),
    'whole',
  ],
  [
    'OGG_VORBIS',
    'zeros for the sound of its last page',
    changed('vorbis.ogg', (bytes) => bytes.fill(0, bytes.length - 200)),
    'unproven',
  ],
  [
    'OGG_OPUS',
    'a page in its middle that holds something else',
    changed('opus.ogg', (bytes) => bytes.fill('<html>', 600, 900)),
    'unproven',
  ],
  [
    'OGG_OPUS',
    'pages missing before one that begins and ends the stream',
    ogg([0, 2, 'OpusHead'], [1, 0, 'OpusTags'], [7, 6, 'OpusHead']),
    'unproven',
  ],
  [
    'OGG_OPUS',
    'a stream that begins anew before it has ended',
    ogg([0, 2, 'OpusHead'], [1, 0, 'OpusTags'], [0, 2, 'OpusHead'], [1, 4, 'x']),
    'unproven',
  ],
  [
    'OGG_OPUS',
    'packets that are no sound',
    ogg([0, 2, '<html>'], [1, 0, '<body>'], [2, 4, 'try again']),
    'unproven',
  ],
  ['OGG_OPUS', 'nothing behind its heads', ogg([0, 2, 'OpusHead'], [1, 4, 'OpusTags']), 'cut'],
  ['OGG_VORBIS', 'a line feed at its end', behind('vorbis.ogg', '\n'), 'unproven'],
  [
    'WEBM',
    'filling before its segment',
    changed('seekable.webm', (bytes) => inserted(bytes, bytes.indexOf(SEGMENT_ID), filling(20))),
    'whole',
  ],
  ['WEBM', 'filling behind its segment', behind('seekable.webm', filling(20)), 'whole'],
  ['WEBM', 'filling that is cut', behind('seekable.webm', filling(20).subarray(0, 9)), 'cut'],
  ['WEBM', 'zeros at its end', behind('seekable.webm', Buffer.alloc(600)), 'unproven'],
  [
    'WEBM',
    'a segment whose size nobody came back to',
    changed('seekable.webm', (bytes) =>
      bytes.fill(0, bytes.indexOf(SEGMENT_ID) + 5, bytes.indexOf(SEGMENT_ID) + 12),
    ),
    'unproven',
  ],
  ['WEBM', 'a cluster of one block', webm(TRACKS, cluster()), 'whole'],
  ['WEBM', 'a cluster that ends behind its segment', webm(TRACKS, cluster(900_000)), 'unproven'],
  ['WEBM', 'a cluster that ends behind all there is', openWebm(TRACKS, cluster(900_000)), 'cut'],
  ['WEBM', 'a cluster that ends within its block', webm(TRACKS, cluster(10)), 'unproven'],
  ['WEBM', 'a cluster whose size nobody came back to', webm(TRACKS, cluster(0), cluster(0)), 'unproven'],
  ['WEBM', 'a cluster that ends behind the next one', webm(TRACKS, cluster(2020), cluster()), 'unproven'],
  ['WEBM', 'a block outside of clusters', webm(TRACKS, BLOCK), 'unproven'],
  [
    'WEBM',
    'a segment that ends within its tracks',
    Buffer.concat([EBML, element('18538067', TRACKS, 9), cluster()]),
    'unproven',
  ],
  ['WEBM', 'no tracks', webm(cluster()), 'unproven'],
  ['WEBM', 'no sound in its block', webm(TRACKS, cluster(undefined, element('a3', Buffer.alloc(4)))), 'cut'],
  ['WEBM', 'an encrypted block', webm(TRACKS, cluster(undefined, element('af', Buffer.alloc(90)))), 'whole'],
  [
    'WEBM',
    'much filling in its head',
    Buffer.concat([
      element('1a45dfa3', Buffer.concat([element('ec', Buffer.alloc(600)), DOC_TYPE])),
      webm(TRACKS, cluster()).subarray(EBML.length),
    ]),
    'whole',
  ],
  [
    'WEBM',
    'a head of another kind',
    Buffer.concat([
      element('1a45dfa3', element('4282', Buffer.from('else'))),
      webm(TRACKS, cluster()).subarray(EBML.length),
    ]),
    'not-audio',
  ],
  ['MP3', 'tags before and behind it', inserted(behind('lame.mp3', APE_TAG), 0, APE_TAG), 'whole'],
  ['MP3', 'more frames than it counted', behind('lame.mp3', frames(1)), 'unproven'],
  ['MP3', 'half of another behind it', behind('lame.mp3', Buffer.concat([ID3_TAG, frames(9)])), 'unproven'],
  [
    'MP3',
    'filling behind its tag',
    changed('lame.mp3', (bytes) => inserted(bytes, ID3_BYTES, Buffer.alloc(700))),
    'unproven',
  ],
  ['MP3', 'the rest of a frame at its beginning', recording('plain.mp3').subarray(30), 'unproven'],
  ['MP3', 'frames of free format', Buffer.concat(Array(20).fill(FREE_FRAME)), 'unproven'],
  [
    'MP3',
    'two frames of free format, and nothing more',
    Buffer.concat([FREE_FRAME, FREE_FRAME, Buffer.alloc(9000, 1)]),
    'not-audio',
  ],
  [
    'MP3',
    'a page behind its first frames',
    Buffer.concat([frames(2), Buffer.from('<html>sorry</html>')]),
    'cut',
  ],
  ['MP3', 'a page behind all of its frames', behind('lame.mp3', '\n{"message":"sorry"}'), 'unproven'],
  ['MP3', 'a page behind its tag', Buffer.concat([ID3_TAG, Buffer.from('<html>sorry</html>')]), 'not-audio'],
  ['OGG_OPUS', 'a tag of MP3 before it', Buffer.concat([ID3_TAG, recording('opus.ogg')]), 'unproven'],
  ['MP3', 'zeros at its end', behind('lame.mp3', Buffer.alloc(600)), 'unproven'],
  [
    'NONE',
    'a format that we do not know',
    Buffer.concat([Buffer.from('#!AMR\n'), Buffer.alloc(90, 4)]),
    'unproven',
  ],
  ['NONE', 'a page that was packed', gzipSync('<html>sorry</html>'), 'not-audio'],
  ['NONE', 'a page in UTF-16', Buffer.from('\ufeff<html>', 'utf16le'), 'not-audio'],
  ['NONE', 'a page in UTF-16 without a mark', Buffer.from('<html>sorry</html>', 'utf16le'), 'not-audio'],
  ['NONE', 'a page in Latin-1', Buffer.from('<!DOCTYPE html>verf\xfcgbar', 'latin1'), 'not-audio'],
  ['NONE', 'sound that begins like a page', Buffer.from('<\x80a\xff{\x81"\xfe', 'latin1'), 'unproven'],
  ['NONE', 'a picture', Buffer.from('\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 'latin1'), 'not-audio'],
] as const)('a %s with %s is judged by what is there', (formatId, _name, bytes, verdict) => {
  expect(judge(formatId, bytes)).toBe(verdict);
  expect(judge(formatId, bytes, 33)).toBe(verdict);
});

describe('a WAV', () => {
  const dataAt = recording('seekable.wav').indexOf('data');

  test('with chunks after its data is whole', () => {
    const list = Buffer.from('LIST\x04\0\0\0INFO', 'latin1');
    const bytes = Buffer.concat([recording('seekable.wav'), list]);
    bytes.writeUInt32LE(bytes.length - 8, 4);
    expect(judge('WAV', bytes)).toBe('whole');
    expect(judge('WAV', bytes.subarray(0, -1))).toBe('cut');
    expect(judge('WAV', bytes.subarray(0, -list.length))).not.toBe('whole');
  });

  test.each([
    ['0', 0],
    ['2 GiB', 0x7fffffff],
    ['a little less than 2 GiB', 0x7ffeffff],
    ['4 GiB', 0xffffffff],
  ])('whose writer left %s for its lengths is right, and not proven', (_name, length) => {
    const bytes = wav((content) => {
      content.writeUInt32LE(length, 4);
      content.writeUInt32LE(length, dataAt + 4);
    });
    expect(judge('WAV', bytes)).toBe('unproven');
  });

  test('with more than 4 GiB of promises in a ds64 chunk is cut, and whole where they are true', () => {
    const small = recording('seekable.wav');
    const ds64 = Buffer.alloc(36);
    ds64.write('ds64', 0);
    ds64.writeUInt32LE(28, 4);
    const dataBytes = small.length - dataAt - 8;
    ds64.writeBigUInt64LE(BigInt(small.length + ds64.length - 8), 8);
    ds64.writeBigUInt64LE(BigInt(dataBytes), 16);
    const large = Buffer.concat([small.subarray(0, 12), ds64, small.subarray(12)]);
    large.write('RF64', 0);
    large.writeUInt32LE(0xffffffff, 4);
    large.writeUInt32LE(0xffffffff, dataAt + ds64.length + 4);
    expect(judge('WAV', large)).toBe('whole');
    expect(judge('WAV', large.subarray(0, -100))).toBe('cut');
  });
});
