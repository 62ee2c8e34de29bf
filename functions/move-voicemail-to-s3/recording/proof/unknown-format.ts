import { type AudioVerdict, type ContainerWalk, type Ending, isPage } from './container-walk';
import { Mp3Walk } from './mp3';
import { OggWalk } from './ogg';
import { WavWalk } from './wav';
import { WebmWalk } from './webm';

const utf8 = new TextDecoder('utf-8', { fatal: true });
/** A control character that no text holds: one that is not white space. */
const NOT_TEXT = /[^\P{Cc}\s]/u;
/** A character may be cut at the end of what is looked at. */
const CUT_CHARACTER_BYTES = 3;

/** Whether bytes read as text: an error page, in whatever notation. */
const isText = (bytes: Buffer): boolean => {
  for (let cut = 0; cut <= Math.min(CUT_CHARACTER_BYTES, bytes.length - 1); cut += 1) {
    try {
      return !NOT_TEXT.test(utf8.decode(bytes.subarray(0, bytes.length - cut)));
    } catch {
      // Not UTF-8 up to here.
    }
  }
  return false;
};

/** The beginnings, in hex, of what is packed (gzip, zip, zstd), a picture, a document, or text in UTF-16. */
const NOT_AUDIO = /^(?:1f8b|504b0304|28b52ffd|89504e47|47494638|ffd8ff|25504446|fffe|feff)/;

const SNIFFED_BYTES = 512;

/** Walks through whatever Genesys keeps (`NONE`): a container that we know, else bytes that are at least no page. */
export class UnknownFormatWalk implements ContainerWalk {
  #walk: ContainerWalk | undefined;
  #isNoAudio = false;

  get durationMs(): number | undefined {
    return this.#walk?.durationMs;
  }

  step(bytes: Buffer, at: number, position: number): number | undefined {
    if (position > 0) {
      return this.#walk?.step(bytes, at, position);
    }
    for (const walk of [new WebmWalk(), new WavWalk(), new OggWalk(), new Mp3Walk()]) {
      const stepBytes = walk.step(bytes, at, position);
      if (stepBytes !== undefined && walk.verdict('cut') !== 'not-audio') {
        this.#walk = walk;
        return stepBytes;
      }
    }
    const beginning = bytes.subarray(at, at + SNIFFED_BYTES);
    this.#isNoAudio = NOT_AUDIO.test(beginning.toString('hex')) || isText(beginning) || isPage(bytes, at);
    return undefined;
  }

  pass(bytes: Buffer): void {
    this.#walk?.pass?.(bytes);
  }

  verdict(ending: Ending): AudioVerdict {
    if (this.#walk !== undefined) {
      return this.#walk.verdict(ending);
    }
    return this.#isNoAudio ? 'not-audio' : 'unproven';
  }
}
