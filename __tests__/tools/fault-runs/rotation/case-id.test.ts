import fc from 'fast-check';
import { caseId, parseCaseId, RESPONSES } from '../../../../tools/fault-runs/rotation/case/case-id';
import { FAULT_KINDS } from '../../../../tools/fault-runs/rotation/case/fault-kinds';

const planned = fc.record({ call: fc.integer({ min: 1, max: 9999 }), kind: fc.constantFrom(...FAULT_KINDS) });

test('the id of a case says all there is to it', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...RESPONSES),
      fc.uniqueArray(planned, { selector: ({ call }) => call, maxLength: 3 }),
      (response, faults) => {
        const one = { response, faults: faults.toSorted((left, right) => left.call - right.call) };
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
  'retry:0.throttled',
  'retry:9.throttled+9.refused',
  'retry:9.throttled+8.refused',
])('%j names no case', (text) => {
  expect(() => parseCaseId(text)).toThrow('names no case');
});
