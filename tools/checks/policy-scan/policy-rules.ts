import {
  listOf,
  type Resource,
  resourcesOf,
  type StackDocument,
  type Statement,
  statementsOf,
} from './stack-document';

/** Something in a policy, or beside it, that must not be. */
export interface PolicyFinding {
  readonly rule: PolicyRule;
  /** Where: the address of a resource, and the statement where it is about one. */
  readonly place: string;
}

/** The rules: the problem that each looks for, by name. */
export const POLICY_RULES = {
  'role-policy-elsewhere': 'a role has a policy that is not one of the documents looked at here',
  'role-wildcard-action': 'a role is allowed a wildcard of actions',
  'role-wildcard-resource': 'a role is allowed an action that knows resources on every one',
  'role-open-key': 'a role may use a key without a service that asks in its name, or for anything encrypted',
  'role-open-trust': 'somebody other than Lambda may take a role',
  'open-principal': 'a resource allows something to everybody',
  'service-without-source': 'a service is allowed something for the resources of others',
  'plain-http': 'a bucket, queue or secret answers over plain HTTP',
  'secret-in-state': "a secret's value stands in the stack, and so in Terraform's state",
  'target-without-dead-letter': 'a target has nowhere to put what it cannot deliver',
} as const;

/** The name of a rule. */
export type PolicyRule = keyof typeof POLICY_RULES;

/** Actions that know no resources. Source: Service Authorization Reference, "AWS X-Ray" and "Amazon EC2". */
const WITHOUT_RESOURCES: ReadonlySet<string> = new Set([
  'xray:PutTraceSegments',
  'xray:PutTelemetryRecords',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
]);

const placed = (rule: PolicyRule, { address }: Resource, statement?: Statement): PolicyFinding => ({
  rule,
  place: statement === undefined ? address : `${address} ${statement.Sid}`,
});

const conditionKeys = ({ Condition = {} }: Statement): readonly string[] =>
  Object.values(Condition).flatMap((keys) => Object.keys(keys));

const isOpen = ({ Principal }: Statement): boolean =>
  Principal === '*' ||
  (typeof Principal === 'object' && Object.values(Principal).flatMap(listOf).includes('*'));

const allows = (policy: unknown): readonly Statement[] =>
  statementsOf(policy).filter(({ Effect }) => Effect === 'Allow');

const roleRules = (policy: Resource): readonly PolicyFinding[] =>
  allows(policy.arguments['policy']).flatMap((statement) => {
    const actions = listOf(statement.Action);
    const keys = conditionKeys(statement);
    const isKeyUse = actions.some((action) => action.startsWith('kms:'));
    const isBound =
      keys.includes('kms:ViaService') && keys.some((key) => key.startsWith('kms:EncryptionContext:'));
    return [
      ...(actions.some((action) => action.includes('*'))
        ? [placed('role-wildcard-action', policy, statement)]
        : []),
      ...(listOf(statement.Resource).includes('*') &&
      !actions.every((action) => WITHOUT_RESOURCES.has(action))
        ? [placed('role-wildcard-resource', policy, statement)]
        : []),
      ...(isKeyUse && !isBound ? [placed('role-open-key', policy, statement)] : []),
    ];
  });

const trustRules = (role: Resource): readonly PolicyFinding[] => [
  ...('inline_policy' in role.arguments || 'managed_policy_arns' in role.arguments
    ? [placed('role-policy-elsewhere', role)]
    : []),
  ...allows(role.arguments['assume_role_policy'])
    .filter(({ Principal }) => JSON.stringify(Principal) !== '{"Service":"lambda.amazonaws.com"}')
    .map((statement) => placed('role-open-trust', role, statement)),
];

/** A service principal must be bound to its source: queues and functions by ARN and account, a key also by its context. */
const isBoundToSource = (type: string, statement: Statement): boolean => {
  const keys = conditionKeys(statement);
  return type === 'aws_kms_key'
    ? keys.includes('aws:SourceAccount') || keys.some((key) => key.startsWith('kms:EncryptionContext:'))
    : keys.includes('aws:SourceArn') && keys.includes('aws:SourceAccount');
};

const resourcePolicyRules = (holder: Resource): readonly PolicyFinding[] =>
  allows(holder.arguments['policy']).flatMap((statement) => {
    const { Principal } = statement;
    const isService = typeof Principal === 'object' && 'Service' in Principal;
    return [
      ...(isOpen(statement) ? [placed('open-principal', holder, statement)] : []),
      ...(isService && !isBoundToSource(holder.type, statement)
        ? [placed('service-without-source', holder, statement)]
        : []),
    ];
  });

/** The policies that have to turn plain HTTP away: by type, the argument that names what they protect. */
const PROTECTED = {
  aws_s3_bucket: { policy: 'aws_s3_bucket_policy', argument: 'bucket' },
  aws_sqs_queue: { policy: 'aws_sqs_queue_policy', argument: 'queue_url' },
  aws_secretsmanager_secret: { policy: 'aws_secretsmanager_secret_policy', argument: 'secret_arn' },
} as const;

const isProtected = (type: string): type is keyof typeof PROTECTED => type in PROTECTED;

const deniesPlainHttp = ({ Effect, Principal, Action, Condition }: Statement): boolean =>
  Effect === 'Deny' &&
  Principal === '*' &&
  listOf(Action).some((action) => action.endsWith(':*')) &&
  JSON.stringify(Condition) === '{"Bool":{"aws:SecureTransport":"false"}}';

const transportRules = (resource: Resource, all: readonly Resource[]): readonly PolicyFinding[] => {
  if (!isProtected(resource.type)) {
    return [];
  }
  const { policy, argument } = PROTECTED[resource.type];
  const isSafe = all
    .filter(({ type }) => type === policy)
    .filter((candidate) => String(candidate.arguments[argument]).includes(`\${${resource.address}.`))
    .some((candidate) => statementsOf(candidate.arguments['policy']).some(deniesPlainHttp));
  return isSafe ? [] : [placed('plain-http', resource)];
};

const rulesOf = (resource: Resource, all: readonly Resource[]): readonly PolicyFinding[] => {
  switch (resource.type) {
    case 'aws_iam_policy':
      return roleRules(resource);
    case 'aws_iam_role':
      return trustRules(resource);
    case 'aws_iam_role_policy':
    case 'aws_iam_policy_attachment':
      return [placed('role-policy-elsewhere', resource)];
    case 'aws_iam_role_policy_attachment':
      return String(resource.arguments['policy_arn']).startsWith('${aws_iam_policy.')
        ? []
        : [placed('role-policy-elsewhere', resource)];
    case 'aws_kms_key':
    case 'aws_s3_bucket_policy':
    case 'aws_sqs_queue_policy':
    case 'aws_secretsmanager_secret_policy':
      return resourcePolicyRules(resource);
    case 'aws_lambda_permission':
      return 'source_arn' in resource.arguments && 'source_account' in resource.arguments
        ? []
        : [placed('service-without-source', resource)];
    case 'aws_secretsmanager_secret_version':
      return [placed('secret-in-state', resource)];
    case 'aws_cloudwatch_event_target':
      return 'dead_letter_config' in resource.arguments
        ? []
        : [placed('target-without-dead-letter', resource)];
    default:
      return transportRules(resource, all);
  }
};

/**
 * Judges the policies of a stack, which stand as text in its JSON, where checkov reads next to none of them.
 *
 * What the policies decide, request by request, is proved by the tests of `__tests__/iam`; this looks for what must not
 * even be written.
 */
export const judgePolicies = (document: StackDocument): readonly PolicyFinding[] => {
  const all = resourcesOf(document);
  return all.flatMap((resource) => rulesOf(resource, all));
};
