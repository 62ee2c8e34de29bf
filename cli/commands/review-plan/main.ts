import { readFileSync, writeFileSync } from 'node:fs';
import { Command, InvalidArgumentError, Option } from 'commander';
import {
  COMMENT_LIMIT,
  hideSensitive,
  inWords,
  JOB_SUMMARY_LIMIT,
  type PageLimit,
  PlanUnreadableError,
  parsePlan,
  type Review,
  reviewPlan,
  writeFailurePage,
  writePage,
} from './index';

/** Exit codes; only 0 lets a pipeline go on. */
const EXIT = { fine: 0, unreadable: 1, stopped: 2 } as const;

interface Options {
  readonly plan?: string;
  readonly error?: string;
  readonly text?: string;
  readonly name: string;
  readonly markdown?: string;
  readonly full?: string;
  readonly wholeAt?: string;
  readonly json?: true;
  readonly allowDelete: readonly string[];
}

const parseName = (name: string): string => {
  if (!/^[\w.-]{1,100}$/.test(name)) {
    throw new InvalidArgumentError('allowed: up to 100 letters, digits, ., _ and -');
  }
  return name;
};

const read = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    throw new PlanUnreadableError(file, `cannot be read (${code})`, { cause: error });
  }
};

/** Writes the pages that were asked for. The one for a job summary is where the whole is, so it points nowhere else. */
const writePages = (
  { markdown, full, wholeAt }: Options,
  page: (limit: PageLimit, wholeAt?: string) => string,
): void => {
  if (markdown !== undefined) {
    writeFileSync(markdown, page(COMMENT_LIMIT, wholeAt));
  }
  if (full !== undefined) {
    writeFileSync(full, page(JOB_SUMMARY_LIMIT));
  }
};

const inLines = (name: string, { counts, outputs, changes, stops, warnings }: Review): string =>
  [
    `${name}: ${inWords(counts, outputs)}`,
    ...changes.map(({ action, address }) => `  ${(action === 'none' ? '' : action).padEnd(8)} ${address}`),
    ...warnings.map(
      ({ address, message }) => `note: ${address === undefined ? '' : `${address}: `}${message}`,
    ),
    ...stops.map(
      ({ address, what, action, allowed }) =>
        `${allowed ? 'allowed' : 'stopped'}: this plan would ${action} the ${what} ${address}`,
    ),
  ].join('\n');

const reviewFile = (options: Options, planFile: string): number => {
  const { name, json } = options;
  const parsed = parsePlan(planFile, read(planFile));
  const review = reviewPlan(parsed, options);
  const text = options.text === undefined ? undefined : hideSensitive(read(options.text), parsed.document);
  writePages(options, (limit, wholeAt) => writePage({ name, review, text, wholeAt }, limit));
  // With --json, standard output is for the script and standard error for the person.
  (json === true ? process.stderr : process.stdout).write(`${inLines(name, review)}\n`);
  if (json === true) {
    process.stdout.write(`${JSON.stringify({ name, ...review })}\n`);
  }
  return review.ok ? EXIT.fine : EXIT.stopped;
};

const reportFailure = (options: Options, errorFile: string): number => {
  const { name } = options;
  const text = read(errorFile);
  writePages(options, (limit, wholeAt) => writeFailurePage({ name, text, wholeAt }, limit));
  process.stderr.write(`${name}: there is no plan\n`);
  return EXIT.unreadable;
};

const run = (options: Options): void => {
  try {
    if (options.plan !== undefined) {
      process.exitCode = reviewFile(options, options.plan);
    } else if (options.error !== undefined) {
      process.exitCode = reportFailure(options, options.error);
    } else {
      throw new PlanUnreadableError('--plan', 'missing; give the output of terraform show -json PLANFILE');
    }
  } catch (error) {
    if (!(error instanceof PlanUnreadableError)) {
      throw error;
    }
    process.stderr.write(`${error.message}\n`);
    process.exitCode = EXIT.unreadable;
  }
};

new Command('npm run --silent plan-review --')
  .description(
    'Sums up a Terraform plan for its reviewer and stops one that deletes what cannot be made again.',
  )
  .addOption(new Option('--plan <file>', 'the plan: terraform show -json PLANFILE').conflicts('error'))
  .option('--error <file>', 'in the place of --plan: what Terraform wrote when it could not plan')
  .option('--text <file>', 'the plan for people: terraform show -no-color PLANFILE')
  .option('--name <name>', 'what the plan is of; names the marker of the comment', parseName, 'plan')
  .option('--markdown <file>', 'writes a page for a comment, at most 65,535 characters')
  .option('--full <file>', 'writes a page for a job summary, at most 1 MiB')
  .option('--whole-at <markdown>', 'where the whole plan is, for a page that has no room for it')
  .option('--json', 'print the review as one JSON object on one line')
  .option('--allow-delete <address...>', 'protected resources that this plan may delete or replace', [])
  .addHelpText(
    'after',
    `
Exit codes:
  0  the plan may be applied
  1  there is no plan to review, or an option is wrong
  2  the plan deletes or replaces a bucket, secret, KMS key or event bus that --allow-delete does not name`,
  )
  .action(run)
  .parse();
