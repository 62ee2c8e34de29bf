import { isAboutAws } from './delivery';
import { eachMatches, statementsOf } from './policy-document';
import {
  at,
  changed,
  destroyed,
  firstOf,
  goesOn,
  hasUnknown,
  type Rule,
  shortened,
  taken,
  turnedOff,
} from './rule';

const replaced: Rule['find'] = ({ action }) => (action === 'replace' ? 'would be replaced' : undefined);

const note = (
  id: string,
  types: readonly string[],
  when: string,
  loss: string,
  find: Rule['find'],
): Rule => ({
  id,
  verdict: 'note',
  types,
  when,
  loss,
  find,
});

const fewerRefusals: Rule['find'] = ({ before, after }) => {
  const refusals = (side: unknown): readonly string[] =>
    statementsOf(at(side, 'policy'))
      .filter(({ allows }) => !allows)
      .map((statement) => JSON.stringify(statement));
  const now = refusals(after);
  return typeof at(after, 'policy') === 'string' && refusals(before).some((refusal) => !now.includes(refusal))
    ? 'would refuse something else than today'
    : undefined;
};

const fewerRights: Rule['find'] = ({ before, after }) => {
  const actions = (side: unknown): readonly string[] =>
    statementsOf(at(side, 'policy')).flatMap((statement) => (statement.allows ? statement.actions : []));
  const lost = actions(before).find((action) => !eachMatches(actions(after), [action]));
  return typeof at(after, 'policy') === 'string' && lost !== undefined
    ? `would no longer allow ${lost}`
    : undefined;
};

const POLICY_TYPES = [
  'aws_s3_bucket_policy',
  'aws_kms_key',
  'aws_sqs_queue_policy',
  'aws_secretsmanager_secret_policy',
  'aws_iam_policy',
  'aws_iam_role',
];

/** Changes that stop nothing, but that a reviewer wants to see. */
export const NOTES: readonly Rule[] = [
  note(
    'alarm',
    ['aws_cloudwatch_metric_alarm', 'aws_cloudwatch_composite_alarm'],
    'an alarm is destroyed, tells nobody or somebody else, or goes off at something else',
    'the news of what it watches',
    firstOf(
      destroyed,
      turnedOff('would tell nobody', 'actions_enabled'),
      taken('would tell nobody', 'alarm_actions'),
      changed('would tell somebody else', 'alarm_actions'),
      ...[
        'alarm_rule',
        'threshold',
        'period',
        'evaluation_periods',
        'comparison_operator',
        'treat_missing_data',
      ].map((name) => changed('would go off at something else', name)),
    ),
  ),
  note(
    'subscription',
    ['aws_sns_topic', 'aws_sns_topic_subscription'],
    'a topic, or a subscription to one, is destroyed',
    'the news that it carries',
    destroyed,
  ),
  note(
    'alarm-rule',
    ['aws_cloudwatch_event_rule'],
    "a rule on AWS's own events is destroyed or disabled",
    'the news of what it watches',
    (subject) =>
      isAboutAws(subject)
        ? firstOf(destroyed, ({ before, after }) =>
            at(before, 'state') !== 'DISABLED' && at(after, 'state') === 'DISABLED'
              ? 'would be disabled'
              : undefined,
          )(subject)
        : undefined,
  ),
  note(
    'log-group',
    ['aws_cloudwatch_log_group'],
    'a log group is destroyed, replaced, or keeps logs for less time',
    'logs of what was done with each voicemail',
    firstOf(
      destroyed,
      replaced,
      shortened('would keep logs for fewer days:', 'retention_in_days', {
        byDefault: 0,
        zeroIsForEver: true,
      }),
    ),
  ),
  note(
    'function-replaced',
    ['aws_lambda_function', 'aws_lambda_event_source_mapping'],
    'a function or its event source mapping is replaced',
    'nothing (messages wait in the queue meanwhile)',
    replaced,
  ),
  note(
    'recursion',
    ['aws_lambda_function_recursion_config'],
    'the setting that lets a function send to its own queue is destroyed',
    'a reconcile that needs many runs, which Lambda then stops as a loop after about 16',
    destroyed,
  ),
  note(
    'function-code',
    ['aws_lambda_function'],
    "a function's code changes",
    'nothing (the same sources always give the same hash)',
    (subject) =>
      goesOn(subject) &&
      subject.action === 'change' &&
      (at(subject.before, 'source_code_hash') !== at(subject.after, 'source_code_hash') ||
        hasUnknown(at(subject.unknown, 'source_code_hash')))
        ? 'would run other code'
        : undefined,
  ),
  note(
    'forgotten',
    [],
    'Terraform forgets a resource (a `removed` block)',
    'nothing yet (it stays in the cloud, but no plan and no prevent_destroy guards it any more)',
    ({ action }) => (action === 'forget' ? 'would be forgotten' : undefined),
  ),
  note(
    'message',
    ['aws_cloudwatch_event_target'],
    'an input transformer changes',
    'nothing (where both sides of the queue change together)',
    (subject) => {
      const [before, after] = [subject.before, subject.after].map((side) =>
        at(side, 'input_transformer', 'input_template'),
      );
      return goesOn(subject) && typeof before === 'string' && typeof after === 'string' && before !== after
        ? 'would send another message'
        : undefined;
    },
  ),
  note(
    'pattern',
    ['aws_cloudwatch_event_rule'],
    'the pattern or the schedule of an event rule changes',
    'voicemail of queues that it no longer names, or longer looks for lost voicemail',
    (subject) => {
      const [before, after] = [subject.before, subject.after].map((side) => at(side, 'event_pattern'));
      return goesOn(subject) && typeof before === 'string' && before !== after
        ? 'would match other events'
        : changed('would start at other times', 'schedule_expression')(subject);
    },
  ),
  note(
    'role',
    ['aws_iam_role', 'aws_iam_policy', 'aws_iam_role_policy'],
    'a role is replaced or loses its boundary, or a policy gives fewer rights',
    'nothing, where the functions can do without; messages wait in the queue meanwhile',
    firstOf(
      (subject) => (subject.type === 'aws_iam_role' ? replaced(subject) : undefined),
      taken('would lose its permissions boundary', 'permissions_boundary'),
      fewerRights,
    ),
  ),
  note(
    'function-role',
    ['aws_lambda_function'],
    'a function gets another role',
    'nothing (where the role has the same rights)',
    changed('would run as another role', 'role'),
  ),
  note('refusals', POLICY_TYPES, 'a policy loses or changes a refusal', 'what it refused', fewerRefusals),
  note(
    'policy-unknown',
    POLICY_TYPES,
    'a policy is not known before the apply',
    'the review of it: read the plan of what it refers to',
    (subject) =>
      goesOn(subject) &&
      ['policy', 'assume_role_policy'].some((name) => hasUnknown(at(subject.unknown, name)))
        ? 'would get a policy that only the apply will know'
        : undefined,
  ),
  note(
    'public-access-open',
    ['aws_s3_bucket_public_access_block'],
    'a new bucket gets a public access block that blocks less than all',
    'the refusal of policies and ACLs that make it public',
    ({ action, after }) =>
      action === 'add' &&
      ['block_public_acls', 'block_public_policy', 'ignore_public_acls', 'restrict_public_buckets'].some(
        (name) => at(after, name) === false,
      )
        ? 'would block less than all public access'
        : undefined,
  ),
];
