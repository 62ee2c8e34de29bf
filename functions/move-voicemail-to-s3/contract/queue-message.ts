import * as v from 'valibot';
import { genesysId } from '../../shared/genesys-id';
import { PermanentFailureError } from './failure-class';
import { keyTime } from './object-key';

/** The rule's input transformer writes an absent field as an empty string. */
const missing = v.literal('');
const optionalId = v.optional(v.union([missing, genesysId]), '');
const digits = v.pipe(v.string(), v.regex(/^\d{1,16}$/, 'must be a whole number in decimal digits'));
const wholeNumber = v.pipe(v.number(), v.integer(), v.minValue(0));
/** A hint only: where it cannot be read it counts as missing, since no voicemail may fail for it. */
const optionalNumber = v.optional(v.fallback(v.union([missing, digits, wholeNumber]), ''), '');
/** Other Genesys topics write their times as ISO 8601, so that is understood as well. */
const optionalTime = v.optional(
  v.fallback(v.union([missing, digits, wholeNumber, v.pipe(v.string(), v.isoTimestamp())]), ''),
  '',
);
const schemaVersion = v.literal(1);

const voicemailEnd = v.object({
  schemaVersion,
  kind: v.literal('voicemail-end'),
  conversationId: genesysId,
  queueId: optionalId,
  eventTimeMs: optionalTime,
  durationMs: optionalNumber,
});

const voicemail = v.object({
  schemaVersion,
  kind: v.literal('voicemail'),
  voicemailId: genesysId,
  conversationId: optionalId,
  queueId: optionalId,
  groupId: optionalId,
  eventTimeMs: optionalTime,
  durationMs: optionalNumber,
});

const reconcile = v.object({
  schemaVersion,
  kind: v.literal('reconcile'),
  /** Where a run that was interrupted goes on: the mailbox, and the page of its listing, counted from 1. */
  queueId: optionalId,
  groupId: optionalId,
  pageNumber: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1)), 1),
});

/**
 * What the events queue carries. Unknown fields are ignored; an empty string means that a field is missing, and numbers may
 * be written as text, since that is what the rule's input transformer can make.
 *
 * Published as `docs/schemas/queue-message.schema.json`.
 */
export const QueueMessageSchema = v.pipe(
  v.variant('kind', [voicemailEnd, voicemail, reconcile]),
  v.title('Message of the events queue'),
);

/** The `detail-type` of the event, literally: Genesys leaves the placeholder in, the conversation's id is in the detail. */
export const VOICEMAIL_END_DETAIL_TYPE = 'v2.detail.events.conversation.{id}.voicemail.end';

/** The EventBridge envelope of a voicemail.end event, as the bus delivers it without an input transformer. */
const envelope = v.object({
  'detail-type': v.literal(VOICEMAIL_END_DETAIL_TYPE),
  time: v.fallback(v.optional(v.pipe(v.string(), v.isoTimestamp()), ''), ''),
  detail: v.object({
    eventBody: v.object({
      conversationId: genesysId,
      queueId: v.nullish(optionalId, ''),
      eventTime: v.nullish(optionalTime, ''),
      voicemailDurationMs: v.nullish(optionalNumber, ''),
    }),
  }),
});

const asText = (value: string): string | undefined => (value === '' ? undefined : value);
const asNumber = (value: string | number): number | undefined => (value === '' ? undefined : Number(value));
/** A hint, too: a time that nobody can read, or that has no place in a key, counts as none. */
const asTime = (value: string | number): number | undefined => {
  const isDate = typeof value === 'string' && value.includes('-');
  return keyTime(isDate ? Date.parse(value) : asNumber(value));
};

const fromEnvelope = (event: unknown) => {
  const parsed = v.safeParse(envelope, event);
  if (!parsed.success) {
    return undefined;
  }
  const { eventBody } = parsed.output.detail;
  return {
    kind: 'voicemail-end' as const,
    conversationId: eventBody.conversationId,
    queueId: asText(eventBody.queueId),
    eventTimeMs: asTime(eventBody.eventTime) ?? asTime(parsed.output.time),
    durationMs: asNumber(eventBody.voicemailDurationMs),
  };
};

const fromMessage = (message: v.InferOutput<typeof QueueMessageSchema>) => {
  const queueId = asText(message.queueId);
  if (message.kind === 'reconcile') {
    return { kind: message.kind, queueId, groupId: asText(message.groupId) };
  }
  const { kind, eventTimeMs, durationMs } = message;
  const times = { eventTimeMs: asTime(eventTimeMs), durationMs: asNumber(durationMs) };
  return kind === 'voicemail-end'
    ? { kind, conversationId: message.conversationId, queueId, ...times }
    : {
        kind,
        voicemailId: message.voicemailId,
        conversationId: asText(message.conversationId),
        queueId,
        groupId: asText(message.groupId),
        ...times,
      };
};

/** A message of the events queue, parsed. Times are in milliseconds; what is missing is `undefined`. */
export type QueueMessage = Readonly<ReturnType<typeof fromMessage>>;

/** The message of one kind. */
export type QueueMessageOf<Kind extends QueueMessage['kind']> = Extract<
  QueueMessage,
  { readonly kind: Kind }
>;

/**
 * Reads a message of the events queue, or an EventBridge envelope in its place.
 *
 * @throws PermanentFailureError `BAD_EVENT`; the message names the field, never what it holds
 */
export const parseQueueMessage = (value: unknown): QueueMessage => {
  const fromBus = fromEnvelope(value);
  if (fromBus !== undefined) {
    return fromBus;
  }
  const parsed = v.safeParse(QueueMessageSchema, value, { abortEarly: true });
  if (!parsed.success) {
    // Paths of our own schema only: the message may hold anything, in its keys too.
    const field = v.getDotPath(parsed.issues[0]);
    throw new PermanentFailureError(
      'BAD_EVENT',
      `the message is neither a queue message nor a voicemail.end event${field === null ? '' : `: ${field} is missing or malformed`}`,
    );
  }
  return fromMessage(parsed.output);
};

/** Reads the body of an SQS message. @throws PermanentFailureError `BAD_EVENT` */
export const parseQueueMessageBody = (body: string): QueueMessage => {
  let value: unknown;
  try {
    // Some editors begin a file with a byte order mark, which is no JSON.
    value = JSON.parse(body.replace(/^\uFEFF/, ''));
  } catch {
    // The parser's own message quotes the text.
    throw new PermanentFailureError('BAD_EVENT', 'the message is not JSON');
  }
  return parseQueueMessage(value);
};
