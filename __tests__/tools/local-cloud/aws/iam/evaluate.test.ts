import fc from 'fast-check';
import {
  type AccessRequest,
  type ApplicablePolicies,
  type Caller,
  CrossAccountError,
  evaluate,
  parsePolicy,
} from '../../../../../tools/local-cloud/aws/iam';

const ACCOUNT = '123456789012';
const ROLE = `arn:aws:iam::${ACCOUNT}:role/path/mover`;
const OTHER_ROLE = `arn:aws:iam::${ACCOUNT}:role/other`;
const ROOT = `arn:aws:iam::${ACCOUNT}:root`;
const QUEUE = `arn:aws:sqs:eu-central-1:${ACCOUNT}:events`;
const KEY = `arn:aws:kms:eu-central-1:${ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;
const OBJECT = 'arn:aws:s3:::archive/queue_id=1/a.webm';
const RULE = `arn:aws:events:eu-central-1:${ACCOUNT}:rule/bus/voicemail`;

const role: Caller = { type: 'role', arn: ROLE, sessionName: 'MoveVoicemailToS3' };
const events: Caller = { type: 'service', name: 'events.amazonaws.com' };

type StatementDocument = Readonly<Record<string, unknown>>;
const policy = (
  kind: 'identity' | 'resource' | 'trust',
  name: string,
  statements: readonly StatementDocument[],
) => parsePolicy(kind, { name, document: JSON.stringify({ Version: '2012-10-17', Statement: statements }) });

interface Documents {
  readonly identity?: readonly StatementDocument[];
  readonly resource?: readonly StatementDocument[];
  readonly trust?: readonly StatementDocument[];
}

const policies = ({ identity = [], resource, trust }: Documents): ApplicablePolicies => ({
  identity: [policy('identity', 'role', identity)],
  resource:
    (resource && policy('resource', 'resource', resource)) ?? (trust && policy('trust', 'trust', trust)),
});

const decide = (documents: Documents, request: Partial<AccessRequest>) =>
  evaluate(
    { caller: role, action: 'sqs:SendMessage', resource: QUEUE, context: {}, ...request },
    policies(documents),
  );

const allow = (statement: StatementDocument = {}): StatementDocument => ({
  Sid: 'Allow',
  Effect: 'Allow',
  Action: 'sqs:SendMessage',
  Resource: QUEUE,
  ...statement,
});
const deny = (statement: StatementDocument = {}): StatementDocument => ({
  ...allow(statement),
  Sid: 'Deny',
  Effect: 'Deny',
});
const to = (AWS: string, statement: StatementDocument = {}) => allow({ Principal: { AWS }, ...statement });
const toEvents = (statement: StatementDocument = {}) =>
  allow({ Principal: { Service: 'events.amazonaws.com' }, ...statement });
const onKey = (statement: StatementDocument) => ({ ...statement, Action: 'kms:Decrypt', Resource: '*' });
const plainHttp = { Bool: { 'aws:SecureTransport': 'false' } };
const fromRule = { ArnEquals: { 'aws:SourceArn': RULE }, StringEquals: { 'aws:SourceAccount': ACCOUNT } };

const YES = 'allow';
const NO = 'implicit-deny';
const NEVER = 'explicit-deny';

type Case = readonly [
  title: string,
  documents: Documents,
  request: Partial<AccessRequest>,
  expected: typeof YES | typeof NO | typeof NEVER,
];

const decrypt = { action: 'kms:Decrypt', resource: KEY };
const put = { action: 's3:PutObject', resource: OBJECT };
const read = {
  action: 'secretsmanager:GetSecretValue',
  resource: `arn:aws:secretsmanager:eu-central-1:${ACCOUNT}:secret:token-AbCdEf`,
};
const assume = {
  action: 'sts:AssumeRole',
  resource: ROLE,
  caller: { type: 'service', name: 'lambda.amazonaws.com' },
} as const;

/** IAM User Guide, "Policy evaluation for requests within a single account". */
const WITHIN_ACCOUNT: readonly Case[] = [
  ['nothing allows', {}, {}, NO],
  ['the role allows', { identity: [allow()] }, {}, YES],
  ['the role allows and denies', { identity: [allow(), deny()] }, {}, NEVER],
  [
    'the role allows, the queue denies everyone',
    { identity: [allow()], resource: [deny({ Principal: '*' })] },
    {},
    NEVER,
  ],
  ['the queue allows the role', { resource: [to(ROLE)] }, {}, YES],
  ['the queue allows everyone', { resource: [allow({ Principal: '*' })] }, {}, YES],
  ['the queue allows {"AWS": "*"}', { resource: [to('*')] }, {}, YES],
  ['the queue allows the account only', { resource: [to(ROOT)] }, {}, NO],
  ['the queue allows the account by its digits only', { resource: [to(ACCOUNT)] }, {}, NO],
  [
    'the queue allows the account, the role allows too',
    { identity: [allow()], resource: [to(ROOT)] },
    {},
    YES,
  ],
  ['the queue allows another role', { resource: [to(OTHER_ROLE)] }, {}, NO],
  ['the queue allows a service', { resource: [toEvents()] }, {}, NO],
  [
    'the queue denies the account',
    { identity: [allow()], resource: [deny({ Principal: { AWS: ROOT } })] },
    {},
    NEVER,
  ],
  [
    'the queue denies another role',
    { identity: [allow()], resource: [deny({ Principal: { AWS: OTHER_ROLE } })] },
    {},
    YES,
  ],
  ['the role denies, the queue allows the role', { identity: [deny()], resource: [to(ROLE)] }, {}, NEVER],
];

/** KMS Developer Guide, "Key policies in AWS KMS" and "Default key policy". */
const KEYS: readonly Case[] = [
  ['the role allows, the key has no policy', { identity: [onKey(allow())] }, decrypt, NO],
  [
    'the role allows, the key policy speaks of another role',
    { identity: [onKey(allow())], resource: [onKey(to(OTHER_ROLE))] },
    decrypt,
    NO,
  ],
  [
    'the role allows, the key trusts the account',
    { identity: [onKey(allow())], resource: [onKey(to(ROOT))] },
    decrypt,
    YES,
  ],
  ['the key trusts the account, the role says nothing', { resource: [onKey(to(ROOT))] }, decrypt, NO],
  ['the key names the role', { resource: [onKey(to(ROLE))] }, decrypt, YES],
  [
    'the key trusts the account for administration only',
    { identity: [onKey(allow())], resource: [{ ...onKey(to(ROOT)), Action: 'kms:Put*' }] },
    decrypt,
    NO,
  ],
  [
    'the key denies the role',
    { identity: [onKey(allow())], resource: [onKey(to(ROOT)), onKey(deny({ Principal: { AWS: ROLE } }))] },
    decrypt,
    NEVER,
  ],
  [
    'the role allows another key',
    { identity: [{ ...onKey(allow()), Resource: `${KEY}0` }], resource: [onKey(to(ROOT))] },
    decrypt,
    NO,
  ],
  [
    'the role allows for this secret only, and it is this secret',
    {
      identity: [onKey(allow({ Condition: { StringEquals: { 'kms:EncryptionContext:SecretARN': 'a' } } }))],
      resource: [onKey(to(ROOT))],
    },
    { ...decrypt, context: { 'kms:EncryptionContext:SecretARN': 'a' } },
    YES,
  ],
  [
    'the role allows for this secret only, and it is another',
    {
      identity: [onKey(allow({ Condition: { StringEquals: { 'kms:EncryptionContext:SecretARN': 'a' } } }))],
      resource: [onKey(to(ROOT))],
    },
    { ...decrypt, context: { 'kms:EncryptionContext:SecretARN': 'b' } },
    NO,
  ],
  [
    'the role allows via Secrets Manager only, and calls KMS itself',
    {
      identity: [
        onKey(
          allow({
            Condition: { StringEquals: { 'kms:ViaService': 'secretsmanager.eu-central-1.amazonaws.com' } },
          }),
        ),
      ],
      resource: [onKey(to(ROOT))],
    },
    decrypt,
    NO,
  ],
];

/** IAM User Guide, "AWS service principals" and "The confused deputy problem". */
const SERVICES: readonly Case[] = [
  ['the queue allows the service', { resource: [toEvents()] }, { caller: events }, YES],
  [
    'the queue allows another service',
    { resource: [allow({ Principal: { Service: 'sns.amazonaws.com' } })] },
    { caller: events },
    NO,
  ],
  ['the queue allows the account', { resource: [to(ROOT)] }, { caller: events }, NO],
  ['only the role allows', { identity: [allow()] }, { caller: events }, NO],
  ['the queue has no policy', {}, { caller: events }, NO],
  [
    'the queue allows the service for this rule of this account, and it is',
    { resource: [toEvents({ Condition: fromRule })] },
    { caller: events, context: { 'aws:SourceArn': RULE, 'aws:SourceAccount': ACCOUNT } },
    YES,
  ],
  [
    'the same, of another rule',
    { resource: [toEvents({ Condition: fromRule })] },
    { caller: events, context: { 'aws:SourceArn': `${RULE}2`, 'aws:SourceAccount': ACCOUNT } },
    NO,
  ],
  [
    'the same, of another account',
    { resource: [toEvents({ Condition: fromRule })] },
    { caller: events, context: { 'aws:SourceArn': RULE, 'aws:SourceAccount': '210987654321' } },
    NO,
  ],
  ['the same, without a source', { resource: [toEvents({ Condition: fromRule })] }, { caller: events }, NO],
  [
    'the queue denies plain HTTP to everyone, and the service uses it',
    { resource: [toEvents(), deny({ Principal: '*', Action: 'sqs:*', Condition: plainHttp })] },
    { caller: events, context: { 'aws:SecureTransport': 'false' } },
    NEVER,
  ],
  [
    'the trust policy allows Lambda',
    {
      trust: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
    },
    assume,
    YES,
  ],
  [
    'the trust policy allows EC2',
    { trust: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }] },
    assume,
    NO,
  ],
  [
    'a role allows itself to be assumed, its trust policy does not',
    { identity: [allow({ Action: 'sts:AssumeRole', Resource: '*' })] },
    { ...assume, caller: role },
    NO,
  ],
];

/** IAM User Guide, "IAM JSON policy elements": Action, Resource, Condition. */
const ELEMENTS: readonly Case[] = [
  ['the action differs in case only', { identity: [allow({ Action: 'SQS:sendmessage' })] }, {}, YES],
  ['the action has a wildcard that fits', { identity: [allow({ Action: 'sqs:Send*' })] }, {}, YES],
  ['the action has a wildcard that does not', { identity: [allow({ Action: 'sqs:Send?' })] }, {}, NO],
  [
    'the batch form is not an action of its own',
    { identity: [allow({ Action: 'sqs:SendMessageBatch' })] },
    {},
    NO,
  ],
  ['the action is "*"', { identity: [allow({ Action: '*' })] }, {}, YES],
  [
    'one of several actions fits',
    { identity: [allow({ Action: ['sqs:DeleteMessage', 'sqs:SendMessage'] })] },
    {},
    YES,
  ],
  ['the resource is another queue', { identity: [allow({ Resource: `${QUEUE}-dlq` })] }, {}, NO],
  [
    'the resource differs in case',
    { identity: [allow({ Resource: QUEUE.replace('events', 'Events') })] },
    {},
    NO,
  ],
  ['the resource ends with a wildcard', { identity: [allow({ Resource: 'arn:aws:sqs:*' })] }, {}, YES],
  [
    'a wildcard in the middle of a segment stays in it',
    { identity: [allow({ Action: '*', Resource: 'arn:aws:secretsmanager:eu*2:secret:token-AbCdEf' })] },
    read,
    NO,
  ],
  [
    'a wildcard of a whole segment fits',
    { identity: [allow({ Resource: 'arn:aws:sqs:*:*:events' })] },
    {},
    YES,
  ],
  [
    'the key lies under the prefix',
    { identity: [allow({ Action: 's3:PutObject', Resource: 'arn:aws:s3:::archive/queue_id=*' })] },
    put,
    YES,
  ],
  [
    'the key lies under another prefix',
    { identity: [allow({ Action: 's3:PutObject', Resource: 'arn:aws:s3:::archive/group_id=*' })] },
    put,
    NO,
  ],
  [
    'the bucket alone is not its objects',
    { identity: [allow({ Action: 's3:PutObject', Resource: 'arn:aws:s3:::archive' })] },
    put,
    NO,
  ],
  [
    'a key with colons fits a wildcard',
    { identity: [allow({ Action: 's3:PutObject', Resource: 'arn:aws:s3:::archive/a*z' })] },
    { ...put, resource: 'arn:aws:s3:::archive/a:b:z' },
    YES,
  ],
  [
    'the bucket denies plain HTTP, and the call is over TLS',
    {
      identity: [allow({ Action: 's3:*', Resource: '*' })],
      resource: [
        {
          Effect: 'Deny',
          Principal: '*',
          Action: 's3:*',
          Resource: 'arn:aws:s3:::archive/*',
          Condition: plainHttp,
        },
      ],
    },
    { ...put, context: { 'aws:SecureTransport': 'true' } },
    YES,
  ],
  [
    'the same, over plain HTTP',
    {
      identity: [allow({ Action: 's3:*', Resource: '*' })],
      resource: [
        {
          Effect: 'Deny',
          Principal: '*',
          Action: 's3:*',
          Resource: 'arn:aws:s3:::archive/*',
          Condition: plainHttp,
        },
      ],
    },
    { ...put, context: { 'aws:SecureTransport': 'false' } },
    NEVER,
  ],
  [
    'all operators and keys must hold, and do',
    {
      identity: [allow({ Condition: { StringEquals: { 'a:b': '1', 'a:c': '2' }, Null: { 'a:d': 'true' } } })],
    },
    { context: { 'a:b': '1', 'a:c': '2' } },
    YES,
  ],
  [
    'all must hold, and one does not',
    { identity: [allow({ Condition: { StringEquals: { 'a:b': '1', 'a:c': '2' } } })] },
    { context: { 'a:b': '1', 'a:c': '3' } },
    NO,
  ],
];

describe('the evaluation of policies', () => {
  test.each(WITHIN_ACCOUNT)('within one account, when %s', (_, documents, request, expected) => {
    expect(decide(documents, request).decision).toBe(expected);
  });

  test.each(KEYS)('of a key, when %s', (_, documents, request, expected) => {
    expect(decide(documents, request).decision).toBe(expected);
  });

  test.each(SERVICES)('for a service, when %s', (_, documents, request, expected) => {
    expect(decide(documents, request).decision).toBe(expected);
  });

  test.each(ELEMENTS)('follows the elements of a statement, when %s', (_, documents, request, expected) => {
    expect(decide(documents, request).decision).toBe(expected);
  });

  test('names the statements that deny, not those that would have allowed', () => {
    expect(decide({ identity: [allow()], resource: [deny({ Principal: '*' })] }, {})).toEqual({
      decision: 'explicit-deny',
      by: 'resource-based policy',
      statements: [{ policy: 'resource', statement: 'Deny' }],
    });
  });

  test('refuses to answer across accounts', () => {
    const resource = QUEUE.replace(ACCOUNT, '210987654321');

    expect(() => decide({ identity: [allow({ Resource: '*' })] }, { resource })).toThrow(CrossAccountError);
  });

  const statement = fc.record({
    Effect: fc.constantFrom('Allow', 'Deny'),
    Action: fc.constantFrom('*', 'sqs:*', 'sqs:SendMessage', 'sqs:ReceiveMessage'),
    Resource: fc.constantFrom('*', QUEUE, `${QUEUE}-dlq`, 'arn:aws:sqs:*'),
  });
  const forResource = fc.record({
    Effect: fc.constantFrom('Allow', 'Deny'),
    Action: fc.constantFrom('*', 'sqs:SendMessage', 'sqs:ReceiveMessage'),
    Resource: fc.constantFrom('*', QUEUE, `${QUEUE}-dlq`),
    Principal: fc.constantFrom(
      '*',
      { AWS: ROLE },
      { AWS: ROOT },
      { AWS: OTHER_ROLE },
      { Service: 'events.amazonaws.com' },
    ),
  });
  const documents = fc.record({
    identity: fc.array(statement, { maxLength: 3 }),
    resource: fc.array(forResource, { maxLength: 3 }),
  });

  test('never allows more after a Deny was added', () => {
    fc.assert(
      fc.property(documents, statement, (given, further) => {
        const before = decide(given, {}).decision;
        const after = decide(
          { ...given, identity: [...given.identity, { ...further, Effect: 'Deny' }] },
          {},
        ).decision;
        expect(after === 'allow' && before !== 'allow').toBe(false);
      }),
    );
  });
});
