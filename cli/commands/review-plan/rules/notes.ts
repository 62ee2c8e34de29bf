import { isObject, stepInto } from '../sensitive';
import { isAboutAws } from './delivery';
import { PUBLIC_ACCESS_BLOCK } from './doors';
import { does, requestsOf, type Statement, statementsOf } from './policy-document';
import { statementsIn } from './principals';
import {
  at,
  becomes,
  blocks,
  changed,
  destroyed,
  goesOn,
  gone,
  hasUnknown,
  isLater,
  newly,
  note,
  notKnown,
  type Rule,
  shortened,
  taken,
  turnedOff,
  where,
} from './rule';
import { lostRefusal, REFUSING_POLICIES } from './shut-out';

const replaced: Rule['find'] = ({ action }) => (action === 'replace' ? 'would be replaced' : undefined);

const otherRefusals: Rule['find'] = (subject) => {
  const refusals = (side: unknown): readonly string[] =>
    statementsOf(at(side, 'policy'))
      .filter(({ allows }) => !allows)
      .map((statement) => JSON.stringify(statement));
  const now = refusals(subject.after);
  const other =
    typeof at(subject.after, 'policy') === 'string' &&
    refusals(subject.before).some((refusal) => !now.includes(refusal));
  // One that is lost stops the plan where it guards what is stored.
  return other && !(REFUSING_POLICIES.test(subject.type) && lostRefusal(subject) !== undefined)
    ? 'would refuse something else than today'
    : undefined;
};

/** The rights that a role has on one side of a change and not on the other, as they are written. */
const rightsOnly = (some: unknown, others: unknown): Statement | undefined =>
  statementsIn(some)
    .filter(({ allows, principals }) => allows && principals.length === 0)
    .flatMap(requestsOf)
    .find((right) => !does(statementsIn(others), right));

const onWhat = ({ actions, resources }: Statement): string => `${actions.join()} on ${resources.join()}`;

const moreRights: Rule['find'] = (subject) => {
  const more = rightsOnly(subject.after, subject.before);
  return goesOn(subject) && more !== undefined
    ? `would allow ${onWhat(more)}, which it does not today`
    : undefined;
};

const fewerRights: Rule['find'] = (subject) => {
  const lost = rightsOnly(subject.before, subject.after);
  return goesOn(subject) && !hasUnknown(at(subject.unknown, 'policy')) && lost !== undefined
    ? `would no longer allow ${onWhat(lost)}`
    : undefined;
};

const morePrincipals: Rule['find'] = (subject) => {
  const principals = (side: unknown): readonly string[] =>
    statementsOf(at(side, 'assume_role_policy')).flatMap((statement) =>
      statement.allows ? statement.principals : [],
    );
  const more = principals(subject.after).find((one) => !principals(subject.before).includes(one));
  return goesOn(subject) && more !== undefined
    ? `would be taken by ${more.replace(/^\w+:/, '')} too`
    : undefined;
};

/** Names of the variables that change; what they hold is the plan's to show. */
const otherSettings: Rule['find'] = (subject) => {
  const [was, is] = [subject.before, subject.after].map((side) => at(side, 'environment', 'variables'));
  const names = [...new Set([was, is].flatMap((side) => Object.keys(isObject(side) ? side : {})))];
  const other = names.filter(
    (name) =>
      stepInto(was, name) !== stepInto(is, name) &&
      !isLater(subject.unknown, 'environment', 'variables', name),
  );
  return goesOn(subject) && other.length > 0 ? `would run with another ${other.join(', ')}` : undefined;
};

const fewerReceives: Rule['find'] = ({ before, after }) => {
  const receives = (side: unknown): number =>
    Number(/"maxReceiveCount":"?(\d+)/.exec(String(at(side, 'redrive_policy')))?.[1] ?? Number.NaN);
  return receives(after) < receives(before)
    ? `would give a message up after ${receives(after)} receives, not ${receives(before)}`
    : undefined;
};

/** What tells the code of a function. */
const CODE = ['source_code_hash', 'image_uri', 's3_bucket', 's3_key', 's3_object_version'];

const POLICIES =
  /^aws_(?:(?:s3_bucket|sqs_queue|secretsmanager_secret|iam)_policy|kms_key|iam_role|vpc_endpoint)$/;

/** Changes that stop nothing, but that a reviewer wants to see. */
export const NOTES: readonly Rule[] = [
  note(
    'alarm',
    /^aws_(?:cloudwatch_metric_alarm|cloudwatch_composite_alarm)$/,
    'an alarm is destroyed, tells nobody or somebody else, or goes off at something else',
    'the news of what it watches',
    destroyed,
    turnedOff('would tell nobody', 'actions_enabled'),
    newly('would be quiet while another alarm rings', 'actions_suppressor'),
    taken('would tell nobody', 'alarm_actions'),
    changed('would tell somebody else', 'alarm_actions'),
    ...[
      'alarm_rule',
      'threshold',
      'period',
      'evaluation_periods',
      'comparison_operator',
      'treat_missing_data',
      'datapoints_to_alarm',
      'metric_name',
      'metric_query',
      'namespace',
      'dimensions',
      'statistic',
    ].map((name) => changed('would go off at something else', name)),
  ),
  note(
    'subscription',
    /^aws_(?:sns_topic|sns_topic_subscription)$/,
    'a topic, or a subscription to one, is destroyed',
    'the news that it carries',
    destroyed,
  ),
  note(
    'alarm-rule',
    /^aws_cloudwatch_event_rule$/,
    "a rule on AWS's own events is destroyed or disabled",
    'the news of what it watches',
    where(isAboutAws, destroyed, becomes('DISABLED', 'would be disabled', 'state')),
  ),
  note(
    'log-group',
    /^aws_(?:cloudwatch_log_group|s3_bucket_logging|cloudtrail)$/,
    'a log group, access log or trail is destroyed, replaced, or keeps logs for less time',
    'logs of what was done with each voicemail',
    destroyed,
    replaced,
    changed('would be written elsewhere', 'target_bucket'),
    shortened('would keep logs for fewer days:', 'retention_in_days', {
      byDefault: 0,
      zeroIsForEver: true,
    }),
  ),
  note(
    'function-replaced',
    /^aws_(?:lambda_function|lambda_event_source_mapping|lambda_permission)$/,
    'a function, its event source mapping or a permission to invoke it is replaced',
    'nothing (messages wait in the queue meanwhile)',
    replaced,
    notKnown('would ask for another source', 'source_arn'),
  ),
  note(
    'recursion',
    /^aws_lambda_function_recursion_config$/,
    'the setting that lets a function send to its own queue is destroyed or taken back',
    'a reconcile that needs many runs, which Lambda then stops as a loop after about 16',
    destroyed,
    becomes('Terminate', 'would be stopped as a loop', 'recursive_loop'),
  ),
  note(
    'invocation',
    /^aws_lambda_invocation$/,
    'the apply itself runs a function',
    'what that run does: it is in no plan',
    ({ action }) => (action === 'none' ? undefined : 'would run a function'),
  ),
  note(
    'function-code',
    /^aws_lambda_function$/,
    "a function's code changes",
    'nothing (the same sources always give the same hash)',
    (subject) =>
      goesOn(subject) &&
      subject.action === 'change' &&
      CODE.some(
        (name) =>
          at(subject.before, name) !== at(subject.after, name) || hasUnknown(at(subject.unknown, name)),
      )
        ? 'would run other code'
        : undefined,
  ),
  note(
    'function-settings',
    /^aws_(?:lambda_function|lambda_code_signing_config)$/,
    'variables of a function change, or it gets another handler, runtime or log, less time or memory, or takes code that others signed or nobody',
    'what the settings say: which voicemail is stored, and what becomes of the original',
    otherSettings,
    notKnown('would run with other variables', 'environment', 'variables'),
    changed('would begin elsewhere', 'handler'),
    changed('would run on another runtime', 'runtime'),
    changed('would log elsewhere, or less: the metrics are read from the log', 'logging_config'),
    shortened('would have fewer seconds:', 'timeout', { byDefault: 3 }),
    taken('would log elsewhere', 'logging_config'),
    shortened('would have less memory:', 'memory_size', { byDefault: 128 }),
    taken('would take unsigned code', 'code_signing_config_arn'),
    changed('would take code that others signed', 'code_signing_config_arn'),
    becomes('Warn', 'would take unsigned code', 'policies', 'untrusted_artifact_on_deployment'),
  ),
  note(
    'queue-settings',
    /^aws_sqs_queue$/,
    'a queue hides messages for less time, gives them up sooner, or takes smaller ones',
    'time to work on a message, or messages that are too large',
    shortened('would hide a message for fewer seconds:', 'visibility_timeout_seconds', { byDefault: 30 }),
    shortened('would take fewer bytes:', 'max_message_size', { byDefault: 262_144 }),
    fewerReceives,
  ),
  note(
    'wider',
    /^aws_(?:iam_role|iam_policy|iam_role_policy|secretsmanager_secret|cloudwatch_event_bus)$/,
    'a role trusts one more principal or gets one more right, a secret gets a replica, or a bus writes whole events into logs',
    'nothing yet: more places and people have to be trusted',
    morePrincipals,
    moreRights,
    newly('would be copied to another region', 'replica'),
    becomes(
      'FULL',
      "would write whole events, callers' numbers in them, into logs",
      'log_config',
      'include_detail',
    ),
  ),
  note(
    'no-erasure',
    /^aws_s3_bucket_object_lock_configuration$/,
    'Object Lock goes into compliance mode',
    'the way to erase a voicemail before its time, for everybody and for ever',
    ({ before, after }) =>
      [before, after].map((side) => at(side, 'rule', 'default_retention', 'mode')).join() !==
        'COMPLIANCE,COMPLIANCE' && at(after, 'rule', 'default_retention', 'mode') === 'COMPLIANCE'
        ? 'would lock new voicemail even against you'
        : undefined,
  ),
  note(
    'restore',
    /^aws_s3_bucket_lifecycle_configuration$/,
    'a lifecycle moves voicemail to a class from which it has to be restored',
    'hours, and a restore, before somebody can hear or copy it',
    (subject) => {
      const [was = [], is = []] = [subject.before, subject.after].map((side) =>
        blocks(side, 'rule')
          .flatMap((rule) => blocks(rule, 'transition'))
          .map((transition) => String(at(transition, 'storage_class'))),
      );
      const cold = is.find((name) => /^(?:GLACIER|DEEP_ARCHIVE)$/.test(name) && !was.includes(name));
      return cold === undefined ? undefined : `would move voicemail to ${cold}`;
    },
  ),
  note(
    'listeners',
    /^aws_s3_bucket_notification$/,
    'a bucket tells EventBridge no longer what is stored',
    'whatever waits for a stored voicemail: mails, tickets, transcriptions',
    destroyed,
    turnedOff('would tell EventBridge nothing more', 'eventbridge'),
  ),
  note(
    'forgotten',
    /^/,
    'Terraform forgets a resource (a `removed` block)',
    'nothing yet (it stays in the cloud, but no plan and no prevent_destroy guards it any more)',
    ({ action }) => (action === 'forget' ? 'would be forgotten' : undefined),
  ),
  note(
    'message',
    /^aws_cloudwatch_event_target$/,
    'an input transformer or the tries of a target change',
    'nothing (where both sides of the queue change together)',
    newly('would try for another time before it gives up', 'retry_policy'),
    changed('would try for another time before it gives up', 'retry_policy'),
    changed('would send another message', 'input_transformer'),
    changed('would send another message', 'input'),
    taken('would send another message', 'input'),
  ),
  note(
    'pattern',
    /^aws_cloudwatch_event_(?:rule|archive)$/,
    'the pattern or the schedule of an event rule, or the pattern of an archive changes',
    'voicemail of queues that it no longer names, or longer looks for lost voicemail',
    changed('would match other events', 'event_pattern'),
    changed('would start at other times', 'schedule_expression'),
  ),
  note(
    'role',
    /^aws_(?:iam_role|iam_policy|iam_role_policy|iam_role_policy_attachment)$/,
    'a role or its policy is replaced, or gets, changes or loses its boundary, or gives fewer rights',
    'nothing, where the functions can do without; messages wait in the queue meanwhile',
    replaced,
    taken('would lose its permissions boundary', 'permissions_boundary'),
    newly('would be held to a permissions boundary', 'permissions_boundary'),
    changed('would be held to another permissions boundary', 'permissions_boundary'),
    fewerRights,
  ),
  note(
    'function-role',
    /^aws_lambda_function$/,
    'a function gets another role',
    'nothing (where the role has the same rights)',
    changed('would run as another role', 'role'),
    notKnown('would run as another role', 'role'),
  ),
  note(
    'function-network',
    /^aws_(?:lambda_function|vpc_endpoint|nat_gateway|eip|route(?:_table\w*)?|(?:vpc_)?security_group(?:_\w+)?)$/,
    'a function goes into or out of a VPC, or into another subnet or security group, or a way out of the VPC is destroyed',
    'the way to Genesys and to AWS, where that network has none; messages wait in the queue meanwhile',
    newly('would run in a VPC', 'vpc_config', 'subnet_ids'),
    changed('would run in other subnets', 'vpc_config', 'subnet_ids'),
    changed('would run in other security groups', 'vpc_config', 'security_group_ids'),
    taken('would leave its VPC', 'vpc_config', 'subnet_ids'),
    taken('would let nothing out', 'egress'),
    where(({ type }) => type !== 'aws_lambda_function', gone),
  ),
  note(
    'alias',
    /^aws_kms_alias$/,
    'an alias of a key is destroyed',
    'the name by which somebody may call the key; the module uses its ARN',
    destroyed,
  ),
  note(
    'refusals',
    POLICIES,
    "a policy changes a refusal, or a role's loses one",
    'what it refused',
    otherRefusals,
  ),
  note(
    'policy-unknown',
    POLICIES,
    'a policy is not known before the apply',
    'the review of it: read the plan of what it refers to',
    notKnown('would get another policy', 'policy'),
    notKnown('would get another policy', 'assume_role_policy'),
  ),
  note(
    'public-access-open',
    /^aws_s3_bucket_public_access_block$/,
    'a new bucket gets a public access block that blocks less than all',
    'the refusal of policies and ACLs that make it public',
    ({ action, after }) =>
      action === 'add' && PUBLIC_ACCESS_BLOCK.some((name) => at(after, name) === false)
        ? 'would block less than all public access'
        : undefined,
  ),
];
