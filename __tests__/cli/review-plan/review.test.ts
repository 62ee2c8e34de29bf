import { PlanUnreadableError, parsePlan, reviewPlan } from '../../../cli/commands/review-plan';
import { planOf, recorded, resource, review, update } from './plans';

const NOTHING = { add: 0, change: 0, replace: 0, destroy: 0, import: 0, move: 0, forget: 0, read: 0 };

const parsed = (text: string) => parsePlan('plan.json', text);

describe('the review', () => {
  it('reads what Terraform writes', () => {
    expect(reviewPlan(parsed(recorded('json')))).toMatchObject({
      ok: true,
      counts: { ...NOTHING, change: 1 },
      changes: [{ address: 'terraform_data.login', attributes: ['input', 'output'] }],
    });
  });

  it.each([
    ['add', 'create'],
    ['change', 'update'],
    ['replace', 'delete,create'],
    ['replace', 'create,delete'],
    ['destroy', 'delete'],
    ['forget', 'forget'],
    ['read', 'read'],
    ['read', 'open'],
  ])('counts as %s what Terraform calls %s', (name, action) => {
    expect(review([resource('aws_s3_object', action)]).counts).toEqual({ ...NOTHING, [name]: 1 });
  });

  it('finds nothing in a plan without changes', () => {
    expect(review([resource('aws_s3_bucket', 'no-op')])).toMatchObject({
      ok: true,
      counts: NOTHING,
      changes: [],
      outputs: [],
      drift: [],
      stops: [],
      warnings: [],
    });
  });

  it('names the attributes that change, the ones that are not known yet, and what forces a replacement', () => {
    const [changed, replaced] = review([
      update('aws_s3_object', { tags: {}, etag: 'a' }, { tags: {}, etag: 'b' }, { tags: { owner: true } }),
      resource('aws_s3_object', 'delete,create', {
        replace_paths: [['bucket'], ['rule', 0, 'a b'], ['settings', 'key-Pa55word']],
        before_sensitive: { settings: true },
      }),
    ]).changes;
    expect(changed?.attributes).toEqual(['etag', 'tags']);
    expect(replaced?.forcedBy).toEqual(['bucket', 'rule[0]["a b"]', 'settings']);
  });

  it('says why a resource is destroyed, whence one moves and which one is imported, without the id', () => {
    const { changes } = review([
      resource('aws_s3_object', 'delete', {}, { action_reason: 'delete_because_no_resource_config' }),
      resource('aws_s3_object', 'no-op', {}, { previous_address: 'module.old.aws_s3_object.x' }),
      resource('aws_s3_object', 'no-op', { importing: { id: 'an-id-of-before' } }),
    ]);
    expect(changes).toMatchObject([
      { reason: 'no longer in the configuration' },
      { movedFrom: 'module.old.aws_s3_object.x', action: 'none' },
      { imported: true },
    ]);
    expect(JSON.stringify(changes)).not.toContain('an-id-of-before');
  });

  it('lists what was changed outside Terraform, and has a word for what was deleted there', () => {
    const drift = [
      update('aws_s3_object', { tags: {} }, { tags: { by: 'hand' } }),
      resource('aws_cloudwatch_metric_alarm', 'delete'),
    ];
    expect(review([], { resource_drift: drift })).toMatchObject({
      ok: true,
      drift: [{ attributes: ['tags'] }, { action: 'destroy' }],
      warnings: [{ address: 'aws_cloudwatch_metric_alarm.x', message: 'was deleted outside Terraform' }],
    });
  });

  it('notes a plan that is only a part of what is to come, and actions of Terraform 1.14', () => {
    const rest = {
      complete: false,
      action_invocations: [{ address: 'action.aws_lambda_invoke.x', type: 'aws_lambda_invoke' }],
      deferred_action_invocations: [{ action_invocation: { address: 'action.aws_lambda_invoke.y' } }],
    };
    expect(review([], rest)).toMatchObject({
      ok: true,
      warnings: [
        { message: expect.stringContaining('not complete') },
        { address: 'action.aws_lambda_invoke.x', message: expect.stringContaining('aws_lambda_invoke') },
        { address: 'action.aws_lambda_invoke.y' },
      ],
    });
  });
});

describe('an approval', () => {
  const addresses = ['module.a["x"].aws_s3_bucket.b', 'module.a["y"].aws_s3_bucket.b'];
  const plan = addresses.map((address) => resource('aws_s3_bucket', 'delete', {}, { address }));

  it('lets through the address that it names and no other one', () => {
    expect(review(plan, {}, { allow: addresses }).ok).toBe(true);
    expect(review(plan, {}, { allow: addresses.slice(0, 1) })).toMatchObject({
      ok: false,
      stops: [{ allowed: true }, { allowed: false }],
    });
    expect(review(plan, {}, { allow: ['*', 'aws_s3_bucket', 'aws_s3_bucket.b'] }).ok).toBe(false);
  });

  it('is asked to be taken away where this plan does not need it', () => {
    expect(review([], {}, { allow: ['aws_kms_key.gone'] })).toMatchObject({
      ok: true,
      warnings: [
        { address: 'aws_kms_key.gone', message: expect.stringContaining('take the allowance away') },
      ],
    });
  });
});

describe('the digest', () => {
  const digestOf = (text: string): string => reviewPlan(parsed(text)).digest;

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
    const text = recorded('json');
    expect(digestOf(JSON.stringify(turned(JSON.parse(text))))).toBe(digestOf(text));
  });

  it('differs when a value differs that the summary does not show, unless it is sensitive', () => {
    const digest = (policy: string, after_sensitive: object) =>
      review([resource('aws_s3_object', 'update', { after: { policy }, after_sensitive })]).digest;
    expect(digest('a', {})).not.toBe(digest('b', {}));
    expect(digest('a', { policy: true })).toBe(digest('b', { policy: true }));
  });
});

describe('what is not a whole plan', () => {
  const without = (name: string): string => {
    const { [name]: _, ...rest } = JSON.parse(planOf([]));
    return JSON.stringify(rest);
  };

  it.each([
    ['nothing', ' \n', 'it is empty'],
    ['text that is not JSON', 'Pa55word: {', 'this is not JSON'],
    ['a JSON text that is no object', '[]', 'one JSON object'],
    ['a state', '{"format_version":"1.0","values":{}}', 'planned_values has to be'],
    ['a version of the format that is not known', '{"format_version":"2.0"}', 'format_version has to be'],
    ['a plan without its changes', without('resource_changes'), 'resource_changes has to be'],
    [
      'an action that is not known',
      planOf([resource('aws_s3_bucket', 'delete,update')]),
      'resource_changes.0.change.actions has to be one of',
    ],
    ['a plan that ended with an error', planOf([], { errored: true }), 'plan again'],
  ])('is refused in one line: %s', (_what, text, problem) => {
    expect(() => parsed(text)).toThrow(PlanUnreadableError);
    expect(() => parsed(text)).toThrow(problem);
    expect(() => parsed(text)).toThrow(/^plan\.json: [^\n]*$/);
    expect(() => parsed(text)).not.toThrow('Pa55word');
  });
});
