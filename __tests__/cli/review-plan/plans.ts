import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parsePlan, type Review, type ReviewOptions, reviewPlan } from '../../../cli/commands/review-plan';

export const PROJECT = join(__dirname, '../../..');

const FIXTURES = join(__dirname, 'fixtures');

/** The path of a recorded plan's file, such as `aws/add.json`. */
export const planFile = (name: string): string => join(FIXTURES, name);

export const readPlan = (name: string): string => readFileSync(planFile(name), 'utf8');

/** The review of a recorded plan. */
export const reviewOf = (name: string, options?: ReviewOptions): Review =>
  reviewPlan(parsePlan(name, readPlan(name)), options);

/** A plan in which one resource of a type meets some actions. */
export const planOf = (...resources: readonly Record<string, unknown>[]): string =>
  JSON.stringify({
    format_version: '1.2',
    planned_values: {},
    resource_changes: resources.map((resource) => ({
      address: 'aws_s3_bucket.archive',
      mode: 'managed',
      type: 'aws_s3_bucket',
      change: { actions: ['no-op'] },
      ...resource,
    })),
  });

export const temporaryFolder = (): string => mkdtempSync(join(tmpdir(), 'plan-review-'));

/** Runs the command as a pipeline does. */
export const planReview = (
  ...options: readonly string[]
): { readonly status: number | null; readonly stdout: string; readonly stderr: string } => {
  const { status, stdout, stderr } = spawnSync(
    join(PROJECT, 'node_modules/.bin/tsx'),
    [join(PROJECT, 'cli/commands/review-plan/main.ts'), ...options],
    { encoding: 'utf8' },
  );
  return { status, stdout, stderr };
};
