import type { VoicemailOwner } from '../contract/object-key';
import type { GenesysVoicemail, MessagePage, VoicemailMessage } from '../genesys/voicemail';

/** The voicemails of a conversation that a mailbox lists. */
export interface Listed {
  readonly ready: readonly string[];
  /** Whether all pages were seen that could name one. */
  readonly isConclusive: boolean;
}

/** Pages that one look may read for each time: enough to find a day among a million voicemails that are listed by time. */
const MOST_PAGES = 20;
/** How far a voicemail's own time may be from that of its event. */
const AROUND_MS = 5 * 60_000;

type Order = 'newest-first' | 'oldest-first' | 'unknown';

const timesOf = ({ messages }: { readonly messages: readonly VoicemailMessage[] }): readonly number[] =>
  messages.flatMap(({ createdMs }) => (createdMs === undefined ? [] : [createdMs]));

/** Neighbours may have changed places, as where a listing goes by the end of the upload. */
const isSorted = (times: readonly number[]): boolean =>
  times.every((time, index) => time > (times[index - 1] ?? time) - AROUND_MS);

/** The order of a listing, which Genesys does not document, by what it shows. */
export const orderOf = (page: Pick<MessagePage, 'messages'>): Order => {
  const times = timesOf(page);
  const [first = 0, last = first] = [times.at(0), times.at(-1)];
  if (first < last && isSorted(times)) {
    return 'oldest-first';
  }
  return first > last && isSorted([...times].reverse()) ? 'newest-first' : 'unknown';
};

/** Reads the pages of one mailbox, each once, and no more than `most`. */
class Pages {
  readonly #read: (pageNumber: number) => Promise<MessagePage>;
  readonly #most: number;
  readonly #pages = new Map<number, MessagePage>();

  constructor(read: (pageNumber: number) => Promise<MessagePage>, most: number) {
    this.#read = read;
    this.#most = most;
  }

  /** `undefined` where too many pages were read. */
  async page(pageNumber: number): Promise<MessagePage | undefined> {
    const known = this.#pages.get(pageNumber);
    if (known !== undefined || this.#pages.size >= this.#most) {
      return known;
    }
    const page = await this.#read(pageNumber);
    this.#pages.set(pageNumber, page);
    return page;
  }

  get all(): readonly MessagePage[] {
    return [...this.#pages.values()];
  }
}

/** The first page, from the newest on, that is not wholly younger than a time; `undefined` where pages ran out. */
const pageAt = async (
  pages: Pages,
  numberOf: (index: number) => number,
  count: number,
  aboutMs: number,
): Promise<number | undefined> => {
  let low = 0;
  let high = count - 1;
  // A fresh voicemail is on the newest page.
  for (let middle = 0; low < high; middle = Math.floor((low + high) / 2)) {
    const page = await pages.page(numberOf(middle));
    if (page === undefined) {
      return undefined;
    }
    const isYounger = Math.min(...timesOf(page)) > aboutMs + AROUND_MS;
    if (isYounger) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
};

/** Reads the pages around a time, and one more behind a match. @returns whether all were seen that could name a voicemail */
const walk = async (pages: Pages, aboutMs: number, hasFound: () => boolean): Promise<boolean> => {
  const first = await pages.page(1);
  if (first === undefined || first.isLast) {
    return true;
  }
  const order = orderOf(first);
  const count = first.pageCount;
  const isOldestFirst = order === 'oldest-first' && count !== undefined;
  const numberOf = (index: number): number => (isOldestFirst ? count - index : index + 1);
  const walksBack = order === 'newest-first' || isOldestFirst;
  const start = !walksBack || count === undefined ? 0 : await pageAt(pages, numberOf, count, aboutMs);
  if (start === undefined) {
    return false;
  }
  let pagesAfterMatch = 0;
  for (let index = start; count === undefined || index < count; index += 1) {
    const page = await pages.page(numberOf(index));
    if (page === undefined) {
      return false;
    }
    const isOlder = walksBack && Math.max(...timesOf(page)) < aboutMs - AROUND_MS;
    pagesAfterMatch += hasFound() ? 1 : 0;
    if (isOlder || pagesAfterMatch > 1 || (!isOldestFirst && page.isLast)) {
      break;
    }
  }
  return true;
};

/**
 * Looks for the voicemails of a conversation in a mailbox, in a bounded number of calls whatever it holds.
 *
 * It learns the order of the listing from the first page. In one by time it goes straight to each time, and stops where the
 * voicemails are older. It also stops one page after a match: two voicemails of one conversation are neighbours.
 *
 * @param timesMs when the voicemail may have been left, in epoch milliseconds
 */
export const inListing = async (
  genesys: Pick<GenesysVoicemail, 'page'>,
  owner: VoicemailOwner,
  conversationId: string,
  timesMs: readonly number[],
): Promise<Listed> => {
  const apart = timesMs.filter(
    (timeMs, index) => index === 0 || Math.abs(timeMs - (timesMs[index - 1] ?? timeMs)) > AROUND_MS,
  );
  const pages = new Pages((pageNumber) => genesys.page(owner, pageNumber), MOST_PAGES * apart.length);
  const ready = (): readonly string[] =>
    pages.all.flatMap(({ messages }) =>
      messages.filter((message) => message.conversationId === conversationId).map(({ id }) => id),
    );
  let isConclusive = true;
  for (const timeMs of apart) {
    isConclusive = (await walk(pages, timeMs, () => ready().length > 0)) && isConclusive;
    if (ready().length > 0) {
      break;
    }
  }
  return {
    ready: [...new Set(ready())],
    isConclusive: isConclusive && !pages.all.some(({ endsEarly }) => endsEarly),
  };
};
