import { PlanUnreadableError, parsePlan, reviewPlan } from '../../../cli/commands/review-plan';
import { planOf, readPlan, reviewOf } from './plans';

const NOTHING = { add: 0, change: 0, replace: 0, destroy: 0, import: 0, move: 0, forget: 0, read: 0 };

const parsed = (text: string) => parsePlan('plan.json', text);

describe('the review of a recorded plan', () => {
  it('counts what is added and names it', () => {
    const { counts, changes, outputs } = reviewOf('aws/add.json');
    expect(counts).toEqual({ ...NOTHING, add: 3 });
    expect(changes.map(({ address }) => address)).toEqual([
      'aws_s3_bucket.bucket',
      'aws_lambda_function.function',
      'aws_secretsmanager_secret.secret',
    ]);
    expect(outputs).toEqual(['bucket_id']);
  });

  it('names the attributes that change, and the ones that are not known yet', () => {
    const { counts, changes } = reviewOf('aws/change.json');
    expect(counts).toEqual({ ...NOTHING, change: 1 });
    expect(changes).toMatchObject([
      { address: 'aws_lambda_function.function', attributes: ['output', 'source_code_hash'], forcedBy: [] },
    ]);
  });

  it('says which attribute forces a replacement', () => {
    const { counts, changes } = reviewOf('aws/replace.json');
    expect(counts).toEqual({ ...NOTHING, replace: 1 });
    expect(changes).toMatchObject([
      { address: 'aws_s3_bucket.bucket', action: 'replace', forcedBy: ['bucket'] },
    ]);
  });

  it('says why a resource is destroyed', () => {
    const { counts, changes } = reviewOf('aws/delete.json');
    expect(counts).toEqual({ ...NOTHING, destroy: 1 });
    expect(changes).toMatchObject([
      { address: 'aws_secretsmanager_secret.secret', reason: 'no longer in the configuration' },
    ]);
  });

  it('finds nothing in a plan without changes', () => {
    expect(reviewOf('aws/no-change.json')).toMatchObject({
      ok: true,
      counts: NOTHING,
      changes: [],
      outputs: [],
      drift: [],
      stops: [],
      warnings: [],
    });
  });

  it('shows a move with the address of before', () => {
    const { counts, changes } = reviewOf('recorded/moved.json');
    expect(counts).toEqual({ ...NOTHING, move: 1 });
    expect(changes).toMatchObject([
      { address: 'terraform_data.archive', movedFrom: 'terraform_data.bucket', action: 'none' },
    ]);
  });

  it('shows an import, without the id', () => {
    const review = reviewOf('recorded/import.json');
    expect(review.counts).toEqual({ ...NOTHING, import: 1 });
    expect(review.changes).toMatchObject([{ address: 'terraform_data.imported', imported: true }]);
    expect(JSON.stringify(review)).not.toContain('an-id-of-before');
  });

  it('tells a resource that Terraform forgets from one that it destroys', () => {
    const { ok, counts, warnings } = reviewOf('aws/forget.json');
    expect({ ok, counts }).toEqual({ ok: true, counts: { ...NOTHING, forget: 1 } });
    expect(warnings).toMatchObject([{ address: 'aws_secretsmanager_secret.secret' }]);
  });
});

describe('the review', () => {
  it('warns when the code of a function changes', () => {
    expect(reviewOf('aws/change.json').warnings).toMatchObject([{ address: 'aws_lambda_function.function' }]);
  });

  it('names an attribute of which only a part is not known yet', () => {
    const change = {
      actions: ['update'],
      before: { tags: {} },
      after: { tags: {} },
      after_unknown: { tags: { owner: true } },
    };
    expect(reviewPlan(parsed(planOf({ change }))).changes).toMatchObject([{ attributes: ['tags'] }]);
  });

  it('lists what was changed outside Terraform', () => {
    const drifted = {
      change: { actions: ['update'], before: { tags: {} }, after: { tags: { by: 'hand' } } },
    };
    const plan = JSON.parse(planOf());
    plan.resource_drift = JSON.parse(planOf(drifted)).resource_changes;
    expect(reviewPlan(parsed(JSON.stringify(plan))).drift).toMatchObject([
      { address: 'aws_s3_bucket.archive', attributes: ['tags'] },
    ]);
  });

  it('warns when the plan is only a part of what is to come', () => {
    const plan = { ...JSON.parse(planOf()), complete: false };
    expect(reviewPlan(parsed(JSON.stringify(plan))).warnings).toHaveLength(1);
  });
});

describe('the digest', () => {
  const digestOf = (text: string): string => reviewPlan(parsed(text)).digest;
  const update = (after: unknown, after_sensitive: unknown = {}): string =>
    planOf({ change: { actions: ['update'], before: {}, after, after_sensitive } });

  it('is the same for the same plan, whatever the order of its keys', () => {
    const turned = (value: unknown): unknown =>
      typeof value === 'object' && value !== null && !Array.isArray(value)
        ? Object.fromEntries(
            Object.entries(value)
              .reverse()
              .map(([key, item]) => [key, turned(item)]),
          )
        : Array.isArray(value)
          ? value.map(turned)
          : value;
    const text = readPlan('aws/replace.json');
    expect(digestOf(JSON.stringify(turned(JSON.parse(text))))).toBe(digestOf(text));
  });

  it('differs when a value differs that the summary does not show', () => {
    expect(digestOf(update({ policy: 'a' }))).not.toBe(digestOf(update({ policy: 'b' })));
  });

  it('does not depend on a sensitive value, so that nobody can guess the value from it', () => {
    const marks = { password: true };
    expect(digestOf(update({ password: 'a' }, marks))).toBe(digestOf(update({ password: 'b' }, marks)));
  });
});

describe('what is not a whole plan', () => {
  it.each([
    ['text that is not JSON', 'Pa55word: {', 'this is not JSON'],
    ['a JSON text that is no object', '[]', 'one JSON object'],
    ['a state', '{"format_version":"1.0","values":{}}', 'planned_values has to be'],
    ['a version of the format that is not known', '{"format_version":"2.0"}', 'format_version has to be'],
    [
      'an action that is not known',
      planOf({ change: { actions: ['delete', 'update'] } }),
      'resource_changes.0.change.actions has to be one of',
    ],
    [
      'a plan that ended with an error',
      JSON.stringify({ ...JSON.parse(planOf()), errored: true }),
      'plan again',
    ],
  ])('is refused in one line: %s', (_what, text, problem) => {
    expect(() => parsed(text)).toThrow(PlanUnreadableError);
    expect(() => parsed(text)).toThrow(problem);
    expect(() => parsed(text)).toThrow(/^plan\.json: [^\n]*$/);
    expect(() => parsed(text)).not.toThrow('Pa55word');
  });
});
