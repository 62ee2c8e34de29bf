import { isObject, stepInto } from '../sensitive';
import {
  accountOf,
  type Condition,
  isEverything,
  letAlready,
  type Statement,
  statementsOf,
} from './policy-document';
import { at, blocks, firstOf, gone, hasUnknown, isSet, type Rule, type Subject, turnedOff } from './rule';

/** Keys of conditions that can hold a caller to what is the deployment's own. */
const HOLDING_KEYS =
  /^(?:aws:(?:source(?:account|arn|owner|vpce|vpc)|principal(?:account|arn))|kms:calleraccount)$/;
const HOLDING_OPERATORS = /^(?:foranyvalue:)?(?:string(?:equals|equalsignorecase|like)|arn(?:equals|like))$/;

/** Rights that know no resources, or no more than a network: `*` is the only way to give them. */
const HARMLESS_ON_ALL =
  /^(?:xray:Put\w+|cloudwatch:PutMetricData|ec2:(?:Describe\w+|\w+NetworkInterface|\w+PrivateIpAddresses))$/i;
/** Variables that send requests elsewhere, load other code, or trust others. The module sets none of them. */
const ELSEWHERE =
  /^(?:GENESYS_\w+_ORIGINS?|AWS_ENDPOINT_URL\w*|AWS_LAMBDA_EXEC_WRAPPER|NODE_(?:OPTIONS|PATH|EXTRA_CA_CERTS|TLS_REJECT_UNAUTHORIZED|USE_ENV_PROXY)|(?:HTTPS?|ALL)_PROXY|SSL_CERT_(?:FILE|DIR)|LD_\w+)$/i;
const FULL_RIGHTS = /:aws:policy\/.*(?:Administrator|PowerUser|Full|ReadOnly|ReadWrite)(?:Access)?$/;

/** Where each type keeps its policies. */
const policiesOf = (side: unknown): readonly unknown[] => [
  at(side, 'policy'),
  at(side, 'policy_document'),
  at(side, 'assume_role_policy'),
  ...blocks(side, 'inline_policy').map((inline) => at(inline, 'policy')),
];

/** Whether an account is the deployment's own. Where the plan does not tell, it is whoever the policy names today. */
const ownAccount = (account: string, { facts, before }: Subject): boolean =>
  /^\d{12}$/.test(account) &&
  (facts.ownAccounts.size > 0
    ? facts.ownAccounts.has(account)
    : policiesOf(before).some((policy) => String(policy).includes(account)));

/** Whether the plan tells an account apart from the deployment's own. */
const canTell = ({ facts, before }: Subject): boolean =>
  facts.ownAccounts.size > 0 || policiesOf(before).some((policy) => /\d{12}/.test(String(policy)));

/** Whether one value of a condition holds its callers to the deployment's own: an account, network, or resource of it. */
const isOwn = (key: string, value: string, subject: Subject): boolean => {
  if (/(?:account|owner)$/.test(key)) {
    return ownAccount(value, subject);
  }
  if (!key.endsWith('arn')) {
    return /^vpce?-\w+$/.test(value);
  }
  // The ARN of a bucket names no account; then it has to name the bucket.
  const [, account, resource] = /^arn:[\w-]+:[\w-]+:[^:]*:(\d{12})?:(.+)$/.exec(value) ?? [];
  return (
    resource !== undefined && (account === undefined ? !/^[*?]/.test(resource) : ownAccount(account, subject))
  );
};

const holdsToOwn = ({ operator, key, values }: Condition, subject: Subject): boolean =>
  HOLDING_KEYS.test(key) &&
  HOLDING_OPERATORS.test(operator) &&
  values.length > 0 &&
  values.every((value) => isOwn(key, value, subject));

const namesForeign = ({ values }: Condition, subject: Subject): boolean =>
  values.some((value) => {
    const account = accountOf(value);
    return account !== undefined && account !== '*' && canTell(subject) && !ownAccount(account, subject);
  });

/** Whether a service acts for the deployment's own alone. What it encrypts is told by itself, so that its context counts. */
const actsForOwn = ({ conditions }: Statement, subject: Subject): boolean =>
  conditions.some(
    (condition) =>
      holdsToOwn(condition, subject) ||
      (!canTell(subject) && HOLDING_KEYS.test(condition.key)) ||
      (condition.key.startsWith('kms:encryptioncontext:') &&
        condition.values.every((value) => isOwn('arn', value, subject))),
  );

/** Names the strangers whom a statement lets in, in words. */
const strangerOf = (
  principal: string,
  statement: Statement,
  old: readonly Statement[],
  subject: Subject,
): string | undefined => {
  if (old.some((before) => letAlready(before, statement, principal))) {
    return undefined;
  }
  const held = statement.conditions.some((condition) => holdsToOwn(condition, subject));
  const [kind, ...rest] = principal.split(':');
  const name = rest.join(':');
  if (principal === '*' || principal === 'not') {
    return held ? undefined : 'everybody';
  }
  if (kind === 'AWS') {
    const account = accountOf(name);
    // A name without an account, such as AIDA..., is that of a user or role who is gone.
    if (account === undefined) {
      return name.startsWith('arn:') ? name : undefined;
    }
    const keyToItsAccount =
      subject.before === null && subject.facts.ownAccounts.size === 0 && subject.type.startsWith('aws_kms_');
    return ownAccount(account, subject) || keyToItsAccount ? undefined : `account ${account}`;
  }
  if (kind === 'Service') {
    // EventBridge looks at a key before it takes it, and names no source: there is nothing in what it sees.
    if (statement.actions.every((action) => action === 'kms:DescribeKey')) {
      return undefined;
    }
    if (statement.conditions.some((condition) => namesForeign(condition, subject))) {
      return `${name} for another account`;
    }
    // A role's trust names a service and nothing else; a policy that is new may be that of a log bucket.
    const hasToBeHeld =
      subject.type === 'aws_iam_role'
        ? old.some(({ principals, conditions }) => principals.includes(principal) && conditions.length > 0)
        : subject.before !== null;
    return hasToBeHeld && !actsForOwn(statement, subject) ? `${name} for whoever asks it` : undefined;
  }
  // Others of one identity provider differ in their subject alone.
  const heldBySubject = statement.conditions.some(
    ({ key, values }) => key.endsWith(':sub') && values.every((value) => !/^[*?]/.test(value)),
  );
  return kind === 'Federated' && heldBySubject ? undefined : name;
};

const allowed = (policies: readonly unknown[]): readonly Statement[] =>
  policies.flatMap(statementsOf).filter(({ allows }) => allows);

const letsStrangerIn: Rule['find'] = (subject) => {
  const old = allowed(policiesOf(subject.before));
  for (const statement of allowed(policiesOf(subject.after))) {
    for (const principal of statement.principals) {
      const stranger = strangerOf(principal, statement, old, subject);
      if (stranger !== undefined) {
        return `would let in ${stranger} (${statement.actions.slice(0, 3).join(', ')})`;
      }
    }
  }
  return undefined;
};

const rightsOnAll: Rule['find'] = ({ before, after }) => {
  const old = allowed(policiesOf(before));
  const wide = allowed(policiesOf(after)).find(
    (statement) =>
      statement.principals.length === 0 &&
      !old.some((before) => letAlready(before, statement, '')) &&
      (statement.actions.some((action) => /[*?]/.test(action)) ||
        (statement.resources.some(isEverything) &&
          !statement.actions.every((action) => HARMLESS_ON_ALL.test(action)))),
  );
  return wide === undefined
    ? undefined
    : `would allow ${wide.actions.slice(0, 3).join(', ')} on ${wide.resources.slice(0, 3).join(', ')}`;
};

const fullRights: Rule['find'] = ({ before, after }) => {
  const arns = (side: unknown): readonly string[] =>
    [at(side, 'policy_arn'), stepInto(side, 'managed_policy_arns')].flat().map(String);
  const found = arns(after).find((arn) => FULL_RIGHTS.test(arn) && !arns(before).includes(arn));
  return found === undefined ? undefined : `would get ${found}`;
};

const PUBLIC_GROUP = /\/(?:AllUsers|AuthenticatedUsers)$/;

const publicAcl: Rule['find'] = ({ before, after }) => {
  const open = (side: unknown): readonly string[] => [
    ...[at(side, 'acl')].map(String).filter((acl) => /^(?:public-|authenticated-)/.test(acl)),
    ...[...blocks(side, 'grant'), ...blocks(at(side, 'access_control_policy'), 'grant')]
      .map((grant) => String(at(grant, 'grantee', 'uri') ?? at(grant, 'uri')))
      .filter((uri) => PUBLIC_GROUP.test(uri)),
  ];
  const found = open(after).find((grant) => !open(before).includes(grant));
  return found === undefined ? undefined : `would grant ${found}`;
};

const PUBLIC_ACCESS_BLOCK = [
  'block_public_acls',
  'block_public_policy',
  'ignore_public_acls',
  'restrict_public_buckets',
];

const openToCallers: Rule['find'] = ({ before, after, ...rest }) => {
  const subject = { before, after, ...rest };
  const is = (name: string, value: unknown): boolean =>
    at(after, name) === value && at(before, name) !== value;
  const named = [
    ...['principal', 'grantee_principal', 'account_id', 'destination_arn'].map((name) => [
      at(after, name),
      at(before, name),
    ]),
    ...blocks(after, 'rule').map((rule) => [at(rule, 'destination', 'account'), undefined]),
  ].flatMap(([value, old]) => (typeof value === 'string' && value !== old ? [value] : []));
  const foreign = named.find((name) => {
    const account = accountOf(name);
    return name === '*' || (account !== undefined && account !== '*' && !ownAccount(account, subject));
  });
  const held = ['source_arn', 'source_account'].find(
    (name) =>
      isSet(at(before, name)) &&
      isObject(after) &&
      !isSet(at(after, name)) &&
      !hasUnknown(at(rest.unknown, name)),
  );
  return held !== undefined
    ? `would no longer ask for a ${held}`
    : is('authorization_type', 'NONE')
      ? 'would answer everybody'
      : foreign === undefined
        ? undefined
        : `would let in ${foreign}`;
};

const ROLE_POLICIES = [
  'aws_iam_role',
  'aws_iam_policy',
  'aws_iam_role_policy',
  'aws_iam_role_policy_attachment',
  'aws_iam_policy_attachment',
];
const RESOURCE_POLICIES = [
  'aws_s3_bucket',
  'aws_s3_bucket_policy',
  'aws_s3_access_point',
  'aws_s3control_access_point_policy',
  'aws_glue_resource_policy',
  'aws_cloudwatch_log_resource_policy',
  'aws_kms_key',
  'aws_kms_key_policy',
  'aws_kms_replica_key',
  'aws_kms_external_key',
  'aws_sqs_queue',
  'aws_sqs_queue_policy',
  'aws_secretsmanager_secret',
  'aws_secretsmanager_secret_policy',
  'aws_cloudwatch_event_bus_policy',
];

/** Rules about exposure: who gets in. A stranger who is in already is no news. */
export const EXPOSURE_RULES: readonly Rule[] = [
  {
    id: 'public-access-block',
    verdict: 'stop',
    types: ['aws_s3_bucket_public_access_block', 'aws_s3_account_public_access_block'],
    when: 'the public access block is destroyed or weakened',
    loss: 'the refusal of every policy and ACL that would make voicemail public',
    find: firstOf(
      gone,
      ...PUBLIC_ACCESS_BLOCK.flatMap((name): readonly Rule['find'][] => [
        turnedOff(`would turn ${name} off`, name),
        ({ before, unknown }) =>
          at(before, name) === true && hasUnknown(at(unknown, name))
            ? `would set ${name} to what only the apply will know`
            : undefined,
      ]),
    ),
  },
  {
    id: 'ownership',
    verdict: 'stop',
    types: ['aws_s3_bucket_ownership_controls'],
    when: 'the ownership controls are destroyed, or ACLs count again',
    loss: 'the rule that ACLs count for nothing and every object is yours',
    find: firstOf(gone, ({ before, after }) =>
      at(before, 'rule', 'object_ownership') === 'BucketOwnerEnforced' &&
      at(after, 'rule', 'object_ownership') !== 'BucketOwnerEnforced' &&
      isObject(after)
        ? 'would let ACLs count'
        : undefined,
    ),
  },
  {
    id: 'acl',
    verdict: 'stop',
    types: ['aws_s3_bucket', 'aws_s3_bucket_acl', 'aws_s3_object_acl'],
    when: 'an ACL lets everybody in',
    loss: 'the privacy of every voicemail',
    find: publicAcl,
  },
  {
    id: 'stranger',
    verdict: 'stop',
    types: RESOURCE_POLICIES,
    when: 'a policy of a bucket, access point, key, queue, secret, bus, log or catalog lets in everybody, another account, or a service without the conditions that held it',
    loss: 'the privacy of what it guards',
    find: letsStrangerIn,
  },
  {
    id: 'policy-gone',
    verdict: 'stop',
    types: ['aws_s3_bucket_policy', 'aws_secretsmanager_secret_policy'],
    when: 'the policy of the bucket or secret is destroyed, or a secret takes public policies',
    loss: 'its refusals: of calls without TLS, of other keys, of other readers',
    find: firstOf(gone, turnedOff('would take a public policy', 'block_public_policy')),
  },
  {
    id: 'role-trust',
    verdict: 'stop',
    types: ['aws_iam_role'],
    when: "a role's trust lets in everybody or another account",
    loss: 'the rule that only Lambda acts as the functions',
    find: letsStrangerIn,
  },
  {
    id: 'role-rights',
    verdict: 'stop',
    types: ROLE_POLICIES,
    when: "a role's rights get a `*`: in an action, or as the resource of more than traces and network interfaces",
    loss: 'the least privilege of the functions',
    find: firstOf(rightsOnAll, fullRights),
  },
  {
    id: 'open-door',
    verdict: 'stop',
    types: [
      'aws_lambda_permission',
      'aws_lambda_function_url',
      'aws_kms_grant',
      'aws_cloudwatch_event_permission',
      'aws_s3_bucket_replication_configuration',
      'aws_cloudwatch_log_subscription_filter',
      'aws_ram_principal_association',
    ],
    when: 'a permission, URL, grant, share, replication or subscription to a log lets in everybody or another account, or a permission loses its source',
    loss: 'the rule that only this deployment calls it',
    find: openToCallers,
  },
  {
    id: 'other-host',
    verdict: 'stop',
    types: ['aws_lambda_function'],
    when: 'a function gets a layer, or a variable that sends it elsewhere or loads other code, such as `AWS_ENDPOINT_URL`, `HTTPS_PROXY` or `NODE_OPTIONS`',
    loss: 'the token and the voicemails, which the code or the host that it names can read',
    find: ({ before, after }) => {
      const layers = (side: unknown): readonly unknown[] => [stepInto(side, 'layers') ?? []].flat();
      const layer = layers(after).find((one) => !layers(before).includes(one));
      if (layer !== undefined) {
        return `would load the layer ${layer}`;
      }
      const [was, is] = [before, after].map((side) => at(side, 'environment', 'variables'));
      const found = Object.keys(isObject(is) ? is : {}).find(
        (name) => ELSEWHERE.test(name) && stepInto(is, name) !== stepInto(was, name),
      );
      return found === undefined ? undefined : `would get ${found}`;
    },
  },
];
