import type { Surroundings } from '../module-context';
import type { GenesysVoicemailToS3Props } from '../options/props';
import type { PolicyStatement } from '../policy';
import { functionArn } from './bundled-function';

/*
 * What each function may do, one table row of calls after the other. Each right names its resource; a right on the key
 * also names the service that asks and what is encrypted.
 */

interface KeyUse {
  readonly Sid: string;
  readonly actions: readonly string[];
  readonly service: 's3' | 'secretsmanager' | 'sqs';
  readonly context: Readonly<Record<string, string | readonly string[]>>;
}

const useKey = (
  surroundings: Surroundings,
  keyArn: string,
  { Sid, actions, service, context }: KeyUse,
): PolicyStatement => ({
  Sid,
  Effect: 'Allow',
  Action: actions,
  Resource: keyArn,
  Condition: {
    StringEquals: {
      'kms:ViaService': surroundings.viaService(service),
      ...Object.fromEntries(
        Object.entries(context).map(([name, value]) => [`kms:EncryptionContext:${name}`, value]),
      ),
    },
  },
});

/** What the rotation needs. */
export interface RotationRightsProps {
  readonly surroundings: Surroundings;
  readonly functionId: string;
  readonly secretArn: string;
  readonly keyArn: string;
}

/** RefreshAuthToken: the four calls of a rotation on the one secret, and only while the secret names it as its rotation. */
export const rotationRights = ({
  surroundings,
  functionId,
  secretArn,
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
    Resource: secretArn,
    Condition: {
      ArnEquals: { 'secretsmanager:resource/AllowRotationLambdaArn': functionArn(surroundings, functionId) },
    },
  },
  useKey(surroundings, keyArn, {
    Sid: 'UseKeyForSecret',
    actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
    service: 'secretsmanager',
    context: { SecretARN: secretArn },
  }),
];

/** What the move needs. */
export interface MoveRightsProps {
  readonly surroundings: Surroundings;
  readonly secretArn: string;
  readonly keyArn: string;
  readonly bucketArn: string;
  /** Patterns of the keys that are written, without the bucket. */
  readonly archivedKeys: readonly string[];
  readonly tagsObjects: boolean;
  readonly eventsQueueArn: string;
  readonly failuresQueueArn: string;
  readonly reconciles: boolean;
}

/** The keys that the move writes: `<prefix>queue_id=<id>/...`, and `<prefix>group_id=<id>/...` where groups are moved. */
export const archivedKeys = ({
  keyPrefix = '',
  groupIds = [],
}: GenesysVoicemailToS3Props): readonly string[] => [
  `${keyPrefix}queue_id=*`,
  ...(groupIds.length === 0 ? [] : [`${keyPrefix}group_id=*`]),
];

/** What only a reconcile needs: to see what the archive holds, and to ask for what it lacks. */
const reconcileRights = ({
  bucketArn,
  archivedKeys: keys,
  eventsQueueArn,
}: MoveRightsProps): readonly PolicyStatement[] => [
  {
    Sid: 'ListArchive',
    Effect: 'Allow',
    Action: 's3:ListBucket',
    Resource: bucketArn,
    Condition: { StringLike: { 's3:prefix': keys } },
  },
  { Sid: 'SendMissing', Effect: 'Allow', Action: 'sqs:SendMessage', Resource: eventsQueueArn },
];

/** MoveVoicemailToS3: to read the current token, to write and compare objects under its prefix, to work its two queues. */
export const moveRights = (props: MoveRightsProps): readonly PolicyStatement[] => {
  const { surroundings, secretArn, keyArn, bucketArn, eventsQueueArn, failuresQueueArn } = props;
  return [
    {
      Sid: 'ReadCurrentToken',
      Effect: 'Allow',
      Action: 'secretsmanager:GetSecretValue',
      Resource: secretArn,
      // A version may bear several labels.
      Condition: { 'ForAnyValue:StringEquals': { 'secretsmanager:VersionStage': 'AWSCURRENT' } },
    },
    useKey(surroundings, keyArn, {
      Sid: 'UseKeyForSecret',
      actions: ['kms:Decrypt'],
      service: 'secretsmanager',
      context: { SecretARN: secretArn },
    }),
    {
      Sid: 'StoreVoicemail',
      Effect: 'Allow',
      // GetObject is for HeadObject too: what is stored already is compared.
      Action: [
        's3:PutObject',
        's3:AbortMultipartUpload',
        's3:GetObject',
        ...(props.tagsObjects ? ['s3:PutObjectTagging'] : []),
      ],
      Resource: props.archivedKeys.map((keys) => `${bucketArn}/${keys}`),
    },
    useKey(surroundings, keyArn, {
      Sid: 'UseKeyForArchive',
      // Decrypt is for the parts of a multipart upload. With a bucket key the context is the bucket, not the object.
      actions: ['kms:GenerateDataKey', 'kms:Decrypt'],
      service: 's3',
      context: { 'aws:s3:arn': bucketArn },
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
    useKey(surroundings, keyArn, {
      Sid: 'UseKeyForEvents',
      // Receiving needs Decrypt; only a reconcile sends.
      actions: ['kms:Decrypt', ...(props.reconciles ? ['kms:GenerateDataKey'] : [])],
      service: 'sqs',
      context: { 'aws:sqs:arn': eventsQueueArn },
    }),
    useKey(surroundings, keyArn, {
      Sid: 'UseKeyForFailures',
      actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
      service: 'sqs',
      context: { 'aws:sqs:arn': failuresQueueArn },
    }),
    ...(props.reconciles ? reconcileRights(props) : []),
  ];
};
