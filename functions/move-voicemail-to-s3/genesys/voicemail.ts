import * as v from 'valibot';
import { genesysId } from '../../shared/genesys-id';
import { keyTime } from '../contract/object-key';
import { PermanentFailureError } from '../errors';
import { type GenesysApi, type GenesysCall, refusal } from './api';
import type { VoicemailOwner } from './owner';

const text = v.nullish(v.string());
/** What is not an id is a hint: one of another form is as good as none, and costs no voicemail. */
const hint = <Schema extends v.GenericSchema>(schema: Schema) => v.fallback(v.nullish(schema), null);
const count = hint(v.pipe(v.number(), v.finite(), v.minValue(0)));
const reference = v.nullish(v.object({ id: text }));

/** `VoicemailMessage`; only its id is sure to be there. */
const voicemailMessage = v.object({
  id: v.string(),
  conversation: reference,
  queue: reference,
  group: reference,
  createdDate: hint(v.string()),
  audioRecordingDurationSeconds: count,
  audioRecordingSizeBytes: count,
  transcription: hint(v.string()),
  deleted: hint(v.boolean()),
});

/** `VoicemailMessageEntityListing`. */
const messageListing = v.object({
  entities: v.nullish(v.array(v.unknown()), []),
  pageCount: count,
  nextUri: text,
});

/** `CallbackConversation`: each of its participants may carry a voicemail. */
const callbackConversation = v.object({
  participants: v.nullish(
    v.array(v.object({ voicemail: v.nullish(v.object({ id: text, uploadStatus: text })) })),
    [],
  ),
});

/** `VoicemailMediaInfo`. */
const mediaInfo = v.object({ mediaFileUri: text });

/** A voicemail as Genesys describes it, with ids that are safe in URLs and keys. */
export interface VoicemailMessage {
  readonly id: string;
  readonly conversationId: string | undefined;
  /** `undefined` for a personal voicemail, and where Genesys does not say. */
  readonly owner: VoicemailOwner | undefined;
  /** Epoch milliseconds. */
  readonly createdMs: number | undefined;
  readonly durationSeconds: number | undefined;
  readonly sizeBytes: number | undefined;
  readonly transcript: string | undefined;
  readonly isDeleted: boolean;
}

/** One page of a mailbox. */
export interface MessagePage {
  readonly messages: readonly VoicemailMessage[];
  readonly isLast: boolean;
}

/** One voicemail that a conversation names. */
export interface ConversationVoicemail {
  readonly id: string | undefined;
  /** `pending`, `complete`, `failed`, `timeout`, `none`, or something newer. */
  readonly uploadStatus: string | undefined;
}

/** The largest page that Genesys' listings give. */
const PAGE_SIZE = 100;

const safeId = (id: string | null | undefined, what: string): string | undefined => {
  if (id === null || id === undefined || id === '') {
    return undefined;
  }
  const parsed = v.safeParse(genesysId, id);
  if (!parsed.success) {
    throw new PermanentFailureError('BAD_ANSWER', `Genesys named a ${what} by an id that is not a UUID`);
  }
  return parsed.output;
};

const ownerOf = ({ queue, group }: v.InferOutput<typeof voicemailMessage>): VoicemailOwner | undefined => {
  const queueId = safeId(queue?.id, 'queue');
  if (queueId !== undefined) {
    return { kind: 'queue', id: queueId };
  }
  const groupId = safeId(group?.id, 'group');
  return groupId === undefined ? undefined : { kind: 'group', id: groupId };
};

const toMessage = (message: v.InferOutput<typeof voicemailMessage>): VoicemailMessage => {
  const id = safeId(message.id, 'voicemail');
  if (id === undefined) {
    throw new PermanentFailureError('BAD_ANSWER', 'Genesys described a voicemail without an id');
  }
  return {
    id,
    conversationId: safeId(message.conversation?.id, 'conversation'),
    owner: ownerOf(message),
    createdMs: keyTime(Date.parse(message.createdDate ?? '')),
    durationSeconds: message.audioRecordingDurationSeconds ?? undefined,
    sizeBytes: message.audioRecordingSizeBytes ?? undefined,
    transcript: message.transcription ?? undefined,
    isDeleted: message.deleted ?? false,
  };
};

/** An entry of a listing; one that cannot be used must not hide its neighbours. */
const toListed = (entity: unknown): readonly VoicemailMessage[] => {
  const parsed = v.safeParse(voicemailMessage, entity);
  try {
    return parsed.success ? [toMessage(parsed.output)] : [];
  } catch (error) {
    if (error instanceof PermanentFailureError) {
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

/** The few operations of the Genesys Cloud platform API that this function uses. */
export class GenesysVoicemail {
  readonly #api: GenesysApi;
  readonly #withTranscripts: boolean;

  constructor(api: GenesysApi, options: { readonly withTranscripts: boolean }) {
    this.#api = api;
    this.#withTranscripts = options.withTranscripts;
  }

  /** `GET /api/v2/conversations/callbacks/{conversationId}`: the voicemails of a conversation. */
  async ofConversation(
    conversationId: string,
  ): Promise<readonly ConversationVoicemail[] | 'not-found' | 'forbidden'> {
    const call: GenesysCall = { method: 'GET', path: ['conversations', 'callbacks', conversationId] };
    const answer = await this.#api.call(call, parsedBy(callbackConversation));
    if ('refused' in answer && answer.refused.status === 403) {
      return 'forbidden';
    }
    if ('refused' in answer && answer.refused.status === 404) {
      return 'not-found';
    }
    if ('refused' in answer) {
      throw refusal(call, answer.refused);
    }
    return answer.result.participants.flatMap(({ voicemail }) =>
      voicemail === null || voicemail === undefined
        ? []
        : [
            {
              id: safeId(voicemail.id, 'voicemail'),
              uploadStatus: voicemail.uploadStatus?.toLowerCase(),
            },
          ],
    );
  }

  /**
   * `GET /api/v2/voicemail/queues/{queueId}/messages`, or that of a group: one page, counted from 1.
   *
   * @throws PermanentFailureError where the token may not list this mailbox
   */
  async page(owner: VoicemailOwner, pageNumber: number): Promise<MessagePage> {
    const call: GenesysCall = {
      method: 'GET',
      path: ['voicemail', `${owner.kind}s`, owner.id, 'messages'],
      query: { pageSize: String(PAGE_SIZE), pageNumber: String(pageNumber) },
    };
    const answer = await this.#api.call(call, parsedBy(messageListing));
    if ('refused' in answer) {
      throw refusal(call, answer.refused);
    }
    const { entities, pageCount, nextUri } = answer.result;
    const hasMore = typeof pageCount === 'number' ? pageNumber < pageCount : Boolean(nextUri);
    return { messages: entities.flatMap(toListed), isLast: entities.length === 0 || !hasMore };
  }

  /** `GET /api/v2/voicemail/messages/{messageId}`, with its transcript where one is wanted. */
  async message(voicemailId: string): Promise<VoicemailMessage | 'not-found'> {
    const call: GenesysCall = {
      method: 'GET',
      path: ['voicemail', 'messages', voicemailId],
      query: this.#withTranscripts ? { expand: 'transcription' } : {},
    };
    const answer = await this.#find(call, parsedBy(voicemailMessage));
    return answer === 'not-found' ? answer : toMessage(answer);
  }

  /** `GET /api/v2/voicemail/messages/{messageId}/media`: a signed URL of the audio; `undefined` while there is none. */
  async mediaUrl(voicemailId: string, formatId: string): Promise<string | undefined> {
    const call: GenesysCall = {
      method: 'GET',
      path: ['voicemail', 'messages', voicemailId, 'media'],
      query: { formatId },
    };
    const answer = await this.#find(call, parsedBy(mediaInfo));
    return answer === 'not-found' || !answer.mediaFileUri ? undefined : answer.mediaFileUri;
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

  async #act(call: GenesysCall): Promise<boolean> {
    const answer = await this.#api.call(call, () => true);
    return 'result' in answer || answer.refused.status === 404;
  }

  async #find<Result>(
    call: GenesysCall,
    read: (answer: { readonly body: unknown }) => Result | undefined,
  ): Promise<Result | 'not-found'> {
    const answer = await this.#api.call(call, read);
    if ('result' in answer) {
      return answer.result;
    }
    if (answer.refused.status === 404) {
      return 'not-found';
    }
    throw refusal(call, answer.refused);
  }
}
