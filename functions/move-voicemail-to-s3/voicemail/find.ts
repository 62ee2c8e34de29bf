import type { CallbackConversation } from '../genesys/conversation';
import type { GenesysVoicemail } from '../genesys/voicemail';
import { inListing } from './in-listing';

/** The voicemails found for one conversation. */
export interface Found {
  /** Ids of voicemails that can be moved. */
  readonly ready: readonly string[];
  /** Whether another one is still being uploaded. */
  readonly isPending: boolean;
  /** Whether the upload of another one failed for good. */
  readonly hasFailed: boolean;
  /** Whether another one is named in a way that nobody can read. */
  readonly isUnreadable: boolean;
  /** Whether nobody has to look any further. */
  readonly isConclusive: boolean;
  /** The divisions of the conversation; none where it could not be asked. */
  readonly divisionIds: readonly string[];
}

/** A conversation whose voicemails are looked for. */
export interface Sought {
  readonly conversationId: string;
  readonly queueId: string;
  /** About when the voicemail was left, in epoch milliseconds; clocks may disagree. */
  readonly timesMs: readonly number[];
  /** Whether the waiting time is over. */
  readonly isWaitOver: boolean;
}

const NOTHING: Found = {
  ready: [],
  isPending: false,
  hasFailed: false,
  isUnreadable: false,
  isConclusive: true,
  divisionIds: [],
};

const isNothing = ({ ready, isPending, hasFailed, isUnreadable }: Found): boolean =>
  ready.length === 0 && !isPending && !hasFailed && !isUnreadable;

/** `none` is also said before an upload has begun, so that it counts as one of these only when the wait is over. */
const FAILED: ReadonlySet<string | undefined> = new Set(['failed', 'timeout', 'none']);
const PENDING: ReadonlySet<string | undefined> = new Set(['pending', 'none']);

const sort = ({ voicemails, divisionIds }: CallbackConversation, isWaitOver: boolean): Found => {
  // A voicemail may be named by several participants, not all of them up to date.
  const ready = new Set<string>();
  for (const { id, uploadStatus } of voicemails) {
    if (id !== undefined && !PENDING.has(uploadStatus) && !FAILED.has(uploadStatus)) {
      ready.add(id);
    }
  }
  const rest = voicemails.filter(({ id }) => id === undefined || !ready.has(id));
  // `none` beside a voicemail is said of a participant who left none.
  const open = rest.filter(
    ({ id, uploadStatus }) => !(uploadStatus === 'none' && id === undefined && ready.size > 0),
  );
  const hasEnded = (uploadStatus: string | undefined): boolean =>
    FAILED.has(uploadStatus) && (isWaitOver || uploadStatus !== 'none');
  // A state that we do not know may come before there is an id.
  const isUnknown = (uploadStatus: string | undefined): boolean =>
    ready.size === 0 &&
    uploadStatus !== 'complete' &&
    !PENDING.has(uploadStatus) &&
    !FAILED.has(uploadStatus);
  return {
    ready: [...ready],
    isPending: open.some(
      ({ uploadStatus }) =>
        (PENDING.has(uploadStatus) && !hasEnded(uploadStatus)) || (isUnknown(uploadStatus) && !isWaitOver),
    ),
    hasFailed: open.some(({ uploadStatus }) => hasEnded(uploadStatus)),
    isUnreadable:
      ready.size === 0 &&
      open.some(({ uploadStatus }) => uploadStatus === 'complete' || (isUnknown(uploadStatus) && isWaitOver)),
    isConclusive: true,
    divisionIds,
  };
};

/** Different conversations that a token must have been refused before lookups are left out. */
const REFUSED_CONVERSATIONS = 3;
/** For how long they are left out then: permissions change. */
const REFUSED_MS = 30 * 60_000;

/** Finds the voicemails of a conversation. One per container: it remembers what the token may not do. */
export class ConversationLookup {
  readonly #refused = new Set<string>();
  #leftOutUntilMs = 0;

  /**
   * Asks the conversation, which costs one call whatever the queue's backlog; where the token may not read it, the queue's
   * listing. One conversation may be refused for its division, so that only several different ones say that the token may
   * read none.
   *
   * When the waiting time is over, nothing found counts as absent, so that the listing is asked as well.
   */
  async find(genesys: GenesysVoicemail, sought: Sought): Promise<Found> {
    const inConversation = await this.#ask(genesys, sought.conversationId);
    if (inConversation === 'forbidden') {
      return this.#list(genesys, sought);
    }
    const found = inConversation === 'not-found' ? NOTHING : sort(inConversation, sought.isWaitOver);
    const needsSecondLook =
      sought.isWaitOver && found.ready.length === 0 && (found.isPending || !found.hasFailed);
    if (!needsSecondLook) {
      return found;
    }
    const listed = await this.#list(genesys, sought);
    return isNothing(listed) ? { ...found, isConclusive: listed.isConclusive } : listed;
  }

  async #ask(
    genesys: GenesysVoicemail,
    conversationId: string,
  ): Promise<CallbackConversation | 'not-found' | 'forbidden'> {
    if (Date.now() < this.#leftOutUntilMs) {
      return 'forbidden';
    }
    const answer = await genesys.conversation(conversationId);
    if (answer !== 'forbidden') {
      this.#refused.clear();
      return answer;
    }
    this.#refused.add(conversationId);
    if (this.#refused.size >= REFUSED_CONVERSATIONS) {
      this.#refused.clear();
      this.#leftOutUntilMs = Date.now() + REFUSED_MS;
    }
    return answer;
  }

  async #list(genesys: GenesysVoicemail, { conversationId, queueId, timesMs }: Sought): Promise<Found> {
    const listed = await inListing(genesys, { kind: 'queue', id: queueId }, conversationId, timesMs);
    return { ...NOTHING, ...listed };
  }
}
