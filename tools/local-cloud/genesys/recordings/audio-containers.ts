import type { MediaFormatId } from './media-formats';

/** A stretch of a recording: bytes of its container, then content that nothing but a player understands. */
export interface Stretch {
  readonly structure: Buffer;
  readonly contentBytes: number;
  /** Whether the structure is an Ogg page's, whose checksum is over its content as well. */
  readonly isOggPage?: true;
}

/** Lays out a whole recording of exactly this many bytes; `undefined` where they are too few for one. */
type Container = (sizeBytes: number, blockBytes: number) => readonly Stretch[] | undefined;

const BLOCK_BYTES = 8192;

/** A small element, whole. */
const ebml = (id: string, content: Buffer): Buffer =>
  Buffer.concat([Buffer.from(id, 'hex'), Buffer.of(0x80 | content.length), content]);

/** The head of an element of any size. */
const ebmlHead = (id: string, sizeBytes: number): Buffer => {
  const size = Buffer.alloc(8);
  size.writeBigUInt64BE(BigInt(sizeBytes) | (1n << 56n));
  return Buffer.concat([Buffer.from(id, 'hex'), size]);
};

const EBML_HEADER = ebml('1a45dfa3', ebml('4282', Buffer.from('webm')));
const TRACKS = ebml(
  '1654ae6b',
  ebml(
    'ae',
    Buffer.concat([ebml('d7', Buffer.of(1)), ebml('83', Buffer.of(2)), ebml('86', Buffer.from('A_OPUS'))]),
  ),
);
const TIMESTAMP = ebml('e7', Buffer.of(0));
const BLOCK_HEADER = Buffer.of(0x81, 0, 0, 0x80);
const ELEMENT_BYTES = { segment: 12, cluster: 12, block: 9 };

/** EBML with a segment and one cluster of known size. Source: RFC 8794 and RFC 9559. */
const webm: Container = (sizeBytes, blockBytes) => {
  const clusterBytes =
    sizeBytes - EBML_HEADER.length - ELEMENT_BYTES.segment - TRACKS.length - ELEMENT_BYTES.cluster;
  const smallestBlock = ELEMENT_BYTES.block + BLOCK_HEADER.length + 1;
  if (clusterBytes < TIMESTAMP.length + smallestBlock) {
    return undefined;
  }
  const head = Buffer.concat([
    EBML_HEADER,
    ebmlHead('18538067', TRACKS.length + ELEMENT_BYTES.cluster + clusterBytes),
    TRACKS,
    ebmlHead('1f43b675', clusterBytes),
    TIMESTAMP,
  ]);
  const stretches: Stretch[] = [{ structure: head, contentBytes: 0 }];
  for (let left = clusterBytes - TIMESTAMP.length; left > 0; ) {
    const wanted = Math.min(left, blockBytes);
    const taken = left - wanted > 0 && left - wanted < smallestBlock ? wanted - smallestBlock : wanted;
    const payloadBytes = taken - ELEMENT_BYTES.block;
    stretches.push({
      structure: Buffer.concat([ebmlHead('a3', payloadBytes), BLOCK_HEADER]),
      contentBytes: payloadBytes - BLOCK_HEADER.length,
    });
    left -= taken;
  }
  return stretches;
};

const WAV_HEADER_BYTES = 44;
const FORMAT_TAGS = { pcm: { tag: 1, bits: 16 }, ulaw: { tag: 7, bits: 8 } } as const;

/** RIFF with one `fmt ` and one `data` chunk. Source: Microsoft's "Multiple channel audio data and WAVE files". */
const wav =
  (codec: keyof typeof FORMAT_TAGS): Container =>
  (sizeBytes) => {
    const contentBytes = sizeBytes - WAV_HEADER_BYTES;
    if (contentBytes < 1) {
      return undefined;
    }
    const { tag, bits } = FORMAT_TAGS[codec];
    const structure = Buffer.alloc(WAV_HEADER_BYTES);
    structure.write('RIFF', 0);
    structure.writeUInt32LE(sizeBytes - 8, 4);
    structure.write('WAVEfmt ', 8);
    structure.writeUInt32LE(16, 16);
    structure.writeUInt16LE(tag, 20);
    structure.writeUInt16LE(1, 22);
    structure.writeUInt32LE(8000, 24);
    structure.writeUInt32LE((8000 * bits) / 8, 28);
    structure.writeUInt16LE(bits / 8, 32);
    structure.writeUInt16LE(bits, 34);
    structure.write('data', 36);
    structure.writeUInt32LE(contentBytes, 40);
    return [{ structure, contentBytes }];
  };

const OGG_HEADER_BYTES = 27;
const OGG_PAGE_BYTES = 60_000;
const OGG_FLAG = { first: 2, last: 4 } as const;

const OGG_CRC = Int32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 24;
  for (let bit = 0; bit < 8; bit += 1) {
    crc = (crc << 1) ^ (crc < 0 ? 0x04c11db7 : 0);
  }
  return crc;
});

/** Writes the checksum of an Ogg page into its head. */
export const sealOggPage = (structure: Buffer, content: Buffer): Buffer => {
  structure.fill(0, 22, 26);
  let crc = 0;
  for (const bytes of [structure, content]) {
    for (const byte of bytes) {
      crc = (crc << 8) ^ (OGG_CRC[(crc >>> 24) ^ byte] ?? 0);
    }
  }
  structure.writeInt32LE(crc, 22);
  return structure;
};

/** The head of a page of this many bytes; its content follows. Source: RFC 3533. */
const oggPage = (pageBytes: number, number: number, flags: number): Stretch => {
  const segments = Math.ceil((pageBytes - OGG_HEADER_BYTES) / 256);
  const contentBytes = pageBytes - OGG_HEADER_BYTES - segments;
  const structure = Buffer.alloc(OGG_HEADER_BYTES + segments);
  structure.write('OggS', 0);
  structure[5] = flags;
  structure.writeUInt32LE(7, 14);
  structure.writeUInt32LE(number, 18);
  structure[26] = segments;
  for (let segment = 0, left = contentBytes; segment < segments; segment += 1) {
    const bytes = Math.min(255, left);
    structure[OGG_HEADER_BYTES + segment] = bytes;
    left -= bytes;
  }
  return { structure, contentBytes, isOggPage: true };
};

const ogg =
  (...heads: readonly Buffer[]): Container =>
  (sizeBytes) => {
    const stretches: Stretch[] = heads.map((head, number) => {
      const flags = number === 0 ? OGG_FLAG.first : 0;
      const { structure } = oggPage(OGG_HEADER_BYTES + 1 + head.length, number, flags);
      return { structure: Buffer.concat([sealOggPage(structure, head), head]), contentBytes: 0 };
    });
    const smallestPage = OGG_HEADER_BYTES + 1;
    const soundBytes = sizeBytes - stretches.reduce((bytes, { structure }) => bytes + structure.length, 0);
    if (soundBytes < smallestPage) {
      return undefined;
    }
    for (let left = soundBytes; left > 0; ) {
      const wanted = Math.min(left, OGG_PAGE_BYTES);
      const taken = left - wanted > 0 && left - wanted < smallestPage ? wanted - smallestPage : wanted;
      left -= taken;
      stretches.push(oggPage(taken, stretches.length, left === 0 ? OGG_FLAG.last : 0));
    }
    return stretches;
  };

const MP3_HEADER = Buffer.from('fffb90c0', 'hex');
/** MPEG 1 Layer III, 128 kbit/s at 44.1 kHz. */
const MP3_FRAME_BYTES = 417;
const MP3_SIDE_BYTES = 17;
const ID3_HEADER_BYTES = 10;

/** An ID3v2 tag, a frame that tells how many follow, and the frames. Source: ISO/IEC 11172-3; the Xing header as LAME writes it. */
const mp3: Container = (sizeBytes) => {
  const frames = Math.floor((sizeBytes - ID3_HEADER_BYTES) / MP3_FRAME_BYTES) - 1;
  if (frames < 2) {
    return undefined;
  }
  const paddingBytes = sizeBytes - ID3_HEADER_BYTES - (frames + 1) * MP3_FRAME_BYTES;
  const tag = Buffer.alloc(ID3_HEADER_BYTES + paddingBytes);
  tag.write('ID3', 0);
  tag[3] = 4;
  tag.set(
    [(paddingBytes >> 21) & 127, (paddingBytes >> 14) & 127, (paddingBytes >> 7) & 127, paddingBytes & 127],
    6,
  );
  const info = Buffer.alloc(MP3_FRAME_BYTES);
  MP3_HEADER.copy(info);
  info.write('Info', MP3_HEADER.length + MP3_SIDE_BYTES);
  info.writeUInt32BE(3, MP3_HEADER.length + MP3_SIDE_BYTES + 4);
  info.writeUInt32BE(frames, MP3_HEADER.length + MP3_SIDE_BYTES + 8);
  info.writeUInt32BE((frames + 1) * MP3_FRAME_BYTES, MP3_HEADER.length + MP3_SIDE_BYTES + 12);
  const frame = { structure: MP3_HEADER, contentBytes: MP3_FRAME_BYTES - MP3_HEADER.length };
  return [{ structure: Buffer.concat([tag, info]), contentBytes: 0 }, ...Array(frames).fill(frame)];
};

const OPUS_HEAD = Buffer.from('4f707573486561640101000080bb0000000000', 'hex');
const OPUS_TAGS = Buffer.from('OpusTags\0\0\0\0\0\0\0\0');
const VORBIS_HEAD = Buffer.concat([Buffer.from('\x01vorbis'), Buffer.alloc(23)]);
const VORBIS_TAGS = Buffer.from('\x03vorbis\0\0\0\0\0\0\0\0\x01');

const CONTAINERS: Readonly<Record<MediaFormatId, Container>> = {
  WAV: wav('pcm'),
  WEBM: webm,
  WAV_ULAW: wav('ulaw'),
  OGG_VORBIS: ogg(VORBIS_HEAD, VORBIS_TAGS),
  OGG_OPUS: ogg(OPUS_HEAD, OPUS_TAGS),
  MP3: mp3,
  NONE: webm,
};

/**
 * Lays out a whole recording of a format. Too few bytes for one are content without a structure, which is no audio.
 *
 * @param blockBytes the most that one block of a WebM takes
 */
export const audioLayout = (
  formatId: MediaFormatId,
  sizeBytes: number,
  blockBytes = BLOCK_BYTES,
): readonly Stretch[] =>
  CONTAINERS[formatId](sizeBytes, blockBytes) ?? [{ structure: Buffer.alloc(0), contentBytes: sizeBytes }];
