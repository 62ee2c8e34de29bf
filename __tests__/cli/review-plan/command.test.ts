import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileOf, planOf, planReview, resource, runReview, temporaryFolder } from './plans';

const DESTROYED = fileOf(planOf([resource('aws_s3_bucket', 'delete')]));

describe('review-plan', () => {
  it('by npm run plan-review ends with 0 for a plan with nothing to stop', () => {
    const { status, stdout } = planReview('--plan', fileOf(planOf([resource('aws_s3_bucket', 'create')])));
    expect({ status, stdout }).toEqual({ status: 0, stdout: 'plan: 1 to add\n  add      aws_s3_bucket.x\n' });
  });

  it('ends with 2 for a plan that it stops, with one line for it and with the page all the same', () => {
    const page = join(temporaryFolder(), 'comment.md');
    const { status, stdout } = runReview('--plan', DESTROYED, '--markdown', page);
    expect(status).toBe(2);
    expect(stdout).toContain(
      '\nstopped: aws_s3_bucket.x would be destroyed; lost: every voicemail in it\nnext: ',
    );
    expect(readFileSync(page, 'utf8')).toContain('- **Stopped:** `aws_s3_bucket.x` would be destroyed');
  });

  it.each(['--allow', '--allow-delete'])('ends with 0 when the very address is allowed: %s', (option) => {
    expect(runReview('--plan', DESTROYED, option, 'aws_s3_bucket.x').status).toBe(0);
    expect(runReview('--plan', DESTROYED, option, 'aws_s3_bucket').status).toBe(2);
  });

  it('with --json prints the review as the last line, and what a person reads on standard error', () => {
    const { stdout, stderr } = runReview('--plan', DESTROYED, '--name', 'production', '--json');
    expect(JSON.parse(stdout)).toMatchObject({
      name: 'production',
      ok: false,
      stops: [{ address: 'aws_s3_bucket.x', type: 'aws_s3_bucket', rule: 'bucket-lost', allowed: false }],
      digest: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(stderr).toContain('stopped: aws_s3_bucket.x');
  });

  it('ends with 1, in one line, when there is no plan to read or an option is wrong', () => {
    const missing = join(temporaryFolder(), 'plan.json');
    const { status, stdout, stderr } = runReview('--plan', missing, '--json');
    expect({ status, stderr }).toEqual({ status: 1, stderr: `${missing}: cannot be read (ENOENT)\n` });
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, error: 'PlanUnreadable' });
    const page = runReview('--plan', DESTROYED, '--markdown', '/nope/comment.md', '--json');
    expect(JSON.parse(page.stdout)).toMatchObject({ error: 'FileUnusable', exitCode: 1 });
    expect(runReview('--plan', fileOf('{"format_version":"1.0"}')).status).toBe(1);
    expect(runReview('--no-such-option').status).toBe(1);
    expect(runReview().status).toBe(1);
  });

  it('ends with 1 for an error in the place of a plan, whose page takes the place of the one before', () => {
    const page = join(temporaryFolder(), 'comment.md');
    const { status } = runReview('--error', fileOf('Error: no'), '--name', 'production', '--markdown', page);
    expect(status).toBe(1);
    expect(readFileSync(page, 'utf8')).toMatch(
      /^<!-- plan-review: production -->\n### Plan of `production`: failed/,
    );
  });
});
