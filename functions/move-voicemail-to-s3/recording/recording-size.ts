import type { AudioDigest } from './digest';
import { MediaInterruptedError } from './media-errors';

/** Downloads that must agree before a recording shorter than Genesys' own size is taken for whole. */
const AGREEING_DOWNLOADS = 3;

/**
 * Judges a download by `audioRecordingSizeBytes`, the one figure that can show a body which was cut before it was sent.
 *
 * Genesys does not say whether it is the size in the format that we ask for or of the recording as it keeps it. So the
 * container learns: one download of exactly that size proves that it is ours, and every shorter one is a cut body from then
 * on. Without that proof a shorter download counts only when several agree byte by byte, which a cut would not; that, too,
 * is remembered, so that an organisation whose sizes mean something else pays for it once per container. Where both were
 * seen, Genesys keeps recordings in several formats: each short download has to agree with others of its own.
 */
export class RecordingSizes {
  #meaning: 'unknown' | 'exact' | 'other' | 'mixed' = 'unknown';
  #lastDoubt: { readonly voicemailId: string; readonly sha256: string; readonly times: number } | undefined;

  /** @throws MediaInterruptedError where the download may be cut, to have it repeated. */
  judge(voicemailId: string, recordingBytes: number | undefined, { sizeBytes, sha256 }: AudioDigest): void {
    if (recordingBytes === undefined || recordingBytes === 0) {
      return;
    }
    if (sizeBytes === recordingBytes) {
      this.#meaning = this.#meaning === 'other' || this.#meaning === 'mixed' ? 'mixed' : 'exact';
      return;
    }
    const isCertainlyNotCut = this.#meaning !== 'exact' && sizeBytes > recordingBytes;
    if (this.#meaning === 'other' || isCertainlyNotCut) {
      return;
    }
    if (this.#meaning !== 'exact' && this.#doubts(voicemailId, sha256) >= AGREEING_DOWNLOADS) {
      this.#meaning = this.#meaning === 'mixed' ? 'mixed' : 'other';
      return;
    }
    throw new MediaInterruptedError(
      `the download has ${sizeBytes} bytes and the recording ${recordingBytes}; the download is tried again`,
      true,
    );
  }

  #doubts(voicemailId: string, sha256: string): number {
    const last = this.#lastDoubt;
    const agrees = last?.voicemailId === voicemailId && last.sha256 === sha256;
    const times = agrees ? last.times + 1 : 1;
    this.#lastDoubt = { voicemailId, sha256, times };
    return times;
  }
}
