import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import { type DeployedStack, deployingPolicy, readStack } from '../../cli/commands/deploying-role/policy';
import { documentOf } from '../../cli/policy';
import { synthesize } from '../../modules/deployment/synthesize';
import { LARGEST } from '../../tools/build/hcl-module';
import { evaluate, parsePolicy, type RequestContext } from '../../tools/local-cloud/aws/iam';
import { evaluateDeclarations } from '../../tools/local-cloud/stack/stack-resources';
import { readSynthesizedStack } from '../../tools/local-cloud/stack/synthesized-stack';

const ACCOUNT = '222222222222';
const REGION = 'eu-central-1';
const folder = mkdtempSync(join(tmpdir(), 'deploying-role-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const BACKEND = { bucket: 'states', region: REGION, key: 'voicemail/production.tfstate' };
const DEPLOYMENT = {
  awsRegion: REGION,
  awsAccountId: ACCOUNT,
  genesysRegion: 'mypurecloud.de',
  eventSourceName: 'aws.partner/genesys.com/cloud/7f1c9a34-3d1b-4b0e-8a55-2f6d0c9e4b18/voicemail',
  queueIds: ['2b6f0cc9-04d1-4c1d-8f3a-9a1f5f0b7c3e'],
  retentionDays: 365,
  iamPath: '/voicemail/',
  backend: BACKEND,
};
const BOUNDARY = 'arn:aws:iam::222222222222:policy/boundary';
const { eventSourceName, ...WITHOUT_BUS } = DEPLOYMENT;
const DEPLOYMENTS = {
  production: DEPLOYMENT,
  bounded: {
    ...WITHOUT_BUS,
    name: 'bounded',
    existingEventBusName: eventSourceName,
    permissionsBoundaryArn: BOUNDARY,
    preventDestroy: false,
    backend: { ...BACKEND, key: 'voicemail/bounded.tfstate' },
  },
  largest: {
    ...LARGEST,
    awsRegion: REGION,
    awsAccountId: '111111111111',
    backend: { ...BACKEND, key: 'voicemail/largest.tfstate' },
  },
  sovereign: {
    ...WITHOUT_BUS,
    name: 'sovereign',
    awsRegion: 'eusc-de-east-1',
    awsAccountId: '333333333333',
    existingEventBusName: eventSourceName,
    backend: {
      bucket: 'states-of-the-sovereign-cloud',
      region: 'eusc-de-east-1',
      key: 'voicemail/sovereign.tfstate',
    },
  },
} as const;

mkdirSync(join(folder, 'deployments'));
for (const [name, deployment] of Object.entries(DEPLOYMENTS)) {
  writeFileSync(join(folder, 'deployments', `${name}.json`), JSON.stringify(deployment));
}
synthesize({ deploymentsFolder: join(folder, 'deployments'), outputFolder: folder });

/** The key of the module leaves to IAM who may use it. */
const KEY_POLICY = parsePolicy('resource', {
  name: 'key',
  document: JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'AccountDecidesByIam',
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` },
        Action: 'kms:*',
        Resource: '*',
      },
    ],
  }),
});

/** What the policy of a deployment says to one request. */
const decider = (deployment: keyof typeof DEPLOYMENTS) => {
  const policy = parsePolicy('identity', {
    name: 'deploy',
    document: documentOf(deployingPolicy(readStack(folder, deployment))),
  });
  return (action: string, resource: string, context: RequestContext = {}) =>
    evaluate(
      {
        caller: { type: 'role', arn: `arn:aws:iam::${ACCOUNT}:role/deploy` },
        action,
        resource,
        context: { 'aws:SecureTransport': 'true', ...context },
      },
      { identity: [policy], resource: action.startsWith('kms:') ? KEY_POLICY : undefined },
    ).decision;
};

const arn = (service: string, resource: string): string =>
  `arn:aws:${service}:${REGION}:${ACCOUNT}:${resource}`;

test('the role that deploys has rights for each type of resource that any option makes', () => {
  const statements = deployingPolicy(readStack(folder, 'largest'));
  expect(statements.map(({ Sid }) => Sid)).toEqual(
    expect.arrayContaining(['Bucket', 'Catalog', 'EventArchives', 'State']),
  );
  // An inline policy of a role takes 10,240 characters.
  expect(JSON.stringify(JSON.parse(documentOf(statements))).length).toBeLessThan(10_240);
});

test('a type that the module does not make is named, instead of being left without rights', () => {
  const stack = readStack(folder, 'production');
  const more: DeployedStack = { ...stack, resource: { ...stack.resource, aws_sns_topic: { mine: {} } } };
  expect(() => deployingPolicy(more)).toThrow(/aws_sns_topic is not made by the module/);
});

describe('the role that deploys', () => {
  const decide = decider('production');
  const resources = evaluateDeclarations(readSynthesizedStack(folder, 'production').declarations, {
    accountId: ACCOUNT,
    region: REGION,
    awsOrigin: 'https://sqs.local',
    createSecret: ({ name }) => arn('secretsmanager', `secret:${name}-a1B2c3`),
  });
  const arnsOf = (type: string): readonly string[] =>
    resources.all(type, v.looseObject({ arn: v.string() })).map((resource) => resource.arn);

  test.each([
    ['aws_s3_bucket', 's3:CreateBucket', 's3:DeleteBucket', false],
    ['aws_secretsmanager_secret', 'secretsmanager:CreateSecret', 'secretsmanager:DeleteSecret', false],
    ['aws_cloudwatch_event_bus', 'events:CreateEventBus', 'events:DeleteEventBus', false],
    ['aws_sqs_queue', 'sqs:CreateQueue', 'sqs:DeleteQueue', true],
    ['aws_iam_role', 'iam:CreateRole', 'iam:DeleteRole', true],
    ['aws_iam_policy', 'iam:CreatePolicyVersion', 'iam:DeletePolicy', true],
    ['aws_lambda_function', 'lambda:CreateFunction', 'lambda:DeleteFunction', true],
    ['aws_cloudwatch_event_rule', 'events:PutTargets', 'events:RemoveTargets', true],
    ['aws_cloudwatch_log_group', 'logs:PutRetentionPolicy', 'logs:DeleteLogGroup', true],
    ['aws_cloudwatch_metric_alarm', 'cloudwatch:PutMetricAlarm', 'cloudwatch:DeleteAlarms', true],
    ['aws_cloudwatch_composite_alarm', 'cloudwatch:PutCompositeAlarm', 'cloudwatch:DeleteAlarms', true],
  ])('may make each %s, and deletes only what nothing guards', (type, make, remove, removes) => {
    const arns = arnsOf(type);
    expect(arns.length).toBeGreaterThan(0);
    expect(arns.map((one) => decide(make, one))).toEqual(arns.map(() => 'allow'));
    expect(arns.map((one) => decide(remove, one))).toEqual(
      arns.map(() => (removes ? 'allow' : 'implicit-deny')),
    );
  });

  test.each([
    [
      'read a token',
      'secretsmanager:GetSecretValue',
      arn('secretsmanager', 'secret:genesys-voicemail-token-a1B2c3'),
    ],
    [
      'write a token',
      'secretsmanager:PutSecretValue',
      arn('secretsmanager', 'secret:genesys-voicemail-token-a1B2c3'),
    ],
    ['read a voicemail', 's3:GetObject', 'arn:aws:s3:::genesys-voicemail-222222222222-eu-central-1/a.webm'],
    [
      'delete a voicemail',
      's3:DeleteObject',
      'arn:aws:s3:::genesys-voicemail-222222222222-eu-central-1/a.webm',
    ],
    ['receive a message', 'sqs:ReceiveMessage', arn('sqs', 'genesys-voicemail-events')],
    [
      'call the mover',
      'lambda:InvokeFunction',
      arn('lambda', 'function:genesys-voicemail-move-voicemail-to-s3'),
    ],
    ['change a queue of others', 'sqs:SetQueueAttributes', arn('sqs', 'orders')],
    ['make a role of another path', 'iam:CreateRole', 'arn:aws:iam::222222222222:role/genesys-voicemail-x'],
    ['schedule the deletion of a key', 'kms:ScheduleKeyDeletion', arn('kms', 'key/any')],
    ['read another state', 's3:GetObject', 'arn:aws:s3:::states/voicemail/other.tfstate'],
    ['delete the state', 's3:DeleteObject', 'arn:aws:s3:::states/voicemail/production.tfstate'],
  ])('may not %s', (_what, action, resource) => {
    expect(decide(action, resource)).toBe('implicit-deny');
  });

  test('passes its roles to Lambda only, and attaches its own policies only', () => {
    const role = 'arn:aws:iam::222222222222:role/voicemail/genesys-voicemail-move-voicemail-to-s3';
    const passed = (to: string) => decide('iam:PassRole', role, { 'iam:PassedToService': to });
    expect([passed('lambda.amazonaws.com'), passed('ec2.amazonaws.com')]).toEqual(['allow', 'implicit-deny']);
    const attached = (policy: string) => decide('iam:AttachRolePolicy', role, { 'iam:PolicyARN': policy });
    expect([
      attached('arn:aws:iam::222222222222:policy/voicemail/genesys-voicemail-move-voicemail-to-s3'),
      attached('arn:aws:iam::aws:policy/AdministratorAccess'),
    ]).toEqual(['allow', 'implicit-deny']);
  });

  test('changes the policy of the key of this deployment only, which its alias tells', () => {
    const changed = (alias: string) =>
      decide('kms:PutKeyPolicy', arn('kms', 'key/any'), { 'kms:ResourceAliases': [alias] });
    expect([changed('alias/genesys-voicemail-to-s3'), changed('alias/orders')]).toEqual([
      'allow',
      'implicit-deny',
    ]);
  });

  test('reads and writes its state, and takes the lock away', () => {
    const state = 'arn:aws:s3:::states/voicemail/production.tfstate';
    expect([
      decide('s3:PutObject', state),
      decide('s3:DeleteObject', `${state}.tflock`),
      decide('s3:ListBucket', 'arn:aws:s3:::states'),
    ]).toEqual(['allow', 'allow', 'allow']);
  });
});

test('with a boundary the role makes no role without it; without prevent_destroy it may delete', () => {
  const decide = decider('bounded');
  const role = 'arn:aws:iam::222222222222:role/voicemail/bounded-refresh-auth-token';
  expect(decide('iam:CreateRole', role)).toBe('implicit-deny');
  expect(decide('iam:CreateRole', role, { 'iam:PermissionsBoundary': BOUNDARY })).toBe('allow');
  expect(decide('iam:DeleteRolePermissionsBoundary', role)).toBe('implicit-deny');
  expect(decide('s3:DeleteBucket', 'arn:aws:s3:::bounded-222222222222-eu-central-1')).toBe('allow');
});

test('in another partition every ARN is of that partition', () => {
  const text = JSON.stringify(deployingPolicy(readStack(folder, 'sovereign')));
  expect(new Set(text.match(/arn:[^:]+:/g))).toEqual(new Set(['arn:aws-eusc:']));
});

test("an app's own stack has to say its account and region, and is told so", () => {
  const stack = join(folder, 'stacks/app');
  mkdirSync(stack, { recursive: true });
  const { provider: _provider, ...rest } = readStack(folder, 'production');
  const write = (content: unknown) => writeFileSync(join(stack, 'cdk.tf.json'), JSON.stringify(content));
  write({ ...rest, provider: { aws: [{ region: 'eu-central-1' }] } });
  expect(() => readStack(folder, 'app')).toThrow(
    /account and region.* allowedAccountIds: \['123456789012'\]/,
  );
  write({ ...rest, provider: { aws: [{ region: '${var.region}', allowed_account_ids: [ACCOUNT] }] } });
  expect(() => readStack(folder, 'app')).toThrow(/both as literals/);
  write({});
  expect(() => readStack(folder, 'app')).toThrow(/app.cdk\.tf\.json is no stack that cdktf synthesized$/);
});

test('a stack that was not synthesized is named with what writes it', () => {
  expect(() => readStack(folder, 'nothing')).toThrow(
    /nothing.cdk\.tf\.json cannot be read \(ENOENT\); write it with: genesys-voicemail synth/,
  );
});
