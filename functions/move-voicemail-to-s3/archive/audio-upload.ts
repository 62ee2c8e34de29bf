import { awsStatus } from '../aws';
import type { Piece } from '../recording/body';
import { type AudioDigest, AudioHash, PART_BYTES } from '../recording/digest';
import type { Media } from '../recording/download';
import type { AudioProof } from '../recording/proof/audio-proof';
import type { AudioVerdict } from '../recording/proof/container-walk';
import { MultipartUpload } from './multipart-upload';
import { type ArchiveObjects, archiveTrouble, isConditionFailed } from './objects';

/** A recording on its way into the archive. */
export interface Recording {
  readonly contentType: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly media: Media;
  /** Of {@link RECORDING_MEMORY_BYTES}; one recording at a time passes through it. */
  readonly memory: Buffer;
  /** Sees every byte on its way. */
  readonly proof: AudioProof;
  /** Called with all bytes read, and none stored that anybody sees. What it throws keeps the recording out. */
  readonly accept: (verdict: AudioVerdict) => Promise<void>;
}

/** A recording that was offered to S3. */
export interface Upload {
  readonly digest: AudioDigest;
  readonly verdict: AudioVerdict;
  /** S3's own checksum of what it has stored; `undefined` where an object was there already. */
  readonly checksum: string | undefined;
}

/**
 * A body of at most this many bytes is read whole and put in one request, which the SDK can repeat; a larger one goes up in
 * parts, one at a time. So memory stays bounded whatever the size.
 */
const SINGLE_PUT_BYTES = 8 * 1024 * 1024;

/** The memory that recordings pass through. Kept, since new memory for each costs 1 ms of CPU per MB. */
export const RECORDING_MEMORY_BYTES = SINGLE_PUT_BYTES;

/** Tags of every recording, in the form of a URL query; empty for none. */
const tagging = (tags: string) => (tags === '' ? {} : { Tagging: tags });

const putWhole = async (
  objects: ArchiveObjects,
  key: string,
  { contentType, metadata, proof, accept }: Recording,
  tags: string,
  body: Buffer,
): Promise<Upload> => {
  const hash = new AudioHash();
  for (let start = 0; start < body.length; start += PART_BYTES) {
    hash.addPart(body.subarray(start, start + PART_BYTES));
  }
  const digest = hash.digest();
  const verdict = proof.verdict();
  await accept(verdict);
  const answer = await objects.put({
    Key: key,
    Body: body,
    ContentType: contentType,
    Metadata: metadata,
    ChecksumSHA256: digest.whole,
    ...tagging(tags),
  });
  return { digest, verdict, checksum: answer === 'exists' ? undefined : answer.ChecksumSHA256 };
};

/** Uploads a recording whose first part fills a buffer: one part after the other, so that one lies in memory. */
const uploadParts = async (
  upload: MultipartUpload,
  { media: { body }, proof }: Recording,
  buffer: Buffer,
): Promise<AudioDigest> => {
  const hash = new AudioHash();
  let piece: Piece = { sizeBytes: buffer.length, isLast: false };
  for (;;) {
    const part = buffer.subarray(0, piece.sizeBytes);
    await upload.add(part, hash.addPart(part));
    if (piece.isLast) {
      return hash.digest();
    }
    piece = await body.fill(buffer);
    proof.add(buffer.subarray(0, piece.sizeBytes));
  }
};

const putInParts = async (
  objects: ArchiveObjects,
  key: string,
  recording: Recording,
  tags: string,
  buffer: Buffer,
): Promise<Upload> => {
  const { IfNoneMatch, ...target } = objects.target();
  let upload: MultipartUpload | undefined;
  let uploaded: Upload | undefined;
  try {
    upload = await MultipartUpload.create(objects.s3, objects.deadline, {
      ...target,
      Key: key,
      ContentType: recording.contentType,
      Metadata: recording.metadata,
      ...tagging(tags),
    });
    const digest = await uploadParts(upload, recording, buffer);
    const verdict = recording.proof.verdict();
    await recording.accept(verdict);
    uploaded = { digest, verdict, checksum: undefined };
    return { ...uploaded, checksum: await upload.complete(IfNoneMatch) };
  } catch (error) {
    await upload?.abort();
    // A part that is gone by the time of completion was completed by an earlier request whose answer was lost.
    const mayBeThere = isConditionFailed(error) || awsStatus(error) === 404;
    if (uploaded === undefined || !mayBeThere) {
      throw archiveTrouble(`storing ${key}`, error);
    }
    return uploaded;
  }
};

/** Puts a recording under a key, unless an object is there. */
export const uploadAudio = async (
  objects: ArchiveObjects,
  key: string,
  recording: Recording,
  tags: string,
): Promise<Upload> => {
  const { body, lengthBytes } = recording.media;
  const isSmall = lengthBytes !== undefined && lengthBytes <= SINGLE_PUT_BYTES;
  const buffer = recording.memory.subarray(0, isSmall ? lengthBytes : PART_BYTES);
  try {
    const { sizeBytes, isLast } = await body.fill(buffer);
    recording.proof.add(buffer.subarray(0, sizeBytes));
    if (isLast) {
      return await putWhole(objects, key, recording, tags, buffer.subarray(0, sizeBytes));
    }
    if (recording.proof.isHopeless) {
      await recording.accept('not-audio');
    }
    return await putInParts(objects, key, recording, tags, buffer);
  } finally {
    body.close();
  }
};
