import { findPython } from '../../../../tools/checks/python/environment';
import { CheckImpossibleError } from '../../../../tools/checks/python/errors';
import { parseReport } from '../../../../tools/checks/second-opinion/suite';

const file = (...assertionResults: object[]) => ({
  name: 'a.scenarios.ts',
  message: 'why',
  assertionResults,
});
const report = (...testResults: object[]) => JSON.stringify({ testResults });

const kept = { title: 'stores', status: 'passed', failureMessages: [] };
const broken = { title: 'refuses', status: 'failed', failureMessages: ['\u001b[31mwas stored\u001b[39m'] };
const leftOut = { title: 'asks the local AWS', status: 'pending', failureMessages: [] };

test('a report becomes what was kept and what was broken, without colours and without tests that were left out', () => {
  expect(parseReport(report(file(kept, leftOut), file(broken)))).toEqual([
    { title: 'stores' },
    { title: 'refuses', broken: 'was stored' },
  ]);
});

test('a file of which no test ran is not taken for one that kept its promises', () => {
  expect(() => parseReport(report(file(kept), file(leftOut)))).toThrow(CheckImpossibleError);
});

test('two tests of one title are refused, since a difference could not name either', () => {
  expect(() => parseReport(report(file(kept), file(kept)))).toThrow('two tests are called "stores"');
});

test('without Python it says so in one line, with an exit code of its own', () => {
  expect(() => findPython({ check: 'this', minor: 10, names: ['no-such-python'] })).toThrow(
    expect.objectContaining({ exitCode: 3, message: expect.stringMatching(/^[^\n]*Python 3\.10[^\n]*$/) }),
  );
});
