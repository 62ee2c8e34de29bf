import fc from 'fast-check';
import { caseId, parseCaseId } from '../../../../../tools/fault-runs/mover/exploration/case/case-id';
import { FAULT_KINDS } from '../../../../../tools/fault-runs/mover/exploration/case/fault-kinds';
import { SCENARIO_NAMES, SCENARIOS } from '../../../../../tools/fault-runs/mover/exploration/scenarios';

const planned = fc.record({
  call: fc.integer({ min: 1, max: 9999 }),
  kind: fc.constantFrom(...FAULT_KINDS),
  isLasting: fc.boolean(),
});

test('the id of a case says all there is to it', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...SCENARIO_NAMES),
      fc.boolean(),
      fc.uniqueArray(planned, { selector: ({ call }) => call, maxLength: 3 }),
      (scenario, isTwice, faults) => {
        const one = { scenario, isTwice, faults: faults.toSorted((left, right) => left.call - right.call) };
        expect(parseCaseId(caseId(one))).toEqual(one);
      },
    ),
  );
});

test.each([
  '',
  'plain',
  'plain:',
  'plane:none',
  'plain:0.throttled',
  'plain:3.always-',
  'plain:9.throttled+9.refused',
  'plain:9.throttled+8.refused',
  'plain:none:none',
])('%j names no case', (text) => {
  expect(() => parseCaseId(text)).toThrow('names no case');
});

test('every scenario has a name that a case can begin with', () => {
  expect([...SCENARIO_NAMES].sort()).toEqual(Object.keys(SCENARIOS).sort());
});
