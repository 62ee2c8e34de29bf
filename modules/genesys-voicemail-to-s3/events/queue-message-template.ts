import { jsonText } from '../policy';

/** Version of the message that the rules put on the events queue. */
const SCHEMA_VERSION = 1;

/** Where in the event each value of the message is found. */
export const MESSAGE_PATHS = {
  conversationId: '$.detail.eventBody.conversationId',
  queueId: '$.detail.eventBody.queueId',
  eventTimeMs: '$.detail.eventBody.eventTime',
  durationMs: '$.detail.eventBody.voicemailDurationMs',
} as const;

/**
 * What EventBridge makes of an event: ids and times only, so that no phone number gets into the queue.
 *
 * Every placeholder is quoted. An unquoted one of a field that is missing makes invalid JSON, and the voicemail is lost; a
 * quoted one becomes the empty string.
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
