import type { ModuleContext } from '../module-context';
import type { GenesysVoicemailToS3Props } from '../options/props';
import type { PolicyStatement } from '../policy';
import { functionArn } from './bundled-function';

/*
 * The rights of each function. Each right names its resource. A right on the key also names the service that calls KMS and
 * what is encrypted.
 */

interface KeyUse {
  readonly Sid: string;
  readonly actions: readonly string[];
  readonly service: 's3' | 'secretsmanager' | 'sqs';
  readonly encryptionContext: Readonly<Record<string, string | readonly string[]>>;
}

const useKey = (
  context: ModuleContext,
  keyArn: string,
  { Sid, actions, service, encryptionContext }: KeyUse,
): PolicyStatement => ({
  Sid,
  Effect: 'Allow',
  Action: actions,
  Resource: keyArn,
  Condition: {
    StringEquals: {
      'kms:ViaService': context.viaService(service),
      ...Object.fromEntries(
        Object.entries(encryptionContext).map(([name, value]) => [`kms:EncryptionContext:${name}`, value]),
      ),
    },
  },
});

/** A list of one as its entry, as IAM itself would show it. */
const oneOrMany = (values: readonly string[]): string | readonly string[] => {
  const [only] = values;
  return only !== undefined && values.length === 1 ? only : values;
};

/** The resources that RefreshAuthToken uses. */
export interface RotationRightsProps {
  readonly context: ModuleContext;
  readonly functionId: string;
  readonly secretArns: readonly string[];
  readonly keyArn: string;
}

/** RefreshAuthToken may make the four calls of a rotation on its secrets, while the secret names it as its rotation. */
export const rotationRights = ({
  context,
  functionId,
  secretArns,
  keyArn,
}: RotationRightsProps): readonly PolicyStatement[] => [
  {
    Sid: 'RotateSecret',
    Effect: 'Allow',
    Action: [
      'secretsmanager:DescribeSecret',
      'secretsmanager:GetSecretValue',
      'secretsmanager:PutSecretValue',
      'secretsmanager:UpdateSecretVersionStage',
    ],
    Resource: oneOrMany(secretArns),
    Condition: {
      ArnEquals: { 'secretsmanager:resource/AllowRotationLambdaArn': functionArn(context, functionId) },
    },
  },
  useKey(context, keyArn, {
    Sid: 'UseKeyForSecret',
    actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
    service: 'secretsmanager',
    encryptionContext: { SecretARN: oneOrMany(secretArns) },
  }),
];

/** The resources that MoveVoicemailToS3 uses. */
export interface MoveRightsProps {
  readonly context: ModuleContext;
  readonly secretArns: readonly string[];
  readonly keyArn: string;
  readonly bucketArn: string;
  /** Patterns of the keys that the function writes, without the bucket. */
  readonly archivedKeys: readonly string[];
  readonly tagsObjects: boolean;
  readonly eventsQueueArn: string;
  readonly failuresQueueArn: string;
  readonly reconciles: boolean;
}

/** Lists the patterns of the keys that MoveVoicemailToS3 writes: `<prefix>queue_id=<id>/...`, and `<prefix>group_id=<id>/...` where groups are moved. */
export const archivedKeys = ({
  keyPrefix = '',
  groupIds = [],
}: GenesysVoicemailToS3Props): readonly string[] => [
  `${keyPrefix}queue_id=*`,
  ...(groupIds.length === 0 ? [] : [`${keyPrefix}group_id=*`]),
];

/** Only a reconcile sends messages for what is missing. */
const reconcileRights = ({ eventsQueueArn }: MoveRightsProps): readonly PolicyStatement[] => [
  { Sid: 'SendMissing', Effect: 'Allow', Action: 'sqs:SendMessage', Resource: eventsQueueArn },
];

/** MoveVoicemailToS3 may read the current token, write and compare objects under its prefix, and use its two queues. */
export const moveRights = (props: MoveRightsProps): readonly PolicyStatement[] => {
  const { context, secretArns, keyArn, bucketArn, eventsQueueArn, failuresQueueArn } = props;
  return [
    {
      Sid: 'ReadCurrentToken',
      Effect: 'Allow',
      Action: 'secretsmanager:GetSecretValue',
      Resource: oneOrMany(secretArns),
      // A version can have several labels.
      Condition: { 'ForAnyValue:StringEquals': { 'secretsmanager:VersionStage': 'AWSCURRENT' } },
    },
    useKey(context, keyArn, {
      Sid: 'UseKeyForSecret',
      actions: ['kms:Decrypt'],
      service: 'secretsmanager',
      encryptionContext: { SecretARN: oneOrMany(secretArns) },
    }),
    {
      Sid: 'StoreVoicemail',
      Effect: 'Allow',
      // HeadObject needs GetObject: the function compares what is already stored.
      Action: [
        's3:PutObject',
        's3:AbortMultipartUpload',
        's3:GetObject',
        ...(props.tagsObjects ? ['s3:PutObjectTagging'] : []),
      ],
      Resource: props.archivedKeys.map((keys) => `${bucketArn}/${keys}`),
    },
    {
      // S3 may not count a right that is bound to a prefix when it is asked for an object that is not there; a listing counts it.
      Sid: 'ListArchive',
      Effect: 'Allow',
      Action: 's3:ListBucket',
      Resource: bucketArn,
      Condition: { StringLike: { 's3:prefix': props.archivedKeys } },
    },
    useKey(context, keyArn, {
      Sid: 'UseKeyForArchive',
      // A multipart upload needs Decrypt. With a bucket key, the encryption context is the bucket, not the object.
      actions: ['kms:GenerateDataKey', 'kms:Decrypt'],
      service: 's3',
      encryptionContext: { 'aws:s3:arn': bucketArn },
    }),
    {
      Sid: 'WorkEvents',
      Effect: 'Allow',
      Action: [
        'sqs:ReceiveMessage',
        'sqs:DeleteMessage',
        'sqs:ChangeMessageVisibility',
        'sqs:GetQueueAttributes',
      ],
      Resource: eventsQueueArn,
    },
    { Sid: 'SendFailures', Effect: 'Allow', Action: 'sqs:SendMessage', Resource: failuresQueueArn },
    useKey(context, keyArn, {
      Sid: 'UseKeyForEvents',
      // To receive needs Decrypt. Only a reconcile sends.
      actions: ['kms:Decrypt', ...(props.reconciles ? ['kms:GenerateDataKey'] : [])],
      service: 'sqs',
      encryptionContext: { 'aws:sqs:arn': eventsQueueArn },
    }),
    useKey(context, keyArn, {
      Sid: 'UseKeyForFailures',
      actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
      service: 'sqs',
      encryptionContext: { 'aws:sqs:arn': failuresQueueArn },
    }),
    ...(props.reconciles ? reconcileRights(props) : []),
  ];
};
