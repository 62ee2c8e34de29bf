import { createHash } from 'node:crypto';
import * as v from 'valibot';
import { MoveVoicemailToS3Environment } from '../../../functions/move-voicemail-to-s3/contract/environment';
import { RefreshAuthTokenEnvironment } from '../../../functions/refresh-auth-token/contract/environment';
import { BundleMissingError, type FunctionOptions } from '../../../modules/genesys-voicemail-to-s3';
import { ids, QUEUE_ID, synthesizeModule } from '../../helpers/synth';

const plan = synthesizeModule();
const FUNCTIONS = [
  { name: 'refresh', id: 'refresh-auth-token', option: 'refreshAuthToken', memory: 256, timeout: 120 },
  { name: 'move', id: 'move-voicemail-to-s3', option: 'moveVoicemailToS3', memory: 512, timeout: 300 },
] as const;

/** A policy with the longest values that AWS and the options give in the place of each reference. */
const asLongAsItGets = (text: string): string => {
  const values: Readonly<Record<string, string>> = {
    account_id: '123456789012',
    region: 'ap-southeast-2',
    partition: 'aws-us-gov',
    arn: `arn:aws-us-gov:secretsmanager:ap-southeast-2:123456789012:secret:${'n'.repeat(24)}-token-AbCdEf`,
  };
  return text.replaceAll(/\$\{[^}]*\.([a-z_]+)\}/g, (reference, attribute: string) => {
    const value = values[attribute];
    if (value === undefined) {
      throw new Error(`say how long ${reference} gets`);
    }
    return value;
  });
};

describe.each(FUNCTIONS)('the function $id', ({ name, id, option, memory, timeout }) => {
  const lambda = plan.named('aws_lambda_function', `${name}_function`);
  const withOptions = (options: FunctionOptions) =>
    synthesizeModule({ [option]: options }).named('aws_lambda_function', `${name}_function`);

  test('runs its bundle on Node.js 24 and arm64', () => {
    expect(lambda).toMatchObject({
      function_name: `genesys-voicemail-${id}`,
      handler: 'index.handler',
      runtime: 'nodejs24.x',
      architectures: ['arm64'],
      memory_size: memory,
      timeout,
    });
    expect(lambda['filename']).toMatch(
      new RegExp(`^assets/voicemail_${name}_bundle/[0-9A-F]{32}/${id}\\.zip$`),
    );
  });

  test('is changed when its bundle changes', () => {
    expect(lambda['source_code_hash']).toBe(createHash('sha256').update(id).digest('base64'));
  });

  test('has memory, timeout, architecture, runtime and reserved concurrency as options', () => {
    const changed = withOptions({
      memoryMb: 1_024,
      timeoutSeconds: 240,
      architecture: 'x86_64',
      runtime: 'nodejs22.x',
      reservedConcurrency: 20,
    });
    expect(changed).toMatchObject({
      memory_size: 1_024,
      timeout: 240,
      architectures: ['x86_64'],
      runtime: 'nodejs22.x',
      reserved_concurrent_executions: 20,
    });
    expect(lambda).not.toHaveProperty('reserved_concurrent_executions');
  });

  test('is traced, and its environment is encrypted with the customer key', () => {
    expect(lambda).toMatchObject({
      tracing_config: { mode: 'Active' },
      kms_key_arn: '${aws_kms_key.voicemail_encryption_key.arn}',
    });
  });

  test('logs as JSON into a group of its own, kept a year and encrypted', () => {
    expect(lambda['logging_config']).toEqual({
      log_format: 'JSON',
      log_group: `\${aws_cloudwatch_log_group.voicemail_${name}_log_group.name}`,
    });
    expect(plan.named('aws_cloudwatch_log_group', `${name}_log_group`)).toMatchObject({
      name: `/aws/lambda/genesys-voicemail-${id}`,
      retention_in_days: 365,
      kms_key_id: '${aws_kms_key.voicemail_encryption_key.arn}',
    });
    const longer = synthesizeModule({ logRetentionDays: 731 });
    expect(longer.named('aws_cloudwatch_log_group', `${name}_log_group`)['retention_in_days']).toBe(731);
  });

  test('has a role of its own, which a boundary and a path can hold', () => {
    expect(lambda['role']).toBe(`\${aws_iam_role.voicemail_${name}_role.arn}`);
    expect(plan.named('aws_iam_role', `${name}_role`)).toMatchObject({
      name: `genesys-voicemail-${id}`,
      path: '/',
    });
    expect(plan.named('aws_iam_role', `${name}_role`)).not.toHaveProperty('permissions_boundary');
    const boundary = 'arn:aws:iam::123456789012:policy/boundary';
    const bounded = synthesizeModule({ permissionsBoundaryArn: boundary, iamPath: '/voicemail/' });
    expect(bounded.named('aws_iam_role', `${name}_role`)).toMatchObject({
      permissions_boundary: boundary,
      path: '/voicemail/',
    });
    expect(bounded.named('aws_iam_policy', `${name}_policy`)['path']).toBe('/voicemail/');
  });

  test('gets its rights by a customer-managed policy, which fits the 6,144 characters of IAM', () => {
    expect(plan.named('aws_iam_role_policy_attachment', `${name}_policy_attachment`)).toMatchObject({
      role: `\${aws_iam_role.voicemail_${name}_role.name}`,
      policy_arn: `\${aws_iam_policy.voicemail_${name}_policy.arn}`,
    });
    expect(plan.all('aws_iam_role_policy')).toEqual({});
    const largest = synthesizeModule({
      name: 'n'.repeat(24),
      groupIds: ids(1),
      keyPrefix: `${'p'.repeat(199)}/`,
      objectTags: { team: 'care' },
      vpcSubnetIds: ['subnet-0123456789abcdef0'],
      vpcSecurityGroupIds: ['sg-0123456789abcdef0'],
    });
    const text = String(largest.named('aws_iam_policy', `${name}_policy`)['policy']);
    expect(asLongAsItGets(text).length).toBeLessThan(6_144);
  });
});

test('MoveVoicemailToS3 works the events queue, and gives back single messages', () => {
  expect(plan.only('aws_lambda_event_source_mapping')).toMatchObject({
    event_source_arn: '${aws_sqs_queue.voicemail_queues_events.arn}',
    function_name: '${aws_lambda_function.voicemail_move_function.arn}',
    function_response_types: ['ReportBatchItemFailures'],
    batch_size: 10,
    scaling_config: { maximum_concurrency: 5 },
    depends_on: ['aws_iam_role_policy_attachment.voicemail_move_policy_attachment'],
  });
  expect(
    synthesizeModule({ batchSize: 1, maximumConcurrency: 2 }).only('aws_lambda_event_source_mapping'),
  ).toMatchObject({
    batch_size: 1,
    scaling_config: { maximum_concurrency: 2 },
  });
});

test('a function without its bundle is refused, with the command that makes it', () => {
  const synthesize = () => synthesizeModule({ functionsFolder: '/nowhere' });
  expect(synthesize).toThrow(BundleMissingError);
  expect(synthesize).toThrow('no bundle at /nowhere/refresh-auth-token.zip; run npm run build first');
});

describe('the environment', () => {
  /** References stand for values here: what the function would refuse is their form, which only Terraform knows. */
  const filledIn = (variables: Readonly<Record<string, string>>) =>
    Object.fromEntries(
      Object.entries(variables).map(([name, value]) => [name, value.replaceAll(/\$\{[^}]*\}/g, 'value')]),
    );

  test('of RefreshAuthToken says where to refresh and what the token has to be good for', () => {
    expect(plan.environment('refresh')).toEqual({
      GENESYS_REGION: 'mypurecloud.de',
      REQUIRED_SCOPES: 'voicemail:readonly',
    });
  });

  test('of MoveVoicemailToS3 holds what the module decides, and leaves the rest to the function', () => {
    expect(plan.environment('move')).toEqual({
      GENESYS_REGION: 'mypurecloud.de',
      TOKEN_SECRET_ARNS: '${aws_secretsmanager_secret.voicemail_token_secret.arn}',
      ARCHIVE_BUCKET_NAME: '${aws_s3_bucket.voicemail_archive_bucket.bucket}',
      ARCHIVE_KMS_KEY_ARN: '${aws_kms_key.voicemail_encryption_key.arn}',
      EVENTS_QUEUE_URL: '${aws_sqs_queue.voicemail_queues_events.url}',
      FAILURES_QUEUE_URL: '${aws_sqs_queue.voicemail_queues_failures.url}',
      QUEUE_IDS: QUEUE_ID,
      MAXIMUM_CONCURRENCY: '5',
      BACKOFF_MAXIMUM_MS: '3600000',
    });
  });

  test.each([
    ['queueIds', { queueIds: ids(2) }, { QUEUE_IDS: ids(2).join(',') }],
    ['groupIds', { groupIds: ids(2) }, { GROUP_IDS: ids(2).join(',') }],
    ['keyPrefix', { keyPrefix: 'voicemail/' }, { ARCHIVE_KEY_PREFIX: 'voicemail/' }],
    ['audioFormat', { audioFormat: 'WAV' }, { AUDIO_FORMAT: 'WAV' }],
    ['minimumDurationMs', { minimumDurationMs: 2_000 }, { MINIMUM_DURATION_MS: '2000' }],
    ['maximumAudioBytes', { maximumAudioBytes: 1_000 }, { MAXIMUM_AUDIO_BYTES: '1000' }],
    [
      'mediaHosts',
      { mediaHosts: ['a.example.com', 'b.example.com'] },
      { MEDIA_HOSTS: 'a.example.com,b.example.com' },
    ],
    [
      'objectTags',
      { objectTags: { team: 'customer care', kind: 'a&b=c'.replace('&', '+') } },
      { OBJECT_TAGS: 'team=customer%20care&kind=a%2Bb%3Dc' },
    ],
    ['storeTranscript', { storeTranscript: false }, { STORE_TRANSCRIPT: 'false' }],
    ['disconnectAfterStore', { disconnectAfterStore: true }, { DISCONNECT_AFTER_STORE: 'true' }],
    ['markReadAfterStore', { markReadAfterStore: true }, { MARK_READ_AFTER_STORE: 'true' }],
    ['deleteAfterStore', { deleteAfterStore: true }, { DELETE_AFTER_STORE: 'true' }],
    ['voicemailWaitMinutes', { voicemailWaitMinutes: 90 }, { VOICEMAIL_WAIT_MS: '5400000' }],
    ['reconcileLookBackDays', { reconcileLookBackDays: 2 }, { RECONCILE_LOOK_BACK_MS: '172800000' }],
    ['maximumConcurrency', { maximumConcurrency: 9 }, { MAXIMUM_CONCURRENCY: '9' }],
    ['genesysRegion', { genesysRegion: 'us-east-1' }, { GENESYS_REGION: 'us-east-1' }],
  ] as const)(
    'of MoveVoicemailToS3 follows the option %s, in the form that the function takes',
    (_, options, variables) => {
      const environment = synthesizeModule(options).environment('move');
      expect(environment).toMatchObject(variables);
      expect(v.safeParse(MoveVoicemailToS3Environment, filledIn(environment)).issues).toBeUndefined();
    },
  );

  test('asks for every voicemail where there are no queue ids', () => {
    expect(synthesizeModule({ queueIds: [] }).environment('move')).not.toHaveProperty('QUEUE_IDS');
  });

  test.each([
    [{}, 'voicemail:readonly'],
    [{ deleteAfterStore: true }, 'voicemail'],
    [{ markReadAfterStore: true }, 'voicemail'],
    [{ disconnectAfterStore: true }, 'voicemail:readonly,conversations'],
  ])('demands only the scopes that the actions %j need', (options, scopes) => {
    const environment = synthesizeModule(options).environment('refresh');
    expect(environment['REQUIRED_SCOPES']).toBe(scopes);
    expect(v.safeParse(RefreshAuthTokenEnvironment, filledIn(environment)).issues).toBeUndefined();
  });

  test('never replaces the hosts of Genesys', () => {
    expect(plan.text).not.toMatch(/GENESYS_(API|LOGIN|MEDIA)_ORIGIN/);
  });

  test('stays within the 4 KB of Lambda with the longest lists that are taken', () => {
    const environment = synthesizeModule({ queueIds: ids(75), keyPrefix: `${'p'.repeat(199)}/` }).environment(
      'move',
    );
    const arn = `arn:aws:secretsmanager:ap-southeast-2:123456789012:secret:${'n'.repeat(24)}-token-AbCdEf`;
    const bytes = Object.entries(environment).map(
      ([name, value]) => name.length + value.replaceAll(/\$\{[^}]*\}/g, arn).length,
    );
    expect(bytes.reduce((sum, length) => sum + length, 0)).toBeLessThanOrEqual(4_096);
  });
});

test('a paused instance leaves the mail in the queue and goes on rotating', () => {
  const enabled = (synthesized: typeof plan) =>
    synthesized.only('aws_lambda_event_source_mapping')['enabled'];
  const paused = synthesizeModule({ paused: true });
  expect([enabled(plan), enabled(paused)]).toEqual([true, false]);
  expect(paused.all('aws_secretsmanager_secret_rotation')).toEqual(
    plan.all('aws_secretsmanager_secret_rotation'),
  );
});

test('a long reconcile may continue by its own queue, which Lambda would take for a loop', () => {
  expect(plan.only('aws_lambda_function_recursion_config')).toMatchObject({
    function_name: '${aws_lambda_function.voicemail_move_function.function_name}',
    recursive_loop: 'Allow',
  });
  expect(synthesizeModule({ reconcileEnabled: false }).all('aws_lambda_function_recursion_config')).toEqual(
    {},
  );
});
