import type { PolicySource } from './policy';

/** Input of Lambda's AddPermission. */
export interface LambdaPermission {
  readonly statementId: string;
  /** For example `lambda:InvokeFunction`. */
  readonly action: string;
  /** A service principal, such as `secretsmanager.amazonaws.com`. */
  readonly principal: string;
  readonly sourceArn?: string | undefined;
  readonly sourceAccount?: string | undefined;
}

const statement = (functionArn: string, permission: LambdaPermission) => {
  const { statementId, action, principal, sourceArn, sourceAccount } = permission;
  const condition = {
    ...(sourceAccount === undefined ? {} : { StringEquals: { 'AWS:SourceAccount': sourceAccount } }),
    ...(sourceArn === undefined ? {} : { ArnLike: { 'AWS:SourceArn': sourceArn } }),
  };
  return {
    Sid: statementId,
    Effect: 'Allow',
    Principal: { Service: principal },
    Action: action,
    Resource: functionArn,
    ...(Object.keys(condition).length === 0 ? {} : { Condition: condition }),
  };
};

/**
 * The policy that a function has after these permissions were added to it.
 *
 * Source: AWS Lambda API Reference, "AddPermission"; Lambda Developer Guide, "Viewing resource-based IAM policies".
 */
export const lambdaPermissionPolicy = (
  functionArn: string,
  permissions: readonly LambdaPermission[],
): PolicySource => ({
  name: `permissions of ${functionArn}`,
  document: JSON.stringify({
    Version: '2012-10-17',
    Id: 'default',
    Statement: permissions.map((permission) => statement(functionArn, permission)),
  }),
});
