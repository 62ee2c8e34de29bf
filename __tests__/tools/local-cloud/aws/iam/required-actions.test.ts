import { UnknownRightsError } from '../../../../../tools/local-cloud/aws/iam';
import {
  type Call,
  type ResourceFacts,
  requiredActions,
} from '../../../../../tools/local-cloud/aws/iam/required-actions';
import { OPERATIONS } from '../../../../../tools/local-cloud/aws/s3/operations';

const ACCOUNT = '123456789012';
const REGION = 'eu-central-1';
const KEY = `arn:aws:kms:${REGION}:${ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;
const OTHER_KEY = `arn:aws:kms:${REGION}:${ACCOUNT}:key/0987dcba-09fe-87dc-65ba-ab0987654321`;
const BUCKET = 'arn:aws:s3:::archive';
const OBJECT = `${BUCKET}/queue_id=1/a.webm`;
const QUEUE = `arn:aws:sqs:${REGION}:${ACCOUNT}:events`;
const SECRET = `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:token-AbCdEf`;
const FUNCTION = `arn:aws:lambda:${REGION}:${ACCOUNT}:function:refresh`;
const VERSION = '12345678-1234-1234-1234-123456789012';

const encrypted: Readonly<Record<string, ResourceFacts>> = {
  [BUCKET]: { kmsKeyArn: KEY, bucketKeyEnabled: true },
  [QUEUE]: { kmsKeyArn: KEY },
  [SECRET]: { kmsKeyArn: KEY, rotationFunctionArn: FUNCTION },
};

const rightsOf = (
  call: Pick<Call, 'service' | 'operation' | 'resource'> & Partial<Call>,
  facts: Readonly<Record<string, ResourceFacts>> = encrypted,
) =>
  requiredActions(
    {
      region: REGION,
      accountId: ACCOUNT,
      context: {},
      headers: {},
      query: new URLSearchParams(),
      body: Buffer.alloc(0),
      ...call,
    },
    (arn) => facts[arn],
  );

type Row = readonly [
  service: Call['service'],
  operation: string,
  resource: string,
  rights: readonly (readonly [action: string, resource: string])[],
];

const ROWS: readonly Row[] = [
  [
    's3',
    'PutObject',
    OBJECT,
    [
      ['s3:PutObject', OBJECT],
      ['kms:GenerateDataKey', KEY],
    ],
  ],
  [
    's3',
    'CreateMultipartUpload',
    OBJECT,
    [
      ['s3:PutObject', OBJECT],
      ['kms:GenerateDataKey', KEY],
    ],
  ],
  [
    's3',
    'UploadPart',
    OBJECT,
    [
      ['s3:PutObject', OBJECT],
      ['kms:Decrypt', KEY],
    ],
  ],
  [
    's3',
    'CompleteMultipartUpload',
    OBJECT,
    [
      ['s3:PutObject', OBJECT],
      ['kms:Decrypt', KEY],
    ],
  ],
  ['s3', 'AbortMultipartUpload', OBJECT, [['s3:AbortMultipartUpload', OBJECT]]],
  [
    's3',
    'GetObject',
    OBJECT,
    [
      ['s3:GetObject', OBJECT],
      ['kms:Decrypt', KEY],
    ],
  ],
  ['s3', 'HeadObject', OBJECT, [['s3:GetObject', OBJECT]]],
  ['s3', 'DeleteObject', OBJECT, [['s3:DeleteObject', OBJECT]]],
  ['s3', 'HeadBucket', BUCKET, [['s3:ListBucket', BUCKET]]],
  ['s3', 'ListObjectsV2', BUCKET, [['s3:ListBucket', BUCKET]]],
  ['s3', 'ListObjectVersions', BUCKET, [['s3:ListBucketVersions', BUCKET]]],
  ['s3', 'ListMultipartUploads', BUCKET, [['s3:ListBucketMultipartUploads', BUCKET]]],
  [
    'sqs',
    'SendMessage',
    QUEUE,
    [
      ['sqs:SendMessage', QUEUE],
      ['kms:GenerateDataKey', KEY],
      ['kms:Decrypt', KEY],
    ],
  ],
  [
    'sqs',
    'SendMessageBatch',
    QUEUE,
    [
      ['sqs:SendMessage', QUEUE],
      ['kms:GenerateDataKey', KEY],
      ['kms:Decrypt', KEY],
    ],
  ],
  [
    'sqs',
    'ReceiveMessage',
    QUEUE,
    [
      ['sqs:ReceiveMessage', QUEUE],
      ['kms:Decrypt', KEY],
    ],
  ],
  ['sqs', 'DeleteMessage', QUEUE, [['sqs:DeleteMessage', QUEUE]]],
  ['sqs', 'DeleteMessageBatch', QUEUE, [['sqs:DeleteMessage', QUEUE]]],
  ['sqs', 'ChangeMessageVisibility', QUEUE, [['sqs:ChangeMessageVisibility', QUEUE]]],
  ['sqs', 'ChangeMessageVisibilityBatch', QUEUE, [['sqs:ChangeMessageVisibility', QUEUE]]],
  ['sqs', 'GetQueueAttributes', QUEUE, [['sqs:GetQueueAttributes', QUEUE]]],
  ['sqs', 'GetQueueUrl', QUEUE, [['sqs:GetQueueUrl', QUEUE]]],
  [
    'secretsmanager',
    'GetSecretValue',
    SECRET,
    [
      ['secretsmanager:GetSecretValue', SECRET],
      ['kms:Decrypt', KEY],
    ],
  ],
  [
    'secretsmanager',
    'PutSecretValue',
    SECRET,
    [
      ['secretsmanager:PutSecretValue', SECRET],
      ['kms:GenerateDataKey', KEY],
      ['kms:Decrypt', KEY],
    ],
  ],
  ['secretsmanager', 'DescribeSecret', SECRET, [['secretsmanager:DescribeSecret', SECRET]]],
  [
    'secretsmanager',
    'UpdateSecretVersionStage',
    SECRET,
    [['secretsmanager:UpdateSecretVersionStage', SECRET]],
  ],
  ['secretsmanager', 'ListSecretVersionIds', SECRET, [['secretsmanager:ListSecretVersionIds', SECRET]]],
  ['secretsmanager', 'DeleteSecret', SECRET, [['secretsmanager:DeleteSecret', SECRET]]],
  [
    'secretsmanager',
    'RotateSecret',
    SECRET,
    [
      ['secretsmanager:RotateSecret', SECRET],
      ['lambda:InvokeFunction', FUNCTION],
    ],
  ],
  ['lambda', 'Invoke', FUNCTION, [['lambda:InvokeFunction', FUNCTION]]],
  [
    'sts',
    'AssumeRole',
    `arn:aws:iam::${ACCOUNT}:role/r`,
    [['sts:AssumeRole', `arn:aws:iam::${ACCOUNT}:role/r`]],
  ],
];

describe('the rights that a call needs', () => {
  test.each(ROWS)(
    '%s %s needs its documented rights, those on the key included',
    (service, operation, resource, rights) => {
      expect(
        rightsOf({ service, operation, resource }).map((right) => [right.action, right.resource]),
      ).toEqual(rights);
    },
  );

  test.each(ROWS)('%s %s needs no right on a key that AWS holds', (service, operation, resource) => {
    const actions = rightsOf({ service, operation, resource }, {}).map(({ action }) => action);

    expect(actions.filter((action) => action.startsWith('kms:'))).toEqual([]);
  });

  test.each(OPERATIONS)('are known for every operation of the local S3: $name', ({ name, target }) => {
    expect(() =>
      rightsOf({ service: 's3', operation: name, resource: target === 'bucket' ? BUCKET : OBJECT }),
    ).not.toThrow();
  });

  test.each(['ListBuckets', 'constructor'])(
    'of an unknown operation are an error, not none: %s',
    (operation) => {
      expect(() => rightsOf({ service: 's3', operation, resource: BUCKET })).toThrow(UnknownRightsError);
    },
  );

  test('on a key carry the service, the caller’s account and the encryption context', () => {
    const [, decrypt] = rightsOf({
      service: 'secretsmanager',
      operation: 'GetSecretValue',
      resource: SECRET,
      body: Buffer.from(JSON.stringify({ SecretId: SECRET, VersionId: VERSION })),
    });

    expect(decrypt?.context).toEqual({
      'kms:ViaService': 'secretsmanager.eu-central-1.amazonaws.com',
      'kms:CallerAccount': ACCOUNT,
      'kms:EncryptionContext:SecretARN': SECRET,
      'kms:EncryptionContext:SecretVersionId': VERSION,
      'kms:EncryptionContextKeys': ['SecretARN', 'SecretVersionId'],
      'aws:ViaAWSService': 'true',
    });
  });

  test('on a queue’s key carry the queue', () => {
    const [, decrypt] = rightsOf({ service: 'sqs', operation: 'ReceiveMessage', resource: QUEUE });

    expect(decrypt?.context).toMatchObject({
      'kms:ViaService': 'sqs.eu-central-1.amazonaws.com',
      'kms:EncryptionContext:aws:sqs:arn': QUEUE,
    });
  });

  test.each([
    [true, BUCKET],
    [false, OBJECT],
  ])(
    'on S3’s key carry the bucket with a bucket key, else the object (bucket key: %s)',
    (bucketKeyEnabled, arn) => {
      const [, generate] = rightsOf(
        { service: 's3', operation: 'PutObject', resource: OBJECT },
        { [BUCKET]: { kmsKeyArn: KEY, bucketKeyEnabled } },
      );

      expect(generate?.context).toMatchObject({ 'kms:EncryptionContext:aws:s3:arn': arn });
    },
  );

  test.each([
    [
      'a key by its ARN',
      { 'x-amz-server-side-encryption': 'aws:kms', 'x-amz-server-side-encryption-aws-kms-key-id': OTHER_KEY },
      OTHER_KEY,
    ],
    [
      'a key by its id',
      {
        'x-amz-server-side-encryption': 'aws:kms',
        'x-amz-server-side-encryption-aws-kms-key-id': OTHER_KEY.split('/')[1],
      },
      OTHER_KEY,
    ],
    ['the key that AWS manages', { 'x-amz-server-side-encryption': 'aws:kms' }, undefined],
    [
      'the alias of that key',
      {
        'x-amz-server-side-encryption': 'aws:kms',
        'x-amz-server-side-encryption-aws-kms-key-id': 'alias/aws/s3',
      },
      undefined,
    ],
    ['no key', { 'x-amz-server-side-encryption': 'AES256' }, undefined],
  ])('of a put that names %s are on that key, whatever the bucket’s default', (_, headers, keyArn) => {
    const [, generate] = rightsOf({ service: 's3', operation: 'PutObject', resource: OBJECT, headers });

    expect(generate?.resource).toBe(keyArn);
  });

  test('of a put that names an alias of our own are an error, since nobody here keeps aliases', () => {
    const headers = {
      'x-amz-server-side-encryption': 'aws:kms',
      'x-amz-server-side-encryption-aws-kms-key-id': 'alias/archive',
    };

    expect(() => rightsOf({ service: 's3', operation: 'PutObject', resource: OBJECT, headers })).toThrow(
      'alias/archive',
    );
  });

  test('of a put with tags include the right to tag, which sees the tags', () => {
    const rights = rightsOf({
      service: 's3',
      operation: 'PutObject',
      resource: OBJECT,
      headers: { 'x-amz-tagging': 'class=voicemail&team=a%20b' },
    });

    expect(rights.find(({ action }) => action === 's3:PutObjectTagging')?.context).toMatchObject({
      's3:RequestObjectTagKeys': ['class', 'team'],
      's3:RequestObjectTag/team': 'a b',
    });
  });

  test('of a HeadObject that asks for the checksum include Decrypt', () => {
    const rights = rightsOf({
      service: 's3',
      operation: 'HeadObject',
      resource: OBJECT,
      headers: { 'x-amz-checksum-mode': 'ENABLED' },
    });

    expect(rights.map(({ action }) => action)).toEqual(['s3:GetObject', 'kms:Decrypt']);
  });

  test.each([
    ['GetObject', 's3:GetObjectVersion'],
    ['DeleteObject', 's3:DeleteObjectVersion'],
  ])('of %s on a version are those on versions', (operation, action) => {
    const query = new URLSearchParams({ versionId: 'v1' });

    expect(rightsOf({ service: 's3', operation, resource: OBJECT, query })[0]?.action).toBe(action);
  });

  test('of DeleteObjects are one for each key', () => {
    const body = Buffer.from(
      '<Delete><Object><Key>a&amp;b</Key></Object><Object><Key>7</Key><VersionId>v1</VersionId></Object></Delete>',
    );
    const rights = rightsOf({ service: 's3', operation: 'DeleteObjects', resource: BUCKET, body });

    expect(rights.map(({ action, resource }) => [action, resource])).toEqual([
      ['s3:DeleteObject', `${BUCKET}/a&b`],
      ['s3:DeleteObjectVersion', `${BUCKET}/7`],
    ]);
  });

  test('on a secret see the function that rotates it, once there is one', () => {
    const [describe] = rightsOf({ service: 'secretsmanager', operation: 'DescribeSecret', resource: SECRET });
    const [before] = rightsOf(
      { service: 'secretsmanager', operation: 'DescribeSecret', resource: SECRET },
      {},
    );

    expect(describe?.context).toMatchObject({ 'secretsmanager:resource/AllowRotationLambdaArn': FUNCTION });
    expect(before?.context).not.toHaveProperty('secretsmanager:resource/AllowRotationLambdaArn');
  });

  test('of CreateSecret are on the key that the request names', () => {
    const body = Buffer.from(
      JSON.stringify({ Name: 'token', KmsKeyId: OTHER_KEY, ClientRequestToken: VERSION }),
    );
    const rights = rightsOf(
      { service: 'secretsmanager', operation: 'CreateSecret', resource: SECRET, body },
      {},
    );

    expect(rights.map(({ action, resource }) => [action, resource])).toEqual([
      ['secretsmanager:CreateSecret', SECRET],
      ['kms:GenerateDataKey', OTHER_KEY],
      ['kms:Decrypt', OTHER_KEY],
    ]);
    expect(rights[0]?.context).toMatchObject({
      'secretsmanager:Name': 'token',
      'secretsmanager:KmsKeyArn': OTHER_KEY,
    });
  });
});
