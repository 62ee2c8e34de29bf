import { isDeepStrictEqual } from 'node:util';
import { rotationTimes } from '../../../../modules/genesys-voicemail-to-s3/options/cron';
import { isObject, stepInto } from '../sensitive';
import { eachMatches, statementsOf } from './policy-document';
import {
  at,
  changed,
  destroyed,
  firstOf,
  goesOn,
  gone,
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
  if (was === undefined || is === undefined) {
    return undefined;
  }
  // What is under `detail` tells queues apart, which is a note.
  const asked = Object.keys(isObject(is) ? is : {}).find(
    (name) => name !== 'detail' && stepInto(was, name) === undefined,
  );
  return field !== undefined
    ? `would no longer match ${textsAt(was, field).join(', ')}`
    : asked === undefined
      ? undefined
      : `would match only events of a ${asked}`;
};

const disabled: Rule['find'] = (subject) => {
  const [before, after] = [at(subject.before, 'state'), at(subject.after, 'state')];
  return goesOn(subject) && before !== 'DISABLED' && after === 'DISABLED' ? 'would be disabled' : undefined;
};

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

/** What is denied to everybody, or to a service, that was not. */
const shutOut: Rule['find'] = ({ before, after, type }) => {
  const name = type === 'aws_iam_role' ? 'assume_role_policy' : 'policy';
  const text = at(after, name);
  if (typeof text !== 'string') {
    return undefined;
  }
  const [was, is] = [at(before, name), text].map(statementsOf);
  const denied = is?.find(
    (statement) =>
      !statement.allows &&
      statement.conditions.length === 0 &&
      statement.principals.includes('*') &&
      !was?.some((old) => isDeepStrictEqual(old, statement)),
  );
  const lost = was
    ?.filter(({ allows }) => allows)
    .flatMap(({ principals, actions }) =>
      principals
        // Others come and go; without its own account, nobody can ever change a key again.
        .filter((principal) => /^Service:|:root$/.test(principal))
        .map((principal) => ({ principal, actions })),
    )
    .find(
      ({ principal, actions }) =>
        !eachMatches(
          (is ?? [])
            .filter(
              ({ allows, principals }) =>
                allows && (principals.includes(principal) || principals.includes('*')),
            )
            .flatMap((statement) => statement.actions),
          actions,
        ),
    );
  return denied !== undefined
    ? `would deny everybody ${denied.actions.slice(0, 3).join(', ')}`
    : lost === undefined
      ? undefined
      : `would no longer let ${lost.principal.replace(/^\w+:/, '')} do all of ${lost.actions.slice(0, 3).join(', ')}`;
};

/** The queue that takes what cannot be processed. */
const otherDeadLetters: Rule['find'] = ({ before, after }) => {
  const [was, is] = [before, after].map((side) =>
    stepInto(json(at(side, 'redrive_policy')), 'deadLetterTargetArn'),
  );
  return was !== undefined && is !== undefined && was !== is ? `would send what fails to ${is}` : undefined;
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
            gone,
            taken('would no longer look at events', 'event_pattern'),
            disabled,
            turnedOff('would be disabled', 'is_enabled'),
            otherEvents,
          )(subject),
  ),
  cut(
    ['aws_cloudwatch_event_target'],
    'an event target is destroyed, replaced, sends elsewhere, or loses its transformer or dead-letter queue',
    'events on their way to the queue; without the transformer the queue gets callers’ numbers, without the dead-letter queue what cannot be delivered is dropped',
    gone,
    elsewhere,
    taken('would lose its input transformer', 'input_transformer'),
    taken('would lose its dead-letter queue', 'dead_letter_config', 'arn'),
  ),
  cut(
    ['aws_cloudwatch_event_bus'],
    'a bus loses its dead-letter queue',
    'events that it cannot encrypt or decrypt',
    taken('would lose its dead-letter queue', 'dead_letter_config', 'arn'),
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
    "a queue's policy is destroyed or replaced",
    'the right of the event rules to send, so every event',
    gone,
  ),
  {
    id: 'shut-out',
    verdict: 'stop',
    types: [
      'aws_sqs_queue',
      'aws_sqs_queue_policy',
      'aws_kms_key',
      'aws_kms_key_policy',
      'aws_s3_bucket_policy',
      'aws_secretsmanager_secret_policy',
      'aws_iam_role',
    ],
    when: "a policy of a queue, key, bucket or secret, or a role's trust, lets in a service or its own account no longer, or denies everybody without a condition",
    loss: 'what they do there: sending events, writing logs, running the functions',
    find: shutOut,
  },
  cut(
    ['aws_sqs_queue', 'aws_sqs_queue_redrive_policy'],
    "a queue's redrive policy goes away or names another queue",
    'messages that crash the function: SQS drops them after 14 days',
    taken('would lose its redrive policy', 'redrive_policy'),
    otherDeadLetters,
    (subject) => (subject.type === 'aws_sqs_queue_redrive_policy' ? destroyed(subject) : undefined),
  ),
  cut(
    ['aws_lambda_event_source_mapping'],
    'the event source mapping is destroyed, disabled, between another queue and function, filters messages, or takes no partial batch failures',
    'the way from the queue to the function; messages wait 14 days at most',
    destroyed,
    turnedOff('would be disabled', 'enabled'),
    changed('would read another queue', 'event_source_arn'),
    changed('would call another function', 'function_name'),
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
    'the rotation is destroyed, replaced, disabled, by another function, or slower than a token can live',
    'the token, which lives 48 hours at most, and with it the moving of voicemail',
    gone,
    turnedOff('would be disabled', 'rotation_enabled'),
    taken('would lose its schedule', 'rotation_rules'),
    changed('would call another function', 'rotation_lambda_arn'),
    slower,
  ),
  cut(
    ['aws_iam_role', 'aws_iam_role_policy', 'aws_iam_role_policy_attachment', 'aws_iam_policy'],
    'a role, its policy or the attachment of it is destroyed',
    'the rights of a function; messages wait 14 days at most',
    destroyed,
  ),
];
