import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { type PythonNeed, preparePython } from '../python/environment';
import { CheckImpossibleError, EXIT_CODE } from '../python/errors';

const LONGEST_OUTPUT_BYTES = 64 * 1024 * 1024;

const checkSchema = v.object({ check_id: v.string(), resource: v.string(), file_path: v.string() });

const reportSchema = v.object({
  results: v.object({
    passed_checks: v.array(checkSchema),
    failed_checks: v.array(checkSchema),
    skipped_checks: v.array(checkSchema),
    parsing_errors: v.array(v.string()),
  }),
  summary: v.object({ checkov_version: v.string() }),
});

/** One check of one resource. */
export interface CheckResult {
  /** The folder of the stack, as the scan named it. */
  readonly stack: string;
  /** For example `CKV_AWS_27`. */
  readonly checkId: string;
  /** The name of the resource without its type, which checkov leaves out of some reports. */
  readonly resourceName: string;
  readonly outcome: 'passed' | 'failed' | 'skipped';
}

/** Checkov's report of several stacks. */
export interface CheckovReport {
  readonly version: string;
  readonly results: readonly CheckResult[];
  /** Files that it could not read. */
  readonly unread: readonly string[];
}

/** Runs a program to its end. @returns what it printed; undefined where it is not there. */
const run = (
  program: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv } = {},
): { readonly status: number | null; readonly output: string } | undefined => {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    encoding: 'utf8',
    maxBuffer: LONGEST_OUTPUT_BYTES,
    ...options,
  });
  return error === undefined ? { status, output: `${stdout}${stderr}` } : undefined;
};

/** The Python that the pinned requirements were resolved for. */
export const PYTHON_NEED: PythonNeed = { check: 'the policy scan', minor: 11 };

/**
 * Gives checkov a Python environment of its own, once: later calls find it.
 *
 * @param root The project's folder; the environment is `.venv/checkov` in it.
 * @returns the Python of that environment.
 * @throws CheckImpossibleError without Python, or where the packages cannot be installed.
 */
export const installCheckov = (root: string): string =>
  preparePython(PYTHON_NEED, {
    folder: join(root, '.venv', 'checkov'),
    requirements: join(__dirname, 'requirements.txt'),
    wheelsOnly: false,
  });

/** checkov's own settings must not come from elsewhere: neither from variables nor from a file in the home folder. */
const cleanEnvironment = (home: string): NodeJS.ProcessEnv => ({
  PATH: process.env['PATH'],
  HOME: home,
  USERPROFILE: home,
  SYSTEMROOT: process.env['SYSTEMROOT'],
  PYTHONUTF8: '1',
  LOG_LEVEL: 'ERROR',
});

/**
 * Scans every stack of a folder in one run, since most of a run is its start.
 *
 * @param folder Holds one folder per stack, each with a `cdk.tf.json`.
 * @param outputFolder Where checkov may write, an empty folder outside the scanned one.
 * @throws CheckImpossibleError where checkov does not run to its end.
 */
export const runCheckov = (python: string, folder: string, outputFolder: string): CheckovReport => {
  // Any other framework reads nothing of Terraform's JSON syntax, and says that all is well.
  const args = ['-m', 'checkov.main', '--framework', 'terraform_json', '--directory', folder];
  const ended = run(
    python,
    [
      ...args,
      '--output',
      'json',
      '--output-file-path',
      outputFolder,
      '--compact',
      '--soft-fail',
      '--skip-download',
    ],
    { cwd: outputFolder, env: cleanEnvironment(outputFolder) },
  );
  const file = join(outputFolder, 'results_json.json');
  if (ended?.status !== 0 || !existsSync(file)) {
    throw new CheckImpossibleError(
      EXIT_CODE.notRun,
      `checkov did not run to its end (status ${ended?.status}), so NOTHING WAS SCANNED:\n${ended?.output ?? ''}`,
    );
  }
  return parseReport(readFileSync(file, 'utf8'));
};

/**
 * Reads checkov's report.
 *
 * @throws CheckImpossibleError for a report of another form: checkov writes one where it found nothing to scan.
 */
export const parseReport = (text: string): CheckovReport => {
  const parsed = v.safeParse(reportSchema, JSON.parse(text));
  if (!parsed.success) {
    throw new CheckImpossibleError(
      EXIT_CODE.notRun,
      `checkov's report is not one of a scan (${v.summarize(parsed.issues)}): it has read no stack at all`,
    );
  }
  const { results, summary } = parsed.output;
  const named = (outcome: CheckResult['outcome']) => (check: v.InferOutput<typeof checkSchema>) => ({
    stack: check.file_path.split('/').filter((part) => part !== '')[0] ?? '',
    checkId: check.check_id,
    resourceName: check.resource.split('.').at(-1) ?? '',
    outcome,
  });
  return {
    version: summary.checkov_version,
    unread: results.parsing_errors,
    results: [
      ...results.passed_checks.map(named('passed')),
      ...results.failed_checks.map(named('failed')),
      ...results.skipped_checks.map(named('skipped')),
    ],
  };
};
