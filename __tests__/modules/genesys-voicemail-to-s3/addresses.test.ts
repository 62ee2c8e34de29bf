import { GenesysVoicemailToS3 } from '../../../modules/genesys-voicemail-to-s3';
import { ids, SMALLEST, synthesizeModule, synthesizeStack } from '../../helpers/synth';

test('the addresses of the resources, which are an interface, have not changed', () => {
  expect(synthesizeModule().addresses).toMatchSnapshot();
});

test('every option that adds resources adds these addresses', () => {
  const plan = synthesizeModule({
    eventArchiveDays: 14,
    accessLogBucketName: 'central-logs',
    catalog: true,
    objectLockDays: 30,
    groupIds: ids(1),
  });
  const before = synthesizeModule().addresses;
  expect(plan.addresses.filter((address) => !before.includes(address))).toMatchSnapshot();
  expect(before.filter((address) => !plan.addresses.includes(address))).toEqual([]);
});

test('each further token adds these addresses, and moves none', () => {
  const plan = synthesizeModule({ tokens: 2 });
  const before = synthesizeModule().addresses;
  expect(plan.addresses.filter((address) => !before.includes(address))).toMatchSnapshot();
  expect(before.filter((address) => !plan.addresses.includes(address))).toEqual([]);
});

describe('two instances in one stack', () => {
  const plan = synthesizeStack((stack, functionsFolder) => {
    new GenesysVoicemailToS3(stack, 'care', { ...SMALLEST, functionsFolder, name: 'care' });
    // One event source has one bus, so each instance has a source of its own.
    new GenesysVoicemailToS3(stack, 'sales', {
      ...SMALLEST,
      eventSourceName: `${SMALLEST.eventSourceName}-sales`,
      functionsFolder,
      name: 'sales',
    });
  });

  test('have the same resources', () => {
    const of = (instance: string) =>
      plan.addresses
        .filter((address) => address.includes(`.${instance}_`))
        .map((address) => address.replace(`.${instance}_`, '.').slice(0, -9));
    expect(of('care')).toHaveLength(synthesizeModule().addresses.length);
    expect(of('care')).toEqual(of('sales'));
  });

  test('share no name of a resource', () => {
    const NAMES = ['name', 'function_name', 'bucket', 'alarm_name', 'dashboard_name'];
    const named = [
      'aws_lambda_function',
      'aws_sqs_queue',
      'aws_s3_bucket',
      'aws_iam_role',
      'aws_iam_policy',
      'aws_kms_alias',
      'aws_secretsmanager_secret',
      'aws_cloudwatch_event_rule',
      'aws_cloudwatch_log_group',
      'aws_cloudwatch_metric_alarm',
      'aws_cloudwatch_dashboard',
    ];
    const names = named.flatMap((type) =>
      Object.values(plan.all(type)).map(
        (resource) => `${type} ${String(NAMES.map((name) => resource[name]).find(Boolean))}`,
      ),
    );
    expect(names.length).toBeGreaterThan(30);
    expect(new Set(names).size).toBe(names.length);
  });
});
