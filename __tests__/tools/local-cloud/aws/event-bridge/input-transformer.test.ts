import fc from 'fast-check';
import {
  InputTransformationError,
  InputTransformer,
  InvalidInputTransformerError,
} from '../../../../../tools/local-cloud/aws/event-bridge';

const context = {
  ruleArn: 'arn:aws:events:eu-central-1:123456789012:rule/bus/voicemail',
  ruleName: 'voicemail',
  ingestionTimeMs: Date.UTC(2026, 0, 2, 3, 4, 5, 678),
};

const envelope = {
  version: '0',
  id: '6f1f2d3c-0000-4000-8000-000000000001',
  'detail-type': 'Order Placed',
  source: 'aws.partner/example.com/shop',
  account: '123456789012',
  time: '2026-01-01T00:00:00Z',
  region: 'eu-central-1',
  resources: ['arn:one', 'arn:two'],
  detail: { id: 'o-1', count: 3, paid: true, note: null, items: [{ sku: 'a' }, { sku: 'b' }] },
};

const transform = (
  inputPathsMap: Readonly<Record<string, string>>,
  inputTemplate: string,
  event: unknown = envelope,
): string => new InputTransformer({ inputPathsMap, inputTemplate }).transform(JSON.stringify(event), context);

describe('an input transformer', () => {
  it('makes the queue message of the voicemail rule, every placeholder quoted', () => {
    const body = transform(
      {
        conversation: '$.detail.eventBody.conversationId',
        duration: '$.detail.eventBody.voicemailDurationMs',
      },
      '{"schemaVersion": 1, "conversationId": "<conversation>", "durationMs": "<duration>"}',
      { detail: { eventBody: { conversationId: 'c-1', voicemailDurationMs: 12345 } } },
    );
    expect(body).toBe('{"schemaVersion":1,"conversationId":"c-1","durationMs":"12345"}');
  });

  it('puts quotes around a string outside quotes, and none around a number, a boolean, a list or an object', () => {
    const paths = {
      id: '$.detail.id',
      count: '$.detail.count',
      paid: '$.detail.paid',
      items: '$.detail.items',
    };
    expect(transform(paths, '{"id": <id>, "rest": [<count>, <paid>, <items>]}')).toBe(
      '{"id":"o-1","rest":[3,true,[{"sku":"a"},{"sku":"b"}]]}',
    );
  });

  it('puts values into a string, which may hold escaped quotes', () => {
    expect(transform({ id: '$.detail.id' }, '"order \\"<id>\\" of <id>"')).toBe('"order \\"o-1\\" of o-1"');
  });

  it('takes the quotes from an object inside a string', () => {
    expect(transform({ items: '$.detail.items' }, '"<items>"')).toBe('"[{sku:a},{sku:b}]"');
  });

  it('finds values by names with dashes and by array index', () => {
    expect(transform({ type: '$.detail-type', sku: '$.detail.items[1].sku' }, '["<type>", "<sku>"]')).toBe(
      '["Order Placed","b"]',
    );
  });

  it('leaves nothing of a missing value inside quotes', () => {
    expect(
      transform(
        { gone: '$.detail.gone.deeper', beyond: '$.resources[9]' },
        '{"a": "<gone>", "b": "x<beyond>"}',
      ),
    ).toBe('{"a":"","b":"x"}');
  });

  it('fails on a missing value outside quotes: what remains is not JSON', () => {
    expect(() => transform({ gone: '$.detail.gone' }, '{"a": <gone>}')).toThrow(InputTransformationError);
  });

  it('tells null from missing', () => {
    expect(transform({ note: '$.detail.note' }, '{"a": <note>, "b": "<note>"}')).toBe(
      '{"a":null,"b":"null"}',
    );
  });

  it.each(['say "hi"', 'back\\slash', 'two\nlines'])(
    'fails, without naming the value, where an unescaped value breaks the quotes around it: %j',
    (id) => {
      const run = () => transform({ id: '$.detail.id' }, '{"a": "<id>"}', { detail: { id } });
      expect(run).toThrow(InputTransformationError);
      expect(run).not.toThrow(id);
    },
  );

  it('keeps numbers as the event wrote them', () => {
    const transformer = new InputTransformer({ inputPathsMap: { n: '$.n' }, inputTemplate: '[<n>, "<n>"]' });
    expect(transformer.transform('{"n": 12345678901234567890.50}', context)).toBe(
      '[12345678901234567890.50,"12345678901234567890.50"]',
    );
  });

  it('knows the predefined variables', () => {
    expect(
      transform({}, '"<aws.events.rule-arn> <aws.events.rule-name> <aws.events.event.ingestion-time>"'),
    ).toBe(`"${context.ruleArn} voicemail 2026-01-02T03:04:05Z"`);
    const whole: unknown = JSON.parse(
      transform({}, '{"event": <aws.events.event>, "json": <aws.events.event.json>}'),
    );
    const { 'detail-type': detailType, detail: _, ...rest } = envelope;
    expect(whole).toEqual({ event: { ...rest, detailType }, json: envelope });
  });

  it('puts any string that needs no escape in quotes unchanged', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', 'ß', '日', '<', '>', '$', ' ', "'", '&') }),
        (id) => {
          expect(JSON.parse(transform({ id: '$.detail.id' }, '{"a": "<id>"}', { detail: { id } }))).toEqual({
            a: id,
          });
        },
      ),
    );
  });

  it('passes a field named __proto__ as any other', () => {
    const text = '{"value":[{"__proto__":null},{"__proto__":{"a":1}}]}';
    const transformer = new InputTransformer({
      inputPathsMap: { v: '$.value' },
      inputTemplate: '{"value":<v>}',
    });
    expect(transformer.transform(text, context)).toBe(text);
  });

  it('passes any JSON value outside quotes unchanged', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
        const text = JSON.stringify({ value });
        const transformer = new InputTransformer({
          inputPathsMap: { v: '$.value' },
          inputTemplate: '{"value": <v>}',
        });
        expect(JSON.parse(transformer.transform(text, context))).toEqual(JSON.parse(text));
      }),
    );
  });
});

describe('an input transformer is refused', () => {
  const refused = (inputPathsMap: Readonly<Record<string, string>>, inputTemplate: string) =>
    expect(() => new InputTransformer({ inputPathsMap, inputTemplate })).toThrow(
      InvalidInputTransformerError,
    );

  it('with a placeholder for no variable', () => refused({ a: '$.a' }, '{"x": "<b>"}'));
  it('with a placeholder that never ends', () => refused({ a: '$.a' }, '{"x": "<a"}'));
  it('with a template that is no JSON', () => refused({ a: '$.a' }, '{"x": "<a>"'));
  it('with a template of plain text', () => refused({ a: '$.a' }, 'a is <a>'));
  it('with a placeholder as a field name', () => {
    refused({ a: '$.a' }, '{<a>: 1}');
    refused({ a: '$.a' }, '{"x": [{"the <a>": 1}]}');
  });
  it('with the whole event inside a string', () => {
    refused({}, '"<aws.events.event.json>"');
    refused({}, '"<aws.events.event>"');
  });
  it('with a variable name that is reserved or malformed', () => {
    refused({ 'AWS.x': '$.a' }, '"x"');
    refused({ awsome: '$.a' }, '"x"');
    refused({ 'a b': '$.a' }, '"x"');
  });
  it.each(['detail.id', '$detail', '$.a..b', "$['a']", '$.a[*]', '$.a[-1]', '$.a b', '$.', ''])(
    'with the path %j',
    (path) => refused({ a: path }, '"<a>"'),
  );
  it('beyond 100 paths, 8,192 characters or 256 characters of a path', () => {
    const paths = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, n) => [`v${n}`, '$.a']));
    expect(new InputTransformer({ inputPathsMap: paths(100), inputTemplate: '"x"' })).toBeDefined();
    refused(paths(101), '"x"');
    expect(new InputTransformer({ inputPathsMap: {}, inputTemplate: `"${'x'.repeat(8190)}"` })).toBeDefined();
    refused({}, `"${'x'.repeat(8191)}"`);
    refused({}, '');
    refused({ a: `$.${'x'.repeat(255)}` }, '"<a>"');
  });
});
