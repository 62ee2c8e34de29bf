import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock';
import type { AudioSource } from './recordings/audio';
import type { MediaFormatId } from './recordings/media-formats';

/** Where the audio of a voicemail stands on its way from the edge to Genesys Cloud. */
export type UploadStatus = 'pending' | 'complete' | 'failed' | 'timeout' | 'none';

/** In whose mailbox a voicemail is. */
export type VoicemailOwner =
  | { readonly kind: 'queue'; readonly id: string }
  | { readonly kind: 'group'; readonly id: string }
  | { readonly kind: 'user'; readonly id: string };

/** How long a voicemail is kept at Genesys. */
export interface DeleteRetentionPolicy {
  readonly voicemailRetentionPolicyType: 'RETAIN_INDEFINITELY' | 'RETAIN_WITH_TTL' | 'IMMEDIATE_DELETE';
  readonly numberOfDays?: number | undefined;
}

/** A voicemail, whether or not it can be seen yet. */
export interface Voicemail {
  readonly id: string;
  readonly conversationId: string;
  readonly owner: VoicemailOwner;
  readonly audio: ReadonlyMap<MediaFormatId, AudioSource>;
  readonly recordingSizeBytes: number;
  readonly durationMs: number;
  readonly callerAddress: string;
  readonly callerName: string | undefined;
  readonly transcription: string | undefined;
  /** When its transcription is there. */
  readonly transcribedAtMs: number;
  readonly createdAtMs: number;
  /** When its upload ends, in {@link finalStatus}. Until then it is pending, and no listing shows it. */
  appearsAtMs: number;
  finalStatus: UploadStatus;
  modifiedAtMs: number;
  read: boolean;
  note: string | undefined;
  deleteRetentionPolicy: DeleteRetentionPolicy;
  deletedAtMs: number | undefined;
}

/** A conversation in which voicemail was left. */
export interface VoicemailConversation {
  readonly id: string;
  readonly participantId: string;
  readonly acdParticipantId: string;
  readonly owner: VoicemailOwner;
  readonly callerAddress: string;
  readonly divisionId: string;
  readonly startedAtMs: number;
  readonly voicemails: Voicemail[];
  /** When its callback can be looked up. */
  readonly appearsAtMs: number;
  disconnectedAtMs: number | undefined;
  /** The state of an agent on its callback; `undefined` while there is none. */
  agentState: AgentState | undefined;
}

/** How an agent stands to a callback. */
export type AgentState = 'alerting' | 'connected' | 'disconnected';

/** A voicemail to keep. */
export interface NewVoicemail {
  readonly conversation: VoicemailConversation;
  readonly owner: VoicemailOwner;
  readonly audio: ReadonlyMap<MediaFormatId, AudioSource>;
  readonly recordingSizeBytes: number;
  readonly durationMs: number;
  readonly callerAddress: string;
  readonly callerName: string | undefined;
  readonly transcription: string | undefined;
  readonly transcribedAtMs: number;
  readonly createdAtMs: number;
  readonly appearsAtMs: number;
  readonly finalStatus: UploadStatus;
}

const byCreation = (one: Voicemail, other: Voicemail) =>
  one.createdAtMs - other.createdAtMs || (one.id < other.id ? -1 : 1);

/** Every voicemail and the conversations that they were left in. */
export class VoicemailStore {
  readonly #clock: Clock;
  readonly #voicemails = new Map<string, Voicemail>();
  readonly #conversations = new Map<string, VoicemailConversation>();
  readonly #byOwner = new Map<string, Voicemail[]>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  startConversation(
    owner: VoicemailOwner,
    callerAddress: string,
    appearsAtMs: number,
    divisionId: string,
  ): VoicemailConversation {
    const conversation: VoicemailConversation = {
      id: randomUUID(),
      participantId: randomUUID(),
      acdParticipantId: randomUUID(),
      owner,
      callerAddress,
      startedAtMs: this.#clock.now(),
      voicemails: [],
      appearsAtMs,
      disconnectedAtMs: undefined,
      agentState: undefined,
      divisionId,
    };
    this.#conversations.set(conversation.id, conversation);
    return conversation;
  }

  add({ conversation, ...rest }: NewVoicemail): Voicemail {
    const voicemail: Voicemail = {
      ...rest,
      id: randomUUID(),
      conversationId: conversation.id,
      modifiedAtMs: rest.createdAtMs,
      read: false,
      note: undefined,
      deleteRetentionPolicy: { voicemailRetentionPolicyType: 'RETAIN_INDEFINITELY' },
      deletedAtMs: undefined,
    };
    conversation.voicemails.push(voicemail);
    this.#voicemails.set(voicemail.id, voicemail);
    const mailbox = this.#byOwner.get(voicemail.owner.id);
    if (mailbox === undefined) {
      this.#byOwner.set(voicemail.owner.id, [voicemail]);
    } else {
      mailbox.push(voicemail);
    }
    return voicemail;
  }

  /** A voicemail, whether or not it can be seen. */
  find(id: string): Voicemail | undefined {
    return this.#voicemails.get(id);
  }

  /** A voicemail that can be seen: uploaded, and not deleted. */
  findVisible(id: string): Voicemail | undefined {
    const voicemail = this.#voicemails.get(id);
    return voicemail !== undefined && this.#isVisible(voicemail) ? voicemail : undefined;
  }

  /** The voicemails of a mailbox that can be seen, oldest first. */
  listVisible(ownerId: string): readonly Voicemail[] {
    return (this.#byOwner.get(ownerId) ?? [])
      .filter((voicemail) => this.#isVisible(voicemail))
      .sort(byCreation);
  }

  /** A conversation, whether or not its callback can be looked up. */
  findConversation(id: string): VoicemailConversation | undefined {
    return this.#conversations.get(id);
  }

  /** A conversation whose callback can be looked up: only voicemail of a queue becomes a callback. */
  findCallback(id: string): VoicemailConversation | undefined {
    const conversation = this.#conversations.get(id);
    const isThere =
      conversation !== undefined &&
      conversation.owner.kind === 'queue' &&
      conversation.voicemails.length > 0 &&
      this.#clock.now() >= conversation.appearsAtMs;
    return isThere ? conversation : undefined;
  }

  uploadStatus(voicemail: Voicemail): UploadStatus {
    return this.#clock.now() >= voicemail.appearsAtMs ? voicemail.finalStatus : 'pending';
  }

  #isVisible(voicemail: Voicemail): boolean {
    return voicemail.deletedAtMs === undefined && this.uploadStatus(voicemail) === 'complete';
  }
}
