import type { ConversationVoicemail, GenesysVoicemail } from '../genesys/voicemail';

/** What is known of the voicemails of one conversation. */
export interface Found {
  /** Ids of voicemails that can be moved. */
  readonly ready: readonly string[];
  /** Whether another one is still being uploaded. */
  readonly isPending: boolean;
  /** Whether the upload of another one failed for good. */
  readonly hasFailed: boolean;
}

const NOTHING: Found = { ready: [], isPending: false, hasFailed: false };

const isNothing = ({ ready, isPending, hasFailed }: Found): boolean =>
  ready.length === 0 && !isPending && !hasFailed;

const FAILED: ReadonlySet<string | undefined> = new Set(['failed', 'timeout', 'none']);

const sort = (voicemails: readonly ConversationVoicemail[]): Found => {
  // A voicemail may be named by several participants, not all of them up to date.
  const ready = new Set<string>();
  for (const { id, uploadStatus } of voicemails) {
    if (id !== undefined && uploadStatus !== 'pending' && !FAILED.has(uploadStatus)) {
      ready.add(id);
    }
  }
  const rest = voicemails.filter(({ id }) => id === undefined || !ready.has(id));
  return {
    ready: [...ready],
    isPending: rest.some(({ uploadStatus }) => uploadStatus === 'pending'),
    // `none` beside a voicemail is said of a participant who left none.
    hasFailed: rest.some(
      ({ id, uploadStatus }) =>
        FAILED.has(uploadStatus) && !(uploadStatus === 'none' && id === undefined && ready.size > 0),
    ),
  };
};

/**
 * Lists a queue until a voicemail of the conversation comes, and one page more: the order is not documented, but two
 * voicemails of one conversation are as good as neighbours in any order by time.
 */
const inListing = async (
  genesys: GenesysVoicemail,
  conversationId: string,
  queueId: string,
): Promise<Found> => {
  const ready: string[] = [];
  for (let pageNumber = 1, pagesAfterMatch = 0; pagesAfterMatch < 2; pageNumber += 1) {
    const { messages, isLast } = await genesys.page({ kind: 'queue', id: queueId }, pageNumber);
    ready.push(
      ...messages.filter((message) => message.conversationId === conversationId).map(({ id }) => id),
    );
    pagesAfterMatch += ready.length > 0 ? 1 : 0;
    if (isLast) {
      break;
    }
  }
  return { ...NOTHING, ready: [...new Set(ready)] };
};

/** Finds the voicemails of a conversation. One per container: it remembers what the token may not do. */
export class CallbackLookup {
  #isRefused = false;

  /**
   * Asks the conversation, which costs one call whatever the queue's backlog; where the token may not read conversations,
   * which is remembered, the queue's listing.
   *
   * @param isLastLook nothing found counts as absent then, so that the listing is asked as well
   */
  async find(
    genesys: GenesysVoicemail,
    conversationId: string,
    queueId: string,
    isLastLook: boolean,
  ): Promise<Found> {
    const inConversation = this.#isRefused ? 'forbidden' : await genesys.ofConversation(conversationId);
    if (inConversation === 'forbidden') {
      this.#isRefused = true;
    }
    const found =
      inConversation === 'forbidden'
        ? await inListing(genesys, conversationId, queueId)
        : sort(inConversation === 'not-found' ? [] : inConversation);
    const needsSecondLook = isLastLook && (isNothing(found) || (found.isPending && found.ready.length === 0));
    if (!needsSecondLook) {
      return found;
    }
    const listed = await inListing(genesys, conversationId, queueId);
    return isNothing(listed) ? found : listed;
  }
}
