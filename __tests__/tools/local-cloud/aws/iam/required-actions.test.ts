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
const BUCKET = 'arn:aws:s3:::archive';
const OBJECT = `${BUCKET}/queue_id=1/a.webm`;
const QUEUE = `arn:aws:sqs:${REGION}:${ACCOUNT}:events`;
const SECRET = `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:token-AbCdEf`;
const FUNCTION = `arn:aws:lambda:${REGION}:${ACCOUNT}:function:refresh`;

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

  test('of a HeadObject that asks for the checksum include Decrypt', () => {
    const rights = rightsOf({
      service: 's3',
      operation: 'HeadObject',
      resource: OBJECT,
      headers: { 'x-amz-checksum-mode': 'ENABLED' },
    });

    expect(rights.map(({ action }) => action)).toEqual(['s3:GetObject', 'kms:Decrypt']);
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
});
