/** How a walk through a container ended. */
export type Ending =
  /** The last piece of structure ends with the last byte. */
  | 'complete'
  /** The last piece of structure claims bytes that are not there. */
  | 'cut'
  /** There are bytes that the container does not explain. */
  | 'unknown';

/**
 * What the bytes of a recording say of themselves.
 *
 * - `whole`: audio of this format, and its own structure says that this is all of it.
 * - `unproven`: audio of this format, of which nothing says where it should end, as streaming muxers write it, or which
 *   contradicts itself or what was told of it.
 * - `cut`: audio of this format that ends before its own structure does.
 * - `not-audio`: nothing of this format.
 */
export type AudioVerdict = 'whole' | 'unproven' | 'cut' | 'not-audio';

/** Reads the structure of one recording, a piece at a time. */
export interface ContainerWalk {
  /** How long the sound is that was walked through; `undefined` where the structure does not say it simply. */
  readonly durationMs?: number | undefined;
  /**
   * Reads the piece of structure that begins at `at`.
   *
   * @param bytes at least {@link WINDOW_BYTES} from `at`, and fewer only where the recording ends with them
   * @param position of `at` in the recording
   * @returns how many bytes lie between this piece and the next, which may be more than there are; `undefined` where the
   *   container does not explain these bytes
   */
  step(bytes: Buffer, at: number, position: number): number | undefined;
  /** Takes the bytes from the last step's piece up to the next, in one or more calls. */
  pass?(bytes: Buffer): void;
  /** Judges the recording, which has been walked through. */
  verdict(ending: Ending): AudioVerdict;
}

/** Longer than any header that a walk reads in one step: an Ogg page's has up to 282 bytes. */
export const WINDOW_BYTES = 512;

/** How a page of HTML, XML or JSON begins. */
const PAGE = /^\s*(?:<[!?]?[a-z-]+[\s>]|\{\s*")/i;
const PAGE_BYTES = 64;

/** Whether a page begins at `at`, in whatever encoding. */
export const isPage = (bytes: Buffer, at: number): boolean =>
  PAGE.test(bytes.toString('latin1', at, at + PAGE_BYTES).replaceAll('\0', ''));

/** `step` returns this where the recording ends within a header. */
export const BEYOND_THE_END = Number.POSITIVE_INFINITY;
