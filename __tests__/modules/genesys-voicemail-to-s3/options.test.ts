import { TerraformVariable } from 'cdktf';
import {
  GenesysVoicemailToS3,
  type GenesysVoicemailToS3Props,
  InvalidOptionError,
} from '../../../modules/genesys-voicemail-to-s3';
import {
  EVENT_SOURCE_NAME,
  ids,
  QUEUE_ID,
  SMALLEST,
  synthesizeModule,
  synthesizeStack,
} from '../../helpers/synth';

type Options = Parameters<typeof synthesizeModule>[0];

const errorOf = (options: Options): InvalidOptionError => {
  try {
    synthesizeModule(options);
  } catch (error) {
    if (error instanceof InvalidOptionError) {
      return error;
    }
    throw error;
  }
  throw new Error('expected an InvalidOptionError');
};

test.each<[string, Options, string]>([
  ['an unknown region', { genesysRegion: 'eu-north-9' }, 'genesysRegion'],
  ['a missing region', { genesysRegion: undefined }, 'genesysRegion'],
  ['a source of another partner', { eventSourceName: 'aws.partner/other.com/x/y' }, 'eventSourceName'],
  [
    'a source without a suffix',
    { eventSourceName: EVENT_SOURCE_NAME.replace('/voicemail', '') },
    'eventSourceName',
  ],
  ['neither a source nor a bus', { eventSourceName: undefined }, 'eventSourceName'],
  ['both a source and a bus', { existingEventBusName: EVENT_SOURCE_NAME }, 'eventSourceName'],
  ['a queue id that is no UUID', { queueIds: [QUEUE_ID, 'support'] }, 'queueIds[1]'],
  ['a queue id twice', { queueIds: [QUEUE_ID, QUEUE_ID] }, 'queueIds'],
  ['more ids than the environment holds', { queueIds: ids(76) }, 'queueIds'],
  [
    'lists that are together more than the environment holds',
    {
      queueIds: ids(70),
      mediaHosts: Array.from({ length: 10 }, (_, index) => `media-${index}.${'long'.repeat(10)}.example.com`),
    },
    'objectTags',
  ],
  ['included and excluded queues', { excludedQueueIds: ids(1) }, 'excludedQueueIds'],
  [
    'more excluded queues than one rule holds',
    { queueIds: undefined, excludedQueueIds: ids(31), divisionIds: ids(1) },
    'excludedQueueIds',
  ],
  ['a division id that is no UUID', { divisionIds: ['home'] }, 'divisionIds[0]'],
  ['a negative duration', { minimumDurationMs: -1 }, 'minimumDurationMs'],
  ['a name in upper case', { name: 'Voicemail' }, 'name'],
  ['a name that is too long', { name: 'n'.repeat(25) }, 'name'],
  ['an unknown format', { audioFormat: 'FLAC' as 'WAV' }, 'audioFormat'],
  ['a media host with a scheme', { mediaHosts: ['https://example.com'] }, 'mediaHosts[0]'],
  [
    'a rotation more often than AWS does',
    { rotationScheduleExpression: 'rate(3 hours)' },
    'rotationScheduleExpression',
  ],
  ['a rotation window of no hours', { rotationWindowHours: 0 }, 'rotationWindowHours'],
  [
    'a schedule that is no expression',
    { reconcileScheduleExpression: 'hourly' },
    'reconcileScheduleExpression',
  ],
  ['a reconcile without lists', { queueIds: undefined, reconcileEnabled: true }, 'reconcileEnabled'],
  ['too many queues and groups together', { queueIds: ids(70), groupIds: ids(6) }, 'groupIds'],
  ['groups without the reconcile', { groupIds: ids(1), reconcileEnabled: false }, 'reconcileEnabled'],
  ['a reconcile that brings back what expired', { retentionDays: 7 }, 'reconcileLookBackDays'],
  ['no decision about the retention', { retentionDays: undefined }, 'retentionDays'],
  ['two decisions about the retention', { retainForever: true }, 'retentionDays'],
  ['a retention of no days', { retentionDays: 0 }, 'retentionDays'],
  [
    'an unknown storage class',
    { transitions: [{ days: 1, storageClass: 'COLD' }] },
    'transitions[0].storageClass',
  ],
  ['a prefix without its slash', { keyPrefix: 'voicemail' }, 'keyPrefix'],
  ['a prefix that climbs', { keyPrefix: '../' }, 'keyPrefix'],
  ['a prefix that is an expression', { keyPrefix: '${path.module}/' }, 'keyPrefix'],
  ['a prefix of logs without a bucket for them', { accessLogPrefix: 'logs/' }, 'accessLogPrefix'],
  ['a bucket name with dots', { accessLogBucketName: 'logs.example.com' }, 'accessLogBucketName'],
  ['a retention for an existing bucket', { existingBucketName: 'our-archive' }, 'retentionDays'],
  [
    'an alias for a key',
    { existingKeyArn: 'arn:aws:kms:eu-central-1:123456789012:alias/ours' },
    'existingKeyArn',
  ],
  ['a secret by name', { existingSecretArn: 'token' }, 'existingSecretArn'],
  ['log days that CloudWatch does not offer', { logRetentionDays: 31 }, 'logRetentionDays'],
  ['too little memory', { moveVoicemailToS3: { memoryMb: 64 } }, 'moveVoicemailToS3.memoryMb'],
  ['a runtime that ends', { refreshAuthToken: { runtime: 'nodejs18.x' } }, 'refreshAuthToken.runtime'],
  [
    'a rotation without time to write',
    { refreshAuthToken: { timeoutSeconds: 30 } },
    'refreshAuthToken.timeoutSeconds',
  ],
  [
    'less reserved than used',
    { moveVoicemailToS3: { reservedConcurrency: 2 } },
    'moveVoicemailToS3.reservedConcurrency',
  ],
  ['a concurrency that mappings do not take', { maximumConcurrency: 1 }, 'maximumConcurrency'],
  ['subnets without security groups', { vpcSubnetIds: ['subnet-0123456789abcdef0'] }, 'vpcSecurityGroupIds'],
  [
    'security groups without subnets',
    { vpcSecurityGroupIds: ['sg-0123456789abcdef0'] },
    'vpcSecurityGroupIds',
  ],
  [
    'a VPC without a security group',
    { vpcSubnetIds: ['subnet-0123456789abcdef0'], vpcSecurityGroupIds: [] },
    'vpcSecurityGroupIds',
  ],
  ['a subnet by name', { vpcSubnetIds: ['private-a'], vpcSecurityGroupIds: [] }, 'vpcSubnetIds[0]'],
  [
    'a signing configuration by id',
    { codeSigningConfigArn: 'csc-0f6c334abcdea4d8b' },
    'codeSigningConfigArn',
  ],
  ['a token that is never too old', { tokenAgeAlarmHours: 0 }, 'tokenAgeAlarmHours'],
  ['a batch that is too large', { batchSize: 11 }, 'batchSize'],
  ['an alarm action that is no ARN', { alarmActions: ['operators@example.com'] }, 'alarmActions[0]'],
  ['raw events kept for long', { eventArchiveDays: 15 }, 'eventArchiveDays'],
  ['a boundary by name', { permissionsBoundaryArn: 'boundary' }, 'permissionsBoundaryArn'],
  ['a path without slashes', { iamPath: 'voicemail' }, 'iamPath'],
  ['a tag that is an expression', { tags: { team: '${var.team}' } }, 'tags.team'],
  [
    'too many tags of objects',
    { objectTags: Object.fromEntries(ids(11).map((id) => [id, id])) },
    'objectTags',
  ],
])('refuses %s', (_, options, option) => {
  const error = errorOf(options);
  expect(error.option).toBe(option);
  expect(error.message).toMatch(/^[^\n]+ (is missing|is [^\n]+); allowed: [^\n]+$/);
});

test('an error shows the value that was refused, but not all of a long one', () => {
  expect(errorOf({ genesysRegion: 'x'.repeat(500) }).message).toContain(
    `genesysRegion is "${'x'.repeat(79)}...; allowed: `,
  );
});

test('both forms of every region are taken', () => {
  expect(synthesizeModule({ genesysRegion: 'eu-central-1' }).environment('move')['GENESYS_REGION']).toBe(
    'eu-central-1',
  );
  expect(synthesizeModule({ genesysRegion: 'mypurecloud.de' }).environment('move')['GENESYS_REGION']).toBe(
    'mypurecloud.de',
  );
});

test('the name is the beginning of every name', () => {
  const plan = synthesizeModule({ name: 'care' });
  expect(plan.text).not.toContain('genesys-voicemail');
  expect(plan.named('aws_sqs_queue', 'queues_events')['name']).toBe('care-events');
});

const UNTAGGED = [
  'aws_lambda_function_recursion_config',
  'aws_cloudwatch_dashboard',
  'aws_cloudwatch_event_archive',
  'aws_cloudwatch_event_target',
  'aws_iam_role_policy_attachment',
  'aws_kms_alias',
  'aws_lambda_function_recursion_config',
  'aws_lambda_permission',
  'aws_secretsmanager_secret_policy',
  'aws_secretsmanager_secret_rotation',
  'aws_sqs_queue_policy',
  'aws_sqs_queue_redrive_allow_policy',
];

test('tags are on every resource that takes tags', () => {
  const plan = synthesizeModule({ tags: { team: 'care' } });
  const types = [...new Set(plan.addresses.map((address) => address.split('.')[0] ?? ''))];
  const untagged = types.filter((type) =>
    Object.values(plan.all(type)).some((resource) => resource['tags'] === undefined),
  );
  const expected = [...UNTAGGED, 'data'];
  expect(untagged.filter((type) => !type.startsWith('aws_s3_bucket_') && !expected.includes(type))).toEqual(
    [],
  );
  expect(plan.only('aws_s3_bucket')['tags']).toEqual({ team: 'care' });
  expect(synthesizeModule().only('aws_s3_bucket')).not.toHaveProperty('tags');
});

test('bucket, secret, key and bus can be destroyed only where that is said', () => {
  const guarded = ['aws_s3_bucket', 'aws_secretsmanager_secret', 'aws_kms_key', 'aws_cloudwatch_event_bus'];
  const free = synthesizeModule({ preventDestroy: false });
  for (const type of guarded) {
    expect(synthesizeModule().only(type)['lifecycle']).toEqual({ prevent_destroy: true });
    expect(free.only(type)).not.toHaveProperty('lifecycle');
  }
  expect(synthesizeModule().text.match(/prevent_destroy/g)).toHaveLength(guarded.length);
});

describe('values that Terraform knows only later', () => {
  const withVariable = (props: (variable: TerraformVariable) => Partial<GenesysVoicemailToS3Props>) =>
    synthesizeStack((stack, functionsFolder) => {
      const variable = new TerraformVariable(stack, 'given', {});
      new GenesysVoicemailToS3(stack, 'voicemail', { ...SMALLEST, functionsFolder, ...props(variable) });
    });

  test('are taken where they are texts', () => {
    const plan = withVariable(({ stringValue }) => ({
      existingKeyArn: stringValue,
      permissionsBoundaryArn: stringValue,
      alarmActions: [stringValue],
    }));
    expect(plan.only('aws_secretsmanager_secret')['kms_key_id']).toBe('${var.given}');
    expect(plan.named('aws_iam_role', 'move_role')['permissions_boundary']).toBe('${var.given}');
    expect(plan.text).not.toContain('<unresolved-token>');
  });

  test('are taken where they are numbers that only Terraform needs', () => {
    const plan = withVariable(({ numberValue }) => ({
      maximumConcurrency: numberValue,
      noncurrentRetentionDays: numberValue,
      moveVoicemailToS3: { memoryMb: numberValue },
    }));
    expect(plan.environment('move')['MAXIMUM_CONCURRENCY']).toBe('${var.given}');
    expect(plan.named('aws_lambda_function', 'move_function')['memory_size']).toBe('${var.given}');
    expect(plan.text).not.toContain('<unresolved-token>');
  });

  test.each<[string, (variable: TerraformVariable) => Partial<GenesysVoicemailToS3Props>]>([
    ['queueIds', ({ listValue }) => ({ queueIds: listValue })],
    ['objectTags', ({ stringValue }) => ({ objectTags: { team: stringValue } })],
    ['retentionDays', ({ numberValue }) => ({ retentionDays: numberValue })],
    ['minimumDurationMs', ({ numberValue }) => ({ minimumDurationMs: numberValue })],
    ['name', ({ stringValue }) => ({ name: stringValue })],
    ['mediaHosts', ({ listValue }) => ({ mediaHosts: listValue })],
    ['secretReaders', ({ listValue }) => ({ secretReaders: listValue })],
    ['transitions', ({ value }) => ({ transitions: value })],
    [
      'moveVoicemailToS3.timeoutSeconds',
      ({ numberValue }) => ({ moveVoicemailToS3: { timeoutSeconds: numberValue } }),
    ],
  ])('are refused for %s, from which resources are counted or computed', (option, props) => {
    expect(() => withVariable(props)).toThrow(`${option} is "a token"; allowed: a li`);
  });

  test('are taken as ids of queues that the same app makes at Genesys', () => {
    const plan = withVariable(({ stringValue }) => ({ queueIds: [stringValue, QUEUE_ID] }));
    expect(plan.environment('move')['QUEUE_IDS']).toBe(`\${var.given},${QUEUE_ID}`);
    expect(String(plan.named('aws_cloudwatch_event_rule', 'events_rule_1')['event_pattern'])).toContain(
      `"queueId":["\${var.given}","${QUEUE_ID}"]`,
    );
    expect(() => withVariable(({ stringValue }) => ({ queueIds: [stringValue, ...ids(75)] }))).toThrow(
      'at most 75',
    );
  });

  test('are refused within the address of a queue, out of which no id could be read', () => {
    expect(() =>
      withVariable(({ stringValue }) => ({
        queueIds: [`https://apps.mypurecloud.de/#/queues/${stringValue}`],
      })),
    ).toThrow('queueIds[0] is "a token within an address"; allowed: a token of the id alone');
  });

  test('are taken as the days of a transition', () => {
    const plan = withVariable(({ numberValue }) => ({
      transitions: [{ days: numberValue, storageClass: 'GLACIER_IR' }],
    }));
    expect(plan.text).toContain('"days": "${var.given}"');
  });

  test.each<[string, (value: string) => Readonly<Record<string, string>>, string]>([
    ['an aws: name', (value) => ({ 'aws:team': value }), 'does not begin with aws:'],
    ['51 names', (value) => Object.fromEntries(ids(51).map((id) => [id, value])), 'at most 50'],
    ['a name of 129 characters', (value) => ({ ['k'.repeat(129)]: value }), 'of 1 to 128 characters'],
    ['names that differ in case', (value) => ({ Team: value, team: value }), 'differ in case only'],
  ])('as values of tags do not keep %s from being refused', (_what, tags, message) => {
    expect(() => withVariable(({ stringValue }) => ({ tags: tags(stringValue) }))).toThrow(message);
  });

  test('do not keep the other options from being checked', () => {
    expect(() => withVariable(({ stringValue }) => ({ alarmActions: [stringValue, 'nobody'] }))).toThrow(
      'alarmActions',
    );
  });
});

const twins = (first: Partial<GenesysVoicemailToS3Props>, second: Partial<GenesysVoicemailToS3Props>) => () =>
  synthesizeStack((stack, functionsFolder) => {
    for (const [id, options] of Object.entries({ first, second })) {
      new GenesysVoicemailToS3(stack, id, { ...SMALLEST, functionsFolder, ...options });
    }
  });

test('two instances of a stack cannot make the same things', () => {
  expect(twins({}, {})).toThrow(/^name is "genesys-voicemail"; allowed: .*\neventSourceName is .*$/);
  expect(twins({}, { name: 'other', eventSourceName: `${EVENT_SOURCE_NAME}2` })).not.toThrow();
});

const transition = (days: number, storageClass: string) => ({ days, storageClass });

test.each<[string, Options]>([
  ['as many queues as the environment holds', { queueIds: ids(75) }],
  ['a class for objects of any age', { transitions: [transition(0, 'INTELLIGENT_TIERING')] }],
  ['instant retrieval at once', { transitions: [transition(0, 'GLACIER_IR')] }],
  [
    'all the way downhill',
    {
      transitions: [
        transition(30, 'STANDARD_IA'),
        transition(60, 'GLACIER_IR'),
        transition(150, 'GLACIER'),
        transition(240, 'DEEP_ARCHIVE'),
      ],
    },
  ],
  [
    'transitions in another order',
    { transitions: [transition(90, 'GLACIER'), transition(30, 'ONEZONE_IA')] },
  ],
  ['a window as long as the rate', { rotationScheduleExpression: 'rate(4 hours)', rotationWindowHours: 4 }],
  ['a window of a whole day', { rotationScheduleExpression: 'rate(1 day)', rotationWindowHours: 24 }],
  [
    'a window that ends at midnight',
    { rotationScheduleExpression: 'cron(0 22 * * ? *)', rotationWindowHours: 2 },
  ],
  ['a rotation at hours of a list', { rotationScheduleExpression: 'cron(0 0,6,12,18 * * ? *)' }],
  ['a rotation by names of days', { rotationScheduleExpression: 'cron(0 8/8 ? * mon-SUN *)' }],
  ['a rotation every other day', { rotationScheduleExpression: 'cron(0 8 1/2 * ? *)' }],
  ['a reconcile by names', { reconcileScheduleExpression: 'cron(0/15 6-20 ? JAN,DEC FRI#2 2026-2030)' }],
  ['a reconcile on the last weekday', { reconcileScheduleExpression: 'cron(0 6 LW * ? *)' }],
  ['tags in every language, and empty ones', { tags: { Ort: 'Köln', 部署: '' } }],
  ['tags of objects in every language, and empty ones', { objectTags: { Ort: 'Köln', leer: '' } }],
  ['tags that hold what AWS keeps for itself', { tags: { 'team:aws:': 'x', awsTeam: 'y' } }],
  ['a short retention without the reconcile', { retentionDays: 7, reconcileEnabled: false }],
  ['a topic of another account', { alarmActions: ['arn:aws:sns:eu-central-1:210987654321:operators'] }],
  ['a function as an action', { alarmActions: ['arn:aws:lambda:eu-central-1:123456789012:function:f:live'] }],
])('takes %s', (_, options) => {
  expect(() => synthesizeModule(options)).not.toThrow();
});

test('an error tells all that is wrong, one line each', () => {
  const { problems, message } = errorOf({
    retentionDays: 0,
    rotationWindowHours: 25,
    tags: { 'aws:a': 'b' },
  });
  expect(problems.map(({ option }) => option)).toEqual([
    'rotationWindowHours',
    'retentionDays',
    'tags.aws:a',
  ]);
  expect(message.split('\n')).toHaveLength(3);
});
