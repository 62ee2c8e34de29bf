import type { AudioFormatId } from '../../contract/audio-format';
import { type AudioVerdict, type ContainerWalk, type Ending, WINDOW_BYTES } from './container-walk';
import { Mp3Walk } from './mp3';
import { OggWalk } from './ogg';
import { UnknownFormatWalk } from './unknown-format';
import { WavWalk } from './wav';
import { WebmWalk } from './webm';

/** The container of each format. Which codec is in it is left to players. */
const WALKS: Readonly<Record<AudioFormatId, new () => ContainerWalk>> = {
  WEBM: WebmWalk,
  WAV: WavWalk,
  WAV_ULAW: WavWalk,
  OGG_VORBIS: OggWalk,
  OGG_OPUS: OggWalk,
  MP3: Mp3Walk,
  NONE: UnknownFormatWalk,
};

/** A recording that is shorter than this part of what Genesys tells, and by more than this, is not the one that was left. */
const FAR_SHORTER = { part: 0.5, byMs: 2000 } as const;

const NOTHING = Buffer.alloc(0);

/**
 * Reads out of the bytes of a recording, as they pass by, whether it is audio of the format that was asked for, and whether it
 * is whole. Keeps less than a kilobyte of them.
 */
export class AudioProof {
  readonly #walk: ContainerWalk;
  /** Where the next piece of structure begins in the recording. */
  #position = 0;
  /** Bytes before it that have not come yet. */
  #skipBytes = 0;
  /** Bytes from there on; too few to read before more arrive. */
  #rest: Buffer = NOTHING;
  #isLost = false;
  readonly #toldMs: number;

  /** @param toldMs how long the recording is by what Genesys tells, roughly; NaN where it tells nothing */
  constructor(formatId: AudioFormatId, toldMs = Number.NaN) {
    this.#toldMs = toldMs;
    this.#walk = new WALKS[formatId]();
  }

  /** Whether the bytes so far are not audio of the format, whatever comes. */
  get isHopeless(): boolean {
    return this.#isLost && this.#walk.verdict('unknown') === 'not-audio';
  }

  /** Takes the next bytes, which may change afterwards. */
  add(bytes: Buffer): void {
    let at = this.#skipBytes;
    const restBytes = this.#rest.length;
    if (restBytes > 0) {
      // A header that two pieces share is read in a copy.
      const joint = Buffer.concat([this.#rest, bytes.subarray(0, WINDOW_BYTES)]);
      const jointAt = this.#read(joint, 0, restBytes);
      if (jointAt < restBytes) {
        this.#rest = joint.subarray(jointAt);
        return;
      }
      at = jointAt - restBytes;
    }
    this.#walk.pass?.(bytes.subarray(0, at));
    at = this.#read(bytes, at, bytes.length);
    this.#rest = Buffer.from(bytes.subarray(at));
    this.#skipBytes = Math.max(0, at - bytes.length);
  }

  /** Judges the recording, of which all bytes have been taken. To be called once. */
  verdict(): AudioVerdict {
    const rest = this.#rest;
    let at = 0;
    while (!this.#isLost && at < rest.length) {
      at += this.#step(rest, at, rest.length);
    }
    const isCut = this.#skipBytes > 0 || at > rest.length;
    const ending: Ending = isCut ? 'cut' : 'complete';
    const verdict = this.#walk.verdict(this.#isLost ? 'unknown' : ending);
    return verdict === 'whole' && this.#isFarShorter() ? 'unproven' : verdict;
  }

  #isFarShorter(): boolean {
    const { durationMs = Number.POSITIVE_INFINITY } = this.#walk;
    return durationMs < this.#toldMs * FAR_SHORTER.part && durationMs < this.#toldMs - FAR_SHORTER.byMs;
  }

  /** Reads the structure that begins before `end` and is surely all there. @returns where what comes next begins */
  #read(bytes: Buffer, start: number, end: number): number {
    let at = start;
    while (!this.#isLost && at < end && bytes.length - at >= WINDOW_BYTES) {
      at += this.#step(bytes, at, end);
    }
    return this.#isLost ? end : at;
  }

  #step(bytes: Buffer, at: number, end: number): number {
    const stepBytes = this.#walk.step(bytes, at, this.#position);
    this.#isLost = stepBytes === undefined;
    this.#position += stepBytes ?? 0;
    this.#walk.pass?.(bytes.subarray(at, Math.min(at + (stepBytes ?? 0), end)));
    return stepBytes ?? 0;
  }
}
