import { randomUUID } from 'node:crypto';
import type { Voicemail, VoicemailConversation, VoicemailStore } from '../../voicemail-store';

const iso = (epochMs: number): string => new Date(epochMs).toISOString();

const OWNER_URIS = {
  queue: '/api/v2/routing/queues/',
  group: '/api/v2/groups/',
  user: '/api/v2/users/',
} as const;

/** A `VoicemailMessage`. The transcription is there only on demand, and only where there is one. */
export const voicemailMessageJson = (voicemail: Voicemail, withTranscription: boolean) => {
  const { owner, transcription, callerName, note } = voicemail;
  return {
    id: voicemail.id,
    conversation: {
      id: voicemail.conversationId,
      selfUri: `/api/v2/conversations/${voicemail.conversationId}`,
    },
    read: voicemail.read,
    audioRecordingDurationSeconds: Math.round(voicemail.durationMs / 1000),
    audioRecordingSizeBytes: voicemail.recordingSizeBytes,
    ...(withTranscription && transcription !== undefined ? { transcription } : {}),
    createdDate: iso(voicemail.createdAtMs),
    modifiedDate: iso(voicemail.modifiedAtMs),
    callerAddress: voicemail.callerAddress,
    ...(callerName === undefined ? {} : { callerName }),
    deleted: voicemail.deletedAtMs !== undefined,
    ...(voicemail.deletedAtMs === undefined ? {} : { deletedDate: iso(voicemail.deletedAtMs) }),
    ...(note === undefined ? {} : { note }),
    [owner.kind]: { id: owner.id, selfUri: `${OWNER_URIS[owner.kind]}${owner.id}` },
    copiedTo: [],
    deleteRetentionPolicy: voicemail.deleteRetentionPolicy,
    selfUri: `/api/v2/voicemail/messages/${voicemail.id}`,
  };
};

const participants = (conversation: VoicemailConversation, voicemails: VoicemailStore) =>
  conversation.voicemails.flatMap((voicemail) => {
    const uploadStatus = voicemails.uploadStatus(voicemail);
    const isOver = conversation.disconnectedAtMs !== undefined;
    const common = {
      startTime: iso(conversation.startedAtMs),
      connectedTime: iso(conversation.startedAtMs),
      ...(conversation.disconnectedAtMs === undefined ? {} : { endTime: iso(conversation.disconnectedAtMs) }),
      direction: 'inbound',
      held: false,
      mediaRoles: ['full'],
      provider: 'PureCloud Callback',
      ...(voicemail.owner.kind === 'queue'
        ? { queue: { id: voicemail.owner.id, selfUri: `/api/v2/routing/queues/${voicemail.owner.id}` } }
        : {}),
      callbackNumbers: [conversation.callerAddress],
      // Both sides of a callback name its voicemail; one that was never uploaded has no id.
      voicemail: uploadStatus === 'none' ? { uploadStatus } : { id: voicemail.id, uploadStatus },
    };
    return [
      {
        ...common,
        id: conversation.participantId,
        address: conversation.callerAddress,
        purpose: 'customer',
        state: isOver ? 'disconnected' : 'connected',
      },
      {
        ...common,
        id: conversation.acdParticipantId,
        purpose: 'acd',
        state: isOver ? 'disconnected' : 'connected',
      },
    ];
  });

/** The agent on a callback, where there is one. */
const agents = ({ agentState, disconnectedAtMs, startedAtMs }: VoicemailConversation) =>
  agentState === undefined
    ? []
    : [
        {
          id: randomUUID(),
          purpose: 'agent',
          state: disconnectedAtMs === undefined ? agentState : 'disconnected',
          startTime: iso(startedAtMs),
          provider: 'PureCloud Callback',
        },
      ];

/** A `CallbackConversation`: one customer and one ACD participant for each voicemail, both naming it. */
export const callbackConversationJson = (
  conversation: VoicemailConversation,
  voicemails: VoicemailStore,
) => ({
  id: conversation.id,
  participants: [...participants(conversation, voicemails), ...agents(conversation)],
  otherMediaUris: [],
  recentTransfers: [],
  divisions: [
    {
      division: {
        id: conversation.divisionId,
        selfUri: `/api/v2/authorization/divisions/${conversation.divisionId}`,
      },
      entities: [],
    },
  ],
  selfUri: `/api/v2/conversations/callbacks/${conversation.id}`,
});

/** A `Conversation`, as a disconnect answers it. */
export const conversationJson = (conversation: VoicemailConversation, disconnectedAtMs: number) => ({
  id: conversation.id,
  startTime: iso(conversation.startedAtMs),
  endTime: iso(disconnectedAtMs),
  address: conversation.callerAddress,
  participants: [
    { id: conversation.participantId, purpose: 'customer', address: conversation.callerAddress },
    { id: conversation.acdParticipantId, purpose: 'acd', queueId: conversation.owner.id },
  ],
  state: 'disconnected',
  selfUri: `/api/v2/conversations/${conversation.id}`,
});
