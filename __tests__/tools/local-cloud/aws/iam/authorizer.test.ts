import { GetObjectCommand, HeadObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import {
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { type LocalAws, startLocalAws } from '../../../../../tools/local-cloud/aws';
import { Authorizer, lambdaPermissionPolicy } from '../../../../../tools/local-cloud/aws/iam';
import { createS3 } from '../../../../../tools/local-cloud/aws/s3';
import { systemClock } from '../../../../../tools/local-cloud/clock';

const ACCOUNT = '111122223333';
const REGION = 'eu-central-1';
const ROLE = `arn:aws:iam::${ACCOUNT}:role/mover`;
const ROOT = `arn:aws:iam::${ACCOUNT}:root`;
const KEY = `arn:aws:kms:${REGION}:${ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;
const FUNCTION = `arn:aws:lambda:${REGION}:${ACCOUNT}:function:refresh`;
const RULE = `arn:aws:events:${REGION}:${ACCOUNT}:rule/bus/voicemail`;
const BUCKET = 'voicemail-archive';

type StatementDocument = Readonly<Record<string, unknown>>;
const policy = (name: string, ...statements: readonly StatementDocument[]) => ({
  name,
  document: JSON.stringify({ Version: '2012-10-17', Statement: statements }),
});
const allow = (
  Sid: string,
  Action: string | readonly string[],
  Resource: string,
  Condition?: StatementDocument,
) => ({
  Sid,
  Effect: 'Allow',
  Action,
  Resource,
  ...(Condition === undefined ? {} : { Condition }),
});

/** Gives the role its one policy. */
const give = (authorizer: Authorizer, source: ReturnType<typeof policy>) =>
  authorizer.putRole({ arn: ROLE, sessionName: 'MoveVoicemailToS3', policies: [source] });

/** What an SDK call was refused with. */
const refusalOf = async (call: Promise<unknown>) => {
  try {
    await call;
  } catch (error) {
    const { name, message, $metadata } = Object(error);
    return { name: String(name), message: String(message), status: Number($metadata?.httpStatusCode) };
  }
  throw new Error('the call was expected to be refused');
};

/** A local AWS whose resources are all encrypted with one key, and the SDK's clients of one role. */
const start = async () => {
  const authorizer = new Authorizer({
    clock: systemClock,
    accountId: ACCOUNT,
    region: REGION,
    describeResource: (arn) =>
      arn.includes(':secret:') || arn.includes(':sqs:') || arn === `arn:aws:s3:::${BUCKET}`
        ? { kmsKeyArn: KEY, bucketKeyEnabled: true }
        : undefined,
  });
  const s3Service = createS3({
    clock: systemClock,
    accountId: ACCOUNT,
    region: REGION,
    kmsKeyArns: () => new Set([KEY]),
  });
  const aws = await startLocalAws({
    clock: systemClock,
    accountId: ACCOUNT,
    region: REGION,
    services: [s3Service],
    guard: (service) => authorizer.guard(service),
  });
  s3Service.createBucket({
    name: BUCKET,
    encryption: { sseAlgorithm: 'aws:kms', kmsKeyArn: KEY, bucketKeyEnabled: true },
  });
  const queue = aws.sqs.createQueue({ name: 'events' });
  const { arn: secretArn } = aws.secretsManager.createSecret({ Name: 'token', SecretString: 'first' });
  authorizer.putRole({ arn: ROLE, sessionName: 'MoveVoicemailToS3' });
  authorizer.putResourcePolicy(
    KEY,
    policy('key', { Sid: 'Root', Effect: 'Allow', Principal: { AWS: ROOT }, Action: 'kms:*', Resource: '*' }),
  );
  const configuration = {
    endpoint: aws.origin,
    region: REGION,
    credentials: aws.issueCredentials(ROLE),
    maxAttempts: 1,
  };
  return {
    aws,
    authorizer,
    s3Service,
    queue,
    secretArn,
    s3: new S3Client({ ...configuration, forcePathStyle: true }),
    sqs: new SQSClient(configuration),
    secretsManager: new SecretsManagerClient(configuration),
  };
};

let running: LocalAws | undefined;
const started = async () => {
  const fixture = await start();
  running = fixture.aws;
  return fixture;
};

afterEach(async () => {
  await running?.close();
  running = undefined;
});

describe('the authorizer', () => {
  test('refuses a role that nobody has put', async () => {
    const { aws, secretArn } = await started();
    const client = new SecretsManagerClient({
      endpoint: aws.origin,
      region: REGION,
      credentials: aws.issueCredentials(`arn:aws:iam::${ACCOUNT}:role/stranger`),
    });

    const refusal = await refusalOf(client.send(new GetSecretValueCommand({ SecretId: secretArn })));

    expect(refusal.name).toBe('AccessDeniedException');
  });

  test('lets a refused call take no effect', async () => {
    const { aws, secretsManager, secretArn, s3, s3Service, sqs, queue } = await started();

    await refusalOf(
      secretsManager.send(new PutSecretValueCommand({ SecretId: secretArn, SecretString: 'second' })),
    );
    await refusalOf(s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: 'a', Body: 'x' })));
    await refusalOf(sqs.send(new SendMessageCommand({ QueueUrl: queue.url, MessageBody: 'x' })));

    expect(aws.secretsManager.secret(secretArn).versions).toHaveLength(1);
    expect(s3Service.objects(BUCKET)).toEqual([]);
    expect(aws.sqs.messages(queue.arn)).toEqual([]);
  });

  test.each([
    ['secretsmanager', 'AccessDeniedException', 'Access to KMS is not allowed'],
    ['s3', 'AccessDenied', 'kms:GenerateDataKey'],
    ['sqs', 'KmsAccessDenied', 'kms:GenerateDataKey'],
  ] as const)('refuses %s to a role that lacks the right on the key only', async (service, name, words) => {
    const { authorizer, s3, sqs, secretsManager, secretArn, queue } = await started();
    give(authorizer, policy('all but keys', allow('All', ['s3:*', 'sqs:*', 'secretsmanager:*'], '*')));
    const calls = {
      secretsmanager: () =>
        secretsManager.send(new PutSecretValueCommand({ SecretId: secretArn, SecretString: 'x' })),
      s3: () => s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: 'a', Body: 'x' })),
      sqs: () => sqs.send(new SendMessageCommand({ QueueUrl: queue.url, MessageBody: 'x' })),
    };

    const refusal = await refusalOf(calls[service]());

    expect(refusal.name).toBe(name);
    expect(refusal.message).toContain(words);
    expect(refusal.message).toContain(KEY);
  });

  test('lets through what the policies allow, conditions on stage, key context and service included', async () => {
    const { authorizer, s3, sqs, secretsManager, secretArn, queue } = await started();
    const via = (service: string, context: string, arn: string) => ({
      StringEquals: {
        'kms:ViaService': `${service}.${REGION}.amazonaws.com`,
        [`kms:EncryptionContext:${context}`]: arn,
      },
    });
    give(
      authorizer,
      policy(
        'mover',
        allow('Secret', 'secretsmanager:GetSecretValue', secretArn, {
          'ForAnyValue:StringEquals': { 'secretsmanager:VersionStage': 'AWSCURRENT' },
        }),
        allow('SecretKey', 'kms:Decrypt', KEY, via('secretsmanager', 'SecretARN', secretArn)),
        allow('Put', 's3:PutObject', `arn:aws:s3:::${BUCKET}/queue_id=*`, {
          Null: { 's3:if-none-match': 'false' },
        }),
        allow('BucketKey', 'kms:GenerateDataKey', KEY, via('s3', 'aws:s3:arn', `arn:aws:s3:::${BUCKET}`)),
        allow('Queue', ['sqs:SendMessage', 'sqs:ReceiveMessage'], queue.arn),
        allow('QueueKey', ['kms:GenerateDataKey', 'kms:Decrypt'], KEY, via('sqs', 'aws:sqs:arn', queue.arn)),
      ),
    );

    await secretsManager.send(new GetSecretValueCommand({ SecretId: secretArn, VersionStage: 'AWSCURRENT' }));
    await s3.send(
      new PutObjectCommand({ Bucket: BUCKET, Key: 'queue_id=1/a.webm', Body: 'x', IfNoneMatch: '*' }),
    );
    await sqs.send(new SendMessageCommand({ QueueUrl: queue.url, MessageBody: 'x' }));
    await sqs.send(new ReceiveMessageCommand({ QueueUrl: queue.url }));

    expect(authorizer.decisions.map(({ decision }) => decision)).not.toContain('implicit-deny');
    expect(authorizer.unusedGrants()).toEqual([]);
    const withoutStage = await refusalOf(
      secretsManager.send(new GetSecretValueCommand({ SecretId: secretArn })),
    );
    const otherPrefix = await refusalOf(
      s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: 'other/a.webm', Body: 'x', IfNoneMatch: '*' })),
    );
    const unconditional = await refusalOf(
      s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: 'queue_id=1/b.webm', Body: 'x' })),
    );
    expect([withoutStage.name, otherPrefix.name, unconditional.name]).toEqual([
      'AccessDeniedException',
      'AccessDenied',
      'AccessDenied',
    ]);
  });

  test('keeps from a role that may not list the bucket that an object is not there', async () => {
    const { authorizer, s3 } = await started();
    give(authorizer, policy('read', allow('Read', ['s3:GetObject', 'kms:Decrypt'], '*')));

    const get = await refusalOf(s3.send(new GetObjectCommand({ Bucket: BUCKET, Key: 'missing' })));
    const head = await refusalOf(s3.send(new HeadObjectCommand({ Bucket: BUCKET, Key: 'missing' })));

    expect([get.status, head.status]).toEqual([403, 403]);
    expect(get.message).toContain(`s3:ListBucket on resource: arn:aws:s3:::${BUCKET}`);
  });

  test('finds the rights that nothing needed, each action and resource by itself', async () => {
    const { authorizer, sqs, queue } = await started();
    give(
      authorizer,
      policy(
        'mover',
        {
          Sid: 'Queues',
          Effect: 'Allow',
          Action: ['sqs:SendMessage', 'sqs:DeleteMessage'],
          Resource: [queue.arn, `${queue.arn}-dlq`],
        },
        allow('Key', 'kms:*', KEY),
        { Sid: 'Never', Effect: 'Deny', Action: 's3:*', Resource: '*' },
      ),
    );

    await sqs.send(new SendMessageCommand({ QueueUrl: queue.url, MessageBody: 'x' }));

    expect(authorizer.unusedGrants().map(({ action, resource }) => [action, resource])).toEqual([
      ['sqs:SendMessage', `${queue.arn}-dlq`],
      ['sqs:DeleteMessage', queue.arn],
      ['sqs:DeleteMessage', `${queue.arn}-dlq`],
    ]);
  });

  test('lets EventBridge send to an encrypted queue for its own rule only, and with the key only', async () => {
    const { authorizer, queue } = await started();
    const send = {
      principal: 'events.amazonaws.com',
      service: 'sqs',
      operation: 'SendMessage',
      resource: queue.arn,
      sourceArn: RULE,
      sourceAccount: ACCOUNT,
    } as const;
    const toEvents = (
      Action: string | readonly string[],
      Resource: string,
      Condition: StatementDocument,
    ) => ({
      Effect: 'Allow',
      Principal: { Service: 'events.amazonaws.com' },
      Action,
      Resource,
      Condition,
    });
    authorizer.putResourcePolicy(
      queue.arn,
      policy(
        'queue',
        toEvents('sqs:SendMessage', queue.arn, {
          ArnEquals: { 'aws:SourceArn': RULE },
          StringEquals: { 'aws:SourceAccount': ACCOUNT },
        }),
      ),
    );

    expect(() => authorizer.authorizeService(send)).toThrow('kms:GenerateDataKey');
    authorizer.putResourcePolicy(
      KEY,
      policy(
        'key',
        toEvents(['kms:Decrypt', 'kms:GenerateDataKey'], '*', {
          StringEquals: { 'aws:SourceAccount': ACCOUNT },
        }),
      ),
    );
    expect(() => authorizer.authorizeService(send)).not.toThrow();
    expect(authorizer.decisions.at(-1)?.context).not.toHaveProperty('kms:ViaService');
    expect(() => authorizer.authorizeService({ ...send, sourceArn: `${RULE}2` })).toThrow('sqs:SendMessage');
  });

  test('lets Secrets Manager invoke a function for its own secret only', async () => {
    const { authorizer, secretArn } = await started();
    const invoke = {
      principal: 'secretsmanager.amazonaws.com',
      service: 'lambda',
      operation: 'Invoke',
      resource: FUNCTION,
      sourceArn: secretArn,
      sourceAccount: ACCOUNT,
    } as const;

    expect(() => authorizer.authorizeService(invoke)).toThrow('no resource-based policy allows');
    authorizer.putResourcePolicy(
      FUNCTION,
      lambdaPermissionPolicy(FUNCTION, [
        {
          statementId: 'Rotation',
          action: 'lambda:InvokeFunction',
          principal: 'secretsmanager.amazonaws.com',
          sourceArn: secretArn,
          sourceAccount: ACCOUNT,
        },
      ]),
    );
    expect(() => authorizer.authorizeService(invoke)).not.toThrow();
    expect(() => authorizer.authorizeService({ ...invoke, sourceArn: `${secretArn}2` })).toThrow(
      'lambda:InvokeFunction',
    );
    expect(() => authorizer.authorizeService({ ...invoke, sourceAccount: '210987654321' })).toThrow();
  });
});
