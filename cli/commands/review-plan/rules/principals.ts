import { stepInto } from '../sensitive';
import {
  accountOf,
  type Condition,
  isPositive,
  matches,
  type Statement,
  statementsOf,
} from './policy-document';
import { at, blocks, hasUnknown, isSet, type Planned, type Subject } from './rule';

/** Keys of conditions that can hold a caller to what is the deployment's own. */
const HOLDING_KEYS =
  /^(?:aws:(?:source(?:account|arn|owner|vpce|vpc)|principal(?:account|arn))|kms:calleraccount)$/;

/** Where each type keeps its policies. */
const policiesOf = (side: unknown): readonly unknown[] => [
  ...['policy', 'policy_document', 'assume_role_policy', 'content'].map((name) => at(side, name)),
  at(side, 'details', 'policy'),
  ...blocks(side, 'inline_policy').map((inline) => at(inline, 'policy')),
];

/** Every statement of a resource's policies. */
export const statementsIn = (side: unknown): readonly Statement[] => policiesOf(side).flatMap(statementsOf);

/** Whether an account is the deployment's own. Where the plan does not tell, it is whoever the policy names today. */
export const ownAccount = (account: string, { facts, before }: Subject): boolean =>
  /^\d{12}$/.test(account) &&
  (facts.ownAccounts.size > 0
    ? facts.ownAccounts.has(account)
    : policiesOf(before).some((policy) => String(policy).includes(account)));

/** Whether the plan tells an account apart from the deployment's own. */
export const canTell = ({ facts, before }: Subject): boolean =>
  facts.ownAccounts.size > 0 || policiesOf(before).some((policy) => /\d{12}/.test(String(policy)));

/** Whether a name is that of another account than the deployment's own. */
export const isForeign = (name: string, subject: Subject): boolean => {
  const account = accountOf(name);
  return account !== undefined && account !== '*' && canTell(subject) && !ownAccount(account, subject);
};

/** Whether the plan or its state holds a bucket. The ARN of a bucket names no account. */
export const knowsBucket = (name: string, { facts }: Subject): boolean =>
  facts.resources.some(
    ({ type, before, after }) =>
      type === 'aws_s3_bucket' && [before, after].some((side) => at(side, 'bucket') === name),
  );

/** Whether a name is that of a bucket which a function stores into or, as no function tells, of one that is there. */
export const isArchive = (name: string, { facts }: Subject): boolean => {
  const archives = facts.resources.flatMap(
    ({ before, after }) => at(before ?? after, 'environment', 'variables', 'ARCHIVE_BUCKET_NAME') ?? [],
  );
  return archives.length > 0
    ? archives.includes(name)
    : !facts.resources.some(
        ({ type, before, after }) =>
          type === 'aws_s3_bucket' && before === null && at(after, 'bucket') === name,
      );
};

/** Whether one value of a condition holds its callers to the deployment's own: an account, network, or resource of it. */
const isOwn = (key: string, value: string, subject: Subject): boolean => {
  if (/(?:account|owner)$/.test(key)) {
    return ownAccount(value, subject);
  }
  if (!key.endsWith('arn')) {
    return /^vpce?-\w+$/.test(value);
  }
  const [, account, resource] = /^arn:[\w-]+:[\w-]+:[^:]*:(\d{12})?:(.+)$/.exec(value) ?? [];
  return (
    resource !== undefined &&
    (account === undefined ? knowsBucket(resource, subject) : ownAccount(account, subject))
  );
};

/** Whether a condition holds its callers to the deployment's own. */
export const holdsToOwn = (condition: Condition, subject: Subject): boolean =>
  HOLDING_KEYS.test(condition.key) &&
  isPositive(condition) &&
  !condition.operator.endsWith('ifexists') &&
  condition.values.length > 0 &&
  condition.values.every((value) => isOwn(condition.key, value, subject));

/** Whether a service acts for the deployment's own alone. What it encrypts is told by itself, so that its context counts. */
export const actsForOwn = ({ conditions }: Statement, subject: Subject): boolean =>
  conditions.some(
    (condition) =>
      holdsToOwn(condition, subject) ||
      (!canTell(subject) && HOLDING_KEYS.test(condition.key)) ||
      (condition.key.startsWith('kms:encryptioncontext:') &&
        condition.values.every((value) => isOwn('arn', value, subject))),
  );

/** Whether every such call of the deployment's own meets a condition: it names its account, or a resource that is there. */
export const ownCallsMeet = (condition: Condition, { principals }: Statement, subject: Subject): boolean => {
  const [, service] = /^Service:([^.]+)/.exec(principals.join()) ?? [];
  const keys =
    service === undefined ? /^(?:aws:principal|kms:caller)account$/ : /^aws:source(?:account|arn)$/;
  return (
    keys.test(condition.key) &&
    isPositive(condition) &&
    condition.values.some((value) =>
      condition.key.endsWith('account')
        ? ownAccount(value, subject) || !canTell(subject)
        : subject.facts.resources.some(({ after }) => {
            const arn = String(at(after, 'arn'));
            return arn.split(':')[2] === service && matches(value, arn);
          }),
    )
  );
};

/** The roles of functions, as the plan knows them. */
const rolesOf = (functions: readonly Planned[]): readonly string[] =>
  functions
    .filter(({ type }) => type === 'aws_lambda_function')
    .flatMap(({ before, after }) => [before, after].flatMap((side) => at(side, 'role') ?? []))
    .map(String);

/** The roles of all functions that the plan knows. */
export const functionRoles = ({ facts }: Subject): readonly string[] => rolesOf(facts.resources);

/** The roles of the functions that use what a policy is about: their variables name it, or they rotate it. */
export const userRoles = ({ after, facts }: Subject): readonly string[] => {
  const name = ['secret_arn', 'bucket', 'queue_url'].map((holder) => at(after, holder)).find(isSet);
  const rotates = facts.resources
    .filter((other) => at(other.after, 'secret_id') === name)
    .map((other) => at(other.after, 'rotation_lambda_arn'));
  return isSet(name)
    ? rolesOf(
        facts.resources.filter(
          (other) =>
            JSON.stringify(at(other.after, 'environment') ?? '').includes(String(name)) ||
            rotates.includes(at(other.after, 'arn')),
        ),
      )
    : [];
};

/** ARNs of what the plan takes away, so that nobody needs its rights any longer. */
export const leaving = ({ facts }: Subject): readonly string[] =>
  facts.resources
    .filter(({ action }) => action === 'destroy' || action === 'replace')
    .map(({ before }) => String(at(before, 'arn')));

/** Whether a plan makes the resource that another one is about, so that nobody uses it yet. */
export const isForNew = (subject: Subject): boolean => {
  const { type, before, unknown } = subject;
  return (
    before === null &&
    (/^aws_(?:s3_bucket|sqs_queue|secretsmanager_secret|kms_\w*key|iam_role)$/.test(type) ||
      ['bucket', 'queue_url', 'secret_arn', 'key_id', 'role'].some(
        (name) => stepInto(unknown, name) === true,
      ) ||
      isOnNewBucket(subject))
  );
};

/** Whether a resource is about a bucket that the plan makes, whose name the plan knows already. */
const isOnNewBucket = ({ after, facts }: Subject): boolean => {
  const bucket = at(after, 'bucket');
  const buckets = facts.resources.filter(({ type }) => type === 'aws_s3_bucket');
  const isMade = ({ action }: Planned): boolean => action === 'add' || action === 'replace';
  return (
    isSet(bucket) &&
    buckets.some(
      (made) =>
        isMade(made) &&
        (at(made.after, 'bucket') === bucket ||
          // One without a name, and without one to come, may be it.
          !(isSet(at(made.after, 'bucket')) || hasUnknown(at(made.unknown, 'bucket')))),
    ) &&
    !buckets.some((there) => !isMade(there) && at(there.before, 'bucket') === bucket)
  );
};
