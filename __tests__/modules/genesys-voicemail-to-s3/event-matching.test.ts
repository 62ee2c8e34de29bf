import { parseQueueMessageBody } from '../../../functions/move-voicemail-to-s3/contract/queue-message';
import { EventPattern, InputTransformer } from '../../../tools/local-cloud/aws/event-bridge';
import { EVENT_SOURCE_NAME, ids, QUEUE_ID, synthesizeModule } from '../../helpers/synth';

/*
 * The rule's own pattern and transformer, under the local EventBridge's matcher and transformer. Those agreed with AWS's
 * Event Ruler 2.1.0 on every operator that the module writes.
 */

const ACCOUNT = '123456789012';
const CONVERSATION_ID = '4f9c2a10-1c6b-4f61-9a0d-7d0e5b1f2c33';

interface Body {
  readonly [field: string]: unknown;
}

const BODY: Body = {
  eventTime: 1_767_225_600_000,
  conversationId: CONVERSATION_ID,
  participantId: '5b1b5c44-6c55-4a77-8f0e-2b1f3d7c9e00',
  disconnectType: 'CLIENT',
  mediaType: 'VOICE',
  direction: 'INBOUND',
  ani: 'tel:+15550100',
  dnis: 'tel:+15550101',
  queueId: QUEUE_ID,
  divisionId: ids(1)[0],
  voicemailDurationMs: 12_345,
};

const event = (changes: Readonly<Record<string, unknown>> = {}, eventBody: Body = BODY): string =>
  JSON.stringify({
    version: '0',
    id: '8f0e2b1f-5b1b-4c44-9c55-4a773d7c9e00',
    'detail-type': 'v2.detail.events.conversation.{id}.voicemail.end',
    source: EVENT_SOURCE_NAME,
    account: ACCOUNT,
    time: '2026-01-01T00:00:00Z',
    region: 'eu-central-1',
    resources: [],
    detail: {
      topicName: `v2.detail.events.conversation.${CONVERSATION_ID}.voicemail.end`,
      version: '2',
      eventBody,
    },
    ...changes,
  });

const body = (changes: Body): string =>
  event(
    {},
    Object.fromEntries(Object.entries({ ...BODY, ...changes }).filter(([, value]) => value !== undefined)),
  );

const patternText = (options: Parameters<typeof synthesizeModule>[0] = {}): string => {
  const rule = synthesizeModule(options).named('aws_cloudwatch_event_rule', 'events_rule_1');
  return String(rule['event_pattern']).replace(/\$\{data\.aws_caller_identity[^}]*\}/, ACCOUNT);
};

const pattern = (options: Parameters<typeof synthesizeModule>[0] = {}): EventPattern =>
  new EventPattern(patternText(options));

describe('the rule', () => {
  const rule = pattern();

  test('matches the end of a voicemail on a wanted queue', () => {
    expect(rule.matches(event())).toBe(true);
  });

  test.each([
    [
      'the start of a voicemail',
      event({ 'detail-type': 'v2.detail.events.conversation.{id}.voicemail.start' }),
    ],
    [
      'a type with the id filled in',
      event({ 'detail-type': `v2.detail.events.conversation.${CONVERSATION_ID}.voicemail.end` }),
    ],
    ['another organization', event({ source: EVENT_SOURCE_NAME.replace('7f1c9a34', '7f1c9a35') })],
    ['a longer source', event({ source: `${EVENT_SOURCE_NAME}2` })],
    ['a source that only begins alike', event({ source: 'aws.partner/genesys.com' })],
    ['a source of our own', event({ source: 'voicemail' })],
    ['another account', event({ account: '210987654321' })],
    ['another queue', body({ queueId: ids(1)[0] })],
    ['the queue in upper case', body({ queueId: QUEUE_ID.toUpperCase() })],
    ['no queue', body({ queueId: undefined })],
    ['an empty queue', body({ queueId: '' })],
    ['a queue that is null', body({ queueId: null })],
    ['the queue beside the body', event({ detail: { queueId: QUEUE_ID, eventBody: {} } })],
    ['no body', event({ detail: {} })],
  ])('does not match %s', (_, nearMiss) => {
    expect(rule.matches(nearMiss)).toBe(false);
  });
});

/*
 * A pattern often copied for this event filters by a flat key. It does match, against what its form suggests: the guide's
 * page on event patterns says that EventBridge joins names with dots when it compiles a pattern, AWS's Event Ruler 2.1.0
 * agrees, and a user of the real service saw the same (ministackorg/ministack issue 1493). The
 * module writes the nested form all the same, which the same page demands ("the same nesting structure").
 */
test('a flat key means the same as the nested one, and a near miss of either is the same', () => {
  const nested = pattern();
  const { detail, ...rest } = JSON.parse(patternText()) as {
    readonly detail: { readonly eventBody: { readonly queueId: readonly string[] } };
  };
  const flat = new EventPattern(
    JSON.stringify({ ...rest, 'detail.eventBody.queueId': detail.eventBody.queueId }),
  );
  for (const [sent, matches] of [
    [event(), true],
    [body({ queueId: ids(1)[0] }), false],
    [event({ detail: { queueId: QUEUE_ID, eventBody: {} } }), false],
  ] as const) {
    expect([nested.matches(sent), flat.matches(sent)]).toEqual([matches, matches]);
  }
});

test('the module writes no flat key', () => {
  const keysOf = (value: unknown): readonly string[] =>
    typeof value === 'object' && value !== null
      ? Object.entries(value).flatMap(([key, entry]) => [key, ...keysOf(entry)])
      : [];
  const largest = patternText({ divisionIds: ids(1), minimumDurationMs: 1_000 });
  expect(keysOf(JSON.parse(largest)).filter((key) => key.includes('.'))).toEqual([]);
});

test.each([
  ['every queue takes any queue', { queueIds: [] }, body({ queueId: ids(1)[0] }), true],
  ['every queue leaves what has no queue', { queueIds: [] }, body({ queueId: undefined }), false],
  ['excluding leaves the queue', { queueIds: undefined, excludedQueueIds: [QUEUE_ID] }, event(), false],
  ['excluding takes another', { queueIds: undefined, excludedQueueIds: ids(1) }, event(), true],
  [
    'excluding leaves what has no queue',
    { queueIds: undefined, excludedQueueIds: ids(1) },
    body({ queueId: undefined }),
    false,
  ],
  ['divisions take their own', { divisionIds: ids(1) }, event(), true],
  ['divisions leave others', { divisionIds: ids(2).slice(1) }, event(), false],
  ['a minimum takes what is as long', { minimumDurationMs: 12_345 }, event(), true],
  ['a minimum leaves what is shorter', { minimumDurationMs: 12_346 }, event(), false],
  [
    'a minimum takes what tells no duration',
    { minimumDurationMs: 12_346 },
    body({ voicemailDurationMs: undefined }),
    true,
  ],
] as const)('%s', (_, options, sent, matches) => {
  expect(pattern(options).matches(sent)).toBe(matches);
});

describe('the message made of an event', () => {
  const target = synthesizeModule().named('aws_cloudwatch_event_target', 'events_target_1');
  const { input_paths: inputPathsMap, input_template: inputTemplate } = target['input_transformer'] as {
    readonly input_paths: Readonly<Record<string, string>>;
    readonly input_template: string;
  };
  const made = (sent: string): string =>
    new InputTransformer({ inputPathsMap, inputTemplate }).transform(sent);

  test('is one that the function understands, with the ids and times of the event', () => {
    expect(parseQueueMessageBody(made(event()))).toMatchObject({
      kind: 'voicemail-end',
      conversationId: CONVERSATION_ID,
      queueId: QUEUE_ID,
    });
    expect(JSON.parse(made(event()))).toEqual({
      schemaVersion: 1,
      kind: 'voicemail-end',
      conversationId: CONVERSATION_ID,
      queueId: QUEUE_ID,
      eventTimeMs: '1767225600000',
      durationMs: '12345',
    });
  });

  test('is one that the function understands where the event lacks what may be missing', () => {
    const lacking = made(event({}, { conversationId: CONVERSATION_ID, queueId: QUEUE_ID }));
    expect(parseQueueMessageBody(lacking)).toMatchObject({
      kind: 'voicemail-end',
      conversationId: CONVERSATION_ID,
    });
  });

  test('holds no phone number', () => {
    expect(made(event())).not.toContain('+1555');
  });

  test('of the schedule is one that the function understands', () => {
    const { input } = synthesizeModule().named('aws_cloudwatch_event_target', 'reconcile_target');
    expect(parseQueueMessageBody(String(input))).toMatchObject({ kind: 'reconcile' });
  });
});
