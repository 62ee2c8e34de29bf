import {
  type Condition,
  does,
  eachMatches,
  isNegative,
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
  userRoles,
} from './principals';
import { at, goesOn, hasUnknown, type Rule, type Subject } from './rule';

/** Policies whose refusals guard what is stored. */
export const REFUSING_POLICIES = /^aws_(?:s3_bucket|secretsmanager_secret|sqs_queue|kms_key)(?:_policy)?$/;

/** Policies that say the most that anybody may do from a network or in an organization. */
const LIMITS = /^aws_(?:vpc_endpoint|organizations_policy)/;

/** What the way of a voicemail, and of the token, needs somebody to do. */
const NEEDED = Object.entries({
  s3: 'PutObject GetObject ListBucket AbortMultipartUpload',
  sqs: 'SendMessage ReceiveMessage DeleteMessage ChangeMessageVisibility GetQueueAttributes',
  kms: 'Encrypt Decrypt GenerateDataKey DescribeKey',
  secretsmanager: 'DescribeSecret GetSecretValue PutSecretValue UpdateSecretVersionStage',
  sts: 'AssumeRole',
}).flatMap(([service, actions]) => actions.split(' ').map((action) => `${service}:${action}`));

/** Whether the plan tells what becomes of the policies. */
const isKnown = ({ before, after, unknown }: Subject): boolean =>
  goesOn({ before, after }) &&
  !['policy', 'assume_role_policy', 'content'].some((name) => hasUnknown(at(unknown, name)));

const inWords = ({ principals, actions }: Statement): string =>
  `${principals.map((name) => name.replace(/^\w+:/, '')).join(', ')} do ${actions.slice(0, 3).join(', ')}`;

/** A right of a service, or of the own account, that gets narrower or goes. Whatever leaves with the plan needs none. */
const lostRight: Rule['find'] = (subject) => {
  if (!isKnown(subject)) {
    return undefined;
  }
  const now = statementsIn(subject.after);
  const gone = leaving(subject);
  const lost = statementsIn(subject.before)
    .filter(({ allows }) => allows)
    .flatMap(requestsOf)
    // Others come and go; without its own account, nobody can ever change a key again, and a network means all who are in it.
    .filter(({ principals: [name = ''] }) =>
      LIMITS.test(subject.type)
        ? true
        : subject.type.startsWith('aws_kms_')
          ? /^(?:Service:|AWS:\d{12}$)/.test(name) && !isForeign(name.slice('AWS:'.length), subject)
          : name.startsWith('Service:'),
    )
    .filter(
      ({ conditions }) => !conditions.some(({ values }) => values.some((value) => gone.includes(value))),
    )
    .find((request) => !does(now, request, (asked) => ownCallsMeet(asked, request, subject)));
  return lost === undefined ? undefined : `would no longer let ${inWords(lost)} as today`;
};

type Form = (condition: Condition, statement: Statement, subject: Subject) => boolean;

const has = (statement: Statement, key: string, value: string): boolean =>
  statement.conditions.some((condition) => condition.key === key && condition.values.join() === value);

const isFalse: Form = ({ values }) => values.join() === 'false';

/** Whether a refusal spares the functions that need the call, and whoever of them it spared before. */
const spares: Form = ({ values }, _, subject) => {
  const [all, users] = [functionRoles(subject), userRoles(subject)];
  const before = statementsIn(subject.before)
    .filter(({ allows }) => !allows)
    .flatMap(({ conditions }) => conditions)
    .filter((old) => isNegative(old) && old.key === 'aws:principalarn')
    .flatMap((old) => old.values)
    .filter((role) => all.length === 0 || all.includes(role));
  const takes = (role: string): boolean => values.some((value) => matches(value, role));
  return [...before, ...users].every(takes) && (all.length === 0 || all.some(takes));
};

/** Whether a condition names users and roles that are no function's. */
const namesOthers: Form = ({ values }, _, subject) => {
  const roles = functionRoles(subject);
  return values.every(
    (value) =>
      /:(?:root$|user\/)/.test(value) || (roles.length > 0 && !roles.some((role) => matches(value, role))),
  );
};

/** Whether a condition spares the own account or, as nothing tells which one it is, an organization. */
const sparesOwn: Form = ({ key, values }, _, subject) =>
  !key.endsWith('account') || !canTell(subject) || values.some((value) => ownAccount(value, subject));

const IS = /^(?:foranyvalue:)?(?:string|arn)(?:equals|like)/;
const IS_NOT = /^(?:string|arn)not/;

/** Conditions under which a refusal means nobody on the way: their key, operator, and what else has to hold. */
const HARMLESS: readonly (readonly [key: RegExp, operator: RegExp, form?: Form])[] = [
  // Calls without TLS, or with an old one.
  [/^aws:securetransport$/, /^bool/, isFalse],
  [/^s3:tlsversion$/, /^numericlessthan/],
  // Other encryption than the functions ask for.
  [/^s3:x-amz-server-side-encryption$/, IS_NOT, ({ values }) => values.includes('aws:kms')],
  [
    /^s3:x-amz-server-side-encryption-aws-kms-key-id$/,
    IS_NOT,
    ({ values }, _, { facts }) => {
      const keys = facts.resources
        .filter(({ type }) => type.startsWith('aws_kms_'))
        .flatMap(({ before, after }) => [before, after].flatMap((side) => at(side, 'arn') ?? []));
      return keys.length === 0 || values.some((value) => keys.includes(value));
    },
  ],
  [/^s3:x-amz-server-side-encryption-customer-algorithm$/, /^null$/, isFalse],
  // Everybody but those who are named, or nobody but those.
  [/^aws:principalarn$/, IS_NOT, spares],
  [/^aws:principalarn$/, IS, namesOthers],
  // Principals of other accounts and organizations. A service has none, so that a queue and a key have to spare it.
  [
    /^aws:principal(?:account|orgid|orgpaths)$/,
    IS_NOT,
    (condition, statement, subject) =>
      sparesOwn(condition, statement, subject) &&
      (/secret|bucket/.test(subject.type) || has(statement, 'aws:principalisawsservice', 'false')),
  ],
  // Services that act for other accounts and organizations.
  [
    /^aws:source(?:account|orgid|orgpaths)$/,
    IS_NOT,
    (condition, statement, subject) =>
      sparesOwn(condition, statement, subject) &&
      (statement.principals.every((name) => name.startsWith('Service:')) ||
        has(statement, 'aws:principalisawsservice', 'true') ||
        has(statement, condition.key, 'false')),
  ],
  // People without a second factor: a role's session says nothing of one.
  [/^aws:multifactorauthpresent$/, /^bool$/, isFalse],
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
    !statement.conditions.some((condition) =>
      HARMLESS.some(
        ([key, operator, form]) =>
          key.test(condition.key) &&
          operator.test(condition.operator) &&
          (form?.(condition, statement, subject) ?? true),
      ),
    )
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
  if (!isKnown(subject)) {
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
