import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { PYTHON_NEED, parseReport } from '../../../../tools/checks/policy-scan/checkov';
import { findPython } from '../../../../tools/checks/python/environment';
import { CheckImpossibleError, EXIT_CODE } from '../../../../tools/checks/python/errors';

const check = (check_id: string, resource: string) => ({
  check_id,
  resource,
  file_path: '/a-stack/cdk.tf.json',
});

test('a report is read by stack, check and resource, whether checkov writes the type of the resource or not', () => {
  const report = parseReport(
    JSON.stringify({
      check_type: 'terraform_json',
      results: {
        passed_checks: [check('CKV_1', 'resource.queue_1A2B')],
        failed_checks: [check('CKV_2', 'aws_s3_bucket.bucket_3C4D')],
        skipped_checks: [],
        parsing_errors: ['/other/cdk.tf.json'],
      },
      summary: { checkov_version: '3.3.30' },
    }),
  );
  expect(report).toEqual({
    version: '3.3.30',
    unread: ['/other/cdk.tf.json'],
    results: [
      { stack: 'a-stack', checkId: 'CKV_1', resourceName: 'queue_1A2B', outcome: 'passed' },
      { stack: 'a-stack', checkId: 'CKV_2', resourceName: 'bucket_3C4D', outcome: 'failed' },
    ],
  });
});

test('what checkov writes where it found nothing to scan is no report', () => {
  const nothing = {
    passed: 0,
    failed: 0,
    skipped: 0,
    parsing_errors: 0,
    resource_count: 0,
    checkov_version: '3',
  };
  expect(() => parseReport(JSON.stringify(nothing))).toThrow(/has read no stack at all/);
});

test.each([
  ['is none', 'no-python-of-this-name'],
  // Any other program answers with a failure, as a Python does that is too old.
  ['is one that cannot run checkov', process.execPath],
])('where there %s the scan says what it needs, and that nothing was checked', (_what, name) => {
  const find = () => findPython({ ...PYTHON_NEED, names: [name] });
  expect(find).toThrow(CheckImpossibleError);
  expect(find).toThrow(/needs Python 3\.11 or later.*NOTHING WAS CHECKED/s);
  expect(find).toThrow(expect.objectContaining({ exitCode: EXIT_CODE.noPython }));
});

test('--help names every exit code', () => {
  const root = join(__dirname, '../../../..');
  const help = execFileSync(
    process.execPath,
    ['--import', 'tsx', join(root, 'tools/checks/policy-scan/main.ts'), '--help'],
    { cwd: root, encoding: 'utf8' },
  );
  expect(help).toContain('--json');
  for (const code of [0, ...Object.values(EXIT_CODE)]) {
    expect(help).toMatch(new RegExp(`\\b${code} `));
  }
});
