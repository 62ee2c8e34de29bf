import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CloudwatchLogGroup } from '@cdktf/provider-aws/lib/cloudwatch-log-group';
import { IamPolicy } from '@cdktf/provider-aws/lib/iam-policy';
import { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import { IamRolePolicyAttachment } from '@cdktf/provider-aws/lib/iam-role-policy-attachment';
import { LambdaFunction } from '@cdktf/provider-aws/lib/lambda-function';
import { AssetType, TerraformAsset } from 'cdktf';
import { Construct } from 'constructs';
import type { ModuleContext } from '../module-context';
import type { ResolvedFunctionOptions } from '../options/with-defaults';
import { type PolicyStatement, policyDocument } from '../policy';

/** The zip of a function is missing. */
export class BundleMissingError extends Error {
  override readonly name = 'BundleMissingError';
  /** The missing file. */
  readonly path: string;

  constructor(path: string) {
    super(`no bundle at ${path}; run npm run build first`);
    this.path = path;
  }
}

/** Path and permissions boundary of the roles. */
export interface RoleOptions {
  readonly iamPath: string;
  readonly permissionsBoundaryArn: string | undefined;
}

/** The network that a function runs in. */
export interface FunctionNetwork {
  readonly subnetIds: readonly string[];
  readonly securityGroupIds: readonly string[];
}

/** Properties of `BundledFunction`. */
export interface BundledFunctionProps {
  readonly context: ModuleContext;
  /** The function's folder and the end of its name, for example `refresh-auth-token`. */
  readonly functionId: string;
  readonly description: string;
  readonly functionsFolder: string;
  /** A variable that is undefined is left out: the function's own default holds. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Rights of the role beside logs, traces and the decryption of its environment. */
  readonly statements: readonly PolicyStatement[];
  readonly keyArn: string;
  readonly logRetentionDays: number;
  readonly codeSigningConfigArn: string | undefined;
  /** Undefined runs the function outside of any VPC. */
  readonly network: FunctionNetwork | undefined;
  readonly role: RoleOptions;
  readonly options: ResolvedFunctionOptions;
}

/** The properties that both functions share. */
export type CommonFunctionProps = Pick<
  BundledFunctionProps,
  'context' | 'functionsFolder' | 'codeSigningConfigArn' | 'keyArn' | 'logRetentionDays' | 'network' | 'role'
>;

/** The ARN of the log group of one of the module's functions. */
export const logGroupArn = (context: ModuleContext, functionId: string): string =>
  context.arnOf('logs', `log-group:${logGroupName(context, functionId)}`);

const logGroupName = (context: ModuleContext, functionId: string): string =>
  `/aws/lambda/${context.named(functionId)}`;

/** The ARN of one of the module's functions, built from its name. */
export const functionArn = (context: ModuleContext, functionId: string): string =>
  context.arnOf('lambda', `function:${context.named(functionId)}`);

/**
 * The rights that Lambda needs to place a function in a VPC. Lambda uses the function's role for it; a deny keeps the
 * function's own code from them.
 *
 * Source of the actions and their resources: "Giving Lambda functions access to resources in an Amazon VPC" in the Lambda
 * developer guide. EC2 allows the descriptions on all resources only, and the deletion on all interfaces of the account.
 */
const networkRights = (context: ModuleContext, functionId: string): readonly PolicyStatement[] => {
  const change = [
    'ec2:CreateNetworkInterface',
    'ec2:DeleteNetworkInterface',
    'ec2:AssignPrivateIpAddresses',
    'ec2:UnassignPrivateIpAddresses',
  ];
  const describe = ['ec2:DescribeNetworkInterfaces', 'ec2:DescribeSubnets'];
  return [
    {
      Sid: 'PlaceInNetwork',
      Effect: 'Allow',
      Action: change,
      Resource: context.arnOf('ec2', '*/*'),
    },
    { Sid: 'SeeNetwork', Effect: 'Allow', Action: describe, Resource: '*' },
    {
      Sid: 'DenyNetworkToTheCode',
      Effect: 'Deny',
      Action: [...change, ...describe],
      Resource: '*',
      Condition: { ArnEquals: { 'lambda:SourceFunctionArn': functionArn(context, functionId) } },
    },
  ];
};

/** One Lambda function with its own role, log group and bundle. */
export class BundledFunction extends Construct {
  readonly lambda: LambdaFunction;
  readonly role: IamRole;
  readonly arn: string;
  readonly functionName: string;
  /** Put this into `dependsOn` of whatever invokes the function, so that it never runs before its policy is attached. */
  readonly rights: IamRolePolicyAttachment;

  constructor(scope: Construct, id: string, props: BundledFunctionProps) {
    super(scope, id);
    const { context, functionId, keyArn, options } = props;
    const logGroup = new CloudwatchLogGroup(this, 'log_group', {
      name: logGroupName(context, functionId),
      retentionInDays: props.logRetentionDays,
      kmsKeyId: keyArn,
      ...context.tags,
    });
    this.role = this.#role(props);
    this.rights = this.#rights(this.role, props);
    const zip = join(props.functionsFolder, `${functionId}.zip`);
    if (!existsSync(zip)) {
      throw new BundleMissingError(zip);
    }
    const bundle = new TerraformAsset(this, 'bundle', { path: zip, type: AssetType.FILE });
    const variables = Object.entries(props.environment).filter(
      (entry): entry is [string, string] => entry[1] !== undefined,
    );
    const lambda = new LambdaFunction(this, 'function', {
      functionName: context.named(functionId),
      description: props.description,
      filename: bundle.path,
      sourceCodeHash: createHash('sha256').update(readFileSync(zip)).digest('base64'),
      handler: 'index.handler',
      runtime: options.runtime,
      architectures: [options.architecture],
      memorySize: options.memoryMb,
      timeout: options.timeoutSeconds,
      ...(options.reservedConcurrency === undefined
        ? {}
        : { reservedConcurrentExecutions: options.reservedConcurrency }),
      role: this.role.arn,
      ...(props.codeSigningConfigArn === undefined
        ? {}
        : { codeSigningConfigArn: props.codeSigningConfigArn }),
      ...(props.network === undefined
        ? {}
        : {
            vpcConfig: {
              subnetIds: [...props.network.subnetIds],
              securityGroupIds: [...props.network.securityGroupIds],
            },
          }),
      environment: { variables: Object.fromEntries(variables) },
      kmsKeyArn: keyArn,
      tracingConfig: { mode: 'Active' },
      loggingConfig: { logFormat: 'JSON', logGroup: logGroup.name },
      ...context.tags,
      // Lambda checks the role's rights on the VPC when it creates the function.
      ...(props.network === undefined ? {} : { dependsOn: [this.rights] }),
    });
    this.lambda = lambda;
    this.arn = lambda.arn;
    this.functionName = lambda.functionName;
  }

  #role({ context, functionId, role }: BundledFunctionProps): IamRole {
    return new IamRole(this, 'role', {
      name: context.named(functionId),
      path: role.iamPath,
      ...(role.permissionsBoundaryArn === undefined
        ? {}
        : { permissionsBoundary: role.permissionsBoundaryArn }),
      assumeRolePolicy: policyDocument('trust policy', [
        {
          Sid: 'LambdaAssumes',
          Effect: 'Allow',
          Principal: { Service: 'lambda.amazonaws.com' },
          Action: 'sts:AssumeRole',
        },
      ]),
      ...context.tags,
    });
  }

  #rights(
    role: IamRole,
    { context, functionId, statements, keyArn, network, role: { iamPath } }: BundledFunctionProps,
  ) {
    const policy = new IamPolicy(this, 'policy', {
      name: context.named(functionId),
      path: iamPath,
      policy: policyDocument(`policy of ${functionId}`, [
        {
          // No CreateLogGroup: after a destroy, a last run would recreate the group without key and retention.
          Sid: 'WriteLogs',
          Effect: 'Allow',
          Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
          Resource: `${logGroupArn(context, functionId)}:*`,
        },
        {
          // X-Ray has no resources to name.
          Sid: 'WriteTraces',
          Effect: 'Allow',
          Action: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'],
          Resource: '*',
        },
        {
          Sid: 'DecryptEnvironment',
          Effect: 'Allow',
          Action: 'kms:Decrypt',
          Resource: keyArn,
          Condition: {
            StringEquals: {
              'kms:ViaService': context.viaService('lambda'),
              'kms:EncryptionContext:aws:lambda:FunctionArn': functionArn(context, functionId),
            },
          },
        },
        ...(network === undefined ? [] : networkRights(context, functionId)),
        ...statements,
      ]),
      ...context.tags,
    });
    return new IamRolePolicyAttachment(this, 'policy_attachment', { role: role.name, policyArn: policy.arn });
  }
}
