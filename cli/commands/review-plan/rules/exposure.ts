import { isObject, stepInto } from '../sensitive';
import { DOOR_RULES } from './doors';
import { accountOf, does, isEverything, isPositive, requestsOf, type Statement } from './policy-document';
import { actsForOwn, holdsToOwn, isArchive, isForeign, ownAccount, statementsIn } from './principals';
import { at, blocks, gone, hasUnknown, type Rule, type Subject, stop, turnedOff, where } from './rule';
import { lostRefusal, REFUSING_POLICIES } from './shut-out';

/** Rights that know no resources, or no more than a network: `*` is the only way to give them. */
const HARMLESS_ON_ALL =
  /^(?:xray:Put\w+|cloudwatch:PutMetricData|ec2:(?:Describe\w+|\w+NetworkInterface|\w+PrivateIpAddresses))$/i;
/** Variables that send requests elsewhere, load other code, or trust others. The module sets none of them. */
const ELSEWHERE =
  /^(?:GENESYS_\w+_ORIGINS?|AWS_ENDPOINT_URL\w*|AWS_LAMBDA_EXEC_WRAPPER|NODE_(?:OPTIONS|PATH|EXTRA_CA_CERTS|TLS_REJECT_UNAUTHORIZED|USE_ENV_PROXY)|(?:HTTPS?|ALL)_PROXY|SSL_CERT_(?:FILE|DIR)|LD_\w+)$/i;
/** Rights that AWS wrote and that reach no voicemail: logs, traces, networks, images. All others are wide. */
const NARROW_RIGHTS =
  /:aws:policy\/(?:service-role\/AWSLambda(?:BasicExecution|VPCAccessExecution)Role|service-role\/AmazonECS\w+|service-role\/AmazonAPIGatewayPush\w+|AWSX[Rr]ay\w+|CloudWatch(?:LambdaInsights|AgentServer)\w+|Amazon(?:EKS|SSMManaged|EC2ContainerRegistryPull|EC2ContainerRegistryReadOnly)\w*)$/;
/** A boundary of AWS's that gives nothing, or no more than reading. */
const CLOSED_BOUNDARY = /:aws:policy\/.*(?:Deny|Quarantine|ReadOnly|ViewOnly|Audit)/;

/** Whether a subject of an identity provider names who it is: everybody of GitHub begins with `repo:`. */
const namesSubject = (value: string): boolean =>
  value.startsWith('repo:') ? /^repo:[^*?/]+\//.test(value) : /^[^*?:]*[^*?:/]/.test(value);

/**
 * AWS's own accounts that write the logs of load balancers, one for each older region. Source: "Enable access logs for your
 * Application Load Balancer", `elb-account-id`.
 */
const LOAD_BALANCERS =
  '127311923021 033677994240 027434742980 797873946194 098369216593 985666609251 054676820928 156460612806 652711504416 635631232127 009996457667 897822967062 754344448648 582318560864 600734575887 383597477331 114774131450 783225319266 718504428378 076674570225 507241528517';

/** Names the strangers whom a statement lets in, in words. */
const strangerOf = (
  principal: string,
  statement: Statement,
  old: readonly Statement[],
  subject: Subject,
): string | undefined => {
  if (requestsOf({ ...statement, principals: [principal] }).every((request) => does(old, request))) {
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
    const writesLogs =
      LOAD_BALANCERS.includes(account) && statement.actions.every((action) => action === 's3:PutObject');
    return ownAccount(account, subject) || keyToItsAccount || writesLogs ? undefined : `account ${account}`;
  }
  if (kind === 'Service') {
    // EventBridge looks at a key before it takes it, and names no source: there is nothing in what it sees.
    if (statement.actions.every((action) => action === 'kms:DescribeKey')) {
      return undefined;
    }
    // It asks nobody who he is.
    if (name === 'cloudfront.amazonaws.com' && isArchive(String(at(subject.after, 'bucket')), subject)) {
      return 'everybody, through CloudFront';
    }
    if (statement.conditions.some(({ values }) => values.some((value) => isForeign(value, subject)))) {
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
    (condition) =>
      condition.key.endsWith(':sub') &&
      isPositive(condition) &&
      !condition.operator.endsWith('ifexists') &&
      condition.values.every(namesSubject),
  );
  return kind === 'Federated' && heldBySubject ? undefined : name;
};

const allowed = (side: unknown): readonly Statement[] => statementsIn(side).filter(({ allows }) => allows);

const letsStrangerIn: Rule['find'] = (subject) => {
  const old = allowed(subject.before);
  for (const statement of allowed(subject.after)) {
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
  const old = allowed(before);
  const wide = allowed(after).find(
    (statement) =>
      statement.principals.length === 0 &&
      !requestsOf(statement).every((request) => does(old, request)) &&
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
    ['policy_arn', 'managed_policy_arns', 'policy_arns']
      .flatMap((name) => stepInto(side, name) ?? [])
      .map(String);
  const found = arns(after).find(
    (arn) => arn.includes(':aws:policy/') && !NARROW_RIGHTS.test(arn) && !arns(before).includes(arn),
  );
  const boundary = at(after, 'permissions_boundary');
  return found !== undefined
    ? `would get ${found}`
    : boundary !== at(before, 'permissions_boundary') && CLOSED_BOUNDARY.test(String(boundary))
      ? `would be held to ${boundary}`
      : undefined;
};

const ROLE_POLICIES = /^aws_iam_(?:role|policy|policy_attachment|(?:role|user|group)_polic\w+)$/;
/** Types whose policies name callers of something else than what a deployment holds: networks, public APIs, files, images. */
const NO_RESOURCE_POLICY = /^aws_(?:iam_|vpc_endpoint|api_gateway|efs_|ecr)/;

/** Rules about exposure: who gets in. A stranger who is in already is no news. */
export const EXPOSURE_RULES: readonly Rule[] = [
  ...DOOR_RULES,
  stop(
    'stranger',
    /^/,
    'a policy of a bucket, access point, key, queue, secret, bus, topic, log, catalog or backup lets in everybody, another account, a service without the conditions that held it, or CloudFront to the archive',
    'the privacy of what it guards',
    where(({ type }) => !NO_RESOURCE_POLICY.test(type), letsStrangerIn),
  ),
  stop(
    'policy-gone',
    /^aws_(?:s3_bucket_policy|secretsmanager_secret_policy)$/,
    'the policy of the bucket or secret is destroyed, or a secret takes public policies',
    'its refusals: of calls without TLS, of other keys, of other readers',
    gone,
    turnedOff('would take a public policy', 'block_public_policy'),
  ),
  stop(
    'refusal-lost',
    REFUSING_POLICIES,
    'a policy of a bucket, key, queue or secret refuses less than today, but for one more of your own whom it spares',
    'what it refused: calls without TLS, other keys, other readers',
    lostRefusal,
  ),
  stop(
    'role-trust',
    /^aws_iam_role$/,
    "a role's trust lets in everybody or another account",
    'the rule that only Lambda acts as the functions',
    letsStrangerIn,
  ),
  stop(
    'role-rights',
    ROLE_POLICIES,
    "the rights of a role, user or group get a `*`, in an action or as the resource of more than traces and network interfaces, or a policy of AWS's of more than logs, traces and networks; or a boundary of AWS's that gives nothing",
    'the least privilege of the functions, or all that they may do',
    rightsOnAll,
    fullRights,
  ),
  stop(
    'other-host',
    /^aws_lambda_function$/,
    'a function that is there gets a layer, a file system, or a variable that sends it elsewhere or loads other code, such as `AWS_ENDPOINT_URL`, `HTTPS_PROXY` or `NODE_OPTIONS`',
    'the token and the voicemails, which the code or the host that it names can read',
    ({ before, after, unknown }) => {
      // A function that is made has no token and no voicemail yet, and a proxy may be its way out.
      if (before === null) {
        return undefined;
      }
      const layers = (side: unknown): readonly unknown[] => [stepInto(side, 'layers') ?? []].flat();
      const layer = hasUnknown(at(unknown, 'layers'))
        ? 'that only the apply will know'
        : layers(after).find((one) => !layers(before).includes(one));
      if (layer !== undefined) {
        return `would load the layer ${layer}`;
      }
      if (blocks(after, 'file_system_config').length > blocks(before, 'file_system_config').length) {
        return 'would mount a file system';
      }
      const [was, is] = [before, after].map((side) => at(side, 'environment', 'variables'));
      const found = Object.keys(isObject(is) ? is : {}).find(
        (name) => ELSEWHERE.test(name) && stepInto(is, name) !== stepInto(was, name),
      );
      return found === undefined ? undefined : `would get ${found}`;
    },
  ),
];
