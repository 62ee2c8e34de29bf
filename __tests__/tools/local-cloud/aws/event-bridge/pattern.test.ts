import fc from 'fast-check';
import { EventPattern, InvalidEventPatternError } from '../../../../../tools/local-cloud/aws/event-bridge';
import table from './event-ruler-table.json';

const verdict = (pattern: string): boolean => {
  try {
    new EventPattern(pattern);
    return true;
  } catch (error) {
    if (error instanceof InvalidEventPatternError) {
      return false;
    }
    throw error;
  }
};

const refusal = (pattern: string): InvalidEventPatternError => {
  try {
    new EventPattern(pattern);
  } catch (error) {
    if (error instanceof InvalidEventPatternError) {
      return error;
    }
  }
  throw new Error(`${pattern} was not refused`);
};

describe('an event pattern agrees with the Event Ruler of AWS', () => {
  it('on a table of at least 150 events and 60 refused patterns', () => {
    expect(table.patterns.flatMap(({ events }) => events).length).toBeGreaterThanOrEqual(150);
    expect(table.patterns.filter(({ valid }) => !valid).length).toBeGreaterThanOrEqual(60);
  });

  it.each(table.patterns.map((entry, index) => ({ ...entry, number: index + 1 })))(
    '$number: $about',
    (entry) => {
      const { pattern, valid, events } = entry;
      expect({ pattern, valid: verdict(pattern) }).toEqual({ pattern, valid });
      if (valid) {
        const compiled = new EventPattern(pattern);
        expect(events.map(({ event }) => ({ event, matches: compiled.matches(event) }))).toEqual(events);
      }
    },
  );
});

describe('where an event pattern knowingly differs from Event Ruler 2.1.0', () => {
  it('an empty list inside anything-but is refused, on which Event Ruler breaks or matches nothing', () => {
    expect(verdict('{"a":[{"anything-but":{"prefix":[]}}]}')).toBe(false);
  });

  it('a number is no address, of which Event Ruler compares the text with a range of hex digits', () => {
    expect(new EventPattern('{"a":[{"cidr":"0.0.0.0/0"}]}').matches('{"a":300}')).toBe(false);
  });

  it('text after the pattern is refused, which Event Ruler does not read', () => {
    expect(verdict('{"a":["x"]} more')).toBe(false);
  });
});

describe('an event pattern', () => {
  it.each([
    ['{"detail":{"queueId":"x"}}', 'detail.queueId', 'a field takes a list'],
    ['{"detail":{"queueId":[{"like":"x"}]}}', 'detail.queueId', 'unknown operator "like"'],
    ['{"detail":{"$or":[{"a":["x"]}]}}', 'detail.$or', 'at least two objects'],
    ['{"a":[{"numeric":[">",5,"<",1]}]}', 'a', 'the lower one first'],
    ['nonsense', '', ''],
  ])('that is refused says where and why: %s', (pattern, path, reason) => {
    const error = refusal(pattern);
    expect(error.path).toBe(path);
    expect(error.reason).toContain(reason);
    expect(error.message).toContain(reason);
  });

  it('matches a scalar that is written as in the pattern, wherever in an array it stands', () => {
    const scalar = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null));
    fc.assert(
      fc.property(scalar, fc.array(scalar), fc.array(scalar), (value, before, after) => {
        const event = JSON.stringify({ a: [...before, value, ...after] });
        expect(new EventPattern(JSON.stringify({ a: [value] })).matches(event)).toBe(true);
      }),
    );
  });

  it('of anything but a string refuses exactly that string', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (excluded, value) => {
        const pattern = new EventPattern(JSON.stringify({ a: [{ 'anything-but': excluded }] }));
        expect(pattern.matches(JSON.stringify({ a: value }))).toBe(value !== excluded);
      }),
    );
  });

  it('refuses an event that is no object', () => {
    expect(() => new EventPattern('{"a":["x"]}').matches('["x"]')).toThrow(TypeError);
  });
});
