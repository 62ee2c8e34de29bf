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
import type { Surroundings } from '../module-context';
import type { FunctionOptions } from '../options/props';
import { type PolicyStatement, policyDocument } from '../policy';

/** A function whose zip is not where it should be. */
export class BundleMissingError extends Error {
  override readonly name = 'BundleMissingError';
  /** The missing file. */
  readonly path: string;

  constructor(path: string) {
    super(`no bundle at ${path}; run npm run build first`);
    this.path = path;
  }
}

/** Where the roles stand in IAM. */
export interface RoleOptions {
  readonly iamPath: string;
  readonly permissionsBoundaryArn: string | undefined;
}

/** The network that a function runs in. */
export interface FunctionNetwork {
  readonly subnetIds: readonly string[];
  readonly securityGroupIds: readonly string[];
}

/** What a function is told. */
export interface BundledFunctionProps {
  readonly surroundings: Surroundings;
  /** The function's folder and the end of its name, for example `refresh-auth-token`. */
  readonly functionId: string;
  readonly description: string;
  readonly functionsFolder: string;
  /** Undefined entries are left out, so that the function's own default holds. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** What the role may do beyond logs, traces and its own environment. */
  readonly statements: readonly PolicyStatement[];
  readonly keyArn: string;
  readonly logRetentionDays: number;
  readonly codeSigningConfigArn: string | undefined;
  /** Undefined leaves the function outside of any VPC. */
  readonly network: FunctionNetwork | undefined;
  readonly role: RoleOptions;
  readonly options: FunctionOptions & Required<Pick<FunctionOptions, 'memoryMb' | 'timeoutSeconds'>>;
}

/** The ARN of the log group of one of the module's functions. */
export const logGroupArn = (surroundings: Surroundings, functionId: string): string =>
  surroundings.arnOf('logs', `log-group:${logGroupName(surroundings, functionId)}`);

const logGroupName = (surroundings: Surroundings, functionId: string): string =>
  `/aws/lambda/${surroundings.named(functionId)}`;

/** The ARN of one of the module's functions, built from its name. */
export const functionArn = (surroundings: Surroundings, functionId: string): string =>
  surroundings.arnOf('lambda', `function:${surroundings.named(functionId)}`);

/**
 * What Lambda needs to place a function in a VPC, with the function's role but never for its code.
 *
 * Source of the actions and their resources: "Giving Lambda functions access to resources in an Amazon VPC" in the Lambda
 * developer guide. To describe is allowed on all resources or not at all; to delete, on all interfaces of the account.
 */
const networkRights = (surroundings: Surroundings, functionId: string): readonly PolicyStatement[] => {
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
      Resource: surroundings.arnOf('ec2', '*/*'),
    },
    { Sid: 'SeeNetwork', Effect: 'Allow', Action: describe, Resource: '*' },
    {
      Sid: 'DenyNetworkToTheCode',
      Effect: 'Deny',
      Action: [...change, ...describe],
      Resource: '*',
      Condition: { ArnEquals: { 'lambda:SourceFunctionArn': functionArn(surroundings, functionId) } },
    },
  ];
};

/** One Lambda function with its own role, log group and bundle. */
export class BundledFunction extends Construct {
  readonly arn: string;
  readonly functionName: string;
  /** What everything that calls the function waits for: without it a first run would be refused its own resources. */
  readonly rights: IamRolePolicyAttachment;

  constructor(scope: Construct, id: string, props: BundledFunctionProps) {
    super(scope, id);
    const { surroundings, functionId, keyArn, options } = props;
    const logGroup = new CloudwatchLogGroup(this, 'log_group', {
      name: logGroupName(surroundings, functionId),
      retentionInDays: props.logRetentionDays,
      kmsKeyId: keyArn,
      ...surroundings.tags,
    });
    const role = this.#role(props);
    this.rights = this.#rights(role, props);
    const zip = join(props.functionsFolder, `${functionId}.zip`);
    if (!existsSync(zip)) {
      throw new BundleMissingError(zip);
    }
    const bundle = new TerraformAsset(this, 'bundle', { path: zip, type: AssetType.FILE });
    const variables = Object.entries(props.environment).filter(
      (entry): entry is [string, string] => entry[1] !== undefined,
    );
    const lambda = new LambdaFunction(this, 'function', {
      functionName: surroundings.named(functionId),
      description: props.description,
      filename: bundle.path,
      sourceCodeHash: createHash('sha256').update(readFileSync(zip)).digest('base64'),
      handler: 'index.handler',
      runtime: options.runtime ?? 'nodejs24.x',
      architectures: [options.architecture ?? 'arm64'],
      memorySize: options.memoryMb,
      timeout: options.timeoutSeconds,
      ...(options.reservedConcurrency === undefined
        ? {}
        : { reservedConcurrentExecutions: options.reservedConcurrency }),
      role: role.arn,
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
      ...surroundings.tags,
      // Lambda tries at once whether the role may place the function in the VPC.
      ...(props.network === undefined ? {} : { dependsOn: [this.rights] }),
    });
    this.arn = lambda.arn;
    this.functionName = lambda.functionName;
  }

  #role({ surroundings, functionId, role }: BundledFunctionProps): IamRole {
    return new IamRole(this, 'role', {
      name: surroundings.named(functionId),
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
      ...surroundings.tags,
    });
  }

  #rights(
    role: IamRole,
    { surroundings, functionId, statements, keyArn, network, role: { iamPath } }: BundledFunctionProps,
  ) {
    const policy = new IamPolicy(this, 'policy', {
      name: surroundings.named(functionId),
      path: iamPath,
      policy: policyDocument(`policy of ${functionId}`, [
        {
          // No CreateLogGroup: the function would bring its group back after a destroy, without key or retention.
          Sid: 'WriteLogs',
          Effect: 'Allow',
          Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
          Resource: `${logGroupArn(surroundings, functionId)}:*`,
        },
        {
          // X-Ray knows no resources.
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
              'kms:ViaService': surroundings.viaService('lambda'),
              'kms:EncryptionContext:aws:lambda:FunctionArn': functionArn(surroundings, functionId),
            },
          },
        },
        ...(network === undefined ? [] : networkRights(surroundings, functionId)),
        ...statements,
      ]),
      ...surroundings.tags,
    });
    return new IamRolePolicyAttachment(this, 'policy_attachment', { role: role.name, policyArn: policy.arn });
  }
}
