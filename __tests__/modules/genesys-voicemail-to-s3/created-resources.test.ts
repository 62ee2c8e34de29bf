import type { TerraformResource } from 'cdktf';
import {
  GenesysVoicemailToS3,
  type GenesysVoicemailToS3Props,
  MODULE_OUTPUTS,
} from '../../../modules/genesys-voicemail-to-s3';
import { EVENT_SOURCE_NAME, QUEUE_ID, SMALLEST, synthesizeStack } from '../../helpers/synth';

const ACCOUNT = '111111111111';

/** Synthesizes an instance, to compare what it shows with what is in the stack. */
const instanceOf = (props: GenesysVoicemailToS3Props = SMALLEST) => {
  let instance: GenesysVoicemailToS3 | undefined;
  const plan = synthesizeStack((stack, functionsFolder) => {
    instance = new GenesysVoicemailToS3(stack, 'voicemail', { functionsFolder, ...props });
  });
  if (instance === undefined) {
    throw new Error('the stack was synthesized without an instance');
  }
  return { instance, plan };
};

const addressOf = (resource: TerraformResource | undefined): string | undefined =>
  resource === undefined ? undefined : `${resource.terraformResourceType}.${resource.friendlyUniqueId}`;

test('an instance shows each resource that a user would extend, as the resource that is in the stack', () => {
  const { instance, plan } = instanceOf();
  const shown = [
    instance.bucket,
    instance.key,
    instance.secret,
    instance.eventBus,
    ...instance.eventRules,
    instance.reconcileRule,
    instance.eventsQueue,
    instance.failuresQueue,
    instance.undeliveredQueue,
    instance.refreshFunction,
    instance.refreshRole,
    instance.moveFunction,
    instance.moveRole,
  ].map(addressOf);
  expect(shown.map((address) => address?.replace(/_[0-9A-F]{8}$/, ''))).toEqual([
    'aws_s3_bucket.voicemail_archive_bucket',
    'aws_kms_key.voicemail_encryption_key',
    'aws_secretsmanager_secret.voicemail_token_secret',
    'aws_cloudwatch_event_bus.voicemail_events_bus',
    'aws_cloudwatch_event_rule.voicemail_events_rule_1',
    'aws_cloudwatch_event_rule.voicemail_reconcile_rule',
    'aws_sqs_queue.voicemail_queues_events',
    'aws_sqs_queue.voicemail_queues_failures',
    'aws_sqs_queue.voicemail_queues_undelivered',
    'aws_lambda_function.voicemail_refresh_function',
    'aws_iam_role.voicemail_refresh_role',
    'aws_lambda_function.voicemail_move_function',
    'aws_iam_role.voicemail_move_role',
  ]);
  expect(plan.addresses).toEqual(expect.arrayContaining(shown));
  expect(instance.alarms.map(addressOf).sort()).toEqual(
    plan.addresses.filter((address) => address.startsWith('aws_cloudwatch_metric_alarm.')),
  );
});

test('what exists already is undefined on the instance, and its name and ARN are told all the same', () => {
  const existing = {
    existingBucketName: 'central-voicemail',
    existingKeyArn: `arn:aws:kms:eu-central-1:${ACCOUNT}:key/3fa85f64-5717-4562-b3fc-2c963f66afa6`,
    existingSecretArn: `arn:aws:secretsmanager:eu-central-1:${ACCOUNT}:secret:genesys-token-AbCdEf`,
    existingEventBusName: EVENT_SOURCE_NAME,
  };
  const { bucket, key, secret, eventBus, reconcileRule, ...instance } = instanceOf({
    ...existing,
    genesysRegion: 'mypurecloud.de',
    queueIds: [QUEUE_ID],
    reconcileEnabled: false,
  }).instance;
  expect({ bucket, key, secret, eventBus, reconcileRule }).toEqual({
    bucket: undefined,
    key: undefined,
    secret: undefined,
    eventBus: undefined,
    reconcileRule: undefined,
  });
  expect(instance).toMatchObject({
    bucketName: existing.existingBucketName,
    keyArn: existing.existingKeyArn,
    secretArn: existing.existingSecretArn,
    eventBusName: existing.existingEventBusName,
  });
});

test('the outputs keep the names of 0.1.0, and each reads the property that it is named after', () => {
  const { instance } = instanceOf();
  expect(Object.fromEntries(MODULE_OUTPUTS.map(({ name, readFrom }) => [name, readFrom(instance)]))).toEqual({
    bucket_name: instance.bucketName,
    bucket_arn: instance.bucketArn,
    key_arn: instance.keyArn,
    secret_arn: instance.secretArn,
    secret_arns: instance.secretArns,
    event_bus_name: instance.eventBusName,
    events_queue_url: instance.eventsQueueUrl,
    events_queue_arn: instance.eventsQueueArn,
    failures_queue_url: instance.failuresQueueUrl,
    failures_queue_arn: instance.failuresQueueArn,
    undelivered_queue_url: instance.undeliveredQueueUrl,
    undelivered_queue_arn: instance.undeliveredQueueArn,
    refresh_function_name: instance.refreshFunctionName,
    refresh_function_arn: instance.refreshFunctionArn,
    move_function_name: instance.moveFunctionName,
    move_function_arn: instance.moveFunctionArn,
  });
});
