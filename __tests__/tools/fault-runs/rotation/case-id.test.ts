import fc from 'fast-check';
import {
  caseId,
  parseCaseId,
  RESPONSES,
  TOKEN_COUNTS,
} from '../../../../tools/fault-runs/rotation/case/case-id';
import { FAULT_KINDS } from '../../../../tools/fault-runs/rotation/case/fault-kinds';

const planned = fc.record({ call: fc.integer({ min: 1, max: 9999 }), kind: fc.constantFrom(...FAULT_KINDS) });

test('the id of a case says all there is to it', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...TOKEN_COUNTS),
      fc.constantFrom(...RESPONSES),
      fc.uniqueArray(planned, { selector: ({ call }) => call, maxLength: 3 }),
      (tokens, response, faults) => {
        const one = { tokens, response, faults: faults.toSorted((left, right) => left.call - right.call) };
        expect(parseCaseId(caseId(one))).toEqual(one);
      },
    ),
  );
});

test.each([
  '',
  'retry',
  'retry:',
  'wait:none',
  '3:retry:none',
  '2:none',
  'retry:0.throttled',
  'retry:9.throttled+9.refused',
  'retry:9.throttled+8.refused',
])('%j names no case', (text) => {
  expect(() => parseCaseId(text)).toThrow('names no case');
});
