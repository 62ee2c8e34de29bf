import { randomUUID } from 'node:crypto';
import type { VoicemailOwner } from './voicemail-store';

/** The AWS side of the organization's Amazon EventBridge integration. */
export interface EventBridgeIntegration {
  /** `aws.partner/genesys.com/cloud/<organization id>/<suffix>` */
  readonly eventSourceName: string;
  /** The 12-digit account that receives the events. */
  readonly awsAccountId: string;
  /** The AWS region that receives the events. */
  readonly awsAccountRegion: string;
}

/** A partner event as EventBridge hands it to a rule. */
export interface VoicemailEndEvent {
  readonly version: '0';
  readonly id: string;
  readonly 'detail-type': 'v2.detail.events.conversation.{id}.voicemail.end';
  readonly source: string;
  readonly account: string;
  /** ISO 8601, whole seconds. */
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: {
    readonly topicName: string;
    readonly version: '2';
    readonly eventBody: {
      /** Milliseconds since the epoch. */
      readonly eventTime: number;
      readonly conversationId: string;
      readonly participantId: string;
      readonly sessionId: string;
      readonly disconnectType: 'CLIENT';
      readonly mediaType: 'VOICE';
      readonly provider: 'Edge';
      readonly direction: 'INBOUND';
      /** The caller's number. */
      readonly ani: string;
      /** The number that was called. */
      readonly dnis: string;
      /** Only for the voicemail of a user. */
      readonly userId?: string;
      /** Only for the voicemail of a queue. */
      readonly queueId?: string;
      readonly divisionId: string;
      readonly voicemailDurationMs: number;
    };
    readonly metadata: { readonly CorrelationId: string };
    /** ISO 8601 with milliseconds. */
    readonly timestamp: string;
  };
}

/** Facts of a `voicemail.end` event. */
export interface VoicemailEnd {
  readonly conversationId: string;
  readonly participantId: string;
  readonly owner: VoicemailOwner;
  readonly divisionId: string;
  readonly callerAddress: string;
  readonly calledAddress: string;
  readonly durationMs: number;
  readonly endedAtMs: number;
}

const ownerField = ({ kind, id }: VoicemailOwner): { queueId?: string; userId?: string } => {
  switch (kind) {
    case 'queue':
      return { queueId: id };
    case 'user':
      return { userId: id };
    case 'group':
      return {};
  }
};

/**
 * The event `v2.detail.events.conversation.{id}.voicemail.end` in its EventBridge envelope.
 *
 * Fields from `VoicemailEndDetailEventTopicVoicemailEndEvent` of the official SDK; it names no voicemail and no group.
 */
export const voicemailEndEvent = (
  integration: EventBridgeIntegration,
  end: VoicemailEnd,
): VoicemailEndEvent => {
  const timestamp = new Date(end.endedAtMs).toISOString();
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': 'v2.detail.events.conversation.{id}.voicemail.end',
    source: integration.eventSourceName,
    account: integration.awsAccountId,
    time: timestamp.replace(/\.\d{3}Z$/, 'Z'),
    region: integration.awsAccountRegion,
    resources: [],
    detail: {
      topicName: `v2.detail.events.conversation.${end.conversationId}.voicemail.end`,
      version: '2',
      eventBody: {
        eventTime: end.endedAtMs,
        conversationId: end.conversationId,
        participantId: end.participantId,
        sessionId: randomUUID(),
        disconnectType: 'CLIENT',
        mediaType: 'VOICE',
        provider: 'Edge',
        direction: 'INBOUND',
        ani: end.callerAddress,
        dnis: end.calledAddress,
        ...ownerField(end.owner),
        divisionId: end.divisionId,
        voicemailDurationMs: end.durationMs,
      },
      metadata: { CorrelationId: randomUUID() },
      timestamp,
    },
  };
};
