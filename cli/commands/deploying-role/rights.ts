/*
 * What the provider asks AWS for each type of resource, as data. The calls are those that we know of
 * `terraform-provider-aws` 6, the names of the rights those of AWS's Service Authorization Reference. A local run makes no
 * resource by the API of AWS, so that nothing here proves a row; a test holds that no type of the module is without one.
 */

/** Things that rights are on; `policy.ts` says which ARNs each has. */
export type Place =
  | 'Alarms'
  | 'Attachments'
  | 'Bucket'
  | 'Bus'
  | 'Catalog'
  | 'Dashboard'
  | 'EventArchives'
  | 'Everything'
  | 'Functions'
  | 'Key'
  | 'KeyAlias'
  | 'KeyByAlias'
  | 'KeyForFunctions'
  | 'LogGroups'
  | 'MappingIds'
  | 'Mappings'
  | 'PassRoles'
  | 'Policies'
  | 'Queues'
  | 'Roles'
  | 'RolesWithinBoundary'
  | 'RotationFunction'
  | 'Rules'
  | 'Secrets'
  | 'Workgroup';

/** Rights that one type of resource needs, by what they are on. */
export interface Rights {
  /** To create, read and change it. */
  readonly manage: Readonly<Partial<Record<Place, readonly string[]>>>;
  /** To delete it, which is left out for what `prevent_destroy` guards. */
  readonly destroy?: Readonly<Partial<Record<Place, readonly string[]>>>;
}

const of = (service: string, ...actions: readonly string[]): readonly string[] =>
  actions.map((action) => `${service}:${action}`);

const tagging = (service: string): readonly string[] =>
  of(service, 'ListTagsForResource', 'TagResource', 'UntagResource');

const alarm = (put: string): Rights => ({
  manage: {
    Alarms: [`cloudwatch:${put}`, ...tagging('cloudwatch')],
    // CloudWatch describes composite alarms to who may see all alarms only.
    Everything: ['cloudwatch:DescribeAlarms'],
  },
  destroy: { Alarms: ['cloudwatch:DeleteAlarms'] },
});

const ofBucket = (...actions: readonly string[]): Rights => ({ manage: { Bucket: of('s3', ...actions) } });

const queueAttributes: Rights = { manage: { Queues: of('sqs', 'GetQueueAttributes', 'SetQueueAttributes') } };

/** Rights by the type of the resource. */
export const RIGHTS: Readonly<Record<string, Rights>> = {
  aws_athena_workgroup: {
    manage: {
      Workgroup: [
        ...of('athena', 'CreateWorkGroup', 'GetWorkGroup', 'UpdateWorkGroup'),
        ...tagging('athena'),
      ],
    },
    destroy: { Workgroup: ['athena:DeleteWorkGroup'] },
  },
  aws_cloudwatch_composite_alarm: alarm('PutCompositeAlarm'),
  aws_cloudwatch_dashboard: {
    manage: { Dashboard: of('cloudwatch', 'GetDashboard', 'PutDashboard') },
    destroy: { Dashboard: ['cloudwatch:DeleteDashboards'] },
  },
  aws_cloudwatch_event_archive: {
    manage: {
      EventArchives: of('events', 'CreateArchive', 'DescribeArchive', 'UpdateArchive'),
      Bus: ['events:CreateArchive'],
    },
    destroy: { EventArchives: ['events:DeleteArchive'] },
  },
  aws_cloudwatch_event_bus: {
    manage: {
      Bus: [...of('events', 'CreateEventBus', 'DescribeEventBus', 'UpdateEventBus'), ...tagging('events')],
    },
    destroy: { Bus: ['events:DeleteEventBus'] },
  },
  aws_cloudwatch_event_rule: {
    manage: { Rules: [...of('events', 'DescribeRule', 'PutRule'), ...tagging('events')] },
    destroy: { Rules: ['events:DeleteRule'] },
  },
  aws_cloudwatch_event_target: {
    manage: { Rules: of('events', 'ListTargetsByRule', 'PutTargets') },
    destroy: { Rules: ['events:RemoveTargets'] },
  },
  aws_cloudwatch_log_group: {
    manage: {
      LogGroups: [
        ...of('logs', 'AssociateKmsKey', 'CreateLogGroup', 'DeleteRetentionPolicy', 'DisassociateKmsKey'),
        ...of('logs', 'PutRetentionPolicy'),
        ...tagging('logs'),
      ],
      Everything: ['logs:DescribeLogGroups'],
    },
    destroy: { LogGroups: ['logs:DeleteLogGroup'] },
  },
  aws_cloudwatch_metric_alarm: alarm('PutMetricAlarm'),
  aws_glue_catalog_database: {
    manage: {
      Catalog: of(
        'glue',
        'CreateDatabase',
        'GetDatabase',
        'GetTags',
        'TagResource',
        'UntagResource',
        'UpdateDatabase',
      ),
    },
    // Glue asks for the right on what is in the database, too.
    destroy: { Catalog: of('glue', 'DeleteDatabase', 'DeleteTable') },
  },
  aws_glue_catalog_table: {
    manage: { Catalog: of('glue', 'CreateTable', 'GetPartitionIndexes', 'GetTable', 'UpdateTable') },
    destroy: { Catalog: ['glue:DeleteTable'] },
  },
  aws_iam_policy: {
    manage: {
      Policies: of(
        'iam',
        ...['CreatePolicy', 'CreatePolicyVersion', 'DeletePolicyVersion', 'GetPolicy*', 'ListPolicyVersions'],
        ...['TagPolicy', 'UntagPolicy'],
      ),
    },
    destroy: { Policies: ['iam:DeletePolicy'] },
  },
  aws_iam_role: {
    manage: {
      RolesWithinBoundary: of('iam', 'CreateRole', 'PutRolePermissionsBoundary'),
      Roles: of(
        'iam',
        ...['GetRole', 'List*Role*', 'TagRole', 'UntagRole', 'UpdateAssumeRolePolicy', 'UpdateRole'],
      ),
    },
    destroy: { Roles: ['iam:DeleteRole'] },
  },
  aws_iam_role_policy_attachment: {
    manage: { Attachments: ['iam:AttachRolePolicy'], Roles: ['iam:List*Role*'] },
    destroy: { Attachments: ['iam:DetachRolePolicy'] },
  },
  aws_kms_alias: {
    manage: {
      KeyAlias: of('kms', 'CreateAlias', 'UpdateAlias'),
      Key: of('kms', 'CreateAlias', 'UpdateAlias'),
      Everything: ['kms:ListAliases'],
    },
    destroy: { KeyAlias: ['kms:DeleteAlias'], Key: ['kms:DeleteAlias'] },
  },
  aws_kms_key: {
    manage: {
      Everything: ['kms:CreateKey'],
      // The key has no alias yet when it is made.
      Key: [
        ...of(
          'kms',
          'DescribeKey',
          'EnableKeyRotation',
          'GetKeyPolicy',
          'GetKeyRotationStatus',
          'ListResourceTags',
        ),
        ...of('kms', 'TagResource'),
      ],
      KeyByAlias: of('kms', 'EnableKey', 'PutKeyPolicy', 'UntagResource', 'UpdateKeyDescription'),
    },
    // Terraform takes the alias away before it.
    destroy: { Key: ['kms:ScheduleKeyDeletion'] },
  },
  aws_lambda_event_source_mapping: {
    manage: {
      Mappings: of('lambda', 'CreateEventSourceMapping', 'UpdateEventSourceMapping'),
      MappingIds: of('lambda', 'GetEventSourceMapping', 'ListTags', 'TagResource', 'UntagResource'),
    },
    destroy: { Mappings: ['lambda:DeleteEventSourceMapping'] },
  },
  aws_lambda_function: {
    manage: {
      Functions: of(
        'lambda',
        ...['CreateFunction', 'DeleteFunctionCodeSigningConfig', 'DeleteFunctionConcurrency', 'GetFunction*'],
        ...['ListTags', 'ListVersionsByFunction', 'PutFunctionCodeSigningConfig', 'PutFunctionConcurrency'],
        ...['TagResource', 'UntagResource', 'UpdateFunctionCode', 'UpdateFunctionConfiguration'],
      ),
      KeyForFunctions: of('kms', 'CreateGrant', 'Decrypt', 'Encrypt'),
      PassRoles: ['iam:PassRole'],
    },
    destroy: { Functions: ['lambda:DeleteFunction'] },
  },
  aws_lambda_function_recursion_config: {
    manage: { Functions: of('lambda', 'GetFunction*', 'PutFunctionRecursionConfig') },
  },
  aws_lambda_permission: {
    manage: { Functions: of('lambda', 'AddPermission', 'GetPolicy') },
    destroy: { Functions: ['lambda:RemovePermission'] },
  },
  aws_s3_bucket: {
    manage: {
      Bucket: of(
        's3',
        ...['CreateBucket', 'Get*Configuration', 'GetBucket*'],
        ...['ListBucket', 'ListTagsForResource'],
        ...['PutBucketTagging', 'TagResource', 'UntagResource'],
      ),
    },
    destroy: { Bucket: ['s3:DeleteBucket'] },
  },
  aws_s3_bucket_lifecycle_configuration: ofBucket('PutLifecycleConfiguration'),
  aws_s3_bucket_logging: ofBucket('PutBucketLogging'),
  aws_s3_bucket_notification: ofBucket('PutBucketNotification'),
  aws_s3_bucket_object_lock_configuration: ofBucket('PutBucketObjectLockConfiguration'),
  aws_s3_bucket_ownership_controls: ofBucket('PutBucketOwnershipControls'),
  aws_s3_bucket_policy: {
    ...ofBucket('PutBucketPolicy'),
    destroy: { Bucket: ['s3:DeleteBucketPolicy'] },
  },
  aws_s3_bucket_public_access_block: ofBucket('PutBucketPublicAccessBlock'),
  aws_s3_bucket_server_side_encryption_configuration: ofBucket('PutEncryptionConfiguration'),
  aws_s3_bucket_versioning: ofBucket('PutBucketVersioning'),
  aws_secretsmanager_secret: {
    manage: {
      Secrets: of(
        'secretsmanager',
        ...[
          'CreateSecret',
          'DescribeSecret',
          'GetResourcePolicy',
          'TagResource',
          'UntagResource',
          'UpdateSecret',
        ],
      ),
    },
    destroy: { Secrets: ['secretsmanager:DeleteSecret'] },
  },
  aws_secretsmanager_secret_policy: {
    manage: {
      Secrets: of('secretsmanager', 'GetResourcePolicy', 'PutResourcePolicy', 'ValidateResourcePolicy'),
    },
    destroy: { Secrets: ['secretsmanager:DeleteResourcePolicy'] },
  },
  aws_secretsmanager_secret_rotation: {
    manage: {
      Secrets: of('secretsmanager', 'DescribeSecret', 'RotateSecret'),
      // Secrets Manager asks whether whoever sets a rotation may call its function.
      RotationFunction: ['lambda:InvokeFunction'],
    },
    destroy: { Secrets: ['secretsmanager:CancelRotateSecret'] },
  },
  aws_sqs_queue: {
    manage: {
      Queues: [
        ...of(
          'sqs',
          'CreateQueue',
          'GetQueueAttributes',
          'GetQueueUrl',
          'ListQueueTags',
          'SetQueueAttributes',
        ),
        ...of('sqs', 'TagQueue', 'UntagQueue'),
      ],
    },
    destroy: { Queues: ['sqs:DeleteQueue'] },
  },
  aws_sqs_queue_policy: queueAttributes,
  aws_sqs_queue_redrive_allow_policy: queueAttributes,
};
