import {
  InputTransformationError,
  InputTransformer,
  InvalidInputTransformerError,
} from '../../../../../tools/local-cloud/aws/event-bridge';

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
): string => new InputTransformer({ inputPathsMap, inputTemplate }).transform(JSON.stringify(event));

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

  it('leaves nothing of a missing value inside quotes', () => {
    expect(transform({ gone: '$.detail.gone.deeper' }, '{"a": "", "b": "x<gone>"}')).toBe('{"a":"","b":"x"}');
  });

  it('fails on a missing value outside quotes: what remains is not JSON', () => {
    expect(() => transform({ gone: '$.detail.gone' }, '{"a": <gone>}')).toThrow(InputTransformationError);
  });

  it.each(['say "hi"', 'back\\slash', 'two\nlines'])(
    'fails, without naming the value, where an unescaped value breaks the quotes around it: %j',
    (id) => {
      const run = () => transform({ id: '$.detail.id' }, '{"a": "<id>"}', { detail: { id } });
      expect(run).toThrow(InputTransformationError);
      expect(run).not.toThrow(id);
    },
  );
});

describe('an input transformer is refused', () => {
  const refused = (inputPathsMap: Readonly<Record<string, string>>, inputTemplate: string) =>
    expect(() => new InputTransformer({ inputPathsMap, inputTemplate })).toThrow(
      InvalidInputTransformerError,
    );

  it('with a placeholder for no variable', () => refused({ a: '$.a' }, '{"x": "<b>"}'));
  it('with a placeholder that never ends', () => refused({ a: '$.a' }, '{"x": "<a"}'));
  it.each(['detail.id', '$detail', '$.a..b', "$['a']", '$.a[*]', '$.a[-1]', '$.a b', '$.', ''])(
    'with the path %j',
    (path) => {
      expect(() => transform({ a: path }, '"<a>"')).toThrow(RangeError);
    },
  );
});
