import {
  ids,
  type Plan,
  type Statement,
  statement,
  statementsOf,
  synthesizeModule,
} from '../../helpers/synth';

const plan = synthesizeModule();
const KEY = '${aws_kms_key.voicemail_encryption_key.arn}';
const SECRET = '${aws_secretsmanager_secret.voicemail_token_secret.arn}';
const BUCKET = '${aws_s3_bucket.voicemail_archive_bucket.arn}';
const EVENTS = '${aws_sqs_queue.voicemail_queues_events.arn}';
const FAILURES = '${aws_sqs_queue.voicemail_queues_failures.arn}';
const ACCOUNT = '${data.aws_caller_identity.voicemail_surroundings_account.account_id}';
const REGION = '${data.aws_region.voicemail_surroundings_region.region}';
const PARTITION = '${data.aws_partition.voicemail_surroundings_partition.partition}';
const functionArn = (id: string) =>
  `arn:${PARTITION}:lambda:${REGION}:${ACCOUNT}:function:genesys-voicemail-${id}`;
const logGroupArn = (id: string) =>
  `arn:${PARTITION}:logs:${REGION}:${ACCOUNT}:log-group:/aws/lambda/genesys-voicemail-${id}`;

const rights = (synthesized: Plan, name: 'move' | 'refresh'): readonly Statement[] =>
  statementsOf(synthesized.named('aws_iam_policy', `${name}_policy`)['policy']);

const allow = (
  Sid: string,
  Action: string | readonly string[],
  Resource: string | readonly string[],
  Condition?: Statement['Condition'],
) => ({
  Sid,
  Effect: 'Allow',
  Action,
  Resource,
  ...(Condition === undefined ? {} : { Condition }),
});

const platform = (id: string) => [
  allow('WriteLogs', ['logs:CreateLogStream', 'logs:PutLogEvents'], `${logGroupArn(id)}:*`),
  allow('WriteTraces', ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'], '*'),
  allow('DecryptEnvironment', 'kms:Decrypt', KEY, {
    StringEquals: {
      'kms:ViaService': `lambda.${REGION}.amazonaws.com`,
      'kms:EncryptionContext:aws:lambda:FunctionArn': functionArn(id),
    },
  }),
];

const via = (service: string, context: Readonly<Record<string, unknown>>) => ({
  StringEquals: { 'kms:ViaService': `${service}.${REGION}.amazonaws.com`, ...context },
});

test('RefreshAuthToken may rotate the one secret while that names it as its rotation, and nothing else', () => {
  expect(rights(plan, 'refresh')).toEqual([
    ...platform('refresh-auth-token'),
    allow(
      'RotateSecret',
      [
        'secretsmanager:DescribeSecret',
        'secretsmanager:GetSecretValue',
        'secretsmanager:PutSecretValue',
        'secretsmanager:UpdateSecretVersionStage',
      ],
      SECRET,
      { ArnEquals: { 'secretsmanager:resource/AllowRotationLambdaArn': functionArn('refresh-auth-token') } },
    ),
    allow(
      'UseKeyForSecret',
      ['kms:Decrypt', 'kms:GenerateDataKey'],
      KEY,
      via('secretsmanager', { 'kms:EncryptionContext:SecretARN': SECRET }),
    ),
  ]);
});

test('MoveVoicemailToS3 may read the current token, store under its keys, and work its two queues, and nothing else', () => {
  expect(rights(plan, 'move')).toEqual([
    ...platform('move-voicemail-to-s3'),
    allow('ReadCurrentToken', 'secretsmanager:GetSecretValue', SECRET, {
      'ForAnyValue:StringEquals': { 'secretsmanager:VersionStage': 'AWSCURRENT' },
    }),
    allow(
      'UseKeyForSecret',
      ['kms:Decrypt'],
      KEY,
      via('secretsmanager', { 'kms:EncryptionContext:SecretARN': SECRET }),
    ),
    allow(
      'StoreVoicemail',
      ['s3:PutObject', 's3:AbortMultipartUpload', 's3:GetObject'],
      [`${BUCKET}/queue_id=*`],
    ),
    allow('ListArchive', 's3:ListBucket', BUCKET, { StringLike: { 's3:prefix': ['queue_id=*'] } }),
    allow(
      'UseKeyForArchive',
      ['kms:GenerateDataKey', 'kms:Decrypt'],
      KEY,
      via('s3', { 'kms:EncryptionContext:aws:s3:arn': BUCKET }),
    ),
    allow(
      'WorkEvents',
      ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:ChangeMessageVisibility', 'sqs:GetQueueAttributes'],
      EVENTS,
    ),
    allow('SendFailures', 'sqs:SendMessage', FAILURES),
    allow(
      'UseKeyForEvents',
      ['kms:Decrypt', 'kms:GenerateDataKey'],
      KEY,
      via('sqs', { 'kms:EncryptionContext:aws:sqs:arn': EVENTS }),
    ),
    allow(
      'UseKeyForFailures',
      ['kms:Decrypt', 'kms:GenerateDataKey'],
      KEY,
      via('sqs', { 'kms:EncryptionContext:aws:sqs:arn': FAILURES }),
    ),
    allow('SendMissing', 'sqs:SendMessage', EVENTS),
  ]);
});

test('sending to the events queue comes with the reconcile only', () => {
  const without = rights(synthesizeModule({ reconcileEnabled: false }), 'move');
  const sids = without.map(({ Sid }) => Sid);
  expect(without.find(({ Sid }) => Sid === 'UseKeyForEvents')?.Action).toEqual(['kms:Decrypt']);
  expect(sids).not.toContain('SendMissing');
});

test('keys under a prefix, and keys of groups, come with their options only', () => {
  const store = (options: Parameters<typeof synthesizeModule>[0]) => {
    const { policy } = synthesizeModule(options).named('aws_iam_policy', 'move_policy');
    return [statement(policy, 'StoreVoicemail').Resource, statement(policy, 'ListArchive').Condition];
  };
  expect(store({ keyPrefix: 'voicemail/' })).toEqual([
    [`${BUCKET}/voicemail/queue_id=*`],
    { StringLike: { 's3:prefix': ['voicemail/queue_id=*'] } },
  ]);
  expect(store({ groupIds: ids(1) })).toEqual([
    [`${BUCKET}/queue_id=*`, `${BUCKET}/group_id=*`],
    { StringLike: { 's3:prefix': ['queue_id=*', 'group_id=*'] } },
  ]);
});

test('tagging objects comes with tags only', () => {
  const actions = (options: Parameters<typeof synthesizeModule>[0]) =>
    statement(synthesizeModule(options).named('aws_iam_policy', 'move_policy')['policy'], 'StoreVoicemail')
      .Action;
  expect(actions({ objectTags: { team: 'care' } })).toContain('s3:PutObjectTagging');
  expect(actions({})).not.toContain('s3:PutObjectTagging');
});

test('both roles are for Lambda alone', () => {
  const roles = Object.values(plan.all('aws_iam_role'));
  expect(roles).toHaveLength(2);
  for (const role of roles) {
    expect(statementsOf(role['assume_role_policy'])).toEqual([
      {
        Sid: 'LambdaAssumes',
        Effect: 'Allow',
        Principal: { Service: 'lambda.amazonaws.com' },
        Action: 'sts:AssumeRole',
      },
    ]);
  }
});

test('the key is for the account, the logs of the two functions, and the events of this account', () => {
  const key = plan.only('aws_kms_key');
  expect(key).toMatchObject({
    enable_key_rotation: true,
    deletion_window_in_days: 30,
    lifecycle: { prevent_destroy: true },
  });
  expect(statementsOf(key['policy'])).toEqual([
    {
      Sid: 'AccountDecidesByIam',
      Effect: 'Allow',
      Principal: { AWS: `arn:${PARTITION}:iam::${ACCOUNT}:root` },
      Action: 'kms:*',
      Resource: '*',
    },
    {
      Sid: 'LogsOfTheFunctions',
      Effect: 'Allow',
      Principal: { Service: `logs.${REGION}.amazonaws.com` },
      Action: ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:Describe*'],
      Resource: '*',
      Condition: {
        ArnLike: {
          'kms:EncryptionContext:aws:logs:arn': [
            logGroupArn('refresh-auth-token'),
            logGroupArn('move-voicemail-to-s3'),
          ],
        },
      },
    },
    {
      Sid: 'EventsToTheQueues',
      Effect: 'Allow',
      Principal: { Service: 'events.amazonaws.com' },
      Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
      Resource: '*',
      Condition: { StringEquals: { 'aws:SourceAccount': ACCOUNT } },
    },
  ]);
  expect(plan.only('aws_kms_alias')).toMatchObject({
    name: 'alias/genesys-voicemail-to-s3',
    target_key_id: '${aws_kms_key.voicemail_encryption_key.key_id}',
  });
});

test('an existing key encrypts everything, and no other is made', () => {
  const arn = 'arn:aws:kms:eu-central-1:123456789012:key/0b5b3b4e-6f2a-4a51-9f0c-5f0f6f2d9b11';
  const existing = synthesizeModule({ existingKeyArn: arn });
  expect(existing.addresses.filter((address) => address.startsWith('aws_kms_'))).toEqual([]);
  const encrypted = [
    ['aws_secretsmanager_secret', 'kms_key_id'],
    ['aws_sqs_queue', 'kms_master_key_id'],
    ['aws_cloudwatch_log_group', 'kms_key_id'],
    ['aws_lambda_function', 'kms_key_arn'],
  ] as const;
  const keys = encrypted.flatMap(([type, argument]) =>
    Object.values(existing.all(type)).map((resource) => resource[argument]),
  );
  expect(keys).toEqual(Array.from({ length: 8 }, () => arn));
  expect(existing.environment('move')['ARCHIVE_KMS_KEY_ARN']).toBe(arn);
  expect(existing.text).not.toContain('aws_kms_key.');
});

describe('every policy document, with every option that adds rights', () => {
  const largest = synthesizeModule({
    groupIds: ids(1),
    objectTags: { team: 'care' },
    keyPrefix: 'voicemail/',
  });
  const documents = largest.addresses
    .map((address) => address.split('.')[0] ?? '')
    .filter((type, index, types) => types.indexOf(type) === index)
    .flatMap((type) =>
      Object.entries(largest.all(type)).flatMap(([name, resource]) =>
        ['policy', 'assume_role_policy'].flatMap((argument) =>
          typeof resource[argument] === 'string' ? [{ type, name, policy: resource[argument] }] : [],
        ),
      ),
    );
  const list = (value: string | readonly string[] | undefined) =>
    typeof value === 'string' ? [value] : (value ?? []);

  test('is found', () => {
    expect(documents.map(({ name }) => name.replace('voicemail_', '')).sort()).toEqual([
      'archive_policy',
      'encryption_key',
      'move_policy',
      'move_role',
      'queues_events_policy',
      'queues_failures_policy',
      'queues_undelivered_policy',
      'refresh_policy',
      'refresh_role',
      'token_policy',
    ]);
  });

  test('has the form that IAM knows, a name for each statement, and each name once', () => {
    for (const { policy } of documents) {
      const statements = statementsOf(policy);
      expect(new Set(statements.map(({ Sid }) => Sid)).size).toBe(statements.length);
      for (const { Sid, Effect, Action, ...rest } of statements) {
        expect(Sid).toMatch(/^[A-Za-z0-9]+$/);
        expect(['Allow', 'Deny']).toContain(Effect);
        expect(list(Action).length).toBeGreaterThan(0);
        expect(['Principal', 'Resource', 'Condition']).toEqual(expect.arrayContaining(Object.keys(rest)));
      }
    }
  });

  test('names only actions that AWS has and the module needs', () => {
    const actions = documents.flatMap(({ policy }) =>
      statementsOf(policy).flatMap(({ Action }) => list(Action)),
    );
    expect([...new Set(actions)].sort()).toEqual([
      'kms:*',
      'kms:Decrypt',
      'kms:Describe*',
      'kms:Encrypt',
      'kms:GenerateDataKey',
      'kms:GenerateDataKey*',
      'kms:ReEncrypt*',
      'logs:CreateLogStream',
      'logs:PutLogEvents',
      's3:*',
      's3:AbortMultipartUpload',
      's3:GetObject',
      's3:ListBucket',
      's3:PutObject',
      's3:PutObjectTagging',
      'secretsmanager:*',
      'secretsmanager:DescribeSecret',
      'secretsmanager:GetSecretValue',
      'secretsmanager:PutSecretValue',
      'secretsmanager:UpdateSecretVersionStage',
      'sqs:*',
      'sqs:ChangeMessageVisibility',
      'sqs:DeleteMessage',
      'sqs:GetQueueAttributes',
      'sqs:ReceiveMessage',
      'sqs:SendMessage',
      'sts:AssumeRole',
      'xray:PutTelemetryRecords',
      'xray:PutTraceSegments',
    ]);
  });

  test('allows a role no wildcard of actions, and of resources only what has none: X-Ray', () => {
    const allowed = documents
      .filter(({ type }) => type === 'aws_iam_policy')
      .flatMap(({ policy }) => statementsOf(policy));
    expect(allowed.length).toBeGreaterThan(10);
    expect(allowed.flatMap(({ Action }) => list(Action)).filter((action) => action.includes('*'))).toEqual(
      [],
    );
    expect(allowed.filter(({ Resource }) => list(Resource).includes('*')).map(({ Sid }) => Sid)).toEqual([
      'WriteTraces',
      'WriteTraces',
    ]);
    const wildcards = allowed
      .flatMap(({ Resource }) => list(Resource))
      .filter((resource) => resource.includes('*') && resource !== '*');
    expect(wildcards).toEqual([
      `${logGroupArn('move-voicemail-to-s3')}:*`,
      `${BUCKET}/voicemail/queue_id=*`,
      `${BUCKET}/voicemail/group_id=*`,
      `${logGroupArn('refresh-auth-token')}:*`,
    ]);
  });

  test('names every principal, but where it denies', () => {
    const open = documents
      .flatMap(({ policy }) => statementsOf(policy))
      .filter(({ Principal }) => Principal === '*');
    expect(open.map(({ Effect }) => Effect)).toEqual(open.map(() => 'Deny'));
    expect(open).toHaveLength(8);
  });

  test('gives the key to a role only for a service and for what is encrypted', () => {
    const uses = documents
      .filter(({ type }) => type === 'aws_iam_policy')
      .flatMap(({ policy }) => statementsOf(policy))
      .filter(({ Action }) => list(Action).some((action) => action.startsWith('kms:')));
    expect(uses).toHaveLength(7);
    for (const { Condition } of uses) {
      const keys = Object.keys(Condition?.['StringEquals'] ?? {});
      expect(keys).toContain('kms:ViaService');
      expect(keys.some((key) => key.startsWith('kms:EncryptionContext:'))).toBe(true);
    }
  });
});
