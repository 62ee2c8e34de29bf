import {
  type Condition,
  does,
  eachMatches,
  isNegative,
  isPositive,
  matches,
  requestsOf,
  type Statement,
} from './policy-document';
import {
  canTell,
  functionRoles,
  isForeign,
  isForNew,
  leaving,
  ownAccount,
  ownCallsMeet,
  statementsIn,
} from './principals';
import { at, type Rule, type Subject } from './rule';

/** Policies whose refusals guard what is stored. */
export const REFUSING_POLICIES: readonly string[] = [
  'aws_s3_bucket_policy',
  'aws_secretsmanager_secret_policy',
  'aws_sqs_queue',
  'aws_sqs_queue_policy',
  'aws_kms_key',
  'aws_kms_key_policy',
];

/** What the way of a voicemail, and of the token, needs somebody to do. */
const NEEDED = [
  's3:PutObject',
  's3:GetObject',
  's3:ListBucket',
  's3:AbortMultipartUpload',
  'sqs:SendMessage',
  'sqs:ReceiveMessage',
  'sqs:DeleteMessage',
  'sqs:ChangeMessageVisibility',
  'sqs:GetQueueAttributes',
  'kms:Encrypt',
  'kms:Decrypt',
  'kms:GenerateDataKey',
  'kms:DescribeKey',
  'secretsmanager:DescribeSecret',
  'secretsmanager:GetSecretValue',
  'secretsmanager:PutSecretValue',
  'secretsmanager:UpdateSecretVersionStage',
  'sts:AssumeRole',
];

const isKnown = (side: unknown): boolean =>
  ['policy', 'assume_role_policy'].some((name) => typeof at(side, name) === 'string');

const inWords = ({ principals, actions }: Statement): string =>
  `${principals.map((name) => name.replace(/^\w+:/, '')).join(', ')} do ${actions.slice(0, 3).join(', ')}`;

/** A right of a service, or of the own account, that gets narrower or goes. Whatever leaves with the plan needs none. */
const lostRight: Rule['find'] = (subject) => {
  if (!isKnown(subject.after)) {
    return undefined;
  }
  const now = statementsIn(subject.after);
  const gone = leaving(subject);
  const lost = statementsIn(subject.before)
    .filter(({ allows }) => allows)
    .flatMap(requestsOf)
    // Others come and go; without its own account, nobody can ever change a key again.
    .filter(({ principals: [name = ''] }) =>
      subject.type.startsWith('aws_kms_')
        ? /^(?:Service:|AWS:\d{12}$)/.test(name) && !isForeign(name.slice('AWS:'.length), subject)
        : name.startsWith('Service:'),
    )
    .filter(
      ({ conditions }) => !conditions.some(({ values }) => values.some((value) => gone.includes(value))),
    )
    .find((request) => !does(now, request, (asked) => ownCallsMeet(asked, subject)));
  return lost === undefined ? undefined : `would no longer let ${inWords(lost)} as today`;
};

/** Whether a refusal spares the functions: it names them, or whoever they are, among those whom it does not mean. */
const spares = ({ values }: Condition, subject: Subject): boolean => {
  const roles = functionRoles(subject);
  const spared = statementsIn(subject.before).flatMap(({ allows, conditions }) =>
    allows
      ? []
      : conditions.flatMap((old) => (isNegative(old) && old.key === 'aws:principalarn' ? old.values : [])),
  );
  const takes = (role: string): boolean => values.some((value) => matches(value, role));
  return (
    spared.every((role) => takes(role) || (roles.length > 0 && !roles.includes(role))) &&
    (roles.length === 0 || roles.some(takes))
  );
};

const has = (statement: Statement, key: string, value: string): boolean =>
  statement.conditions.some((condition) => condition.key === key && condition.values.join() === value);

/** Conditions under which a refusal means nobody on the way: one line for each form. */
const HARMLESS: readonly ((condition: Condition, statement: Statement, subject: Subject) => boolean)[] = [
  // Calls without TLS, or with an old one.
  ({ key, operator, values }) =>
    key === 'aws:securetransport' && operator.startsWith('bool') && values.join() === 'false',
  ({ key, operator }) => key === 's3:tlsversion' && operator.startsWith('numericlessthan'),
  // Other encryption than the functions ask for.
  (condition) =>
    condition.key === 's3:x-amz-server-side-encryption' &&
    isNegative(condition) &&
    condition.values.includes('aws:kms'),
  (condition, _, { facts }) => {
    const keys = facts.resources.flatMap(({ type, before, after }) =>
      type.startsWith('aws_kms_') ? [before, after].flatMap((side) => at(side, 'arn') ?? []) : [],
    );
    return (
      condition.key === 's3:x-amz-server-side-encryption-aws-kms-key-id' &&
      isNegative(condition) &&
      (keys.length === 0 || condition.values.some((value) => keys.includes(value)))
    );
  },
  ({ key, values }) =>
    key === 's3:x-amz-server-side-encryption-customer-algorithm' && values.join() === 'false',
  // Everybody but those who are named, the functions among them; or nobody but people who are named.
  (condition, _, subject) =>
    condition.key === 'aws:principalarn' && isNegative(condition) && spares(condition, subject),
  (condition, _, subject) => {
    const roles = functionRoles(subject);
    return (
      condition.key === 'aws:principalarn' &&
      isPositive(condition) &&
      condition.values.every(
        (value) =>
          /:(?:root$|user\/)/.test(value) ||
          (roles.length > 0 && !roles.some((role) => matches(value, role))),
      )
    );
  },
  // Principals of other accounts and organizations. A service has none, so that a queue and a key have to spare it.
  (condition, statement, subject) =>
    /^aws:principal(?:account|orgid|orgpaths)$/.test(condition.key) &&
    isNegative(condition) &&
    (condition.key !== 'aws:principalaccount' ||
      !canTell(subject) ||
      condition.values.some((value) => ownAccount(value, subject))) &&
    (/secret|bucket/.test(subject.type) || has(statement, 'aws:principalisawsservice', 'false')),
  // Services that act for other accounts and organizations.
  (condition, statement, subject) =>
    /^aws:source(?:account|orgid|orgpaths)$/.test(condition.key) &&
    isNegative(condition) &&
    (condition.key !== 'aws:sourceaccount' ||
      !canTell(subject) ||
      condition.values.some((value) => ownAccount(value, subject))) &&
    (has(statement, 'aws:principalisawsservice', 'true') || has(statement, condition.key, 'false')),
  // People without a second factor: a role's session says nothing of one.
  ({ key, operator, values }) =>
    key === 'aws:multifactorauthpresent' && operator === 'bool' && values.join() === 'false',
];

/** Whether a refusal may mean somebody on the way of a voicemail. */
const mayCut = (statement: Statement, subject: Subject): boolean => {
  const roles = functionRoles(subject);
  const isOnWay = (name: string): boolean =>
    /^(?:\*$|not$|Service:)/.test(name) ||
    (name.startsWith('AWS:') &&
      !/:user\//.test(name) &&
      !isForeign(name.slice('AWS:'.length), subject) &&
      (!/:role\//.test(name) || roles.length === 0 || roles.includes(name.slice('AWS:'.length))));
  return (
    (statement.principals.length === 0 || statement.principals.some(isOnWay)) &&
    NEEDED.some((action) => statement.actions.some((pattern) => matches(pattern, action))) &&
    !statement.conditions.some((condition) => HARMLESS.some((form) => form(condition, statement, subject)))
  );
};

/** A refusal that is new and may mean somebody on the way. */
const newRefusal: Rule['find'] = (subject) => {
  if (isForNew(subject)) {
    return undefined;
  }
  const old = statementsIn(subject.before);
  const found = statementsIn(subject.after).find(
    (statement) =>
      !statement.allows &&
      !requestsOf(statement).every((request) => does(old, request)) &&
      mayCut(statement, subject),
  );
  if (found === undefined) {
    return undefined;
  }
  const whom = found.principals.join(', ').replaceAll(/(?:AWS|Service):/g, '');
  return `would refuse ${found.actions.slice(0, 3).join(', ')}${whom === '' ? '' : ` to ${whom.replace(/^\*$/, 'everybody').replace(/^not$/, 'all but a few')}`}`;
};

/** A refusal that is gone or smaller. One more of your own whom it spares is the reviewer's to see. */
export const lostRefusal: Rule['find'] = (subject) => {
  if (!isKnown(subject.after)) {
    return undefined;
  }
  const refusals = statementsIn(subject.before).filter(({ allows }) => !allows);
  const spared = (asked: Condition): boolean =>
    isNegative(asked) &&
    refusals.some(({ conditions }) =>
      conditions.some(
        (old) => isNegative(old) && old.key === asked.key && eachMatches(asked.values, old.values),
      ),
    ) &&
    asked.values.every((value) => !/[*?]/.test(value) && !isForeign(value, subject));
  const now = statementsIn(subject.after);
  const lost = refusals.flatMap(requestsOf).find((request) => !does(now, request, spared));
  return lost === undefined ? undefined : `would no longer refuse ${lost.actions.join(', ')} as today`;
};

/** What keeps somebody on the way of a voicemail out. */
export const shutOut: Rule['find'] = (subject) => lostRight(subject) ?? newRefusal(subject);
