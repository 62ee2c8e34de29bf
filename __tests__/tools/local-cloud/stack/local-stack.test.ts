import { readFileSync } from 'node:fs';
import { PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { MovableClock } from '../../../../tools/local-cloud/clock';
import {
  type LocalStack,
  SHORT_WAITS,
  StackError,
  type SynthesizedStack,
  startLocalStack,
} from '../../../../tools/local-cloud/stack';
import { VOICEMAIL_SAMPLES } from '../../../../tools/local-cloud/voicemails';
import { LocalSynthesis } from '../../../helpers/local-synthesis';

/** The mover stores what is audio by its bytes. */
const RECORDING = readFileSync(VOICEMAIL_SAMPLES.find(({ format }) => format === 'WEBM')?.path ?? '');

let synthesis: LocalSynthesis;
beforeAll(() => {
  synthesis = new LocalSynthesis();
});
afterAll(() => synthesis.remove());

/** Makes a stack real, authorizes it, rotates once and moves one voicemail; says what came of each. */
const run = async (stack: SynthesizedStack) => {
  const clock = new MovableClock();
  // On a secret that holds nothing yet, the rotation's pauses between its repeats are most of a start.
  const local = await startLocalStack({ stack, clock, extraVariables: SHORT_WAITS });
  try {
    return await moveOneVoicemail(local, clock);
  } finally {
    await local.close();
  }
};

const moveOneVoicemail = async (local: LocalStack, clock: MovableClock) => {
  const { aws, genesys, bus, mapping, secretArn } = local;
  const [queueId] = local.queueIds;
  genesys.createQueue({ ...(queueId === undefined ? {} : { id: queueId }) });
  await aws.secretsManager.rotationsIdle();
  const { clientId, clientSecret, accessToken, refreshToken } = genesys.grantFirstPair();
  const secrets = new SecretsManagerClient({
    endpoint: aws.origin,
    region: aws.region,
    credentials: local.operatorCredentials,
  });
  await secrets.send(
    new PutSecretValueCommand({
      SecretId: secretArn,
      SecretString: JSON.stringify({ clientId, clientSecret, accessToken, refreshToken }),
      VersionStages: ['AWSCURRENT', 'LATEST_GRANT'],
    }),
  );
  secrets.destroy();
  aws.secretsManager.rotateSecret({ SecretId: secretArn });
  await aws.secretsManager.rotationsIdle();
  const rotated = aws.secretsManager.rotationAttempts.at(-1)?.outcome;

  const left = genesys.leaveVoicemail({
    ...(queueId === undefined ? {} : { queueId }),
    audio: { WEBM: RECORDING },
    durationMs: 4_000,
  });
  const { matchedRules } = await bus.putPartnerEvent(left.event);
  for (let delivery = 0; delivery < 3; delivery += 1) {
    await mapping.pollOnce();
    clock.advanceTo(aws.sqs.nextVisibleAt(local.eventsQueueArn) ?? clock.now());
  }
  const keys = local.s3.objects(local.bucketName).map(({ key }) => key.replace(left.messageId, 'ID'));
  return { matchedRules, rotated, keys };
};

test('a voicemail goes from the event to object and sidecar through what the stack declares', async () => {
  const { matchedRules, rotated, keys } = await run(synthesis.stack());
  expect(matchedRules).toHaveLength(1);
  expect(rotated).toBe('succeeded');
  expect(keys).toEqual([
    expect.stringMatching(/^queue_id=[0-9a-f-]{36}\/year=\d{4}\/month=\d\d\/day=\d\d\/ID\.json$/),
    expect.stringMatching(/^queue_id=[0-9a-f-]{36}\/year=\d{4}\/month=\d\d\/day=\d\d\/ID\.webm$/),
  ]);
});

test.each([
  ['an environment variable of the mover', '"TOKEN_SECRET_ARNS":', '"TOKEN_SECRET":'],
  ['an environment variable of the rotation', '"GENESYS_REGION":', '"GENESYS_REGIONS":'],
  ['the handler', '"index.handler"', '"main.handler"'],
  ['the detail type in the pattern', 'voicemail.end', 'voicemail.ended'],
  ['a nested key of the pattern', '\\"eventBody\\":{\\"queueId\\"', '\\"eventBody.queueId\\":{\\"x\\"'],
  ['a path of the input transformer', '$.detail.eventBody.conversationId', '$.detail.conversationId'],
  ['the ARN of a target', '"arn": "${', '"arn": "x${'],
  ['the source of the rotation permission', '"source_account":', '"source_arn_account":'],
])('a wrong name is seen: %s', async (_what, wanted, replacement) => {
  const outcome = await Promise.resolve()
    .then(() => run(synthesis.variant(wanted, replacement)))
    .then(({ rotated, keys }) => rotated === 'succeeded' && keys.length === 2)
    .catch((error: unknown) => error);
  expect(outcome === false || outcome instanceof Error).toBe(true);
});

test.each([
  ['a reference to what is not declared', '${data.aws_region.', '${data.aws_regions.', /does not declare/],
  [
    'a type that the local run does not know',
    '"aws_kms_alias":',
    '"aws_kms_nickname":',
    /does not know the type/,
  ],
  [
    'an argument that would be passed over',
    '"message_retention_seconds":',
    '"message_retention_days":',
    /message_retention/,
  ],
  [
    'a dependency on what is not declared',
    '"aws_lambda_permission.',
    '"aws_lambda_permit.',
    /does not declare/,
  ],
])('%s is refused by its address', async (_what, wanted, replacement, message) => {
  const refusal = run(synthesis.variant(wanted, replacement));
  await expect(refusal).rejects.toThrow(StackError);
  await expect(refusal).rejects.toThrow(message);
});
