import {
  IDS_PER_RULE,
  IDS_PER_RULE_WITH_DIVISIONS,
} from '../../modules/genesys-voicemail-to-s3/event-pattern';
import { expression, partWhen } from './expressions';
import { LARGEST } from './instance';
import { EditFailedError, type Json, type JsonObject, type ModuleDocument } from './module-document';

/*
 * How the construct's largest instance becomes a module: each stand-in gives way to its variable. Where the construct
 * decides in TypeScript what is there at all, the module does by count, by a repeated block or by a part of a text.
 */

const RULE = 'aws_cloudwatch_event_rule.events_rule';
const ACCOUNT = 'data.aws_caller_identity.surroundings_account.account_id';
const PARTITION = 'data.aws_partition.surroundings_partition.partition';
const REGION = 'data.aws_region.surroundings_region.region';

/** What several places of the body need. */
const LOCALS: JsonObject = {
  partner_name: expression('coalesce(var.event_source_name, var.existing_event_bus_name)'),
  event_bus_name: expression(
    'var.existing_event_bus_name == null ? one(aws_cloudwatch_event_bus.events_bus[*].name) : var.existing_event_bus_name',
  ),
  event_bus_arn: expression(
    `var.existing_event_bus_name == null ? one(aws_cloudwatch_event_bus.events_bus[*].arn) : "arn:${expression(PARTITION)}:events:${expression(REGION)}:${expression(ACCOUNT)}:event-bus/${expression('var.existing_event_bus_name')}"`,
  ),
  key_arn: expression(
    'var.existing_key_arn == null ? one(aws_kms_key.encryption_key[*].arn) : var.existing_key_arn',
  ),
  secret_arn: expression(
    'var.existing_secret_arn == null ? one(aws_secretsmanager_secret.token_secret[*].arn) : var.existing_secret_arn',
  ),
  bucket_name: expression(
    'var.existing_bucket_name == null ? one(aws_s3_bucket.archive_bucket[*].bucket) : var.existing_bucket_name',
  ),
  bucket_arn: expression(
    `var.existing_bucket_name == null ? one(aws_s3_bucket.archive_bucket[*].arn) : "arn:${expression(PARTITION)}:s3:::${expression('var.existing_bucket_name')}"`,
  ),
  // One filter per rule, as JSON, since a list of ids and a list of one condition are of different types.
  queue_filters: expression(
    `length(var.excluded_queue_ids) > 0 ? [jsonencode([{ anything-but = var.excluded_queue_ids }])] : length(var.queue_ids) > 0 ? [for ids in chunklist(var.queue_ids, length(var.division_ids) > 0 ? ${IDS_PER_RULE_WITH_DIVISIONS} : ${IDS_PER_RULE}) : jsonencode(ids)] : [jsonencode([{ exists = true }])]`,
  ),
  reconciles: expression(
    'var.reconcile_enabled == null ? length(var.queue_ids) + length(var.group_ids) > 0 : var.reconcile_enabled',
  ),
  rotation_rate: expression(
    'try(regex("^rate\\\\((?P<count>[0-9]+) (?P<unit>hour|day)s?\\\\)$", var.rotation_schedule_expression), null)',
  ),
  token_age_alarm_hours: expression(
    'var.token_age_alarm_hours != null ? var.token_age_alarm_hours : local.rotation_rate == null ? 18 : 3 * tonumber(local.rotation_rate.count) * (local.rotation_rate.unit == "day" ? 24 : 1)',
  ),
};

const [QUEUE_ID] = LARGEST.queueIds;
const [DIVISION_ID] = LARGEST.divisionIds;

/** One of a kind is enough where it has no count: `["0"]` or `[0]` is then not needed. */
const when = (condition: string): string => expression(`${condition} ? 1 : 0`);

const list = (name: string): string => expression(`join(",", var.${name})`);

/** Gives everything its variable name, path, tags and actions. */
const nameAndTag = (document: ModuleDocument): void => {
  document.replace(LARGEST.name, expression('var.name'));
  document.replace(LARGEST.keyPrefix, expression('var.key_prefix'));
  for (const address of document.addresses) {
    const resource = document.resource(address);
    if ('tags' in resource) {
      document.set(address, { tags: expression('var.tags') });
    }
    if (address.startsWith('aws_cloudwatch_metric_alarm.')) {
      document.set(address, {
        alarm_actions: expression('var.alarm_actions'),
        ok_actions: expression('var.alarm_actions'),
      });
    }
    if (address.startsWith('aws_iam_role.')) {
      document.set(address, { permissions_boundary: expression('var.permissions_boundary_arn') });
    }
    if (address.startsWith('aws_iam_role.') || address.startsWith('aws_iam_policy.')) {
      document.set(address, { path: expression('var.iam_path') });
    }
  }
};

/** Makes what exists already not again: bus, key, secret, bucket. */
const takeWhatExists = (document: ModuleDocument): void => {
  const optional: Readonly<Record<string, readonly string[]>> = {
    'var.existing_event_bus_name == null': ['aws_cloudwatch_event_bus.events_bus'],
    'var.existing_key_arn == null': ['aws_kms_key.encryption_key', 'aws_kms_alias.encryption_alias'],
    'var.existing_secret_arn == null': [
      'aws_secretsmanager_secret.token_secret',
      'aws_secretsmanager_secret_policy.token_policy',
    ],
    'var.existing_bucket_name == null': document.addresses.filter(
      (address) => address.startsWith('aws_s3_') && !address.startsWith('aws_s3_bucket_logging.'),
    ),
    'var.access_log_bucket_name != null': ['aws_s3_bucket_logging.archive_access_log'],
  };
  for (const [condition, addresses] of Object.entries(optional)) {
    for (const address of addresses) {
      document.add(address, { count: when(condition) });
    }
  }
  const references: Readonly<Record<string, string>> = {
    'aws_cloudwatch_event_bus.events_bus.name': 'local.event_bus_name',
    'aws_cloudwatch_event_bus.events_bus.arn': 'local.event_bus_arn',
    'aws_kms_key.encryption_key.arn': 'local.key_arn',
    'aws_kms_key.encryption_key.key_id': 'one(aws_kms_key.encryption_key[*].key_id)',
    'aws_secretsmanager_secret.token_secret.arn': 'local.secret_arn',
    'aws_s3_bucket.archive_bucket.bucket': 'local.bucket_name',
    'aws_s3_bucket.archive_bucket.arn': 'local.bucket_arn',
  };
  for (const [reference, replacement] of Object.entries(references)) {
    document.replace(expression(reference), expression(replacement));
  }
  document.replace(LARGEST.eventSourceName, expression('local.partner_name'));
  document.set('aws_s3_bucket_logging.archive_access_log', {
    target_bucket: expression('var.access_log_bucket_name'),
    target_prefix: expression(
      'var.access_log_prefix == null ? "${local.bucket_name}/" : var.access_log_prefix',
    ),
  });
};

/** As many rules as the queue ids need, each with its target, and its archive where one is wanted. */
const repeatRules = (document: ModuleDocument): void => {
  const rules = 'length(local.queue_filters)';
  const ofThis = `${RULE}[count.index]`;
  document.replace(
    `"queueId":["${QUEUE_ID}"]`,
    `"queueId":${expression('local.queue_filters[count.index]')}`,
  );
  document.replace(
    `,"divisionId":["${DIVISION_ID}"]`,
    partWhen('length(var.division_ids) > 0', `,"divisionId":${expression('jsonencode(var.division_ids)')}`),
  );
  const duration = (least: string): string =>
    `,"voicemailDurationMs":[{"numeric":[">=",${least}]},{"exists":false}]`;
  document.replace(
    duration(String(LARGEST.minimumDurationMs)),
    partWhen('var.minimum_duration_ms > 0', duration(expression('var.minimum_duration_ms'))),
  );
  document.rename(`${RULE}_1`, 'events_rule');
  document.rename('aws_cloudwatch_event_target.events_target_1', 'events_target');
  document.rename('aws_cloudwatch_event_archive.events_archive_1', 'events_archive');
  document.replace('-end-1', `-end-${expression('count.index + 1')}`);
  document.add(RULE, { count: expression(rules) });
  document.add('aws_cloudwatch_event_target.events_target', { count: expression(rules) });
  document.add('aws_cloudwatch_event_archive.events_archive', {
    count: expression(`var.event_archive_days == null ? 0 : ${rules}`),
  });
  document.set('aws_cloudwatch_event_archive.events_archive', {
    retention_days: expression('var.event_archive_days'),
  });
  document.set('aws_cloudwatch_event_target.events_target', {
    rule: expression(`${ofThis}.name`),
    event_bus_name: expression(`${ofThis}.event_bus_name`),
  });
  document.replace(
    `["${expression(`${RULE}_1.arn`)}","${expression('aws_cloudwatch_event_rule.reconcile_rule.arn')}"]`,
    expression(`jsonencode(concat(${RULE}[*].arn, aws_cloudwatch_event_rule.reconcile_rule[*].arn))`),
  );
};

/** One line of the dashboard's graphs for each rule. */
const repeatRulesOnDashboard = (document: ModuleDocument): void => {
  const line = (metric: string, rule: string, label: string): string =>
    `["AWS/Events","${metric}","EventBusName","${expression('local.event_bus_name')}","RuleName","${expression(rule)}",{"label":"${label}","stat":"Sum"}]`;
  const labels = [
    {
      metric: 'MatchedEvents',
      one: 'Events',
      each: expression('length(local.queue_filters) == 1 ? "Events" : "Events of rule ${index + 1}"'),
    },
    {
      metric: 'InvocationsFailedToBeSentToDlq',
      one: 'Lost by rule 1: not even its dead-letter queue took them',
      each: `Lost by rule ${expression('index + 1')}: not even its dead-letter queue took them`,
    },
  ];
  for (const { metric, one, each } of labels) {
    document.replace(
      line(metric, `${RULE}_1.name`, one),
      `%{ for index, rule_name in ${RULE}[*].name }${partWhen('index > 0', ',')}${line(metric, 'rule_name', each)}%{ endfor }`,
    );
  }
};

/** The schedule, its alarm, and the rights that only it needs. */
const reconcileWhenWanted = (document: ModuleDocument): void => {
  const alarm = 'aws_cloudwatch_metric_alarm.observability_reconcile_refused';
  for (const address of [
    'aws_cloudwatch_event_rule.reconcile_rule',
    'aws_cloudwatch_event_target.reconcile_target',
    alarm,
  ]) {
    document.add(address, { count: when('local.reconciles') });
  }
  document.set('aws_cloudwatch_event_rule.reconcile_rule', {
    schedule_expression: expression('var.reconcile_schedule_expression'),
  });
  document.set('aws_cloudwatch_event_target.reconcile_target', {
    rule: expression('aws_cloudwatch_event_rule.reconcile_rule[count.index].name'),
    event_bus_name: expression('aws_cloudwatch_event_rule.reconcile_rule[count.index].event_bus_name'),
  });
  document.replace(
    `,"${expression(`${alarm}.arn`)}"`,
    partWhen('local.reconciles', `,"${expression(`${alarm}[0].arn`)}"`),
  );
};

/** What a role may do only with an option. */
interface OptionalRight {
  readonly condition: string;
  /** The statement's name. */
  readonly sid: string;
  /**
   * The part of the statement that comes with the option.
   *
   * @default - the whole statement
   */
  readonly part?: string;
}

const OPTIONAL_RIGHTS: readonly OptionalRight[] = [
  { sid: 'PlaceInNetwork', condition: 'length(var.vpc_subnet_ids) > 0' },
  { sid: 'SeeNetwork', condition: 'length(var.vpc_subnet_ids) > 0' },
  { sid: 'DenyNetworkToTheCode', condition: 'length(var.vpc_subnet_ids) > 0' },
  { sid: 'ListArchive', condition: 'local.reconciles' },
  { sid: 'SendMissing', condition: 'local.reconciles' },
  { sid: 'UseKeyForEvents', condition: 'local.reconciles', part: ',"kms:GenerateDataKey"' },
];

/** The statement of a policy under a name, as the policy's text has it, with the comma before it. */
const statementIn = (policy: string, sid: string): string | undefined => {
  const { Statement: statements } = JSON.parse(policy) as {
    readonly Statement: readonly { readonly Sid: string }[];
  };
  const statement = statements.find(({ Sid }) => Sid === sid);
  return statement === undefined ? undefined : `,${JSON.stringify(statement)}`;
};

/** Rights that come with an option go with it. Has to see the policies before any part of them is conditional. */
const grantWithOptions = (document: ModuleDocument): void => {
  const policies = ['aws_iam_policy.refresh_policy', 'aws_iam_policy.move_policy'].map((address) =>
    String(document.resource(address)['policy']),
  );
  for (const { sid, condition, part } of OPTIONAL_RIGHTS) {
    const found = policies.flatMap((policy) => statementIn(policy, sid) ?? []);
    for (const statement of new Set(found)) {
      const optional = part ?? statement;
      if (!statement.includes(optional)) {
        throw new EditFailedError(optional, `is not in the statement ${sid}`);
      }
      document.replace(
        statement,
        statement.replace(optional, () => partWhen(condition, optional)),
      );
    }
    if (found.length === 0) {
      throw new EditFailedError(`the statement ${sid}`, 'is in no policy');
    }
  }
  document.replace(
    ',"s3:PutObjectTagging"',
    partWhen('length(var.object_tags) > 0', ',"s3:PutObjectTagging"'),
  );
  for (const prefix of [`${expression('local.bucket_arn')}/`, '']) {
    const groups = `,"${prefix}${expression('var.key_prefix')}group_id=*"`;
    document.replace(groups, partWhen('length(var.group_ids) > 0', groups));
  }
};

const FUNCTIONS = [
  {
    address: 'aws_lambda_function.refresh_function',
    variable: 'refresh_auth_token',
    zip: 'refresh-auth-token',
  },
  {
    address: 'aws_lambda_function.move_function',
    variable: 'move_voicemail_to_s3',
    zip: 'move-voicemail-to-s3',
  },
] as const;

/** The folder of the zips in the module. */
export const FUNCTIONS_FOLDER = 'functions';

const setFunctions = (document: ModuleDocument): void => {
  for (const { address, variable, zip } of FUNCTIONS) {
    const path = `${expression('path.module')}/${FUNCTIONS_FOLDER}/${zip}.zip`;
    document.set(address, {
      filename: path,
      source_code_hash: expression(`filebase64sha256("${path}")`),
      memory_size: expression(`var.${variable}.memory_mb`),
      timeout: expression(`var.${variable}.timeout_seconds`),
      architectures: [expression(`var.${variable}.architecture`)],
      runtime: expression(`var.${variable}.runtime`),
      reserved_concurrent_executions: expression(`var.${variable}.reserved_concurrency`),
      code_signing_config_arn: expression('var.code_signing_config_arn'),
      'environment.variables.GENESYS_REGION': expression('var.genesys_region'),
    });
    document.repeatBlock(address, 'vpc_config', expression('length(var.vpc_subnet_ids) > 0 ? [true] : []'), {
      subnet_ids: expression('var.vpc_subnet_ids'),
      security_group_ids: expression('var.vpc_security_group_ids'),
    });
  }
  document.set('aws_lambda_function.refresh_function', {
    'environment.variables.REQUIRED_SCOPES': expression(
      'join(",", concat([var.delete_after_store || var.mark_read_after_store ? "voicemail" : "voicemail:readonly"], var.disconnect_after_store ? ["conversations"] : []))',
    ),
  });
  const variables: Readonly<Record<string, string>> = {
    ARCHIVE_KEY_PREFIX: expression('var.key_prefix'),
    AUDIO_FORMAT: expression('var.audio_format'),
    DELETE_AFTER_STORE: expression('tostring(var.delete_after_store)'),
    DISCONNECT_AFTER_STORE: expression('tostring(var.disconnect_after_store)'),
    GROUP_IDS: list('group_ids'),
    MARK_READ_AFTER_STORE: expression('tostring(var.mark_read_after_store)'),
    MAXIMUM_AUDIO_BYTES: expression('tostring(var.maximum_audio_bytes)'),
    MAXIMUM_CONCURRENCY: expression('tostring(var.maximum_concurrency)'),
    MEDIA_HOSTS: list('media_hosts'),
    MINIMUM_DURATION_MS: expression('tostring(var.minimum_duration_ms)'),
    // Terraform writes a space as S3's header takes it too, but not as the construct does.
    OBJECT_TAGS: expression(
      'replace(join("&", [for name, value in var.object_tags : "${urlencode(name)}=${urlencode(value)}"]), "+", "%20")',
    ),
    QUEUE_IDS: list('queue_ids'),
    RECONCILE_LOOK_BACK_MS: expression('tostring(var.reconcile_look_back_days * 86400000)'),
    VOICEMAIL_WAIT_MS: expression('tostring(var.voicemail_wait_minutes * 60000)'),
  };
  document.set(
    'aws_lambda_function.move_function',
    Object.fromEntries(
      Object.entries(variables).map(([name, value]) => [`environment.variables.${name}`, value]),
    ),
  );
  document.set('aws_lambda_event_source_mapping.event_source_mapping', {
    batch_size: expression('var.batch_size'),
    'scaling_config.maximum_concurrency': expression('var.maximum_concurrency'),
  });
  document.set('aws_sqs_queue.queues_events', {
    visibility_timeout_seconds: expression('6 * var.move_voicemail_to_s3.timeout_seconds'),
  });
  for (const name of ['refresh', 'move']) {
    document.set(`aws_cloudwatch_log_group.${name}_log_group`, {
      retention_in_days: expression('var.log_retention_days'),
    });
  }
};

const setRotationAndAlarms = (document: ModuleDocument): void => {
  document.set('aws_secretsmanager_secret_rotation.token_rotation', {
    'rotation_rules.schedule_expression': expression('var.rotation_schedule_expression'),
    'rotation_rules.duration': `${expression('var.rotation_window_hours')}h`,
  });
  document.set('aws_cloudwatch_metric_alarm.observability_token_age', {
    threshold: expression('local.token_age_alarm_hours * 3600'),
  });
  document.replace(
    `${LARGEST.tokenAgeAlarmHours} hours`,
    `${expression('local.token_age_alarm_hours')} hours`,
  );
  document.set('aws_cloudwatch_metric_alarm.observability_stuck', {
    threshold: expression('var.voicemail_wait_minutes * 60 + 18000'),
  });
};

const rulesOf = (lifecycle: JsonObject): readonly JsonObject[] => {
  const { rule } = lifecycle;
  return Array.isArray(rule)
    ? rule.filter(
        (entry): entry is JsonObject => typeof entry === 'object' && entry !== null && 'id' in entry,
      )
    : [];
};

const ruleNamed = (rules: readonly JsonObject[], id: string): JsonObject => {
  const found = rules.find((rule) => rule['id'] === id);
  if (found === undefined) {
    throw new EditFailedError(`lifecycle rule ${id}`, 'is not declared');
  }
  return found;
};

/** What happens to stored voicemail: the rules that come with an option are repeated blocks. */
const setLifecycle = (document: ModuleDocument): void => {
  const address = 'aws_s3_bucket_lifecycle_configuration.archive_lifecycle';
  const rules = rulesOf(document.resource(address));
  const expire = ruleNamed(rules, 'expire');
  const { transition: _, ...move } = ruleNamed(rules, 'move-to-cheaper-storage');
  ruleNamed(rules, 'expire-noncurrent-versions')['noncurrent_version_expiration'] = [
    { noncurrent_days: expression('var.noncurrent_retention_days') },
  ];
  const always: Json = rules.filter(({ id }) => id !== expire['id'] && id !== move['id']);
  document.set(address, { rule: always });
  document.add(address, {
    dynamic: {
      rule: [
        {
          for_each: expression('var.retention_days == null ? [] : [var.retention_days]'),
          content: { ...expire, expiration: [{ days: expression('rule.value') }] },
        },
        {
          for_each: expression('length(var.transitions) == 0 ? [] : [var.transitions]'),
          content: {
            ...move,
            dynamic: {
              transition: {
                for_each: expression('rule.value'),
                content: {
                  days: expression('transition.value.days'),
                  storage_class: expression('transition.value.storage_class'),
                },
              },
            },
          },
        },
      ],
    },
  });
};

/** What a plan warns of, as the construct does at synth. */
const CHECKS: JsonObject = {
  queues_are_reconciled: {
    assert: {
      condition: expression('length(var.queue_ids) > 0'),
      error_message:
        'Queues are not reconciled, because without queue_ids there is no list to compare: an event that is lost is a voicemail left behind.',
    },
  },
};

/**
 * Edits the construct's largest instance into the body of the module.
 *
 * @throws EditFailedError where the construct has changed and the edits do not follow.
 */
export const moduleBody = (document: ModuleDocument): JsonObject => {
  nameAndTag(document);
  takeWhatExists(document);
  // The only step that reads the policies as JSON, so it comes before those that make parts of them conditional.
  grantWithOptions(document);
  repeatRules(document);
  repeatRulesOnDashboard(document);
  reconcileWhenWanted(document);
  setFunctions(document);
  setRotationAndAlarms(document);
  setLifecycle(document);
  return document.body({ locals: LOCALS, check: CHECKS });
};
