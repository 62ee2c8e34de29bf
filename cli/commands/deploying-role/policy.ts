import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { partitionOf } from '../../../modules/deployment/aws-regions';
import { EXIT_CODE, errorCodeOf, OperatorError } from '../../errors';
import type { Statement } from '../../policy';
import { type Place, RIGHTS, type Rights } from './rights';

const stackSchema = v.object({
  provider: v.object({
    aws: v.tuple([
      v.object({
        region: v.pipe(v.string(), v.regex(/^[a-z0-9-]+$/)),
        allowed_account_ids: v.tuple([v.pipe(v.string(), v.regex(/^\d{12}$/))]),
      }),
    ]),
  }),
  resource: v.record(v.string(), v.record(v.string(), v.looseObject({}))),
  terraform: v.object({
    backend: v.object({
      s3: v.optional(v.object({ bucket: v.string(), key: v.string(), kms_key_id: v.optional(v.string()) })),
    }),
  }),
});

/** A synthesized stack, as far as its rights follow from it. */
export type DeployedStack = v.InferOutput<typeof stackSchema>;

/** What an app of somebody's own has to say, so that ARNs can be made of it. */
const PLACE_MISSING =
  "does not say for which account and region it is: give the stack's AWS provider both as literals, " +
  "new AwsProvider(this, 'aws', { region: 'eu-central-1', allowedAccountIds: ['123456789012'] }), and synthesize it again";

/** Reads `stacks/<deployment>/cdk.tf.json`. @throws OperatorError where it is not there, or is of something else. */
export const readStack = (folder: string, deployment: string): DeployedStack => {
  const file = join(folder, 'stacks', deployment, 'cdk.tf.json');
  const refuse = (problem: string): never => {
    throw new OperatorError('StackUnreadable', `${file} ${problem}`, EXIT_CODE.usage);
  };
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    return refuse(
      `${error instanceof SyntaxError ? 'is not JSON' : `cannot be read (${errorCodeOf(error)})`}; write it with: genesys-voicemail synth, or in an app of your own with cdktf synth, whose folder --stacks names`,
    );
  }
  const parsed = v.safeParse(stackSchema, content);
  if (parsed.success) {
    return parsed.output;
  }
  return refuse(
    parsed.issues.some((issue) => v.getDotPath(issue)?.startsWith('provider') !== true)
      ? 'is no stack that cdktf synthesized'
      : PLACE_MISSING,
  );
};

type Target = Pick<Statement, 'Condition' | 'Resource'>;

/** The values of one argument of the resources of one type, without those that only Terraform knows. */
const literals = ({ resource }: DeployedStack, type: string, argument: string): readonly string[] => [
  ...new Set(
    Object.values(resource[type] ?? {}).flatMap(({ [argument]: value }) =>
      typeof value === 'string' && !value.includes('${') ? [value] : [],
    ),
  ),
];

/** What the rights on each place hold for: names that the deployment makes, and no others where AWS lets one say so. */
const targetsOf = (stack: DeployedStack): Readonly<Record<Place, Target>> => {
  const [{ region, allowed_account_ids: accounts }] = stack.provider.aws;
  const [account] = accounts;
  const of = (argument: string, ...types: readonly string[]): readonly string[] =>
    types.flatMap((type) => literals(stack, type, argument));
  const names = new Set(
    of('function_name', 'aws_lambda_function').map((name) =>
      name.replace(/-(?:move-voicemail-to-s3|refresh-auth-token)$/, ''),
    ),
  );
  const arn = (service: string, resource: string, [inRegion, inAccount] = [region, account]): string =>
    `arn:${partitionOf(region)}:${service}:${inRegion}:${inAccount}:${resource}`;
  const each = (service: string, resource: (name: string) => string, where?: [string, string]) =>
    [...names].map((name) => arn(service, resource(name), where));
  const iam = (kind: 'policy' | 'role') =>
    of('path', `aws_iam_${kind}`).flatMap((path) =>
      each('iam', (name) => `${kind}${path}${name}-*`, ['', account]),
    );
  const keys = of('kms_key_arn', 'aws_lambda_function');
  const Key = keys.length > 0 ? keys : [arn('kms', 'key/*')];
  const Functions = each('lambda', (name) => `function:${name}-*`);
  const buses = of('event_bus_name', 'aws_cloudwatch_event_rule').concat(
    of('name', 'aws_cloudwatch_event_bus'),
  );
  const boundaries = of('permissions_boundary', 'aws_iam_role');
  const withinBoundary = boundaries.length > 0 ? { 'iam:PermissionsBoundary': boundaries } : undefined;
  const secrets = of('secret_id', 'aws_secretsmanager_secret_rotation');
  return {
    Alarms: { Resource: each('cloudwatch', (name) => `alarm:${name}-*`) },
    Attachments: { Resource: iam('role'), Condition: { ArnLike: { 'iam:PolicyARN': iam('policy') } } },
    Bucket: { Resource: each('s3', (name) => `${name}-${account}-${region}`, ['', '']) },
    Bus: {
      Resource: buses.filter((bus) => bus !== 'default').map((bus) => arn('events', `event-bus/${bus}`)),
    },
    Catalog: {
      Resource: [
        arn('glue', 'catalog'),
        ...of('name', 'aws_glue_catalog_database').flatMap((database) => [
          arn('glue', `database/${database}`),
          arn('glue', `table/${database}/*`),
        ]),
      ],
    },
    Dashboard: { Resource: each('cloudwatch', (name) => `dashboard/${name}-*`, ['', account]) },
    EventArchives: { Resource: each('events', (name) => `archive/${name}-*`) },
    Everything: { Resource: '*' },
    Functions: { Resource: [...Functions, ...of('code_signing_config_arn', 'aws_lambda_function')] },
    Key: { Resource: Key },
    KeyAlias: { Resource: each('kms', (name) => `alias/${name}-*`) },
    KeyByAlias: {
      Resource: Key,
      Condition: {
        'ForAnyValue:StringLike': { 'kms:ResourceAliases': [...names].map((name) => `alias/${name}-*`) },
      },
    },
    KeyForFunctions: {
      Resource: Key,
      Condition: { StringEquals: { 'kms:ViaService': `lambda.${region}.amazonaws.com` } },
    },
    LogGroups: { Resource: each('logs', (name) => `log-group:/aws/lambda/${name}-*`) },
    MappingIds: { Resource: arn('lambda', 'event-source-mapping:*') },
    Mappings: { Resource: '*', Condition: { ArnLike: { 'lambda:FunctionArn': Functions } } },
    PassRoles: {
      Resource: iam('role'),
      Condition: { StringEquals: { 'iam:PassedToService': 'lambda.amazonaws.com' } },
    },
    Policies: { Resource: iam('policy') },
    Queues: { Resource: each('sqs', (name) => `${name}-*`) },
    Roles: { Resource: iam('role') },
    RolesWithinBoundary: {
      Resource: iam('role'),
      ...(withinBoundary === undefined ? {} : { Condition: { StringEquals: withinBoundary } }),
    },
    RotationFunction: { Resource: each('lambda', (name) => `function:${name}-refresh-auth-token`) },
    Rules: {
      Resource: each('events', (name) => `rule/${name}-*`).concat(
        each('events', (name) => `rule/aws.partner/genesys.com/*/${name}-*`),
      ),
    },
    Secrets: { Resource: each('secretsmanager', (name) => `secret:${name}-token*`).concat(secrets) },
    Workgroup: { Resource: each('athena', (name) => `workgroup/${name}-*`) },
  };
};

/** The state, and the file beside it that locks it. */
const stateRights = ({ provider, terraform: { backend } }: DeployedStack): readonly Statement[] => {
  const { s3 } = backend;
  if (s3 === undefined) {
    return [];
  }
  const [{ region }] = provider.aws;
  const bucket = `arn:${partitionOf(region)}:s3:::${s3.bucket}`;
  const [state, lock] = [`${bucket}/${s3.key}`, `${bucket}/${s3.key}.tflock`];
  const statement = (Sid: string, Action: readonly string[], Resource: Statement['Resource']): Statement => ({
    Sid,
    Effect: 'Allow',
    Action,
    Resource,
  });
  return [
    statement('State', ['s3:GetObject', 's3:PutObject'], [state, lock]),
    statement('StateLock', ['s3:DeleteObject'], lock),
    statement('StateBucket', ['s3:ListBucket'], bucket),
    ...(s3.kms_key_id === undefined
      ? []
      : [statement('StateKey', ['kms:Decrypt', 'kms:GenerateDataKey'], s3.kms_key_id)]),
  ];
};

/** The provider looks at the network that it places functions in. */
const networkRights = ({ resource }: DeployedStack): readonly (readonly [Place, readonly string[]])[] =>
  Object.values(resource['aws_lambda_function'] ?? {}).some((lambda) => 'vpc_config' in lambda)
    ? [
        [
          'Everything',
          ['NetworkInterfaces', 'SecurityGroups', 'Subnets', 'Vpcs'].map((what) => `ec2:Describe${what}`),
        ],
      ]
    : [];

const isGuarded = (resource: Readonly<Record<string, unknown>>): boolean =>
  v.is(v.object({ lifecycle: v.object({ prevent_destroy: v.literal(true) }) }), resource);

/**
 * Statements of the role that applies a stack: what its types of resources need, on the names that it makes. What
 * `prevent_destroy` guards may not be deleted.
 *
 * @throws OperatorError for a type of resource without rights in the table: one that somebody added to the stack.
 */
export const deployingPolicy = (stack: DeployedStack): readonly Statement[] => {
  const rights = Object.entries(stack.resource).flatMap(([type, named]) => {
    const known: Rights | undefined = RIGHTS[type];
    if (known === undefined) {
      throw new OperatorError(
        'RightsUnknown',
        `${type} is not made by the module, so that nothing is known of the rights to make it; write them yourself`,
        EXIT_CODE.failed,
      );
    }
    return [known.manage, ...(Object.values(named).every(isGuarded) ? [] : [known.destroy ?? {}])];
  });
  const targets = targetsOf(stack);
  const wanted = new Map<string, Set<string>>();
  for (const [place, actions] of [...rights.flatMap((one) => Object.entries(one)), ...networkRights(stack)]) {
    wanted.set(place, new Set([...(wanted.get(place) ?? []), ...actions]));
  }
  return [
    ...Object.entries(targets).flatMap(([Sid, target]) => {
      const actions = wanted.get(Sid);
      return actions === undefined
        ? []
        : [{ Sid, Effect: 'Allow' as const, Action: [...actions].sort(), ...target }];
    }),
    ...stateRights(stack),
  ];
};
