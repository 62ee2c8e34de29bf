import { stepInto } from '../sensitive';
import {
  at,
  destroyed,
  firstOf,
  goesOn,
  hasUnknown,
  isSet,
  type Rule,
  type Subject,
  taken,
  turnedOff,
} from './rule';

/** The longest that a token of Genesys Cloud lives: https://developer.genesys.cloud/authorization/platform-auth/. */
const LONGEST_TOKEN_HOURS = 48;

const json = (text: unknown): unknown => {
  try {
    return typeof text === 'string' ? JSON.parse(text) : undefined;
  } catch {
    return undefined;
  }
};

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

/** Fields without one of whose values of today the rule takes other events, not only those of fewer queues. */
const IDENTITY = ['source', 'account', 'detail-type'];

const otherEvents: Rule['find'] = ({ before, after }) => {
  const [was, is] = [before, after].map((side) => json(at(side, 'event_pattern')));
  const field = IDENTITY.find((name) => {
    const wanted = textsAt(is, name);
    return wanted.length > 0 && textsAt(was, name).some((value) => !wanted.includes(value));
  });
  return was === undefined || is === undefined || field === undefined
    ? undefined
    : `would no longer match ${textsAt(was, field).join(', ')}`;
};

const disabled: Rule['find'] = (subject) => {
  const [before, after] = [at(subject.before, 'state'), at(subject.after, 'state')];
  return goesOn(subject) && before !== 'DISABLED' && after === 'DISABLED' ? 'would be disabled' : undefined;
};

/** A replacement has a time without it, in which the bus drops what comes. */
const gap: Rule['find'] = ({ action }) =>
  action === 'replace' ? 'would be replaced, and gone meanwhile' : undefined;

const elsewhere: Rule['find'] = (subject) => {
  const [before, after] = [at(subject.before, 'arn'), at(subject.after, 'arn')];
  if (!goesOn(subject) || !isSet(before) || before === after) {
    return undefined;
  }
  return isSet(after)
    ? `would send to ${after} instead`
    : hasUnknown(at(subject.unknown, 'arn'))
      ? 'would send to what only the apply will know'
      : undefined;
};

/** @returns hours between two rotations; undefined for a cron expression */
const rotationHours = (side: unknown): number | undefined => {
  const rules = at(side, 'rotation_rules');
  const [, number, unit] =
    /^rate\((\d+) (hour|day)s?\)$/.exec(String(at(rules, 'schedule_expression'))) ?? [];
  const days = at(rules, 'automatically_after_days');
  return number !== undefined
    ? Number(number) * (unit === 'day' ? 24 : 1)
    : typeof days === 'number' && days > 0
      ? days * 24
      : undefined;
};

const slower: Rule['find'] = (subject) => {
  const [before, after] = [rotationHours(subject.before), rotationHours(subject.after)];
  return goesOn(subject) && after !== undefined && after > LONGEST_TOKEN_HOURS && after !== before
    ? `would rotate every ${after} hours only`
    : undefined;
};

const stopped: Rule['find'] = (subject) =>
  goesOn(subject) &&
  at(subject.before, 'reserved_concurrent_executions') !== 0 &&
  at(subject.after, 'reserved_concurrent_executions') === 0
    ? 'would never run: it reserves no execution'
    : undefined;

const filtered: Rule['find'] = ({ before, after }) =>
  isSet(at(after, 'filter_criteria')) &&
  before !== null &&
  JSON.stringify(at(before, 'filter_criteria')) !== JSON.stringify(at(after, 'filter_criteria'))
    ? 'would filter messages: SQS deletes those that do not pass'
    : undefined;

const cut = (
  types: readonly string[],
  when: string,
  loss: string,
  ...looks: readonly Rule['find'][]
): Rule => ({
  id: `${(types[0] ?? '').replace(/^aws_(?:cloudwatch_|lambda_|secretsmanager_)?/, '').replaceAll('_', '-')}-cut`,
  verdict: 'stop',
  types,
  when,
  loss,
  find: firstOf(...looks),
});

/** The way of a voicemail from the bus to the bucket, and of the token to those who need it. */
export const DELIVERY_RULES: readonly Rule[] = [
  cut(
    ['aws_cloudwatch_event_rule'],
    "an event rule is destroyed, replaced, disabled, or takes other events; one on AWS's own events is a note",
    'voicemails whose events come meanwhile, until a reconcile or a backfill finds them',
    (subject) =>
      isAboutAws(subject)
        ? undefined
        : firstOf(
            destroyed,
            gap,
            disabled,
            turnedOff('would be disabled', 'is_enabled'),
            otherEvents,
          )(subject),
  ),
  cut(
    ['aws_cloudwatch_event_target'],
    'an event target is destroyed, replaced, sends elsewhere, or loses its transformer or dead-letter queue',
    'events on their way to the queue; without the transformer the queue gets callers’ numbers, without the dead-letter queue what cannot be delivered is dropped',
    destroyed,
    gap,
    elsewhere,
    taken('would lose its input transformer', 'input_transformer'),
    taken('would lose its dead-letter queue', 'dead_letter_config'),
  ),
  cut(
    ['aws_scheduler_schedule'],
    'a schedule is destroyed or disabled',
    'what it starts, such as the reconcile that finds lost voicemail',
    destroyed,
    disabled,
  ),
  cut(
    ['aws_sqs_queue_policy'],
    "a queue's policy is destroyed",
    'the right of the event rules to send, so every event',
    destroyed,
  ),
  cut(
    ['aws_sqs_queue', 'aws_sqs_queue_redrive_policy'],
    "a queue's redrive policy goes away",
    'messages that crash the function: SQS drops them after 14 days',
    taken('would lose its redrive policy', 'redrive_policy'),
    (subject) => (subject.type === 'aws_sqs_queue_redrive_policy' ? destroyed(subject) : undefined),
  ),
  cut(
    ['aws_lambda_event_source_mapping'],
    'the event source mapping is destroyed, disabled, filters messages, or takes no partial batch failures',
    'the way from the queue to the function; messages wait 14 days at most',
    destroyed,
    turnedOff('would be disabled', 'enabled'),
    filtered,
    taken('would delete failed messages: it reports no batch item failures', 'function_response_types'),
  ),
  cut(
    ['aws_lambda_function'],
    'a function is destroyed or reserves no execution',
    'the moving of voicemail or the renewal of the token',
    destroyed,
    stopped,
  ),
  cut(
    ['aws_lambda_permission'],
    'a permission to invoke a function is destroyed',
    'the rotation, so the token within a day',
    destroyed,
  ),
  cut(
    ['aws_secretsmanager_secret_rotation'],
    'the rotation is destroyed, disabled, or slower than a token can live',
    'the token, which lives 48 hours at most, and with it the moving of voicemail',
    destroyed,
    turnedOff('would be disabled', 'rotation_enabled'),
    slower,
  ),
  cut(
    ['aws_iam_role', 'aws_iam_role_policy', 'aws_iam_role_policy_attachment', 'aws_iam_policy'],
    'a role, its policy or the attachment of it is destroyed',
    'the rights of a function; messages wait 14 days at most',
    destroyed,
  ),
];
