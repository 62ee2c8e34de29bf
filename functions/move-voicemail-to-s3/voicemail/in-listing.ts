import type { VoicemailOwner } from '../contract/owner';
import type { GenesysVoicemail, MessagePage, VoicemailMessage } from '../genesys/voicemail';

/** The voicemails of a conversation that a mailbox lists. */
export interface Listed {
  readonly ready: readonly string[];
  /** Whether all pages were seen that could name one. */
  readonly isConclusive: boolean;
}

/** Pages that one look may read: enough to find a day among a million voicemails that are listed by time. */
const MOST_PAGES = 20;
/** How far a voicemail's own time may be from that of its event. */
const AROUND_MS = 5 * 60_000;

type Order = 'newest-first' | 'oldest-first' | 'unknown';

const timesOf = ({ messages }: { readonly messages: readonly VoicemailMessage[] }): readonly number[] =>
  messages.flatMap(({ createdMs }) => (createdMs === undefined ? [] : [createdMs]));

const isSorted = (times: readonly number[]): boolean =>
  times.every((time, index) => index === 0 || time >= (times[index - 1] ?? time));

/** The order of a listing, which Genesys does not document, by what it shows. */
export const orderOf = (page: Pick<MessagePage, 'messages'>): Order => {
  const times = timesOf(page);
  if (times.length < 2 || times.at(0) === times.at(-1)) {
    return 'unknown';
  }
  if (isSorted(times)) {
    return 'oldest-first';
  }
  return isSorted([...times].reverse()) ? 'newest-first' : 'unknown';
};

/** Reads the pages of one mailbox, each once, and no more than {@link MOST_PAGES}. */
class Pages {
  readonly #read: (pageNumber: number) => Promise<MessagePage>;
  readonly #pages = new Map<number, MessagePage>();

  constructor(read: (pageNumber: number) => Promise<MessagePage>) {
    this.#read = read;
  }

  /** `undefined` where too many pages were read. */
  async page(pageNumber: number): Promise<MessagePage | undefined> {
    const known = this.#pages.get(pageNumber);
    if (known !== undefined || this.#pages.size >= MOST_PAGES) {
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

/**
 * Looks for the voicemails of a conversation in a mailbox, in a bounded number of calls whatever it holds.
 *
 * It learns the order of the listing from the first page. In one by time it goes straight to the time of the event, and stops
 * where the voicemails are older. It also stops one page after a match: two voicemails of one conversation are neighbours.
 *
 * @param aboutMs when the voicemail was left, in epoch milliseconds
 */
export const inListing = async (
  genesys: Pick<GenesysVoicemail, 'page'>,
  owner: VoicemailOwner,
  conversationId: string,
  aboutMs: number,
): Promise<Listed> => {
  const pages = new Pages((pageNumber) => genesys.page(owner, pageNumber));
  const idsIn = (page: MessagePage): readonly string[] =>
    page.messages.filter((message) => message.conversationId === conversationId).map(({ id }) => id);
  const found = (isConclusive: boolean): Listed => ({
    ready: [...new Set(pages.all.flatMap(idsIn))],
    isConclusive: isConclusive && !pages.all.some(({ endsEarly }) => endsEarly),
  });
  const first = await pages.page(1);
  if (first === undefined || first.isLast) {
    return found(true);
  }
  const order = orderOf(first);
  const count = first.pageCount;
  const isOldestFirst = order === 'oldest-first' && count !== undefined;
  const numberOf = (index: number): number => (isOldestFirst ? count - index : index + 1);
  const walksBack = order === 'newest-first' || isOldestFirst;
  const start = !walksBack || count === undefined ? 0 : await pageAt(pages, numberOf, count, aboutMs);
  if (start === undefined) {
    return found(false);
  }
  let pagesAfterMatch = 0;
  for (let index = start; count === undefined || index < count; index += 1) {
    const page = await pages.page(numberOf(index));
    if (page === undefined) {
      return found(false);
    }
    const isOlder = walksBack && Math.max(...timesOf(page)) < aboutMs - AROUND_MS;
    pagesAfterMatch += found(true).ready.length > 0 ? 1 : 0;
    if (isOlder || pagesAfterMatch > 1 || (!isOldestFirst && page.isLast)) {
      break;
    }
  }
  return found(true);
};
