import type { GenesysBehaviour } from './behaviour';
import { RefreshTokenNotIssuedError, VoicemailRefusedError } from './control-errors';
import type {
  AbandonedVoicemail,
  AbandonVoicemailInput,
  ChangeUploadInput,
  FirstPair,
  FirstPairInput,
  LeaveVoicemailInput,
  LeftVoicemail,
  MailboxInput,
} from './control-inputs';
import type { GenesysCounters, RefreshTokenUse } from './counters';
import type { ActiveFaultRule, FaultRule } from './fault-rules';
import {
  type Group,
  type GroupInput,
  type OAuthClient,
  type OAuthClientInput,
  type OAuthClientState,
  type Queue,
  type QueueInput,
  UnknownEntityError,
  type User,
  type UserInput,
} from './organization/organization';
import { type AudioSource, audioSha256, bufferAudio, generatedAudio } from './recordings/audio';
import { MEDIA_FORMAT_IDS, type MediaFormatId } from './recordings/media-formats';
import type { Simulation } from './simulation';
import { type VoicemailEndEvent, voicemailEndEvent } from './voicemail-end-event';
import type { AgentState, Voicemail, VoicemailConversation, VoicemailOwner } from './voicemail-store';

/** Acts of the organization's own people and callers, as opposed to its API clients. */
export class GenesysControl {
  readonly #simulation: Simulation;

  constructor(simulation: Simulation) {
    this.#simulation = simulation;
  }

  /** The name of the partner event source that events come from. */
  get eventSourceName(): string {
    return this.#simulation.integration.eventSourceName;
  }

  /** Creates an OAuth client. @throws RangeError for a token lifetime that Genesys Cloud does not allow. */
  createOAuthClient(input: OAuthClientInput = {}): OAuthClient {
    return this.#simulation.organization.createOAuthClient(input);
  }

  /** @throws UnknownEntityError */
  setOAuthClientState(clientId: string, state: OAuthClientState): void {
    this.#simulation.organization.oauthClients.get(clientId).state = state;
  }

  createUser(input: UserInput = {}): User {
    return this.#simulation.organization.createUser(input);
  }

  /** @throws EntityExistsError */
  createQueue(input: QueueInput = {}): Queue {
    return this.#simulation.organization.createQueue(input);
  }

  /** @throws EntityExistsError, UnknownEntityError */
  createGroup(input: GroupInput = {}): Group {
    return this.#simulation.organization.createGroup(input);
  }

  /**
   * Grants what a person's first login in the browser gives.
   *
   * @throws UnknownEntityError for a client or user that is not there.
   * @throws RefreshTokenNotIssuedError where the client has no code grant, or the inactivity timeout is on.
   */
  grantFirstPair({ clientId, userId }: FirstPairInput = {}): FirstPair {
    const { organization, tokens, behaviour } = this.#simulation;
    const client =
      clientId === undefined ? organization.createOAuthClient({}) : organization.oauthClients.get(clientId);
    const user = userId === undefined ? organization.createUser({}) : organization.users.get(userId);
    if (client.grantType !== 'CODE') {
      throw new RefreshTokenNotIssuedError(
        'the OAuth client does not have the code grant; create one with grantType CODE',
      );
    }
    const prepared = tokens.prepareGrant(client, user, behaviour);
    if (prepared.refreshToken === undefined) {
      throw new RefreshTokenNotIssuedError("the organization's inactivity timeout is on; turn it off first");
    }
    prepared.commit();
    return {
      accessToken: prepared.accessToken,
      refreshToken: prepared.refreshToken,
      clientId: client.id,
      clientSecret: client.secret,
      userId: user.id,
    };
  }

  /** The id of the user for whom an access token was issued, whatever became of it; `undefined` where there is none. */
  userOf(accessToken: string): string | undefined {
    return this.#simulation.tokens.userOf(accessToken)?.id;
  }

  /** Ends every token of a user, as an explicit logout does. Returns how many were in force. @throws UnknownEntityError */
  revokeTokens(userId: string): number {
    return this.#simulation.tokens.revokeUser(this.#simulation.organization.users.get(userId).id);
  }

  /**
   * Leaves a voicemail.
   *
   * @throws UnknownEntityError for a mailbox or conversation that is not there.
   * @throws VoicemailRefusedError for one that no caller could leave.
   */
  leaveVoicemail(input: LeaveVoicemailInput): LeftVoicemail {
    const { clock, voicemails } = this.#simulation;
    const owner = this.#owner(input);
    const audio = audioByFormat(input.audio);
    const [recording] = audio.values();
    if (recording === undefined) {
      throw new VoicemailRefusedError(`it has no audio; give at least one of ${MEDIA_FORMAT_IDS.join(', ')}`);
    }
    const nowMs = clock.now();
    const callerAddress = input.callerAddress ?? DEFAULT_CALLER_ADDRESS;
    const conversation =
      input.conversationId === undefined
        ? voicemails.startConversation(
            owner,
            callerAddress,
            nowMs + (input.conversationAppearsAfterMs ?? 0),
            input.divisionId ?? this.#simulation.organization.divisionId,
          )
        : this.#conversationOf(input.conversationId);
    const voicemail = voicemails.add({
      conversation,
      owner,
      audio,
      recordingSizeBytes: input.recordingSizeBytes ?? recording.sizeBytes,
      durationMs: input.durationMs,
      callerAddress,
      callerName: input.callerName,
      transcription: input.transcription,
      transcribedAtMs: nowMs + (input.transcribedAfterMs ?? 0),
      createdAtMs: input.createdAtMs ?? nowMs,
      appearsAtMs: nowMs + (input.appearsAfterMs ?? 0),
      finalStatus: input.uploadStatus ?? 'complete',
    });
    return {
      conversationId: conversation.id,
      messageId: voicemail.id,
      createdDate: new Date(voicemail.createdAtMs).toISOString(),
      sha256: Object.fromEntries([...audio].map(([formatId, source]) => [formatId, audioSha256(source)])),
      event: this.#event(conversation, voicemail.durationMs, callerAddress, voicemail.createdAtMs),
    };
  }

  /** A caller enters the voicemail menu and leaves nothing: no voicemail will ever appear. @throws UnknownEntityError */
  abandonVoicemail(input: AbandonVoicemailInput): AbandonedVoicemail {
    const { clock, voicemails } = this.#simulation;
    const callerAddress = input.callerAddress ?? DEFAULT_CALLER_ADDRESS;
    const conversation = voicemails.startConversation(
      this.#owner(input),
      callerAddress,
      clock.now(),
      this.#simulation.organization.divisionId,
    );
    return {
      conversationId: conversation.id,
      event: this.#event(conversation, input.durationMs ?? 0, callerAddress, clock.now()),
    };
  }

  /** Delays the upload of a voicemail, or changes how it ends. @throws UnknownEntityError */
  changeUpload(messageId: string, { appearsAfterMs, uploadStatus }: ChangeUploadInput): void {
    const voicemail = this.#voicemail(messageId);
    voicemail.appearsAtMs =
      appearsAfterMs === undefined ? voicemail.appearsAtMs : this.#simulation.clock.now() + appearsAfterMs;
    voicemail.finalStatus = uploadStatus ?? voicemail.finalStatus;
  }

  /** Puts an agent on the callback of a conversation, or takes it off. @throws UnknownEntityError */
  setAgent(conversationId: string, state: AgentState): void {
    this.#conversationOf(conversationId).agentState = state;
  }

  /** Puts a fault rule in force. Returns its id. */
  injectFault(rule: FaultRule): string {
    return this.#simulation.faultRules.add(rule);
  }

  /** Ends a fault rule. @throws UnknownEntityError */
  clearFault(id: string): void {
    if (!this.#simulation.faultRules.remove(id)) {
      throw new UnknownEntityError('fault rule', id);
    }
  }

  clearFaults(): void {
    this.#simulation.faultRules.clear();
  }

  faults(): readonly ActiveFaultRule[] {
    return this.#simulation.faultRules.list();
  }

  get behaviour(): GenesysBehaviour {
    return this.#simulation.behaviour;
  }

  /** Changes what is named; the rest stays. */
  changeBehaviour(changes: Partial<GenesysBehaviour>): GenesysBehaviour {
    this.#simulation.behaviour = { ...this.#simulation.behaviour, ...changes };
    return this.#simulation.behaviour;
  }

  counters(): GenesysCounters {
    return this.#simulation.counters.snapshot();
  }

  /** Uses of every refresh token by its SHA-256. A live view: counters() copies all that was ever counted. */
  get refreshTokenUses(): ReadonlyMap<string, RefreshTokenUse> {
    return this.#simulation.counters.refreshTokens;
  }

  /** Every token, code, client secret and password ever issued, for a search of what must not show one. In process only. */
  issuedSecrets(): readonly string[] {
    const { tokens, authorizations, organization } = this.#simulation;
    return [
      ...tokens.issuedValues(),
      ...authorizations.issuedCodes(),
      ...organization.oauthClients.all().map(({ secret }) => secret),
      ...organization.users.all().map(({ password }) => password),
    ];
  }

  #owner({ queueId, groupId, userId }: MailboxInput): VoicemailOwner {
    const { queues, groups, users } = this.#simulation.organization;
    const owners: VoicemailOwner[] = [];
    if (queueId !== undefined) {
      owners.push({ kind: 'queue', id: queues.get(queueId).id });
    }
    if (groupId !== undefined) {
      owners.push({ kind: 'group', id: groups.get(groupId).id });
    }
    if (userId !== undefined) {
      owners.push({ kind: 'user', id: users.get(userId).id });
    }
    const [owner] = owners;
    if (owner === undefined || owners.length > 1) {
      throw new VoicemailRefusedError('it needs exactly one mailbox: queueId, groupId or userId');
    }
    return owner;
  }

  #conversationOf(conversationId: string): VoicemailConversation {
    const conversation = this.#simulation.voicemails.findConversation(conversationId);
    if (conversation === undefined) {
      throw new UnknownEntityError('conversation', conversationId);
    }
    return conversation;
  }

  #voicemail(messageId: string): Voicemail {
    const voicemail = this.#simulation.voicemails.find(messageId);
    if (voicemail === undefined) {
      throw new UnknownEntityError('voicemail', messageId);
    }
    return voicemail;
  }

  #event(
    { id, participantId, owner, divisionId }: VoicemailConversation,
    durationMs: number,
    callerAddress: string,
    endedAtMs: number,
  ): VoicemailEndEvent {
    return voicemailEndEvent(this.#simulation.integration, {
      conversationId: id,
      participantId,
      owner,
      divisionId,
      callerAddress,
      calledAddress: CALLED_ADDRESS,
      durationMs,
      endedAtMs,
    });
  }
}

// Numbers from the range that is reserved for fiction.
const DEFAULT_CALLER_ADDRESS = 'tel:+15550100';
const CALLED_ADDRESS = 'tel:+15550101';

const audioByFormat = (audio: LeaveVoicemailInput['audio']): ReadonlyMap<MediaFormatId, AudioSource> => {
  const byFormat = new Map<MediaFormatId, AudioSource>();
  for (const formatId of MEDIA_FORMAT_IDS) {
    const recording = audio[formatId];
    if (recording !== undefined) {
      byFormat.set(
        formatId,
        Buffer.isBuffer(recording) ? bufferAudio(recording) : generatedAudio(recording, formatId),
      );
    }
  }
  return byFormat;
};
