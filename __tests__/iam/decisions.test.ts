import type { Decision, RequestContext } from '../../tools/local-cloud/aws/iam';
import { removeVariants, synthesizeVariant } from './deployment-variant';
import { StackPolicies } from './stack-policies';

/*
 * What the synthesized policies allow and deny, one sentence a decision. The rows that deny are near misses: one name, one
 * label, one header away from what is allowed. That each call of the functions is allowed is proved in
 * recorded-calls.test.ts, by the calls themselves.
 */

afterAll(removeVariants);

const policies = new StackPolicies(synthesizeVariant());
const { arns, accountId, region } = policies;
const { bucket, events, failures, key, secret, undelivered } = arns;

const OTHER_ACCOUNT = '111111111111';
const OBJECT = `${bucket}/queue_id=2b6f0cc9-04d1-4c1d-8f3a-9a1f5f0b7c3e/year=2026/month=01/day=31/a.webm`;
const ANOTHER_SECRET = `arn:aws:secretsmanager:${region}:${accountId}:secret:genesys-voicemail-token-x-a1B2c3`;
const ANOTHER_KEY = `arn:aws:kms:${region}:${accountId}:key/0b5b3b4e-6f2a-4a51-9f0c-5f0f6f2d9b11`;
const HTTP = { 'aws:SecureTransport': 'false' };

/** What was decided, and by which statements: an implicit deny has none. */
const inWords = ({ decision, statements }: Decision): string =>
  [decision, ...statements.map(({ statement }) => statement)].join(' ');

type Row = readonly [sentence: string, decided: Decision, expected: string];

const DENIED = 'implicit-deny';

const mover = (action: string, resource: string, context: RequestContext = {}) =>
  policies.ofRole(arns.moverRole, { action, resource, context });
const rotation = (action: string, resource: string, context: RequestContext = {}) =>
  policies.ofRole(arns.rotationRole, {
    action,
    resource,
    context: { 'secretsmanager:resource/AllowRotationLambdaArn': arns.rotationFunction, ...context },
  });
/** A role of the account whose own policies allow nothing. */
const somebody = (action: string, resource: string, context: RequestContext = {}) =>
  policies.ofRole(`arn:aws:iam::${accountId}:role/somebody`, { action, resource, context });
const service =
  (name: string) =>
  (action: string, resource: string, sourceArn: string, sourceAccount = accountId) =>
    policies.ofService(`${name}.amazonaws.com`, { action, resource }, { sourceArn, sourceAccount });
const eventBridge = service('events');
const secretsManager = service('secretsmanager');

const stage = (label: string) => ({ 'secretsmanager:VersionStage': label });
const via = (name: string, context: RequestContext) => ({
  'kms:ViaService': `${name}.${region}.amazonaws.com`,
  ...Object.fromEntries(
    Object.entries(context).map(([name, value]) => [`kms:EncryptionContext:${name}`, value]),
  ),
});
const encrypted = (algorithm: string, keyArn?: string) => ({
  's3:x-amz-server-side-encryption': algorithm,
  ...(keyArn === undefined ? {} : { 's3:x-amz-server-side-encryption-aws-kms-key-id': keyArn }),
});
const forLogs = (logGroup: string) => ({ 'kms:EncryptionContext:aws:logs:arn': logGroup });
const logs = (logGroup: string, name = `logs.${region}.amazonaws.com`) =>
  policies.ofService(name, { action: 'kms:GenerateDataKey', resource: key, context: forLogs(logGroup) });

const BY_KEY = 'AccountDecidesByIam';

const MOVER_AND_TOKEN: readonly Row[] = [
  [
    'may read the current token',
    mover('secretsmanager:GetSecretValue', secret, stage('AWSCURRENT')),
    'allow ReadCurrentToken',
  ],
  [
    'may not read a pending token',
    mover('secretsmanager:GetSecretValue', secret, stage('AWSPENDING')),
    DENIED,
  ],
  [
    'may not read the previous token',
    mover('secretsmanager:GetSecretValue', secret, stage('AWSPREVIOUS')),
    DENIED,
  ],
  [
    'may not read the latest grant',
    mover('secretsmanager:GetSecretValue', secret, stage('LATEST_GRANT')),
    DENIED,
  ],
  ['may not read without naming a label', mover('secretsmanager:GetSecretValue', secret), DENIED],
  [
    'may not read a version by its id',
    mover('secretsmanager:GetSecretValue', secret, { 'secretsmanager:VersionId': 'a' }),
    DENIED,
  ],
  [
    'may not read the current value of another secret',
    mover('secretsmanager:GetSecretValue', ANOTHER_SECRET, stage('AWSCURRENT')),
    DENIED,
  ],
  [
    'may not read the current token over plain HTTP',
    mover('secretsmanager:GetSecretValue', secret, { ...stage('AWSCURRENT'), ...HTTP }),
    'explicit-deny DenyInsecureTransport',
  ],
  ['may not write a token', mover('secretsmanager:PutSecretValue', secret, stage('AWSCURRENT')), DENIED],
  [
    'may not move a label',
    mover('secretsmanager:UpdateSecretVersionStage', secret, stage('AWSCURRENT')),
    DENIED,
  ],
  ['may not look at the labels', mover('secretsmanager:DescribeSecret', secret), DENIED],
  ['may not have the secret rotated', mover('secretsmanager:RotateSecret', secret), DENIED],
  ['may not delete the secret', mover('secretsmanager:DeleteSecret', secret), DENIED],
];

const MOVER_AND_ARCHIVE: readonly Row[] = [
  [
    'may put an object and leave its encryption to the bucket',
    mover('s3:PutObject', OBJECT),
    'allow StoreVoicemail',
  ],
  [
    "may put an object and name the archive's key",
    mover('s3:PutObject', OBJECT, encrypted('aws:kms', key)),
    'allow StoreVoicemail',
  ],
  [
    'may not put an object under another key of the account',
    mover('s3:PutObject', OBJECT, encrypted('aws:kms', ANOTHER_KEY)),
    'explicit-deny DenyForeignKey',
  ],
  [
    'may not put an object under a key of S3',
    mover('s3:PutObject', OBJECT, encrypted('AES256')),
    'explicit-deny DenyOtherEncryption',
  ],
  [
    'may not put an object under two layers of keys',
    mover('s3:PutObject', OBJECT, encrypted('aws:kms:dsse', key)),
    'explicit-deny DenyOtherEncryption',
  ],
  [
    'may not put an object under a key of its own',
    mover('s3:PutObject', OBJECT, { 's3:x-amz-server-side-encryption-customer-algorithm': 'AES256' }),
    'explicit-deny DenyCustomerProvidedKey',
  ],
  [
    'may not put an object over plain HTTP',
    mover('s3:PutObject', OBJECT, HTTP),
    'explicit-deny DenyInsecureTransport',
  ],
  ['may not put an object at the top of the bucket', mover('s3:PutObject', `${bucket}/a.webm`), DENIED],
  [
    'may not put an object under a group that nobody named',
    mover('s3:PutObject', `${bucket}/group_id=1/a.webm`),
    DENIED,
  ],
  [
    'may not put an object under another prefix',
    mover('s3:PutObject', `${bucket}/exports/queue_id=1/a.webm`),
    DENIED,
  ],
  [
    'may not put an object into another bucket',
    mover('s3:PutObject', `${bucket}-2/queue_id=1/a.webm`),
    DENIED,
  ],
  ['may compare an object', mover('s3:GetObject', OBJECT), 'allow StoreVoicemail'],
  ['may not read an old version of an object', mover('s3:GetObjectVersion', OBJECT), DENIED],
  ['may not read an object of another prefix', mover('s3:GetObject', `${bucket}/exports/a.webm`), DENIED],
  ['may abort an upload', mover('s3:AbortMultipartUpload', OBJECT), 'allow StoreVoicemail'],
  ['may not delete an object', mover('s3:DeleteObject', OBJECT), DENIED],
  ['may not delete a version of an object', mover('s3:DeleteObjectVersion', OBJECT), DENIED],
  ['may not tag an object where no tags are asked for', mover('s3:PutObjectTagging', OBJECT), DENIED],
  ['may not open an object to others', mover('s3:PutObjectAcl', OBJECT), DENIED],
  ['may not put a legal hold on an object', mover('s3:PutObjectLegalHold', OBJECT), DENIED],
  [
    'may list what it stored',
    mover('s3:ListBucket', bucket, { 's3:prefix': 'queue_id=1/year=2026/' }),
    'allow ListArchive',
  ],
  ['may not list another prefix', mover('s3:ListBucket', bucket, { 's3:prefix': 'exports/' }), DENIED],
  ['may not list the whole bucket', mover('s3:ListBucket', bucket), DENIED],
  [
    'may not list old versions',
    mover('s3:ListBucketVersions', bucket, { 's3:prefix': 'queue_id=1/' }),
    DENIED,
  ],
  ["may not change the bucket's policy", mover('s3:PutBucketPolicy', bucket), DENIED],
  ["may not change the bucket's life cycle", mover('s3:PutLifecycleConfiguration', bucket), DENIED],
];

const MOVER_AND_QUEUES: readonly Row[] = [
  ['may receive from the events queue', mover('sqs:ReceiveMessage', events), 'allow WorkEvents'],
  ['may delete what it received', mover('sqs:DeleteMessage', events), 'allow WorkEvents'],
  ['may give a message back', mover('sqs:ChangeMessageVisibility', events), 'allow WorkEvents'],
  ['may send what a reconcile found', mover('sqs:SendMessage', events), 'allow SendMissing'],
  [
    'may not receive over plain HTTP',
    mover('sqs:ReceiveMessage', events, HTTP),
    'explicit-deny DenyInsecureTransport',
  ],
  ['may not empty the events queue', mover('sqs:PurgeQueue', events), DENIED],
  ['may not change the events queue', mover('sqs:SetQueueAttributes', events), DENIED],
  ['may send to the failures queue', mover('sqs:SendMessage', failures), 'allow SendFailures'],
  ['may not receive from the failures queue', mover('sqs:ReceiveMessage', failures), DENIED],
  ['may not delete from the failures queue', mover('sqs:DeleteMessage', failures), DENIED],
  [
    'may not send to the queue of what EventBridge could not deliver',
    mover('sqs:SendMessage', undelivered),
    DENIED,
  ],
  ['may not receive what EventBridge could not deliver', mover('sqs:ReceiveMessage', undelivered), DENIED],
];

const MOVER_AND_KEY: readonly Row[] = [
  [
    'may decrypt the token through Secrets Manager',
    mover('kms:Decrypt', key, via('secretsmanager', { SecretARN: secret })),
    `allow UseKeyForSecret ${BY_KEY}`,
  ],
  [
    'may not encrypt through Secrets Manager',
    mover('kms:GenerateDataKey', key, via('secretsmanager', { SecretARN: secret })),
    DENIED,
  ],
  [
    'may not decrypt another secret',
    mover('kms:Decrypt', key, via('secretsmanager', { SecretARN: ANOTHER_SECRET })),
    DENIED,
  ],
  [
    'may encrypt for the archive through S3',
    mover('kms:GenerateDataKey', key, via('s3', { 'aws:s3:arn': bucket })),
    `allow UseKeyForArchive ${BY_KEY}`,
  ],
  [
    'may decrypt the parts of an upload through S3',
    mover('kms:Decrypt', key, via('s3', { 'aws:s3:arn': bucket })),
    `allow UseKeyForArchive ${BY_KEY}`,
  ],
  [
    'may not encrypt for another bucket',
    mover('kms:GenerateDataKey', key, via('s3', { 'aws:s3:arn': `${bucket}-2` })),
    DENIED,
  ],
  [
    'may not encrypt an object past the bucket key',
    mover('kms:GenerateDataKey', key, via('s3', { 'aws:s3:arn': OBJECT })),
    DENIED,
  ],
  [
    'may not use the key through S3 of another region',
    mover('kms:Decrypt', key, {
      ...via('s3', { 'aws:s3:arn': bucket }),
      'kms:ViaService': 's3.us-east-1.amazonaws.com',
    }),
    DENIED,
  ],
  [
    'may not use the key itself',
    mover('kms:Decrypt', key, { 'kms:EncryptionContext:aws:s3:arn': bucket }),
    DENIED,
  ],
  [
    'may not use another key',
    mover('kms:GenerateDataKey', ANOTHER_KEY, via('s3', { 'aws:s3:arn': bucket })),
    DENIED,
  ],
  [
    'may encrypt a failure through SQS',
    mover('kms:GenerateDataKey', key, via('sqs', { 'aws:sqs:arn': failures })),
    `allow UseKeyForFailures ${BY_KEY}`,
  ],
  [
    'may decrypt an event through SQS',
    mover('kms:Decrypt', key, via('sqs', { 'aws:sqs:arn': events })),
    `allow UseKeyForEvents ${BY_KEY}`,
  ],
  [
    'may not decrypt what EventBridge could not deliver',
    mover('kms:Decrypt', key, via('sqs', { 'aws:sqs:arn': undelivered })),
    DENIED,
  ],
  [
    'may decrypt its variables through Lambda',
    mover('kms:Decrypt', key, via('lambda', { 'aws:lambda:FunctionArn': arns.moverFunction })),
    `allow DecryptEnvironment ${BY_KEY}`,
  ],
  [
    "may not decrypt the rotation's variables",
    mover('kms:Decrypt', key, via('lambda', { 'aws:lambda:FunctionArn': arns.rotationFunction })),
    DENIED,
  ],
  ['may not change who may use the key', mover('kms:PutKeyPolicy', key), DENIED],
  ['may not hand the key on', mover('kms:CreateGrant', key, via('s3', { 'aws:s3:arn': bucket })), DENIED],
  ['may not have the key deleted', mover('kms:ScheduleKeyDeletion', key), DENIED],
];

const MOVER_AND_THE_REST: readonly Row[] = [
  [
    'may write its log',
    mover('logs:PutLogEvents', `${arns.moverLogGroup}:log-stream:2026/01/31`),
    'allow WriteLogs',
  ],
  [
    "may not write the rotation's log",
    mover('logs:PutLogEvents', `${arns.rotationLogGroup}:log-stream:a`),
    DENIED,
  ],
  [
    'may not make a log group, not even its own',
    mover('logs:CreateLogGroup', `${arns.moverLogGroup}:*`),
    DENIED,
  ],
  ['may not make a log group by its bare name', mover('logs:CreateLogGroup', arns.moverLogGroup), DENIED],
  ['may not read its log', mover('logs:GetLogEvents', `${arns.moverLogGroup}:log-stream:a`), DENIED],
  ['may send traces', mover('xray:PutTraceSegments', '*'), 'allow WriteTraces'],
  ['may not read traces', mover('xray:BatchGetTraces', '*'), DENIED],
  ['may not call the rotation', mover('lambda:InvokeFunction', arns.rotationFunction), DENIED],
  ['may not put its own code', mover('lambda:UpdateFunctionCode', arns.moverFunction), DENIED],
  ['may not take the role of the rotation', mover('sts:AssumeRole', arns.rotationRole), DENIED],
  ['may not pass its role on', mover('iam:PassRole', arns.moverRole), DENIED],
];

const ROTATION: readonly Row[] = [
  ['may look at the labels', rotation('secretsmanager:DescribeSecret', secret), 'allow RotateSecret'],
  [
    'may read any label of the secret',
    rotation('secretsmanager:GetSecretValue', secret, stage('AWSPENDING')),
    'allow RotateSecret',
  ],
  ['may write the pending pair', rotation('secretsmanager:PutSecretValue', secret), 'allow RotateSecret'],
  ['may move a label', rotation('secretsmanager:UpdateSecretVersionStage', secret), 'allow RotateSecret'],
  [
    'may not write while the secret names another rotation',
    rotation('secretsmanager:PutSecretValue', secret, {
      'secretsmanager:resource/AllowRotationLambdaArn': arns.moverFunction,
    }),
    DENIED,
  ],
  [
    'may not read while the secret names no rotation',
    rotation('secretsmanager:GetSecretValue', secret, {
      'secretsmanager:resource/AllowRotationLambdaArn': [],
    }),
    DENIED,
  ],
  [
    'may not write another secret that names it',
    rotation('secretsmanager:PutSecretValue', ANOTHER_SECRET),
    DENIED,
  ],
  [
    'may not write over plain HTTP',
    rotation('secretsmanager:PutSecretValue', secret, HTTP),
    'explicit-deny DenyInsecureTransport',
  ],
  ['may not delete the secret', rotation('secretsmanager:DeleteSecret', secret), DENIED],
  ['may not change the secret itself', rotation('secretsmanager:UpdateSecret', secret), DENIED],
  ['may not list the secrets of the account', rotation('secretsmanager:ListSecrets', '*'), DENIED],
  ["may not change the secret's policy", rotation('secretsmanager:PutResourcePolicy', secret), DENIED],
  ['may not end its own rotation', rotation('secretsmanager:CancelRotateSecret', secret), DENIED],
  [
    'may encrypt the pending pair through Secrets Manager',
    rotation('kms:GenerateDataKey', key, via('secretsmanager', { SecretARN: secret })),
    `allow UseKeyForSecret ${BY_KEY}`,
  ],
  [
    'may not encrypt another secret',
    rotation('kms:GenerateDataKey', key, via('secretsmanager', { SecretARN: ANOTHER_SECRET })),
    DENIED,
  ],
  [
    'may not use the key through S3',
    rotation('kms:Decrypt', key, via('s3', { 'aws:s3:arn': bucket })),
    DENIED,
  ],
  ['may not read a voicemail', rotation('s3:GetObject', OBJECT), DENIED],
  ['may not store a voicemail', rotation('s3:PutObject', OBJECT), DENIED],
  ['may not receive events', rotation('sqs:ReceiveMessage', events), DENIED],
  ['may not send failures', rotation('sqs:SendMessage', failures), DENIED],
  [
    'may write its log',
    rotation('logs:CreateLogStream', `${arns.rotationLogGroup}:log-stream:a`),
    'allow WriteLogs',
  ],
  [
    "may not write the mover's log",
    rotation('logs:CreateLogStream', `${arns.moverLogGroup}:log-stream:a`),
    DENIED,
  ],
  ['may not call itself', rotation('lambda:InvokeFunction', arns.rotationFunction), DENIED],
];

const reconcileRule = arns.reconcileRule ?? '';

const SERVICES: readonly Row[] = [
  [
    "EventBridge may send to the events queue for the partner bus's rule",
    eventBridge('sqs:SendMessage', events, arns.voicemailRule),
    'allow SendFromRules',
  ],
  [
    'EventBridge may send to the events queue for the reconcile',
    eventBridge('sqs:SendMessage', events, reconcileRule),
    'allow SendFromRules',
  ],
  [
    'EventBridge may not send to the events queue for another rule',
    eventBridge('sqs:SendMessage', events, `${arns.voicemailRule}-2`),
    DENIED,
  ],
  [
    'EventBridge may not send to the events queue for a rule of the same name on the default bus',
    eventBridge(
      'sqs:SendMessage',
      events,
      `arn:aws:events:${region}:${accountId}:rule/genesys-voicemail-end-1`,
    ),
    DENIED,
  ],
  [
    'EventBridge may not send to the events queue for another account',
    eventBridge('sqs:SendMessage', events, arns.voicemailRule, OTHER_ACCOUNT),
    DENIED,
  ],
  [
    'EventBridge may not receive from the events queue',
    eventBridge('sqs:ReceiveMessage', events, arns.voicemailRule),
    DENIED,
  ],
  [
    'EventBridge may send what it could not deliver to the queue for that',
    eventBridge('sqs:SendMessage', undelivered, arns.voicemailRule),
    'allow SendFromRules',
  ],
  [
    'EventBridge may not send to the failures queue',
    eventBridge('sqs:SendMessage', failures, arns.voicemailRule),
    DENIED,
  ],
  [
    'SNS may not send to the events queue',
    service('sns')('sqs:SendMessage', events, arns.voicemailRule),
    DENIED,
  ],
  [
    'EventBridge may encrypt with the key for this account',
    eventBridge('kms:GenerateDataKey', key, arns.voicemailRule),
    'allow EventsToTheQueues',
  ],
  [
    'EventBridge may not encrypt with the key for another account',
    eventBridge('kms:GenerateDataKey', key, arns.voicemailRule, OTHER_ACCOUNT),
    DENIED,
  ],
  ['EventBridge may not hand the key on', eventBridge('kms:CreateGrant', key, arns.voicemailRule), DENIED],
  ["CloudWatch Logs may encrypt the mover's log", logs(arns.moverLogGroup), 'allow LogsOfTheFunctions'],
  ["CloudWatch Logs may encrypt the rotation's log", logs(arns.rotationLogGroup), 'allow LogsOfTheFunctions'],
  ['CloudWatch Logs may not encrypt another log with the key', logs(`${arns.moverLogGroup}-2`), DENIED],
  [
    'CloudWatch Logs of another region may not use the key',
    logs(arns.moverLogGroup, 'logs.us-east-1.amazonaws.com'),
    DENIED,
  ],
  [
    'Secrets Manager may call the rotation for the secret',
    secretsManager('lambda:InvokeFunction', arns.rotationFunction, secret),
    'allow RotationOfTheSecret',
  ],
  [
    'Secrets Manager may not call the rotation for another secret',
    secretsManager('lambda:InvokeFunction', arns.rotationFunction, ANOTHER_SECRET),
    DENIED,
  ],
  [
    'Secrets Manager may not call the rotation for another account',
    secretsManager('lambda:InvokeFunction', arns.rotationFunction, secret, OTHER_ACCOUNT),
    DENIED,
  ],
  [
    'Secrets Manager may not call the mover',
    secretsManager('lambda:InvokeFunction', arns.moverFunction, secret),
    DENIED,
  ],
  [
    'EventBridge may not call the mover',
    eventBridge('lambda:InvokeFunction', arns.moverFunction, arns.voicemailRule),
    DENIED,
  ],
  ['S3 may not call the mover', service('s3')('lambda:InvokeFunction', arns.moverFunction, bucket), DENIED],
  [
    'Lambda may take the role of the mover',
    service('lambda')('sts:AssumeRole', arns.moverRole, arns.moverFunction),
    'allow LambdaAssumes',
  ],
  [
    'EC2 may not take the role of the mover',
    service('ec2')('sts:AssumeRole', arns.moverRole, arns.moverFunction),
    DENIED,
  ],
  [
    'EventBridge may not take the role of the rotation',
    eventBridge('sts:AssumeRole', arns.rotationRole, arns.voicemailRule),
    DENIED,
  ],
];

const SOMEBODY: readonly Row[] = [
  ['gets no voicemail from the bucket policy', somebody('s3:GetObject', OBJECT), DENIED],
  [
    'gets no token from the secret policy',
    somebody('secretsmanager:GetSecretValue', secret, stage('AWSCURRENT')),
    DENIED,
  ],
  ['gets no message from the queue policies', somebody('sqs:ReceiveMessage', undelivered), DENIED],
  [
    'gets no use of the key from the key policy',
    somebody('kms:Decrypt', key, via('s3', { 'aws:s3:arn': bucket })),
    DENIED,
  ],
  ['may not take the role of the mover', somebody('sts:AssumeRole', arns.moverRole), DENIED],
  [
    'may not read a voicemail over plain HTTP, whatever its own policies say',
    somebody('s3:GetObject', OBJECT, HTTP),
    'explicit-deny DenyInsecureTransport',
  ],
  [
    'may not store under another key, whatever its own policies say',
    somebody('s3:PutObject', OBJECT, encrypted('aws:kms', ANOTHER_KEY)),
    'explicit-deny DenyForeignKey',
  ],
  [
    'may not receive failures over plain HTTP, whatever its own policies say',
    somebody('sqs:ReceiveMessage', failures, HTTP),
    'explicit-deny DenyInsecureTransport',
  ],
];

const decided = (_sentence: string, decision: Decision, expected: string) =>
  expect(inWords(decision)).toBe(expected);

test.each(MOVER_AND_TOKEN)('the mover %s', decided);
test.each(MOVER_AND_ARCHIVE)('the mover %s', decided);
test.each(MOVER_AND_QUEUES)('the mover %s', decided);
test.each(MOVER_AND_KEY)('the mover %s', decided);
test.each(MOVER_AND_THE_REST)('the mover %s', decided);
test.each(ROTATION)('the rotation %s', decided);
test.each(SERVICES)('%s', decided);
test.each(SOMEBODY)('somebody else of the account %s', decided);
