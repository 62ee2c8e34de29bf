import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROTECTED_TYPES, parsePlan, reviewPlan } from '../../../cli/commands/review-plan';
import { planFile, planOf, planReview, temporaryFolder } from './plans';

const okWith = (resource: Record<string, unknown>): boolean =>
  reviewPlan(parsePlan('plan.json', planOf(resource))).ok;

describe('the exit code of npm run plan-review', () => {
  it.each(['add', 'change', 'no-change', 'forget'])('is 0 for a plan that destroys nothing: %s', (name) => {
    expect(planReview('--plan', planFile(`aws/${name}.json`)).status).toBe(0);
  });

  it('is 2 for a plan that replaces a bucket, and says which', () => {
    const { status, stdout } = planReview('--plan', planFile('aws/replace.json'));
    expect(status).toBe(2);
    expect(stdout).toContain('stopped: this plan would replace the bucket aws_s3_bucket.bucket');
  });

  it('is 2 for a plan that destroys a secret, and the page for the comment is there all the same', () => {
    const page = join(temporaryFolder(), 'comment.md');
    expect(planReview('--plan', planFile('aws/delete.json'), '--markdown', page).status).toBe(2);
    expect(readFileSync(page, 'utf8')).toContain(
      '**Stopped:** this plan would destroy the secret `aws_secretsmanager_secret.secret`',
    );
  });

  it('is 0 when the very address is allowed', () => {
    const plan = planFile('aws/replace.json');
    expect(planReview('--plan', plan, '--allow-delete', 'aws_s3_bucket.bucket').status).toBe(0);
    expect(planReview('--plan', plan, '--allow-delete', 'aws_s3_bucket.bucket2').status).toBe(2);
    expect(planReview('--plan', plan, '--allow-delete', 'aws_s3_bucket').status).toBe(2);
  });

  it('is 1, with one line, when there is no plan to read', () => {
    const missing = join(temporaryFolder(), 'plan.json');
    const { status, stdout, stderr } = planReview('--plan', missing, '--json');
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toBe(`${missing}: cannot be read (ENOENT)\n`);
  });

  it('is 1 for an error in the place of a plan, whose page takes the place of the one before', () => {
    const page = join(temporaryFolder(), 'comment.md');
    const { status } = planReview(
      '--error',
      planFile('recorded/no-change.txt'),
      '--name',
      'production',
      '--markdown',
      page,
    );
    expect(status).toBe(1);
    expect(readFileSync(page, 'utf8')).toMatch(
      /^<!-- plan-review: production -->\n### Plan of `production`: failed/,
    );
  });
});

describe('with --json', () => {
  it('the last line of standard output is the review', () => {
    const { stdout } = planReview('--plan', planFile('aws/delete.json'), '--name', 'production', '--json');
    expect(JSON.parse(stdout.trim().split('\n').at(-1) ?? '')).toMatchObject({
      name: 'production',
      ok: false,
      stops: [
        { address: 'aws_secretsmanager_secret.secret', what: 'secret', action: 'destroy', allowed: false },
      ],
      digest: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });
});

describe('the stop rule', () => {
  it.each([...PROTECTED_TYPES.keys()])('stops a plan that destroys or replaces an %s', (type) => {
    for (const actions of [['delete'], ['delete', 'create'], ['create', 'delete'], ['create', 'forget']]) {
      expect(okWith({ type, change: { actions } })).toBe(false);
    }
  });

  it('protects the four kinds that this module creates', () => {
    const four = ['aws_s3_bucket', 'aws_secretsmanager_secret', 'aws_kms_key', 'aws_cloudwatch_event_bus'];
    expect([...PROTECTED_TYPES.keys()]).toEqual(expect.arrayContaining(four));
  });

  it('stops the deletion of an object that an interrupted replacement left behind', () => {
    expect(okWith({ deposed: '0a1b2c3d', change: { actions: ['delete'] } })).toBe(false);
  });

  it('lets other resources go', () => {
    expect(okWith({ type: 'aws_s3_object', change: { actions: ['delete'] } })).toBe(true);
  });

  it('asks to take an allowance away that is not needed', () => {
    const { ok, warnings } = reviewPlan(parsePlan('plan.json', planOf()), {
      allowDelete: ['aws_kms_key.gone'],
    });
    expect({ ok, warnings }).toMatchObject({ ok: true, warnings: [{ address: 'aws_kms_key.gone' }] });
  });
});
