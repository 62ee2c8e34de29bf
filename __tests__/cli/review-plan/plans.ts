import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parsePlan, type Review, type ReviewOptions, reviewPlan } from '../../../cli/commands/review-plan';
import { commandLineBundle } from '../../helpers/command-line-bundle';

export const PROJECT = join(__dirname, '../../..');

type Json = Readonly<Record<string, unknown>>;

/** A resource of a plan, an action of Terraform on it, and what else a test cares for. */
export const resource = (type: string, action: string, change: Json = {}, rest: Json = {}) => ({
  address: `${type}.x`,
  mode: 'managed',
  type,
  ...rest,
  change: {
    actions: action.split(','),
    before: action === 'create' ? null : {},
    after: action === 'delete' ? null : {},
    after_unknown: {},
    ...change,
  },
});

/** A resource that is updated in place from some attributes to others. */
export const update = (type: string, before: Json, after: Json, unknown: Json = {}) =>
  resource(type, 'update', { before, after, after_unknown: unknown });

/** A plan of resources, as `terraform show -json` writes it. */
export const planOf = (resources: readonly Json[], rest: Json = {}): string =>
  JSON.stringify({
    format_version: '1.2',
    planned_values: {},
    resource_changes: resources,
    resource_drift: [],
    output_changes: {},
    complete: true,
    errored: false,
    ...rest,
  });

/** The review of resources. */
export const review = (resources: readonly Json[], rest: Json = {}, options?: ReviewOptions): Review =>
  reviewPlan(parsePlan('plan.json', planOf(resources, rest)), options);

/** The names of the rules that stop a plan of these resources. */
export const stopsOf = (resources: readonly Json[], rest: Json = {}): readonly string[] =>
  review(resources, rest).stops.map(({ rule }) => rule);

/** What Terraform 1.11.4 wrote of a plan, as JSON or as text. */
export const recorded = (kind: 'json' | 'txt'): string =>
  readFileSync(join(__dirname, `fixtures/terraform.${kind}`), 'utf8');

export const temporaryFolder = (): string => mkdtempSync(join(tmpdir(), 'plan-review-'));

/** The path of a file with this text. */
export const fileOf = (text: string): string => {
  const file = join(temporaryFolder(), 'plan.json');
  writeFileSync(file, text);
  return file;
};

/** What a process ended with. */
interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const run = (command: string, args: readonly string[]): Ended => {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: PROJECT, encoding: 'utf8' });
  return { status, stdout, stderr };
};

/** Runs `review-plan` as the npm package holds it. */
export const runReview = (...options: readonly string[]): Ended =>
  run(process.execPath, [commandLineBundle(), 'review-plan', ...options]);

/** Runs `npm run plan-review -- ...` as a pipeline does. */
export const planReview = (...options: readonly string[]): Ended =>
  run('npm', ['run', '--silent', 'plan-review', '--', ...options]);
