import { jsonText } from '../policy';

/** Schema version of the queue message. */
const SCHEMA_VERSION = 1;

/** The path of each value in the event. */
export const MESSAGE_PATHS = {
  conversationId: '$.detail.eventBody.conversationId',
  queueId: '$.detail.eventBody.queueId',
  eventTimeMs: '$.detail.eventBody.eventTime',
  durationMs: '$.detail.eventBody.voicemailDurationMs',
} as const;

/**
 * EventBridge turns each event into this message. It holds ids and times only, so that no phone number enters the queue.
 *
 * Every placeholder is quoted. For a missing field, a quoted placeholder becomes the empty string; an unquoted one would
 * make invalid JSON, and the voicemail would be lost.
 */
export const MESSAGE_TEMPLATE = jsonText('input template', {
  schemaVersion: SCHEMA_VERSION,
  kind: 'voicemail-end',
  ...Object.fromEntries(Object.keys(MESSAGE_PATHS).map((name) => [name, `<${name}>`])),
});

/** The message that starts a reconcile. */
export const RECONCILE_MESSAGE = jsonText('reconcile message', {
  schemaVersion: SCHEMA_VERSION,
  kind: 'reconcile',
});
