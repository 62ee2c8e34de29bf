import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { doctorPolicy } from '../../cli/commands/doctor/command';
import { doctor } from '../../cli/commands/doctor/doctor';
import { lookAtKey } from '../../cli/commands/doctor/secret-checks';
import { regionOf } from '../../cli/deployment';
import { policyDocument } from '../../cli/policy';
import { jsonLine } from '../../cli/terminal';
import type { FirstPair } from '../../tools/local-cloud/genesys';
import {
  type LocalDeployment,
  removeSynthesis,
  seed,
  startDeployment,
  startVariant,
  stopDeployments,
} from './local-deployment';
import { RecordingTerminal } from './recording-terminal';

afterEach(stopDeployments);
afterAll(removeSynthesis);

interface Patient extends LocalDeployment {
  readonly pair: FirstPair;
}

/** Authorized; the first rotation is still to come. */
const healthy = async (): Promise<Patient> => {
  const deployment = await startDeployment();
  const pair = deployment.stack.genesys.grantFirstPair();
  await putSecret(deployment, JSON.stringify(pair));
  return { ...deployment, pair };
};

const examine = async (patient: LocalDeployment) => {
  const { json, text, exitCode } = await doctor(patient, new RecordingTerminal(), {
    now: () => patient.clock.now(),
  });
  const checks = json['checks'] as readonly { check: string; status: string; note: string }[];
  const of = (status: string) => checks.filter((check) => check.status === status).map(({ check }) => check);
  return { checks, text, exitCode, findings: of('finding'), skipped: of('skipped') };
};

const putSecret = async ({ aws, outputs }: LocalDeployment, text: string): Promise<void> => {
  await aws.secretsManager.send(
    new PutSecretValueCommand({ SecretId: outputs.secret_arn, SecretString: text }),
  );
};

/** Shows a function's configuration with other variables; `undefined` takes one away. */
const changeVariables = (
  { stack }: LocalDeployment,
  arn: string,
  changes: Record<string, string | undefined>,
): void => {
  const shown = stack.lambdaApi.describe(arn);
  if (shown === undefined) {
    throw new TypeError(`there is no function ${arn}`);
  }
  const variables = Object.entries<string | undefined>({ ...shown.environment, ...changes });
  stack.lambdaApi.putFunction({
    ...shown,
    environment: Object.fromEntries(
      variables.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const])),
    ),
  });
};

test('a healthy deployment is all green', async () => {
  const deployment = await startDeployment();
  await seed(deployment);
  const { checks, text, exitCode } = await examine(deployment);
  expect(checks.filter(({ status }) => status !== 'ok')).toEqual([]);
  expect(checks.length).toBeGreaterThanOrEqual(18);
  expect([exitCode, text]).toEqual([0, expect.stringContaining('links hold')]);
});

test('it prints no secret, and changes nothing', async () => {
  const patient = await healthy();
  const { stack, outputs } = patient;
  stack.aws.sqs.send(outputs.failures_queue_arn, '{}', {
    attributes: { failureClass: { DataType: 'String', StringValue: 'FORBIDDEN' } },
  });
  const state = () =>
    JSON.stringify([
      stack.aws.secretsManager
        .secret(outputs.secret_arn)
        .versions.map(({ versionId, stages, value }) => [versionId, stages, value]),
      stack.s3.objects(outputs.bucket_name).length,
      stack.aws.sqs.messages(outputs.failures_queue_arn).map(({ messageId, body }) => [messageId, body]),
    ]);
  const before = state();
  const { text, checks } = await examine(patient);
  expect(state()).toBe(before);
  expect(stack.aws.sqs.nextVisibleAt(outputs.failures_queue_arn)).toBeLessThanOrEqual(patient.clock.now());
  const said = text + JSON.stringify(checks);
  expect(stack.genesys.issuedSecrets().filter((secret) => said.includes(secret))).toEqual([]);
});

/** One link broken, and the names of what doctor has to find: these and no others. */
const BROKEN: readonly [
  what: string,
  breakIt: (patient: Patient) => Promise<void> | void,
  ...found: string[],
][] = [
  ['the secret is not JSON', (patient) => putSecret(patient, 'not JSON'), 'secret'],
  [
    'a key of the secret is missing',
    (patient) => putSecret(patient, '{"accessToken":"a","refreshToken":"b"}'),
    'secret',
  ],
  ['the login was revoked', ({ stack, pair }) => void stack.genesys.revokeTokens(pair.userId), 'token-live'],
  [
    'Genesys Cloud does not answer',
    ({ stack }) =>
      void stack.genesys.injectFault({
        service: 'api',
        operation: 'GET /api/v2/tokens/me',
        fault: { effect: 'none', answer: { kind: 'reset' } },
      }),
    'token-live',
  ],
  [
    "the organization's inactivity timeout is on",
    ({ stack }) => void stack.genesys.changeBehaviour({ idleTokenTimeoutSeconds: 900 }),
    'inactivity-timeout',
  ],
  [
    'a rotation is stuck',
    async ({ aws, outputs, stack }) => {
      const spare = '11111111-1111-4111-8111-111111111111';
      await aws.secretsManager.send(
        new PutSecretValueCommand({
          SecretId: outputs.secret_arn,
          ClientRequestToken: spare,
          SecretString: '{}',
          VersionStages: ['AWSPENDING'],
        }),
      );
      expect(
        stack.aws.secretsManager.secret(outputs.secret_arn).versions.map(({ versionId }) => versionId),
      ).toContain(spare);
    },
    'rotation',
  ],
  ['the rotation is overdue', ({ clock }) => clock.advance(10 * 3_600_000), 'rotation'],
  [
    'a variable of the rotation is missing',
    (patient) =>
      changeVariables(patient, patient.outputs.refresh_function_arn, { GENESYS_REGION: undefined }),
    'refresh-function',
  ],
  [
    'a variable of the mover names another bucket',
    (patient) =>
      changeVariables(patient, patient.outputs.move_function_arn, { ARCHIVE_BUCKET_NAME: 'elsewhere' }),
    'move-function',
  ],
  [
    'a function sends tokens to another host',
    (patient) =>
      changeVariables(patient, patient.outputs.move_function_arn, {
        GENESYS_API_ORIGIN: 'https://evil.example',
      }),
    'move-function',
  ],
  [
    'one byte of the code is another',
    ({ stack, outputs }) => {
      const arn = outputs.move_function_arn;
      const shown = stack.lambdaApi.describe(arn);
      const zip = readFileSync(join(__dirname, '../../dist/functions/move-voicemail-to-s3.zip'));
      zip[zip.length >> 1] = (zip[zip.length >> 1] ?? 0) ^ 1;
      const codeSha256 = createHash('sha256').update(zip).digest('base64');
      expect(shown?.codeSha256).not.toBe(codeSha256);
      if (shown !== undefined) {
        stack.lambdaApi.putFunction({ ...shown, codeSha256 });
      }
    },
    'move-function-code',
  ],
  [
    'the mapping is disabled',
    ({ stack }) => {
      for (const mapping of stack.lambdaApi.mappings) {
        mapping.state = 'Disabled';
      }
    },
    'event-source-mapping',
  ],
  [
    'the bus is gone',
    ({ stack, outputs }) => stack.eventBridge.removeBus(outputs.event_bus_name),
    'event-bus',
  ],
  [
    'the event source was deleted by its partner',
    ({ stack, outputs }) => stack.eventBridge.setEventSourceState(outputs.event_bus_name, 'DELETED'),
    'event-source',
  ],
  [
    'the event source is gone',
    ({ stack, outputs }) => stack.eventBridge.setEventSourceState(outputs.event_bus_name, undefined),
    'event-source',
  ],
  [
    'the rule is gone',
    ({ stack }) => {
      for (const { name } of stack.bus.rules) {
        stack.bus.deleteRule(name);
      }
    },
    'rule-target',
  ],
  [
    'the rule is disabled',
    ({ stack }) => changeRules(stack, (rule) => ({ ...rule, state: 'DISABLED' })),
    'rule-enabled',
  ],
  [
    'the target has no dead-letter queue',
    ({ stack }) =>
      changeRules(stack, (rule) => ({
        ...rule,
        targets: rule.targets.map(({ deadLetterArn: _none, ...target }) => target),
      })),
    'rule-target',
  ],
  [
    'the pattern has another detail type',
    ({ stack }) =>
      changeRules(stack, (rule) => ({
        ...rule,
        eventPattern: rule.eventPattern.replace('voicemail.end', 'voicemail.start'),
      })),
    'rule-pattern',
  ],
  [
    'messages wait for hours',
    async ({ stack, outputs, clock }) => {
      stack.aws.sqs.send(outputs.events_queue_arn, '{}');
      clock.advance(3 * 3_600_000);
      // At some times of the day a rotation is due within these hours.
      await stack.aws.secretsManager.runDue();
      await stack.aws.secretsManager.rotationsIdle();
    },
    'events-queue',
  ],
  [
    'voicemail has failed',
    ({ stack, outputs }) =>
      void stack.aws.sqs.send(outputs.failures_queue_arn, '{}', {
        attributes: { failureClass: { DataType: 'String', StringValue: 'TOO_LARGE' } },
      }),
    'failures-queue',
  ],
  [
    'an event could not be delivered',
    ({ stack, outputs }) =>
      void stack.aws.sqs.send(outputs.undelivered_queue_arn, '{}', {
        attributes: { RULE_ARN: { DataType: 'String', StringValue: 'arn' } },
      }),
    'undelivered-queue',
  ],
];

const changeRules = (
  stack: LocalDeployment['stack'],
  change: (
    rule: LocalDeployment['stack']['bus']['rules'][number],
  ) => LocalDeployment['stack']['bus']['rules'][number],
): void => {
  for (const rule of stack.bus.rules) {
    stack.bus.deleteRule(rule.name);
    stack.bus.putRule(change(rule));
  }
};

test.each(BROKEN.map(([what, breakIt, ...found]) => ({ what, breakIt, found })))(
  'one broken link is found and named, and nothing else is: $what',
  async ({ breakIt, found }) => {
    const patient = await healthy();
    await breakIt(patient);
    const { findings, exitCode, text } = await examine(patient);
    expect(findings).toEqual(found);
    expect(exitCode).toBe(3);
    expect(text).toContain(`Next:\n${found[0]}  `);
    expect(text).not.toContain('other findings');
  },
);

test.each([
  [
    'the key of the bucket',
    { key_arn: 'arn:aws:kms:eu-central-1:000000000000:key/another' },
    'bucket-encryption',
  ],
  ['the key of the secret', { key_arn: 'arn:aws:kms:eu-central-1:000000000000:key/another' }, 'secret-key'],
  [
    'the rotation function',
    { refresh_function_arn: 'arn:aws:lambda:eu-central-1:000000000000:function:another' },
    'refresh-function',
  ],
  [
    'the queue behind the events queue',
    { failures_queue_arn: 'arn:aws:sqs:eu-central-1:000000000000:another' },
    'events-queue',
  ],
])('what is deployed differs from what Terraform says: %s', async (_what, changes, found) => {
  const patient = await healthy();
  const { findings } = await examine({ ...patient, outputs: { ...patient.outputs, ...changes } });
  expect(findings).toContain(found);
});

const KEY_ARN = 'arn:aws:kms:eu-central-1:123456789012:key/one';

test.each<[string, string | undefined, 'ok' | 'finding']>([
  ['its ARN', KEY_ARN, 'ok'],
  ['its id', 'one', 'ok'],
  ['an alias, whose key is not told', 'alias/ours', 'ok'],
  ["Secrets Manager's own alias", 'arn:aws:kms:eu-central-1:123456789012:alias/aws/secretsmanager', 'ok'],
  ["no name, which is Secrets Manager's own key", undefined, 'ok'],
  ['the ARN of another key', 'arn:aws:kms:eu-central-1:123456789012:key/someone', 'finding'],
  ['the id of another key', 'someone', 'finding'],
])("the secret's key under %s", (_what, keyId, status) => {
  expect(lookAtKey(keyId, KEY_ARN).status).toBe(status);
});

test('a bucket without versioning is found and named, and nothing else is', async () => {
  const deployment = await startVariant('"status": "Enabled"', '"status": "Suspended"');
  await putSecret(deployment, JSON.stringify(deployment.stack.genesys.grantFirstPair()));
  expect((await examine(deployment)).findings).toEqual(['bucket']);
});

test.each([
  ['the scope is missing', { scopes: ['user-basic-info'] }, {}, ['token-scopes']],
  ['the permission is missing', {}, { permissions: [] }, 'queues'],
])('a login that lacks something is found: %s', async (_what, client, user, expected) => {
  const deployment = await startDeployment();
  const { genesys, queueIds } = deployment.stack;
  const clientId = genesys.createOAuthClient(client).id;
  const pair = genesys.grantFirstPair({ clientId, userId: genesys.createUser(user).id });
  await putSecret(deployment, JSON.stringify(pair));
  const { findings } = await examine(deployment);
  expect(findings).toEqual(expected === 'queues' ? queueIds.map((id) => `queue:${id}`) : expected);
});

test('what is broken stands at the end, with what to do about it, within the screen, and in one sentence for scripts', async () => {
  const deployment = await startDeployment();
  const terminal = new RecordingTerminal();
  terminal.columns = 80;
  const result = await doctor(deployment, terminal, { now: () => deployment.clock.now() });
  const lines = result.text.split('\n');
  const next = lines.indexOf('Next:');
  expect(Math.max(...lines.slice(next).map((line) => line.length))).toBeLessThanOrEqual(80);
  expect(lines.slice(0, next).map((line) => line.split(' ')[0])).toEqual(
    expect.arrayContaining(['ok', 'skipped', 'FINDING']),
  );
  expect(result.text.lastIndexOf('\nok')).toBeLessThan(result.text.indexOf('\nFINDING'));
  expect(JSON.parse(jsonLine(result))).toMatchObject({
    ok: false,
    error: 'Findings',
    message: expect.stringMatching(/^1 of \d+ links do not hold: [a-z-]+$/),
  });
});

test('a secret that was never written is the one finding of a fresh deployment', async () => {
  const { findings, skipped } = await examine(await startDeployment());
  expect(findings).toEqual(['secret']);
  expect(skipped).toContain('token-live');
});

test('what the user may not look at is a finding that says so', async () => {
  const patient = await healthy();
  const aws = patient.as(
    'nobody',
    JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Sid: 'Little', Effect: 'Allow', Action: ['s3:GetBucketVersioning'], Resource: '*' }],
    }),
  );
  const { checks } = await examine({ ...patient, aws });
  expect(checks.find(({ check }) => check === 'rotation' || check === 'secret')?.note).toMatch(
    /AWS does not allow it.*policy <command>/,
  );
});

test('the policy in its help is enough, and no more than it needs', async () => {
  const patient = await healthy();
  const { stack, outputs } = patient;
  for (const arn of [outputs.failures_queue_arn, outputs.undelivered_queue_arn, outputs.events_queue_arn]) {
    stack.aws.sqs.send(arn, '{}');
  }
  await patient.aws.s3.send(
    new PutObjectCommand({ Bucket: outputs.bucket_name, Key: 'queue_id=a/b.tombstone', Body: '{}' }),
  );
  const names = { ...outputs, region: regionOf(outputs) };
  const { findings } = await examine({
    ...patient,
    aws: patient.as('doctor', policyDocument(doctorPolicy, names)),
  });
  expect(findings).toEqual(['failures-queue', 'undelivered-queue']);
  expect(stack.authorizer.unusedGrants().filter(({ principal }) => principal.endsWith('/doctor'))).toEqual(
    [],
  );
});
