import { readFileSync, writeFileSync } from 'node:fs';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { describedCommand, type Surroundings } from '../../command';
import { EXIT_CODE, errorCodeOf, OperatorError } from '../../errors';
import type { CommandResult } from '../../terminal';
import { COMMENT_LIMIT, inWords, JOB_SUMMARY_LIMIT, oneLine, writeFailurePage, writePage } from './markdown';
import { PlanUnreadableError, parsePlan } from './plan';
import { type Review, reviewPlan } from './review';
import { sensitiveHider } from './sensitive';

interface Options {
  readonly plan?: string;
  readonly error?: string;
  readonly text?: string;
  readonly name: string;
  readonly markdown?: string;
  readonly full?: string;
  readonly wholeAt?: string;
  readonly json?: true;
  readonly allow?: readonly string[];
  readonly allowDelete?: readonly string[];
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
    throw new PlanUnreadableError(file, `cannot be read (${errorCodeOf(error)})`);
  }
};

const write = (file: string | undefined, text: () => string): void => {
  if (file === undefined) {
    return;
  }
  try {
    writeFileSync(file, text());
  } catch (error) {
    throw new OperatorError('FileUnusable', `${file}: cannot be written (${errorCodeOf(error)})`);
  }
};

/** Writes the pages that were asked for. The one for a job summary is where the whole is, so it points nowhere else. */
const writePages = (
  { markdown, full, wholeAt }: Options,
  page: (limit: number, wholeAt?: string) => string,
): void => {
  write(markdown, () => page(COMMENT_LIMIT, wholeAt));
  write(full, () => page(JOB_SUMMARY_LIMIT));
};

const inLines = (name: string, { counts, outputs, changes, drift, stops, warnings }: Review): string =>
  [
    `${name}: ${inWords(counts, outputs)}`,
    ...changes.map(({ action, address }) => `  ${(action === 'none' ? '' : action).padEnd(8)} ${address}`),
    ...drift.map(({ action, address }) => `changed outside Terraform (${action}): ${address}`),
    ...warnings.map(
      ({ address, message }) => `note: ${address === undefined ? '' : `${address} `}${message}`,
    ),
    ...stops.map(
      ({ address, message, allowed }) => `${allowed ? 'allowed' : 'stopped'}: ${address} ${message}`,
    ),
    ...(stops.some(({ allowed }) => !allowed)
      ? ['next: change what stops, or let it through by name, for this plan only: --allow ADDRESS']
      : []),
  ]
    .map(oneLine)
    .join('\n');

const reviewFile = (options: Options, planFile: string): CommandResult => {
  const { name } = options;
  const parsed = parsePlan(planFile, read(planFile));
  const review = reviewPlan(parsed, {
    allow: [...(options.allow ?? []), ...(options.allowDelete ?? [])],
  });
  const text = options.text === undefined ? undefined : sensitiveHider(parsed.document)(read(options.text));
  writePages(options, (limit, wholeAt) => writePage({ name, review, text, wholeAt }, limit));
  return {
    text: inLines(name, review),
    json: { name, ...review },
    exitCode: review.ok ? EXIT_CODE.done : EXIT_CODE.usage,
  };
};

const reportFailure = (options: Options, errorFile: string): never => {
  const { name } = options;
  const text = read(errorFile);
  writePages(options, (limit, wholeAt) => writeFailurePage({ name, text, wholeAt }, limit));
  throw new PlanUnreadableError(name, 'there is no plan');
};

/** `review-plan`, the one command that needs no deployment, no AWS and no Genesys Cloud. */
export const reviewPlanCommand = ({ terminal, finish }: Surroundings): Command =>
  describedCommand('review-plan', {
    summary: 'Stops a Terraform plan that could lose voicemail',
    details:
      'It stops one that lets in a stranger, too, and sums each up for its reviewer. A plan of OpenTofu is read alike.',
    examples: ['review-plan --plan plan.json', 'review-plan --plan plan.json --markdown comment.md'],
    notes: [
      'Exit codes: 0 nothing to stop, 1 no plan or a wrong option, 2 stopped: a line',
      'for each reason, of which docs/pipeline.md has the rules',
    ],
  })
    .addOption(new Option('--plan <file>', 'the plan: terraform show -json PLANFILE').conflicts('error'))
    .option('--error <file>', 'instead: what Terraform wrote when it could not plan')
    .option('--text <file>', 'the plan for people: terraform show -no-color PLANFILE')
    .option('--name <name>', 'what the plan is of', parseName, 'plan')
    .option('--markdown <file>', 'write a page for a comment, at most 65,535 characters')
    .option('--full <file>', 'write a page for a job summary, at most 1 MiB')
    .option('--whole-at <markdown>', 'where the whole is, for a page without room for it')
    .option('--json', 'print one JSON object on the last line')
    .option('--allow <address...>', 'addresses at which this plan may do so')
    .addOption(new Option('--allow-delete <address...>', 'the older name of --allow').hideHelp())
    .action((options: Options) => {
      if (options.error !== undefined) {
        reportFailure(options, options.error);
      }
      if (options.plan === undefined) {
        throw new PlanUnreadableError('--plan', 'missing; give the output of terraform show -json PLANFILE');
      }
      const result = reviewFile(options, options.plan);
      if (options.json === true) {
        // Standard output is for the script and standard error for the person.
        terminal.say(result.text);
      }
      finish(result, options.json === true);
    });
