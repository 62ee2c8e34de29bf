import { isDeepStrictEqual } from 'node:util';

import { mostDaysApart, rotationTimes } from '../../../../modules/genesys-voicemail-to-s3/options/cron';
import { SCHEDULE_OPTIONS } from '../../../../modules/genesys-voicemail-to-s3/options/table/schedules';
import { isObject, stepInto } from '../sensitive';
import { json } from './policy-document';
import { leaving } from './principals';
import {
  at,
  becomes,
  changed,
  destroyed,
  firstOf,
  goesOn,
  gone,
  hasUnknown,
  isSet,
  notKnown,
  ofType,
  type Rule,
  type Subject,
  stop,
  taken,
  turnedOff,
  where,
} from './rule';
import { shutOut } from './shut-out';

/** The longest that a token of Genesys Cloud lives: https://developer.genesys.cloud/authorization/platform-auth/. */
const LONGEST_TOKEN_HOURS = 48;

const textsAt = (pattern: unknown, field: string): readonly string[] => {
  const found = stepInto(pattern, field);
  return Array.isArray(found)
    ? found.map((item) => (typeof item === 'string' ? item : JSON.stringify(item)))
    : [];
};

/** A rule on AWS's own events, such as a failed rotation: it carries news, no voicemail. */
export const isAboutAws = ({ before, after }: Subject): boolean => {
  const sources = textsAt(json(at(before ?? after, 'event_pattern')), 'source');
  return sources.length > 0 && sources.every((source) => /^aws\.(?!partner\/)/.test(source));
};

/** Whether an item of a pattern matches all that another one does. */
const takes = (now: unknown, old: unknown): boolean => {
  const but = (item: unknown): readonly unknown[] | undefined => {
    const found = stepInto(item, 'anything-but');
    return found === undefined ? undefined : [found].flat();
  };
  const least = (item: unknown): number => {
    const [operator, number, ...more] = [stepInto(item, 'numeric')].flat();
    return operator === '>=' && more.length === 0 ? Number(number) : Number.NaN;
  };
  return (
    isDeepStrictEqual(now, old) ||
    (stepInto(now, 'exists') === true && stepInto(old, 'exists') !== false) ||
    (but(now)?.every(
      (item) => (but(old) ?? []).includes(item) || (typeof old === 'string' && item !== old),
    ) ??
      false) ||
    least(now) <= least(old)
  );
};

/** Whether an event pattern matches every event that another one does. */
const covers = (now: unknown, old: unknown): boolean =>
  Array.isArray(now)
    ? Array.isArray(old) && old.every((item) => now.some((wanted) => takes(wanted, item)))
    : isObject(now) && Object.entries(now).every(([name, wanted]) => covers(wanted, stepInto(old, name)));

/** A pattern for each combination of its items, so that several rules can share them. */
const eventsOf = (pattern: unknown): readonly unknown[] =>
  Array.isArray(pattern)
    ? pattern.length === 0
      ? [[]]
      : pattern.map((item) => [item])
    : Object.entries(isObject(pattern) ? pattern : {}).reduce<readonly unknown[]>(
        (all, [name, inner]) =>
          all.flatMap((one) => eventsOf(inner).map((event) => ({ ...Object(one), [name]: event }))),
        [{}],
      );

/** Events that this rule takes, and that none would take any longer. */
const otherEvents: Rule['find'] = (subject) => {
  const [was, is] = [subject.before, subject.after].map((side) => json(at(side, 'event_pattern')));
  if (was === undefined || is === undefined || covers(is, was)) {
    return undefined;
  }
  // The rules share the queues: one more moves others from rule to rule.
  const patterns = subject.facts.resources
    .filter(
      ({ type, after }) =>
        type === subject.type &&
        at(after, 'state') !== 'DISABLED' &&
        at(after, 'event_bus_name') === at(subject.after, 'event_bus_name'),
    )
    .map(({ after }) => json(at(after, 'event_pattern')));
  const lost = eventsOf(was).find((event) => !patterns.some((pattern) => covers(pattern, event)));
  const taken = JSON.stringify(is);
  const missing = (JSON.stringify(lost)?.match(/"[^"]*"/g) ?? []).filter((text) => !taken.includes(text));
  return lost === undefined
    ? undefined
    : `would no longer match ${missing.length === 0 ? 'all that it does' : missing.join(', ')}`;
};

/** The days that a reconcile looks back where nothing else is said: what a slower one misses is never found. */
const LOOK_BACK_DAYS = SCHEDULE_OPTIONS.reconcileLookBackDays.byDefault;

const rareTimes: Rule['find'] = (subject) => {
  const [before, after] = [subject.before, subject.after].map((side) => at(side, 'schedule_expression'));
  if (!goesOn(subject) || typeof after !== 'string' || after === before) {
    return undefined;
  }
  if (after.startsWith('at(')) {
    return 'would start only once';
  }
  const years = /^cron\(.* ([\d,-]+)\)$/.exec(after)?.[1]?.split(/[,-]/) ?? [];
  return years.length > 0 && years.every((year) => Number(year) < new Date().getUTCFullYear())
    ? 'would never start again'
    : /^(?:rate|cron)/.test(after) && mostDaysApart(after) > LOOK_BACK_DAYS
      ? `would start less often than every ${LOOK_BACK_DAYS} days`
      : undefined;
};

const disabled = becomes('DISABLED', 'would be disabled', 'state');

/** @returns the most hours between two rotations; undefined for an expression that is none of Secrets Manager's */
const rotationHours = (side: unknown): number | undefined => {
  const rules = at(side, 'rotation_rules');
  const days = at(rules, 'automatically_after_days');
  return (
    rotationTimes(String(at(rules, 'schedule_expression')))?.longestHours ??
    (typeof days === 'number' && days > 0 ? days * 24 : undefined)
  );
};

const slower: Rule['find'] = (subject) => {
  const [before, after] = [rotationHours(subject.before), rotationHours(subject.after)];
  return goesOn(subject) && after !== undefined && after > LONGEST_TOKEN_HOURS && after !== before
    ? `would leave ${Number.isFinite(after) ? `${after} hours` : 'months'} between two rotations`
    : undefined;
};

/** The queue that takes what cannot be processed. */
const otherDeadLetters: Rule['find'] = ({ before, after }) => {
  const [was, is] = [before, after].map((side) => json(at(side, 'redrive_policy')));
  const [old, now] = [was, is].map((policy) => stepInto(policy, 'deadLetterTargetArn'));
  return old !== undefined && is !== undefined && old !== now
    ? `would send what fails to ${now ?? 'no queue'}`
    : undefined;
};

/** The queue that takes what EventBridge cannot deliver, of which alarms and commands know. */
const OTHER_DEAD_LETTERS: readonly Rule['find'][] = [
  taken('would lose its dead-letter queue', 'dead_letter_config', 'arn'),
  changed('would send what it cannot deliver elsewhere', 'dead_letter_config', 'arn'),
  notKnown('would send what it cannot deliver elsewhere', 'dead_letter_config', 'arn'),
];

/** A queue that takes what fails in others lets one send to it no longer. */
const sourcesLost: Rule['find'] = (subject) => {
  const [was, is] = [subject.before, subject.after].map((side) => json(at(side, 'redrive_allow_policy')));
  const kind = (policy: unknown): unknown => stepInto(policy, 'redrivePermission');
  const sources = (policy: unknown): readonly unknown[] => [stepInto(policy, 'sourceQueueArns') ?? []].flat();
  const lost = sources(was).find(
    (arn) => kind(is) === 'byQueue' && !sources(is).includes(arn) && !leaving(subject).includes(String(arn)),
  );
  return goesOn(subject) && kind(is) === 'denyAll' && kind(was) !== 'denyAll'
    ? 'would take from no queue what fails'
    : lost === undefined
      ? undefined
      : `would no longer take what fails in ${lost}`;
};

/** Where a function puts voicemail and messages. */
const PLACES = ['ARCHIVE_BUCKET_NAME', 'ARCHIVE_KMS_KEY_ARN', 'EVENTS_QUEUE_URL', 'FAILURES_QUEUE_URL'];

/** Names what only the apply will know, unless that is because the plan replaces what it names. */
const other = (words: string, what: string, name: string): Rule['find'] =>
  firstOf(
    changed(words, name),
    taken(words, name),
    where(
      ({ facts }) => !facts.resources.some(({ type, action }) => type === what && action === 'replace'),
      notKnown(words, name),
    ),
  );

/** A second reader of a queue takes a part of its messages, and the first one never sees them. */
const rival: Rule['find'] = (subject) => {
  const source = (side: unknown): unknown => at(side, 'event_source_arn') ?? at(side, 'source');
  const read = source(subject.after);
  return subject.before === null &&
    isSet(read) &&
    subject.facts.resources.some(
      ({ type, before }) => type === 'aws_lambda_event_source_mapping' && source(before) === read,
    )
    ? 'would take messages from a queue that another function reads'
    : undefined;
};

const filtered: Rule['find'] = (subject) => {
  const [was, is] = [subject.before, subject.after].map((side) => at(side, 'filter_criteria'));
  return goesOn(subject) &&
    (hasUnknown(at(subject.unknown, 'filter_criteria')) || (isSet(is) && !isDeepStrictEqual(was, is)))
    ? 'would filter messages: SQS deletes those that do not pass'
    : undefined;
};

/** Lists that detach whatever they do not name. */
const ATTACHED = ['managed_policy_arns', 'policy_arns', 'policy_names', 'roles'];

const detached: Rule['find'] = (subject) => {
  const { before, after, unknown, facts } = subject;
  const listed = (side: unknown): readonly unknown[] =>
    ATTACHED.flatMap((name) => stepInto(side, name) ?? []);
  const role = at(after, 'role_name');
  const attached = facts.resources
    .filter(
      (other) =>
        isSet(role) &&
        at(other.after, 'role') === role &&
        (other.type === 'aws_iam_role_policy') === (subject.type === 'aws_iam_role_policies_exclusive'),
    )
    .map((other) => at(other.after, 'policy_arn') ?? at(other.after, 'name'));
  const lost = [...listed(before), ...attached].find(
    (one) => isSet(one) && !listed(after).includes(one) && !leaving(subject).includes(String(one)),
  );
  return lost === undefined || !isObject(after) || ATTACHED.some((name) => hasUnknown(at(unknown, name)))
    ? undefined
    : `would detach ${lost}`;
};

/** The way of a voicemail from the bus to the bucket, and of the token to those who need it. */
export const DELIVERY_RULES: readonly Rule[] = [
  stop(
    'event-rule-cut',
    /^aws_cloudwatch_event_rule$/,
    "an event rule is destroyed, replaced, disabled, takes events that no rule would take then, such as those of a queue less, or starts never or less often than a reconcile looks back; one on AWS's own events is a note",
    'voicemails whose events come meanwhile, until a reconcile or a backfill finds them',
    where(
      (subject) => !isAboutAws(subject),
      gone,
      taken('would no longer look at events', 'event_pattern'),
      notKnown('would match other events', 'event_pattern'),
      disabled,
      turnedOff('would be disabled', 'is_enabled'),
      otherEvents,
      taken('would start no longer', 'schedule_expression'),
      notKnown('would start at other times', 'schedule_expression'),
      notKnown('would be disabled', 'state'),
      rareTimes,
    ),
  ),
  stop(
    'event-target-cut',
    /^aws_cloudwatch_event_target$/,
    'an event target is destroyed, replaced, sends elsewhere, loses its transformer, or loses or changes its dead-letter queue',
    'events on their way to the queue; without the transformer the queue gets callers’ numbers, without the dead-letter queue what cannot be delivered is dropped',
    gone,
    changed('would send elsewhere', 'arn'),
    notKnown('would send elsewhere', 'arn'),
    taken('would lose its input transformer', 'input_transformer'),
    ...OTHER_DEAD_LETTERS,
  ),
  stop(
    'event-bus-cut',
    /^aws_cloudwatch_event_bus$/,
    'a bus loses its dead-letter queue, or gets another one',
    'events that it cannot encrypt or decrypt',
    ...OTHER_DEAD_LETTERS,
  ),
  stop(
    'scheduler-schedule-cut',
    /^aws_scheduler_schedule$/,
    'a schedule is destroyed, disabled, or starts never or less often than a reconcile looks back',
    'what it starts, such as the reconcile that finds lost voicemail',
    destroyed,
    disabled,
    rareTimes,
  ),
  stop(
    'sqs-queue-policy-cut',
    /^aws_(?:sqs_queue_policy|kms_key_policy)$/,
    "a queue's or a key's policy is destroyed or replaced",
    'the right of the event rules to send, so every event',
    gone,
  ),
  stop(
    'shut-out',
    /^aws_(?:(?:s3_bucket|secretsmanager_secret|sqs_queue|kms_key|iam_role|vpc_endpoint)(?:_policy)?|(?:iam|organizations)_policy)$/,
    "a policy of a queue, key, bucket, secret, VPC endpoint or organization, or a role's trust, gives a service or its own account less, on less or under more conditions; or one, or a role's rights, refuses what the way needs in a form that means others (without TLS, other accounts, people)",
    'what they do there: sending events, writing logs, running the functions',
    shutOut,
  ),
  stop(
    'sqs-queue-cut',
    /^aws_(?:sqs_queue|sqs_queue_redrive_policy|sqs_queue_redrive_allow_policy)$/,
    "a queue's redrive policy goes away or names another queue, or a queue takes no longer what fails in another",
    'messages that crash the function: SQS drops them after 14 days',
    taken('would lose its redrive policy', 'redrive_policy'),
    notKnown('would send what fails elsewhere', 'redrive_policy'),
    otherDeadLetters,
    sourcesLost,
    ofType('aws_sqs_queue_redrive_policy', destroyed),
  ),
  stop(
    'event-source-mapping-cut',
    /^aws_lambda_event_source_mapping$/,
    'the event source mapping is destroyed, disabled, between another queue and function, filters messages, or takes no partial batch failures',
    'the way from the queue to the function; messages wait 14 days at most',
    destroyed,
    turnedOff('would be disabled', 'enabled'),
    changed('would read another queue', 'event_source_arn'),
    notKnown('would read another queue', 'event_source_arn'),
    other('would call another function', 'aws_lambda_function', 'function_name'),
    filtered,
    taken('would delete failed messages: it reports no batch item failures', 'function_response_types'),
  ),
  stop(
    'rival-reader',
    /^aws_(?:lambda_event_source_mapping|pipes_pipe)$/,
    'a second event source mapping, or a pipe, reads a queue',
    'every message that it takes, which the function never sees',
    rival,
  ),
  stop(
    'function-cut',
    /^aws_lambda_function$/,
    'a function is destroyed, reserves no execution, or gets another bucket, key or queue for voicemail and messages',
    'the moving of voicemail or the renewal of the token',
    destroyed,
    becomes(0, 'would never run: it reserves no execution', 'reserved_concurrent_executions'),
    notKnown('would reserve no execution', 'reserved_concurrent_executions'),
    ...PLACES.map((name) => changed(`would get another ${name}`, 'environment', 'variables', name)),
    ...PLACES.map((name) => taken(`would lose ${name}`, 'environment', 'variables', name)),
  ),
  stop(
    'permission-cut',
    /^aws_lambda_permission$/,
    'a permission to invoke a function is destroyed, or that of the rotation is for another service, secret or function',
    'the rotation, so the token within a day',
    destroyed,
    where(
      ({ before }) => at(before, 'principal') === 'secretsmanager.amazonaws.com',
      changed('would let another service call', 'principal'),
      changed('would let another secret call', 'source_arn'),
      changed('would let another function be called', 'function_name'),
    ),
  ),
  stop(
    'secret-rotation-cut',
    /^aws_secretsmanager_secret_rotation$/,
    'the rotation is destroyed, replaced, disabled, by another function, or slower than a token can live',
    'the token, which lives 48 hours at most, and with it the moving of voicemail',
    gone,
    turnedOff('would be disabled', 'rotation_enabled'),
    taken('would lose its schedule', 'rotation_rules'),
    other('would call another function', 'aws_lambda_function', 'rotation_lambda_arn'),
    notKnown('would rotate at other times', 'rotation_rules'),
    slower,
  ),
  stop(
    'iam-role-cut',
    /^aws_iam_(?:role|policy|(?:role_)?policy_attachment|role_policy|role_polic\w+_exclusive)$/,
    'a role, its policy or the attachment of it is destroyed, or a list of all attachments lacks one that is there',
    'the rights of a function; messages wait 14 days at most',
    where(({ type }) => !type.endsWith('_exclusive'), destroyed),
    detached,
  ),
];
