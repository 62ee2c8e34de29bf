import { type DeploymentOutputs, secretArnsOf } from './deployment';

/** One statement of an IAM policy that allows something. */
export interface Statement {
  readonly Sid: string;
  readonly Effect: 'Allow';
  readonly Action: readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

/** Names that a policy is filled with: a deployment's outputs and region, or placeholders for them. */
export type PolicyNames = DeploymentOutputs & { readonly region: string };

/** The rights that a command's user needs. */
export type CommandPolicy = (names: PolicyNames) => readonly Statement[];

/** Each name stands for itself: what Terraform calls it, in angle brackets. */
const PLACEHOLDERS: PolicyNames = {
  bucket_name: '<bucket_name>',
  bucket_arn: '<bucket_arn>',
  key_arn: '<key_arn>',
  secret_arn: '<secret_arn>',
  event_bus_name: '<event_bus_name>',
  events_queue_url: '<events_queue_url>',
  events_queue_arn: '<events_queue_arn>',
  failures_queue_url: '<failures_queue_url>',
  failures_queue_arn: '<failures_queue_arn>',
  undelivered_queue_url: '<undelivered_queue_url>',
  undelivered_queue_arn: '<undelivered_queue_arn>',
  refresh_function_arn: '<refresh_function_arn>',
  move_function_arn: '<move_function_arn>',
  region: '<region>',
};

/** The policy document of some statements. */
export const documentOf = (statements: readonly Statement[]): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: statements }, null, 2);

/** The policy document of a command. @param names - @default placeholders, by the names of the outputs */
export const policyDocument = (policy: CommandPolicy, names: PolicyNames = PLACEHOLDERS): string =>
  documentOf(policy(names));

interface KeyUse {
  readonly Sid: string;
  readonly actions: readonly ('kms:Decrypt' | 'kms:GenerateDataKey')[];
  readonly service: 'lambda' | 's3' | 'secretsmanager' | 'sqs';
  readonly context: Readonly<Record<string, string | readonly string[]>>;
}

/** A right on the key that holds through one service and for one encryption context only. */
const useKey = ({ key_arn, region }: PolicyNames, { Sid, actions, service, context }: KeyUse): Statement => ({
  Sid,
  Effect: 'Allow',
  Action: actions,
  Resource: key_arn,
  Condition: {
    StringEquals: {
      'kms:ViaService': `${service}.${region}.amazonaws.com`,
      ...Object.fromEntries(
        Object.entries(context).map(([name, value]) => [`kms:EncryptionContext:${name}`, value]),
      ),
    },
  },
});

/** To read what a function is told. */
export const readFunction = (names: PolicyNames, functionArns: readonly string[]): readonly Statement[] => [
  {
    Sid: 'ReadFunction',
    Effect: 'Allow',
    Action: ['lambda:GetFunctionConfiguration'],
    Resource: functionArns,
  },
  useKey(names, {
    Sid: 'UseKeyForFunction',
    actions: ['kms:Decrypt'],
    service: 'lambda',
    context: { 'aws:lambda:FunctionArn': functionArns },
  }),
];

/** The secrets of all tokens, as a resource of a statement. */
export const secretsOf = (names: PolicyNames): string | readonly string[] => {
  const arns = secretArnsOf(names);
  return arns.length === 1 ? names.secret_arn : arns;
};

/** To use the current token at Genesys, or those of further labels. */
export const readToken = (
  names: PolicyNames,
  stages: readonly string[] = ['AWSCURRENT'],
): readonly Statement[] => [
  {
    Sid: 'ReadCurrentToken',
    Effect: 'Allow',
    Action: ['secretsmanager:GetSecretValue'],
    Resource: secretsOf(names),
    Condition: {
      'ForAnyValue:StringEquals': {
        'secretsmanager:VersionStage': stages.length === 1 ? (stages[0] ?? '') : stages,
      },
    },
  },
  useKeyForSecret(names, ['kms:Decrypt']),
];

/** To decrypt, or to write, the token secret. */
export const useKeyForSecret = (names: PolicyNames, actions: KeyUse['actions']): Statement =>
  useKey(names, {
    Sid: 'UseKeyForSecret',
    actions,
    service: 'secretsmanager',
    context: { SecretARN: secretsOf(names) },
  });

/** To read, or to send, messages of queues. */
export const useKeyForQueues = (
  names: PolicyNames,
  actions: KeyUse['actions'],
  queueArns: readonly string[],
): Statement =>
  useKey(names, { Sid: 'UseKeyForQueues', actions, service: 'sqs', context: { 'aws:sqs:arn': queueArns } });

/** To read, or to write, objects of the archive. */
export const useKeyForArchive = (names: PolicyNames, actions: KeyUse['actions']): Statement =>
  useKey(names, {
    Sid: 'UseKeyForArchive',
    actions,
    service: 's3',
    context: { 'aws:s3:arn': names.bucket_arn },
  });

/** To list the archive. */
export const listArchive = (names: PolicyNames): Statement => ({
  Sid: 'ListArchive',
  Effect: 'Allow',
  Action: ['s3:ListBucket'],
  Resource: names.bucket_arn,
});

/** To list every version in the archive. */
export const listVersions = (names: PolicyNames): Statement => ({
  Sid: 'ListVersions',
  Effect: 'Allow',
  Action: ['s3:ListBucketVersions'],
  Resource: names.bucket_arn,
});

/** To send to the events queue. Its key is used to send, and to check what was made for sending. */
export const sendEvents = (names: PolicyNames, readsFrom: readonly string[] = []): readonly Statement[] => [
  { Sid: 'SendEvents', Effect: 'Allow', Action: ['sqs:SendMessage'], Resource: names.events_queue_arn },
  useKeyForQueues(names, ['kms:Decrypt', 'kms:GenerateDataKey'], [names.events_queue_arn, ...readsFrom]),
];
