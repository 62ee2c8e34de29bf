import * as v from 'valibot';
import { keyTime, type VoicemailOwner } from '../contract/object-key';
import { PermanentFailureError, VoicemailTroubleError } from '../errors';
import { askAgainWhereUntold, type GenesysApi, type GenesysCall, whereRefused } from './api';
import { type CallbackConversation, callbackConversation, toConversation } from './conversation';
import { hint, readableId, text } from './fields';

const count = hint(v.pipe(v.number(), v.finite(), v.minValue(0)));
const reference = v.object({ id: text });

/** `VoicemailMessage`; only its id is sure to be there. */
const voicemailMessage = v.object({
  id: v.string(),
  conversation: hint(reference),
  queue: v.optional(v.unknown()),
  group: v.optional(v.unknown()),
  createdDate: hint(v.string()),
  audioRecordingDurationSeconds: count,
  transcription: hint(v.string()),
  deleted: hint(v.boolean()),
});

/** `VoicemailMessageEntityListing`. */
const messageListing = v.object({
  entities: v.nullish(v.array(v.unknown()), []),
  pageCount: count,
  nextUri: hint(v.string()),
});

/** `VoicemailMediaInfo`. */
const mediaInfo = v.object({ id: hint(v.string()), mediaFileUri: hint(v.string()) });

/** A voicemail as Genesys describes it, with ids that are safe in URLs and keys. */
export interface VoicemailMessage {
  readonly id: string;
  readonly conversationId: string | undefined;
  /** `undefined` for a personal voicemail: one of neither a queue nor a group. */
  readonly owner: VoicemailOwner | undefined;
  /** Epoch milliseconds. */
  readonly createdMs: number | undefined;
  readonly durationSeconds: number | undefined;
  readonly transcript: string | undefined;
  readonly isDeleted: boolean;
}

/** One page of a mailbox. */
export interface MessagePage {
  readonly messages: readonly VoicemailMessage[];
  readonly isLast: boolean;
  /** Whether it is empty although Genesys says that more follow: such a listing proves nothing absent. */
  readonly endsEarly: boolean;
  /** How many pages there are, where Genesys says so. */
  readonly pageCount: number | undefined;
}

/** The largest page that Genesys' listings give. */
const PAGE_SIZE = 100;

/** One answer may be a slip; the next one may be right. */
const refuseAnswer = (why: string): never => {
  throw new VoicemailTroubleError(`Genesys ${why}; it is tried again`, {
    patience: 'definite',
    failureClass: 'BAD_ANSWER',
  });
};

const refuseOddId = (what: string): never => refuseAnswer(`named a ${what} by an id that is not a UUID`);

/** An owner decides whether a voicemail may be touched at all, so that one which cannot be read is never guessed. */
const ownerId = (field: unknown, what: string): string | undefined => {
  if (field === undefined || field === null) {
    return undefined;
  }
  const parsed = v.safeParse(reference, field);
  const id = parsed.success ? parsed.output.id : undefined;
  if (id === null || id === '') {
    return undefined;
  }
  return readableId(id) ?? refuseOddId(what);
};

const ownerOf = ({ queue, group }: v.InferOutput<typeof voicemailMessage>): VoicemailOwner | undefined => {
  const queueId = ownerId(queue, 'queue');
  if (queueId !== undefined) {
    return { kind: 'queue', id: queueId };
  }
  const groupId = ownerId(group, 'group');
  return groupId === undefined ? undefined : { kind: 'group', id: groupId };
};

const toMessage = (message: v.InferOutput<typeof voicemailMessage>): VoicemailMessage => ({
  id: readableId(message.id) ?? refuseOddId('voicemail'),
  // Only told, so that one which cannot be read costs no voicemail.
  conversationId: readableId(message.conversation?.id),
  owner: ownerOf(message),
  createdMs: keyTime(Date.parse(message.createdDate ?? '')),
  durationSeconds: message.audioRecordingDurationSeconds ?? undefined,
  transcript: message.transcription ?? undefined,
  isDeleted: message.deleted ?? false,
});

/** An entry of a listing; one that cannot be used, or is another mailbox's, must not hide its neighbours. */
const toListed =
  (mailbox: VoicemailOwner) =>
  (entity: unknown): readonly VoicemailMessage[] => {
    const parsed = v.safeParse(voicemailMessage, entity);
    try {
      const messages = parsed.success ? [toMessage(parsed.output)] : [];
      return messages.filter(({ owner }) => owner === undefined || owner.id === mailbox.id);
    } catch (error) {
      if (error instanceof VoicemailTroubleError) {
        return [];
      }
      throw error;
    }
  };

const parsedBy =
  <Schema extends v.GenericSchema<unknown, unknown>>(schema: Schema) =>
  ({ body }: { readonly body: unknown }): v.InferOutput<Schema> | undefined => {
    const parsed = v.safeParse(schema, body);
    return parsed.success ? parsed.output : undefined;
  };

/** A cache between Genesys and us that mixes answers up must not file one voicemail under another's id. */
const refuseMixUp = (what: string, asked: string, answered: string | undefined): void => {
  if (answered !== undefined && answered !== asked) {
    refuseAnswer(`answered with another ${what} than ${asked}`);
  }
};

/** The few operations of the Genesys Cloud platform API that this function uses. */
export class GenesysVoicemail {
  readonly #api: GenesysApi;
  readonly #withTranscripts: boolean;

  constructor(api: GenesysApi, options: { readonly withTranscripts: boolean }) {
    this.#api = api;
    this.#withTranscripts = options.withTranscripts;
  }

  /** `GET /api/v2/conversations/callbacks/{conversationId}`: the callback of a conversation. */
  async conversation(conversationId: string): Promise<CallbackConversation | 'not-found' | 'forbidden'> {
    const call: GenesysCall = { method: 'GET', path: ['conversations', 'callbacks', conversationId] };
    const answer = await this.#api
      .call(call, parsedBy(callbackConversation))
      .catch(whereRefused(403, 'forbidden' as const))
      .catch(whereRefused(404, 'not-found' as const))
      .catch(askAgainWhereUntold);
    if (answer === 'forbidden' || answer === 'not-found') {
      return answer;
    }
    refuseMixUp('conversation', conversationId, readableId(answer.id));
    return toConversation(answer);
  }

  /**
   * `GET /api/v2/voicemail/queues/{queueId}/messages`, or that of a group: one page, counted from 1.
   *
   * @throws GenesysRefusalError where the token may not list this mailbox
   */
  async page(owner: VoicemailOwner, pageNumber: number): Promise<MessagePage> {
    const call: GenesysCall = {
      method: 'GET',
      path: ['voicemail', `${owner.kind}s`, owner.id, 'messages'],
      query: { pageSize: String(PAGE_SIZE), pageNumber: String(pageNumber) },
    };
    const { entities, pageCount, nextUri } = await this.#api
      .call(call, parsedBy(messageListing))
      .catch(askAgainWhereUntold);
    const hasMore = typeof pageCount === 'number' ? pageNumber < pageCount : Boolean(nextUri);
    return {
      messages: entities.flatMap(toListed(owner)),
      isLast: entities.length === 0 || !hasMore,
      endsEarly: entities.length === 0 && hasMore,
      pageCount: pageCount ?? undefined,
    };
  }

  /** `GET /api/v2/voicemail/messages/{messageId}`, with its transcript where one is wanted. */
  async message(voicemailId: string): Promise<VoicemailMessage | 'not-found'> {
    const call: GenesysCall = {
      method: 'GET',
      path: ['voicemail', 'messages', voicemailId],
      query: this.#withTranscripts ? { expand: 'transcription' } : {},
    };
    const answer = await this.#api
      .call(call, parsedBy(voicemailMessage))
      .catch(whereRefused(404, 'not-found' as const))
      .catch(askAgainWhereUntold);
    if (answer === 'not-found') {
      return answer;
    }
    const message = toMessage(answer);
    refuseMixUp('voicemail', voicemailId, message.id);
    return message;
  }

  /** `GET /api/v2/voicemail/messages/{messageId}/media`: a signed URL of the audio; `undefined` while there is none. */
  async mediaUrl(voicemailId: string, formatId: string): Promise<string | undefined> {
    const call: GenesysCall = {
      method: 'GET',
      path: ['voicemail', 'messages', voicemailId, 'media'],
      query: { formatId },
    };
    // While the audio is being made Genesys may answer 202 without a body, as its recordings do.
    const answer = await this.#api
      .call(call, (response) =>
        response.body === undefined && response.status !== 200
          ? { id: null, mediaFileUri: null }
          : parsedBy(mediaInfo)(response),
      )
      .catch(whereRefused(404, undefined))
      .catch(askAgainWhereUntold);
    refuseMixUp('voicemail', voicemailId, readableId(answer?.id));
    return answer?.mediaFileUri || undefined;
  }

  /** `PATCH /api/v2/conversations/callbacks/{conversationId}`; false where Genesys refuses. An ended one counts as done. */
  disconnect(conversationId: string): Promise<boolean> {
    return this.#act({
      method: 'PATCH',
      path: ['conversations', 'callbacks', conversationId],
      body: { state: 'disconnected' },
    });
  }

  /** `PATCH /api/v2/voicemail/messages/{messageId}`; false where Genesys refuses, as it does for a service user. */
  markRead(voicemailId: string): Promise<boolean> {
    return this.#act({ method: 'PATCH', path: ['voicemail', 'messages', voicemailId], body: { read: true } });
  }

  /** `DELETE /api/v2/voicemail/messages/{messageId}`; false where Genesys refuses. One that is gone counts as done. */
  delete(voicemailId: string): Promise<boolean> {
    return this.#act({ method: 'DELETE', path: ['voicemail', 'messages', voicemailId] });
  }

  #act(call: GenesysCall): Promise<boolean> {
    return this.#api
      .call(call, () => true)
      .catch(whereRefused(404, true))
      .catch((error: unknown) => {
        if (error instanceof PermanentFailureError) {
          return false;
        }
        throw error;
      });
  }
}
