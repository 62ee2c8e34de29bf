import type { RequestContext } from '../../tools/local-cloud/aws/iam';
import { type DeploymentOptions, removeVariants, synthesizeVariant } from './deployment-variant';
import { StackPolicies } from './stack-policies';

/* Rights that come with the options that need them, and go with them. */

afterAll(removeVariants);

const GROUP_IDS = ['5d1f3c86-0f7a-4b8e-9d24-6a0e3b7c1f95'];

const NETWORK_INTERFACE = 'arn:aws:ec2:eu-central-1:000000000000:network-interface/eni-0a1b2c3d4e5f60718';
const VPC = { vpcSubnetIds: ['subnet-0a1b2c3d4e5f60718'], vpcSecurityGroupIds: ['sg-0a1b2c3d4e5f60718'] };

const synthesized = new Map<string, StackPolicies>();

/** The policies of a stack, which is synthesized once however often it is asked. */
const policiesOf = (options: DeploymentOptions): StackPolicies => {
  const known = synthesized.get(JSON.stringify(options)) ?? new StackPolicies(synthesizeVariant(options));
  synthesized.set(JSON.stringify(options), known);
  return known;
};

const moverMay =
  (action: string, resource: (arns: StackPolicies['arns']) => string, context: RequestContext = {}) =>
  (options: DeploymentOptions): boolean => {
    const policies = policiesOf(options);
    const { arns } = policies;
    const { decision } = policies.ofRole(arns.moverRole, { action, resource: resource(arns), context });
    return decision === 'allow';
  };

const listsGroups = moverMay('s3:ListBucket', ({ bucket }) => bucket, { 's3:prefix': 'group_id=1/' });
const sendsEvents = moverMay('sqs:SendMessage', ({ events }) => events);
const encryptsEvents = (options: DeploymentOptions): boolean => {
  const policies = policiesOf(options);
  const { moverRole, key, events } = policies.arns;
  const context = {
    'kms:ViaService': `sqs.${policies.region}.amazonaws.com`,
    'kms:EncryptionContext:aws:sqs:arn': events,
  };
  return (
    policies.ofRole(moverRole, { action: 'kms:GenerateDataKey', resource: key, context }).decision === 'allow'
  );
};
const tags = moverMay('s3:PutObjectTagging', ({ bucket }) => `${bucket}/queue_id=1/a.webm`);
const stores = (path: string) => moverMay('s3:PutObject', ({ bucket }) => `${bucket}/${path}`);
const network = (context: RequestContext = {}) =>
  moverMay('ec2:CreateNetworkInterface', () => NETWORK_INTERFACE, context);
const deletes = moverMay('s3:DeleteObject', ({ bucket }) => `${bucket}/queue_id=1/a.webm`);
const deletesVersions = moverMay('s3:DeleteObjectVersion', ({ bucket }) => `${bucket}/queue_id=1/a.webm`);

test.each([
  ['sending to the events queue comes', 'a reconcile', sendsEvents, {}, { reconcileEnabled: false }],
  ['encrypting for the events queue comes', 'a reconcile', encryptsEvents, {}, { reconcileEnabled: false }],
  ['tagging objects comes', 'tags', tags, { objectTags: { team: 'care' } }, { objectTags: {} }],
  ['keys of groups come', 'groups', stores('group_id=1/a.webm'), { groupIds: GROUP_IDS }, {}],
  ['listing groups comes', 'groups', listsGroups, { groupIds: GROUP_IDS }, {}],
  ['keys under a prefix come', 'that prefix', stores('mail/queue_id=1/a.webm'), { keyPrefix: 'mail/' }, {}],
  [
    'keys at the top of the bucket come',
    'no prefix',
    stores('queue_id=1/a.webm'),
    {},
    { keyPrefix: 'mail/' },
  ],
  ['placing the function in a network comes', 'a VPC', network(), VPC, {}],
])('%s with %s only', (_right, _option, isAllowed, withOption, withoutIt) => {
  expect([isAllowed(withOption), isAllowed(withoutIt)]).toEqual([true, false]);
});

test('with a VPC the rights on the network are for Lambda, and not for the code of the function', () => {
  const arn = 'arn:aws:lambda:eu-central-1:000000000000:function:genesys-voicemail-move-voicemail-to-s3';
  expect(network({ 'lambda:SourceFunctionArn': arn })(VPC)).toBe(false);
});

test('no option lets the mover delete what it stored, not even the deletion at Genesys', () => {
  const everything = {
    deleteAfterStore: true,
    keyPrefix: '',
    groupIds: GROUP_IDS,
    objectTags: { team: 'care' },
  };
  expect([deletes(everything), deletesVersions(everything)]).toEqual([false, false]);
});

describe('with a list of readers', () => {
  const operator = 'arn:aws:iam::000000000000:role/operator';
  /** What a role may do with the secret's current value. */
  const decided = (readers: readonly string[] | undefined, who: string, action: string): string => {
    const policies = policiesOf(
      readers === undefined ? {} : { secretReaders: readers, iamPath: '/voicemail/' },
    );
    const { secret, moverRole, rotationRole, rotationFunction } = policies.arns;
    const role = { moverRole, rotationRole }[who] ?? who;
    const context = {
      'secretsmanager:VersionStage': 'AWSCURRENT',
      'secretsmanager:resource/AllowRotationLambdaArn': rotationFunction,
    };
    return policies.ofRole(role, { action: `secretsmanager:${action}`, resource: secret, context }).decision;
  };

  test.each([
    ['somebody with every right may read the token pair without one', undefined, operator, 'allow'],
    ['nobody else may read it, with every right', [], operator, 'explicit-deny'],
    ['who is on it may read it', [operator], operator, 'allow'],
    ['the mover may read it', [], 'moverRole', 'allow'],
    ['the rotation may read it', [], 'rotationRole', 'allow'],
  ])('%s', (_, readers, who, decision) => {
    expect(decided(readers, who, 'GetSecretValue')).toBe(decision);
  });

  test.each(['PutResourcePolicy', 'DescribeSecret', 'RotateSecret', 'PutSecretValue'])(
    'whoever deploys is not locked out of %s',
    (action) => {
      expect(decided([], operator, action)).toBe('allow');
    },
  );
});

describe('EventBridge, with events under the key', () => {
  const BUS = 'arn:aws:events:eu-central-1:000000000000:event-bus/';
  /** What EventBridge may do, for one bus of the account or on nobody's behalf. */
  const decided = (encryptEvents: boolean, action: string, bus?: string): string => {
    const policies = policiesOf({ encryptEvents });
    const resource = action.startsWith('sqs:') ? policies.arns.undelivered : policies.arns.key;
    const context =
      bus === undefined ? {} : { 'kms:EncryptionContext:aws:events:event-bus:arn': `${BUS}${bus}` };
    const source = { sourceArn: `${BUS}${bus}`, sourceAccount: policies.accountId };
    const isSent = action.startsWith('sqs:');
    return policies.ofService(
      'events.amazonaws.com',
      { action, resource, context: isSent ? {} : context },
      isSent ? source : undefined,
    ).decision;
  };
  const OURS = 'aws.partner/genesys.com/cloud/7f1c9a34-3d1b-4b0e-8a55-2f6d0c9e4b18/voicemail';

  test.each([
    ['may see the key', 'kms:DescribeKey', undefined],
    ['may encrypt the bus', 'kms:GenerateDataKey', OURS],
    ['may decrypt the bus', 'kms:Decrypt', OURS],
    ['may encrypt the archive anew', 'kms:ReEncryptFrom', OURS],
    ['may put aside what the bus cannot encrypt', 'sqs:SendMessage', OURS],
  ])('%s, and not without the option', (_, action, bus) => {
    expect([decided(true, action, bus), decided(false, action, bus)]).toEqual(['allow', 'implicit-deny']);
  });

  test.each(['kms:Decrypt', 'sqs:SendMessage'])('may not %s for another bus', (action) => {
    expect(decided(true, action, 'other')).toBe('implicit-deny');
  });
});

describe('Athena, with a catalog', () => {
  /** Whether Athena may use the key for the results of a workgroup of the account. */
  const decided = (catalog: boolean, action: string, workgroup: string): string => {
    const policies = policiesOf({ catalog });
    const sourceArn = `arn:aws:athena:eu-central-1:${policies.accountId}:workgroup/${workgroup}`;
    return policies.ofService(
      'encryption.athena.amazonaws.com',
      {
        action,
        resource: policies.arns.key,
        // A description has no encryption context.
        context: action === 'kms:DescribeKey' ? {} : { 'kms:EncryptionContext:aws:athena:arn': sourceArn },
      },
      { sourceArn, sourceAccount: policies.accountId },
    ).decision;
  };

  test.each(['kms:Decrypt', 'kms:DescribeKey', 'kms:GenerateDataKey'])(
    'may %s for results of its workgroup, and neither without the option nor for another workgroup',
    (action) => {
      expect([
        decided(true, action, 'genesys-voicemail-archive'),
        decided(false, action, 'genesys-voicemail-archive'),
        decided(true, action, 'primary'),
      ]).toEqual(['allow', 'implicit-deny', 'implicit-deny']);
    },
  );
});
