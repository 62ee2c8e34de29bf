import type { CheckovReport, CheckResult } from '../../../../tools/checks/policy-scan/checkov';
import {
  DEPLOYMENT,
  EXAMPLE,
  HARDENED,
  judge,
  LEAST_PASSED_CHECKS,
  type Scan,
} from '../../../../tools/checks/policy-scan/judge';
import type { KnownBad } from '../../../../tools/checks/policy-scan/known-bad';
import type { StackDocument } from '../../../../tools/checks/policy-scan/stack-document';

const STACK: StackDocument = {
  resource: { aws_sns_topic: { topic: {} }, aws_kms_alias: { alias: {} } },
};
const BAD: KnownBad = { id: 'bad', checkov: ['CKV_BAD'], spoil: (document) => document };

const result = (
  stack: string,
  checkId: string,
  outcome: CheckResult['outcome'],
  resourceName = 'topic',
): CheckResult => ({ stack, checkId, outcome, resourceName });

const PASSED = Array.from({ length: LEAST_PASSED_CHECKS }, (_, index) =>
  result(EXAMPLE, `CKV_${index}`, 'passed'),
);

/** The results of a scan with nothing to find. */
const CLEAN: readonly CheckResult[] = [
  ...PASSED,
  result(EXAMPLE, 'CKV_EXCUSED', 'failed'),
  result(EXAMPLE, 'CKV_OPTION', 'failed'),
  result(HARDENED, 'CKV_EXCUSED', 'failed'),
  result('bad', 'CKV_0', 'passed'),
  result('bad', 'CKV_EXCUSED', 'failed'),
  result('bad', 'CKV_BAD', 'failed'),
];

const problems = (
  results: readonly CheckResult[],
  changes: Partial<CheckovReport> = {},
  scan: Partial<Scan> = {},
) => {
  const verdict = judge({
    stacks: new Map([EXAMPLE, HARDENED, 'bad'].map((name) => [name, STACK] as const)),
    report: { version: '3', unread: [], results, ...changes },
    suppressions: [
      { checkId: 'CKV_EXCUSED', asks: 'something', reason: 'not for us' },
      { checkId: 'CKV_OPTION', asks: 'an option', reason: 'not by default', passesWith: 'option' },
    ],
    excusedByOption: [{ checkId: 'CKV_CHOSEN', asks: 'a choice', reason: 'it is one' }],
    knownBad: [BAD],
    ...scan,
  });
  expect(verdict.ok).toBe(verdict.problems.length === 0);
  return verdict.problems;
};

test('a scan with nothing but excused failures finds nothing', () => {
  expect(problems(CLEAN)).toEqual([]);
});

test.each([
  [
    'fails and is not excused',
    [...CLEAN, result(EXAMPLE, 'CKV_NEW', 'failed')],
    'example: CKV_NEW failed: topic',
  ],
  [
    'is skipped by a comment',
    [...CLEAN, result(EXAMPLE, 'CKV_NEW', 'skipped')],
    'example: CKV_NEW skipped: topic',
  ],
  [
    'is excused and passes',
    CLEAN.filter(({ stack, checkId }) => !(stack === EXAMPLE && checkId === 'CKV_OPTION')),
    'example: CKV_OPTION passes, so its suppression has to go',
  ],
  [
    'fails although its option is on',
    [...CLEAN, result(HARDENED, 'CKV_OPTION', 'failed')],
    'hardened: CKV_OPTION failed: topic',
  ],
])('a check that %s is a problem', (_what, results, problem) => {
  expect(problems(results)).toEqual([problem]);
});

test('too few distinct checks are a problem, however often each passed', () => {
  const results = [...CLEAN.filter(({ checkId }) => checkId !== 'CKV_7'), ...PASSED.slice(0, 3)];
  expect(problems(results)).toEqual([
    expect.stringContaining(`passed ${LEAST_PASSED_CHECKS - 1} distinct checks`),
  ]);
});

test('a file that was not read is a problem', () => {
  expect(problems(CLEAN, { unread: ['/example/cdk.tf.json'] })).toEqual([
    'checkov could not read /example/cdk.tf.json',
  ]);
});

test('a resource that was not looked at is a problem, unless its type has no checks', () => {
  const stack = {
    resource: {
      ...STACK.resource,
      aws_sqs_queue: { unseen: {} },
      aws_kms_key: { key: { policy: '{"Version":"2012-10-17","Statement":[]}' } },
    },
  };
  const stacks = new Map([
    [EXAMPLE, stack],
    [HARDENED, STACK],
    ['bad', STACK],
  ]);
  const found = problems(CLEAN, {}, { stacks });
  expect(found).toContain('example: checkov has not looked at aws_sqs_queue.unseen');
  expect(found).toContain('example: checkov has not looked at aws_kms_key.key');
  expect(found.join()).not.toContain('alias');
});

test('a type that is said to have no checks and has some is a problem', () => {
  expect(problems([...CLEAN, result(EXAMPLE, 'CKV_0', 'passed', 'alias')])).toEqual([
    'example: checkov looks at aws_kms_alias now, so it has to leave TYPES_WITHOUT_CHECKS',
  ]);
});

test('a known-bad stack that nobody notices is a problem', () => {
  expect(problems(CLEAN.filter(({ checkId }) => checkId !== 'CKV_BAD'))).toEqual([
    'bad: checkov found nothing, expected CKV_BAD',
  ]);
});

test('a known-bad stack that checkov has not read is a problem', () => {
  expect(problems(CLEAN.filter(({ stack, outcome }) => !(stack === 'bad' && outcome === 'passed')))).toEqual([
    'bad: checkov has not read it',
  ]);
});

test('a deployment has the excuses of the example, needed or not, and no others', () => {
  const stacks = new Map([EXAMPLE, HARDENED, 'bad', DEPLOYMENT].map((name) => [name, STACK] as const));
  const read = PASSED.map((one) => ({ ...one, stack: DEPLOYMENT }));
  const found = (...results: readonly CheckResult[]) => problems([...CLEAN, ...results], {}, { stacks });
  expect(
    found(...read, result(DEPLOYMENT, 'CKV_EXCUSED', 'failed'), result(DEPLOYMENT, 'CKV_CHOSEN', 'failed')),
  ).toEqual([]);
  expect(found(...read, result(DEPLOYMENT, 'CKV_OTHER', 'failed'))).toEqual([
    'deployment: CKV_OTHER failed: topic',
  ]);
  expect(found()).toEqual(['deployment: checkov has not read it']);
});
