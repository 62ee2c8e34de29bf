import { createHash } from 'node:crypto';
import * as v from 'valibot';
import { StackError } from './errors';
import type { Json } from './expressions';
import type { Declaration } from './synthesized-stack';

/** The AWS account, region and partition that a stack is made real in. */
export interface StackEnvironment {
  readonly accountId: string;
  readonly region: string;
  /** Where the local AWS answers: queue URLs begin with it. */
  readonly awsOrigin: string;
  /** Creates a secret: AWS chooses the end of its ARN, so it has to be there before anything can refer to it. */
  createSecret(secret: { readonly name: string; readonly kmsKeyId: string }): string;
}

/** Attributes of a resource that AWS would know once it is there. */
export type Attributes = Readonly<Record<string, Json>>;

type AttributesOf = (declared: Attributes, environment: StackEnvironment) => Attributes;

const textOf = (declared: Attributes, argument: string): string => v.parse(v.string(), declared[argument]);

/** Stands for the random part of an id, so that the same stack gets the same ids in each run. */
const stableId = (text: string): string => createHash('sha256').update(text).digest('hex');

const arn = ({ accountId, region }: StackEnvironment, service: string, resource: string): string =>
  `arn:aws:${service}:${region}:${accountId}:${resource}`;

const uuidOf = (text: string): string =>
  stableId(text).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5');

const named =
  (service: string, resource: (name: string) => string): AttributesOf =>
  (declared, environment) => {
    const name = textOf(declared, 'name');
    return { id: name, arn: arn(environment, service, resource(name)) };
  };

const iam =
  (kind: string): AttributesOf =>
  (declared, { accountId }) => {
    const path = v.parse(v.optional(v.string(), '/'), declared['path']);
    const iamArn = `arn:aws:iam::${accountId}:${kind}${path}${textOf(declared, 'name')}`;
    return { id: kind === 'role' ? textOf(declared, 'name') : iamArn, arn: iamArn };
  };

const nothing: AttributesOf = () => ({});

const alarm: AttributesOf = (declared, environment) => ({
  arn: arn(environment, 'cloudwatch', `alarm:${textOf(declared, 'alarm_name')}`),
});

/**
 * What each type of resource and data source that the module declares has beside its arguments.
 *
 * Source: "Attribute Reference" of each in the AWS provider's documentation, 6.25. Those without attributes here are not
 * referred to. A type that is missing is refused, so that the local run never passes over what it does not know.
 */
const ATTRIBUTES: Readonly<Record<string, AttributesOf>> = {
  'data.aws_caller_identity': (_declared, { accountId }) => ({ id: accountId, account_id: accountId }),
  'data.aws_region': (_declared, { region }) => ({ id: region, region }),
  'data.aws_partition': () => ({ id: 'aws', partition: 'aws', dns_suffix: 'amazonaws.com' }),

  aws_kms_key: (declared, environment) => {
    const keyId = uuidOf(textOf(declared, 'description'));
    return { id: keyId, key_id: keyId, arn: arn(environment, 'kms', `key/${keyId}`) };
  },
  aws_kms_alias: nothing,

  aws_secretsmanager_secret: (declared, { createSecret }) => {
    const arn = createSecret({ name: textOf(declared, 'name'), kmsKeyId: textOf(declared, 'kms_key_id') });
    return { id: arn, arn };
  },
  aws_secretsmanager_secret_policy: nothing,
  aws_secretsmanager_secret_rotation: nothing,

  aws_s3_bucket: (declared) => {
    const bucket = textOf(declared, 'bucket');
    return { id: bucket, arn: `arn:aws:s3:::${bucket}` };
  },
  aws_s3_bucket_lifecycle_configuration: nothing,
  aws_s3_bucket_notification: nothing,
  aws_s3_bucket_object_lock_configuration: nothing,
  aws_s3_bucket_ownership_controls: nothing,
  aws_s3_bucket_policy: nothing,
  aws_s3_bucket_public_access_block: nothing,
  aws_s3_bucket_server_side_encryption_configuration: nothing,
  aws_s3_bucket_versioning: nothing,

  aws_sqs_queue: (declared, environment) => {
    const name = textOf(declared, 'name');
    const url = `${environment.awsOrigin}/${environment.accountId}/${name}`;
    return { id: url, url, arn: arn(environment, 'sqs', name) };
  },
  aws_sqs_queue_policy: nothing,
  aws_sqs_queue_redrive_allow_policy: nothing,

  aws_iam_role: iam('role'),
  aws_iam_policy: iam('policy'),
  aws_iam_role_policy_attachment: nothing,

  aws_cloudwatch_log_group: named('logs', (name) => `log-group:${name}`),
  aws_lambda_function: (declared, environment) => {
    const name = textOf(declared, 'function_name');
    return { id: name, arn: arn(environment, 'lambda', `function:${name}`) };
  },
  aws_lambda_permission: nothing,
  aws_lambda_event_source_mapping: nothing,
  aws_lambda_function_recursion_config: nothing,

  aws_cloudwatch_event_bus: named('events', (name) => `event-bus/${name}`),
  aws_cloudwatch_event_rule: (declared, environment) => {
    const name = textOf(declared, 'name');
    const bus = v.parse(v.optional(v.string(), 'default'), declared['event_bus_name']);
    return {
      id: name,
      arn: arn(environment, 'events', bus === 'default' ? `rule/${name}` : `rule/${bus}/${name}`),
    };
  },
  aws_cloudwatch_event_target: nothing,
  aws_cloudwatch_metric_alarm: alarm,
  aws_cloudwatch_composite_alarm: alarm,
  aws_cloudwatch_dashboard: nothing,

  aws_glue_catalog_database: named('glue', (name) => `database/${name}`),
  aws_glue_catalog_table: nothing,
  aws_athena_workgroup: nothing,
};

/**
 * Adds to the declared arguments what AWS would know beside them.
 *
 * @throws StackError for a type that the local run does not know, or an argument that it needs and that is not there.
 */
export const attributesOf = (
  { address, kind }: Pick<Declaration, 'address' | 'kind'>,
  declared: Attributes,
  environment: StackEnvironment,
): Attributes => {
  const known = ATTRIBUTES[kind];
  if (known === undefined) {
    throw new StackError(
      address,
      `the local run does not know the type ${kind}; teach it in tools/local-cloud/stack/attributes.ts`,
    );
  }
  try {
    return { ...declared, ...known(declared, environment) };
  } catch (error) {
    if (!(error instanceof v.ValiError)) {
      throw error;
    }
    throw new StackError(address, `an argument that names it is missing: ${error.message}`);
  }
};
