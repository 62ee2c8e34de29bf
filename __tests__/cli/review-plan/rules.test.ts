import { KINDS } from './kinds';
import { KINDS_OF_POLICIES } from './kinds-of-policies';
import { KINDS_OF_WAYS_OUT } from './kinds-of-ways-out';
import { NOTED, PASSED } from './passed-plans';
import { resource, review, stopsOf, update } from './plans';
import { STOPPED_FOR_DELIVERY } from './stopped-for-delivery';
import { STOPPED_FOR_EXPOSURE } from './stopped-for-exposure';
import { STOPPED } from './stopped-plans';
import {
  allow,
  bucket,
  EVENTS,
  expire,
  LIFECYCLE,
  lifecycle,
  OTHER,
  OWN,
  OWN_STATE,
  PRECIOUS,
  policy,
} from './values';

describe.each(PRECIOUS)('%s', (type) => {
  it.each(['delete', 'delete,create', 'create,delete', 'create,forget', 'forget,create'])(
    'is not lost by %s',
    (action) => {
      expect(stopsOf([resource(type, action)])).toHaveLength(1);
      expect(stopsOf([], { deferred_changes: [{ resource_change: resource(type, action) }] })).toHaveLength(
        1,
      );
    },
  );

  it('is not lost with what an interrupted replacement has left behind', () => {
    expect(stopsOf([resource(type, 'delete', {}, { deposed: '0a1b2c3d' })])).toHaveLength(1);
  });

  it('is not made anew and empty after somebody deleted it outside', () => {
    const drift = { resource_drift: [resource(type, 'delete')] };
    expect(stopsOf([resource(type, 'create')], drift)).toHaveLength(1);
    expect(stopsOf([resource(type, 'create')])).toEqual([]);
  });

  it('may be forgotten, with a note', () => {
    expect(review([resource(type, 'forget')])).toMatchObject({
      ok: true,
      warnings: [{ address: `${type}.x` }],
    });
  });
});

const ALL = [...STOPPED, ...STOPPED_FOR_EXPOSURE, ...STOPPED_FOR_DELIVERY];

describe('a plan is stopped', () => {
  it.each(ALL)('for %s, in one line that says what would be lost', (_what, rule, change) => {
    const { stops } = review([change]);
    expect(stops).toMatchObject([{ rule }]);
    expect(stops[0]?.message).toMatch(/^\S.*; lost: [^\n]+$/);
  });

  it.each(ALL)('for %s in a later plan, too', (_what, rule, resource_change) => {
    expect(review([], { deferred_changes: [{ resource_change }] })).toMatchObject({
      stops: [{ rule, message: expect.stringContaining('a later plan') }],
    });
  });

  it('for a retention on a bucket that is there, not on one that the plan makes', () => {
    const first = resource(LIFECYCLE, 'create', { after: lifecycle(expire(365)) });
    expect(stopsOf([first, bucket('no-op')])).toEqual(['retention']);
    expect(stopsOf([first, bucket('create')])).toEqual([]);
    expect(stopsOf([first])).toEqual(['retention']);
    const unnamed = resource(LIFECYCLE, 'create', {
      after: { ...lifecycle(expire(365)), bucket: undefined },
      after_unknown: { bucket: true },
    });
    expect(stopsOf([unnamed])).toEqual([]);
  });

  it('for another account, where the state tells whose account it is', () => {
    const made = (account: string) =>
      resource('aws_sqs_queue_policy', 'create', {
        after: { policy: policy(allow({ AWS: `arn:aws:iam::${account}:role/a` })) },
      });
    expect(stopsOf([made(OTHER)], OWN_STATE)).toEqual(['stranger']);
    expect(stopsOf([made(OWN)], OWN_STATE)).toEqual([]);
    const service = resource('aws_sqs_queue_policy', 'create', {
      after: {
        policy: policy(allow(EVENTS, { Condition: { StringEquals: { 'aws:SourceAccount': OTHER } } })),
      },
    });
    expect(stopsOf([service], OWN_STATE)).toEqual(['stranger']);
  });

  it("for a secret's value that only the state holds, in whatever module", () => {
    const resources = [
      {
        address: 'module.a.data.aws_secretsmanager_secret_version.x',
        type: 'aws_secretsmanager_secret_version',
        values: {},
      },
    ];
    const prior_state = { values: { root_module: { child_modules: [{ child_modules: [{ resources }] }] } } };
    expect(stopsOf([], { prior_state })).toEqual(['secret-value']);
  });

  it('without a sensitive value in its line', () => {
    const change = resource('aws_s3_bucket_policy', 'update', {
      after: {
        policy: policy(allow({ AWS: `arn:aws:iam::${OTHER}:user/Pa55word` })),
        who: `account ${OTHER}`,
      },
      after_sensitive: { who: true },
    });
    expect(review([change]).stops[0]?.message).toContain('would let in (sensitive value)');
  });
});

describe('a plan passes', () => {
  it.each(PASSED)('for %s', (_what, changes) => {
    expect(review(changes).stops).toEqual([]);
  });

  it('for an output', () => {
    const { ok, outputs } = review([], { output_changes: { bucket_name: { actions: ['update'] } } });
    expect({ ok, outputs }).toEqual({ ok: true, outputs: ['bucket_name'] });
  });
});

describe('a plan passes with a note', () => {
  it.each(NOTED)('for %s', (_what, change) => {
    expect(review([change])).toMatchObject({
      ok: true,
      stops: [],
      warnings: [{ address: change['address'] }],
    });
  });
});

describe('a kind of plan gets one verdict, however it is spelled', () => {
  it.each([...KINDS_OF_POLICIES, ...KINDS_OF_WAYS_OUT, ...KINDS])('%s: %s', (_kind, verdict, plans) => {
    for (const changes of plans) {
      const { stops, warnings } = review(changes, OWN_STATE);
      const told = stops.length > 0 ? [...new Set(stops.map(({ rule }) => rule))] : [verdict];
      expect({ changes, told, stopped: stops.length > 0 }).toEqual({
        changes,
        told: [verdict],
        stopped: verdict !== 'note' && verdict !== 'pass',
      });
      expect(warnings.length).toBeGreaterThanOrEqual(verdict === 'note' ? 1 : 0);
    }
  });

  it("does not take somebody else's account for the own one, where the state only names it", () => {
    const log = { destination_arn: `arn:aws:logs:eu-central-1:${OTHER}:destination:a` };
    const changes = [
      resource('aws_cloudwatch_log_subscription_filter', 'no-op', { before: log, after: log }),
      resource('aws_s3_bucket_policy', 'update', { after: { policy: policy(allow({ AWS: OTHER })) } }),
    ];
    expect(stopsOf(changes)).toEqual(['stranger']);
  });

  it('notes what somebody changed outside and the plan leaves, not what it takes back', () => {
    const block = (block_public_policy: boolean) => ({ block_public_policy });
    const type = 'aws_s3_bucket_public_access_block';
    const drift = { resource_drift: [update(type, block(true), block(false))] };
    expect(review([], drift)).toMatchObject({
      ok: true,
      warnings: [
        { message: expect.stringMatching(/^stays as somebody changed it .*block_public_policy off/) },
      ],
    });
    expect(review([update(type, block(false), block(true))], drift).warnings).toEqual([]);
  });

  it('finds what was deleted outside under the address of before', () => {
    const moved = resource(
      'aws_s3_bucket',
      'create',
      {},
      { address: 'aws_s3_bucket.new', previous_address: 'aws_s3_bucket.x' },
    );
    expect(stopsOf([moved], { resource_drift: [resource('aws_s3_bucket', 'delete')] })).toEqual([
      'bucket-lost',
    ]);
  });
});
