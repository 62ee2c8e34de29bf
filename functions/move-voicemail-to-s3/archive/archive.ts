import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import * as v from 'valibot';
import type { AudioFormat } from '../contract/audio-format';
import { DAY_MS } from '../contract/environment';
import type { FailureClass } from '../contract/failure-class';
import {
  keyStem,
  UNDATED_MS,
  type VoicemailKeys,
  type VoicemailOwner,
  type VoicemailPlace,
  voicemailKeys,
} from '../contract/object-key';
import { type Sidecar, SidecarSchema } from '../contract/sidecar';
import { ErasedError, PermanentFailureError, StoredAfterErasureError } from '../errors';
import type { AudioDigest } from '../recording/digest';
import { AudioProof } from '../recording/proof/audio-proof';
import type { AudioVerdict } from '../recording/proof/container-walk';
import { type Recording, type Upload, uploadAudio } from './audio-upload';
import { ArchiveObjects, type ArchiveObjectsOptions, archiveTrouble } from './objects';

/** Options of {@link Archive}. */
export interface ArchiveOptions extends ArchiveObjectsOptions {
  /** Prefix of every key: empty, or ending in `/`. */
  readonly keyPrefix: string;
  readonly format: AudioFormat;
  /** Tags of every recording, in the form of a URL query; empty for none. */
  readonly tags: string;
}

/** The objects that the archive holds for one voicemail. */
export interface ArchiveEntry {
  /** The sidecar is there: the voicemail was stored whole. */
  readonly isStored: boolean;
  readonly hasAudio: boolean;
  /** A tombstone is there: the voicemail was erased, and stays away. */
  readonly isErased: boolean;
}

/**
 * What an erasure means for the voicemail that is to be moved. Something beside the tombstone was stored by a run that looked
 * before the erasure and wrote after it, and that may have died since.
 */
export const erasure = ({ isStored, hasAudio }: ArchiveEntry): ErasedError | StoredAfterErasureError =>
  isStored || hasAudio ? new StoredAfterErasureError() : new ErasedError();

/** A recording as S3 holds it. */
export interface ArchivedAudio extends Pick<AudioDigest, 'sizeBytes' | 'sha256'> {
  readonly verdict: AudioVerdict;
}

/** A sidecar as S3 holds it, with what identifies this version of it. */
export interface ArchivedSidecar {
  readonly sidecar: Sidecar;
  readonly etag: string;
}

/** The SDK types a body for browsers as well; in Node it is a stream of buffers. */
async function* chunksOf(body: object): AsyncGenerator<Buffer, void, undefined> {
  if (body instanceof Readable) {
    for await (const chunk of body) {
      yield Buffer.from(chunk);
    }
  }
}

/** Whether S3's own SHA-256 of an object is that of these bytes, however the object was uploaded. */
const isChecksumOf = (checksum: string | undefined, { whole, composite }: AudioDigest): boolean => {
  // S3 writes the number of parts behind a composite checksum: `<Base64>-<parts>`.
  const [value, parts] = (checksum ?? '').split('-', 2);
  return value === (parts === undefined ? whole : composite);
};

/** The archive, as far as this function needs it: where each voicemail lies, and what is there. */
export class Archive extends ArchiveObjects {
  readonly #options: ArchiveOptions;

  constructor(options: ArchiveOptions) {
    super(options);
    this.#options = options;
  }

  /** The keys of a voicemail. */
  keysOf(place: VoicemailPlace): VoicemailKeys {
    return voicemailKeys(this.#options.keyPrefix, place, this.#options.format);
  }

  /** Prefix of every key: empty, or ending in `/`. */
  get keyPrefix(): string {
    return this.#options.keyPrefix;
  }

  /**
   * Looks at what the archive holds of a voicemail. One listing and not a HeadObject for each of its keys: the audio may have
   * been stored in another format, and a missing permission is never taken for an empty place.
   */
  async look(place: VoicemailPlace): Promise<ArchiveEntry> {
    const { sidecar, tombstone, failure, transcript } = this.keysOf(place);
    const beside = new Set([sidecar, tombstone, failure, transcript]);
    const keys = new Set<string>();
    for await (const { key } of this.list(`${keyStem(this.#options.keyPrefix, place)}.`)) {
      keys.add(key);
    }
    return {
      isStored: keys.has(sidecar),
      // In whatever format: the deployment's may have changed since.
      hasAudio: [...keys].some((key) => !beside.has(key)),
      isErased: keys.has(tombstone),
    };
  }

  /**
   * Looks for a voicemail that Genesys no longer has. Only Genesys knew the date of its key, so the days around the times
   * that are known are looked at, and the place of voicemails without a date.
   */
  async lookAround(
    voicemailId: string,
    owner: VoicemailOwner,
    timesMs: readonly number[],
  ): Promise<ArchiveEntry> {
    const days = timesMs
      .map((timeMs) => timeMs - (timeMs % DAY_MS))
      .flatMap((dayMs) => [dayMs, dayMs - DAY_MS, dayMs + DAY_MS]);
    for (const createdMs of new Set([...days.filter((dayMs) => dayMs >= 0), UNDATED_MS])) {
      const entry = await this.look({ voicemailId, owner, createdMs });
      if (entry.isErased || entry.isStored) {
        return entry;
      }
    }
    return { isStored: false, hasAudio: false, isErased: false };
  }

  /** Keeps an erased voicemail out. @throws ErasedError, StoredAfterErasureError where an erasure has left its tombstone */
  async refuseErased(place: VoicemailPlace): Promise<void> {
    if (!(await this.exists(this.keysOf(place).tombstone))) {
      return;
    }
    const entry = await this.look(place);
    // A success without a body may come from anybody on the way, and would drop the voicemail.
    if (entry.isErased) {
      throw erasure(entry);
    }
  }

  /**
   * Stores a recording, unless it is there already. When this returns, S3 holds exactly the bytes that are told: it has
   * verified their SHA-256 itself, or they were read back.
   *
   * @throws ErasedError, StoredAfterErasureError as {@link refuseErased} does.
   * @throws PermanentFailureError `CONTENT_DIFFERS` where something else is stored under the key.
   */
  async putAudio(place: VoicemailPlace, recording: Omit<Recording, 'contentType'>): Promise<ArchivedAudio> {
    const { format, tags } = this.#options;
    const accept = async (verdict: AudioVerdict): Promise<void> => {
      await recording.accept(verdict);
      // As late as can be: an erasure during the download is seen as well.
      await this.refuseErased(place);
    };
    const { audio } = this.keysOf(place);
    const { contentType } = format;
    const upload = await uploadAudio(this, audio, { ...recording, contentType, accept }, tags);
    return this.#confirm(place, upload);
  }

  /** Reads a recording back, and proves it anew. `undefined` where there is none, or one that is not this voicemail's. */
  async readAudio(place: VoicemailPlace): Promise<ArchivedAudio | undefined> {
    const { audio } = this.keysOf(place);
    const answer = await this.get(audio);
    if (answer?.Metadata?.['voicemail-id'] !== place.voicemailId || answer.Body === undefined) {
      return undefined;
    }
    const proof = new AudioProof(this.#options.format.formatId, Number(answer.Metadata['duration-ms']));
    const hash = createHash('sha256');
    let sizeBytes = 0;
    try {
      for await (const bytes of chunksOf(answer.Body)) {
        proof.add(bytes);
        hash.update(bytes);
        sizeBytes += bytes.length;
      }
    } catch (error) {
      throw archiveTrouble(`reading ${audio}`, error);
    }
    return { sizeBytes, sha256: hash.digest('hex'), verdict: proof.verdict() };
  }

  /** Writes the sidecar, unless one is there. @returns whether this call wrote it */
  putSidecar(place: VoicemailPlace, sidecar: Sidecar): Promise<boolean> {
    return this.putIfAbsent(this.keysOf(place).sidecar, sidecar);
  }

  /** Reads the sidecar; `undefined` where there is none that can be read. */
  async readSidecar(place: VoicemailPlace): Promise<ArchivedSidecar | undefined> {
    const stored = await this.getJson(this.keysOf(place).sidecar);
    const parsed = v.safeParse(SidecarSchema, stored?.content);
    return stored === undefined || !parsed.success
      ? undefined
      : { sidecar: parsed.output, etag: stored.etag };
  }

  /** Writes a sidecar in the place of one that was read. @returns false where it has changed since */
  async replaceSidecar(place: VoicemailPlace, sidecar: Sidecar, etag: string): Promise<boolean> {
    return (await this.write(this.keysOf(place).sidecar, sidecar, etag)) !== undefined;
  }

  /** Adds a transcript that came after the voicemail was stored. @returns whether this call added it */
  putTranscript(place: VoicemailPlace, transcript: string): Promise<boolean> {
    const { voicemailId } = place;
    return this.putIfAbsent(this.keysOf(place).transcript, { schemaVersion: 1, voicemailId, transcript });
  }

  /** Marks a voicemail as one that is in the failures queue, so that reconcile does not fail it again and again. */
  async recordFailure(place: VoicemailPlace, failureClass: FailureClass): Promise<void> {
    const { voicemailId } = place;
    await this.putIfAbsent(this.keysOf(place).failure, { schemaVersion: 1, voicemailId, failureClass });
  }

  /** Makes sure that S3 holds these bytes: by the checksum that it answered with, else by that of what it holds. */
  async #confirm(place: VoicemailPlace, upload: Upload): Promise<ArchivedAudio> {
    const { digest, verdict, checksum } = upload;
    return isChecksumOf(checksum, digest) ? { ...digest, verdict } : this.#compare(place, upload);
  }

  /**
   * Compares these bytes with what S3 holds. Genesys may encode a recording anew at each request, so that the bytes of an
   * earlier delivery differ from these and are as good: then what is stored counts.
   */
  async #compare(place: VoicemailPlace, { digest, verdict }: Upload): Promise<ArchivedAudio> {
    const { audio } = this.keysOf(place);
    const head = await this.head(audio);
    if (head.ContentLength === digest.sizeBytes && isChecksumOf(head.ChecksumSHA256, digest)) {
      return { ...digest, verdict };
    }
    const stored = await this.readAudio(place);
    if (stored?.verdict === 'whole' || (stored?.verdict === 'unproven' && verdict === 'unproven')) {
      return stored;
    }
    throw new PermanentFailureError(
      'CONTENT_DIFFERS',
      `${audio} holds another recording than Genesys gave out (SHA-256 ${digest.sha256}); nothing was changed, compare them by hand`,
    );
  }
}
