import { Authorizer, type LambdaPermission, lambdaPermissionPolicy, type ResourceFacts } from '../../aws/iam';
import type { MovableClock } from '../../clock';
import * as schemas from '../schemas';
import type { StackResources } from '../stack-resources';
import { required } from './required';

/** Where and when a stack's policies hold. */
export interface AuthorizationOptions {
  readonly clock: MovableClock;
  readonly accountId: string;
  readonly region: string;
}

/** The policies of a stack: every call of the local run is authorized by them, as AWS would. */
export class StackAuthorization {
  readonly authorizer: Authorizer;
  /** A person with every right, for what people do in the local run. */
  readonly operatorArn: string;
  readonly #facts = new Map<string, ResourceFacts>();

  constructor({ clock, accountId, region }: AuthorizationOptions) {
    this.authorizer = new Authorizer({
      clock,
      accountId,
      region,
      describeResource: (arn) => this.#facts.get(arn),
    });
    this.operatorArn = `arn:aws:iam::${accountId}:role/operator`;
    this.authorizer.putRole({
      arn: this.operatorArn,
      policies: [
        {
          name: 'operator',
          document: JSON.stringify({
            Version: '2012-10-17',
            Statement: [{ Sid: 'Everything', Effect: 'Allow', Action: '*', Resource: '*' }],
          }),
        },
      ],
    });
  }

  /**
   * Takes what the stack declares.
   *
   * @throws PolicyInvalidError for a policy that AWS would refuse.
   * @throws StackError for a policy of something that the stack does not declare.
   */
  learn(resources: StackResources): void {
    this.#learnFacts(resources);
    this.#putRoles(resources);
    this.#putResourcePolicies(resources);
  }

  #learnFacts(resources: StackResources): void {
    const { rule } = resources.only(
      'aws_s3_bucket_server_side_encryption_configuration',
      schemas.encryptionSchema,
    );
    const bucket = resources.only('aws_s3_bucket', schemas.bucketSchema);
    this.#facts.set(bucket.arn, {
      kmsKeyArn: rule.apply_server_side_encryption_by_default.kms_master_key_id,
      bucketKeyEnabled: rule.bucket_key_enabled,
    });
    for (const queue of resources.all('aws_sqs_queue', schemas.queueSchema)) {
      this.#facts.set(queue.arn, { kmsKeyArn: queue.kms_master_key_id });
    }
    for (const { arn, kms_key_arn } of resources.all('aws_lambda_function', schemas.functionSchema)) {
      this.#facts.set(arn, { kmsKeyArn: kms_key_arn });
    }
    const rotations = resources.all('aws_secretsmanager_secret_rotation', schemas.rotationSchema);
    for (const secret of resources.all('aws_secretsmanager_secret', schemas.secretSchema)) {
      const rotation = rotations.find(({ secret_id }) => secret_id === secret.arn);
      this.#facts.set(secret.arn, {
        kmsKeyArn: secret.kms_key_id,
        ...(rotation === undefined ? {} : { rotationFunctionArn: rotation.rotation_lambda_arn }),
      });
    }
  }

  #putRoles(resources: StackResources): void {
    const policies = resources.all('aws_iam_policy', schemas.policySchema);
    const attachments = resources.all('aws_iam_role_policy_attachment', schemas.attachmentSchema);
    const functions = resources.all('aws_lambda_function', schemas.functionSchema);
    for (const role of resources.all('aws_iam_role', schemas.roleSchema)) {
      const sessionName = functions.find((declared) => declared.role === role.arn)?.function_name;
      this.authorizer.putRole({
        arn: role.arn,
        ...(sessionName === undefined ? {} : { sessionName }),
        policies: attachments
          .filter((attachment) => attachment.role === role.name)
          .map((attachment) =>
            required(
              policies.find(({ arn }) => arn === attachment.policy_arn),
              attachment.address,
              `its policy ${attachment.policy_arn} is not declared`,
            ),
          )
          .map(({ name, policy }) => ({ name, document: policy })),
      });
      this.authorizer.putResourcePolicy(role.arn, { name: role.name, document: role.assume_role_policy });
    }
  }

  #putResourcePolicies(resources: StackResources): void {
    const put = (arn: string, name: string, document: string) =>
      this.authorizer.putResourcePolicy(arn, { name, document });
    for (const key of resources.all('aws_kms_key', schemas.keySchema)) {
      put(key.arn, key.address, key.policy);
    }
    const bucket = resources.only('aws_s3_bucket', schemas.bucketSchema);
    for (const { address, policy } of resources.all('aws_s3_bucket_policy', schemas.bucketPolicySchema)) {
      put(bucket.arn, address, policy);
    }
    for (const { address, secret_arn, policy } of resources.all(
      'aws_secretsmanager_secret_policy',
      schemas.secretPolicySchema,
    )) {
      put(secret_arn, address, policy);
    }
    const queues = resources.all('aws_sqs_queue', schemas.queueSchema);
    for (const { address, queue_url, policy } of resources.all(
      'aws_sqs_queue_policy',
      schemas.queuePolicySchema,
    )) {
      const queue = required(
        queues.find(({ url }) => url === queue_url),
        address,
        `its queue ${queue_url} is not declared`,
      );
      put(queue.arn, address, policy);
    }
    this.#putPermissions(resources);
  }

  #putPermissions(resources: StackResources): void {
    const permissions = resources.all('aws_lambda_permission', schemas.permissionSchema);
    for (const { arn, function_name } of resources.all('aws_lambda_function', schemas.functionSchema)) {
      const own = permissions
        .filter((permission) => permission.function_name === function_name)
        .map(
          (permission): LambdaPermission => ({
            statementId: permission.statement_id,
            action: permission.action,
            principal: permission.principal,
            sourceArn: permission.source_arn,
            sourceAccount: permission.source_account,
          }),
        );
      if (own.length > 0) {
        this.authorizer.putResourcePolicy(arn, lambdaPermissionPolicy(arn, own));
      }
    }
  }
}
