import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { COUNTED } from '../../tools/build/documentation/costs';
import { MovableClock } from '../../tools/local-cloud/clock';
import { type LocalStack, SHORT_WAITS, startLocalStack } from '../../tools/local-cloud/stack';
import { VOICEMAIL_SAMPLES } from '../../tools/local-cloud/voicemails';
import { LocalSynthesis } from '../helpers/local-synthesis';

const RECORDING = readFileSync(VOICEMAIL_SAMPLES.find(({ format }) => format === 'WEBM')?.path ?? '');
const HOUR_MS = 60 * 60_000;

const clock = new MovableClock();
const synthesis = new LocalSynthesis();
let local: LocalStack;
let logBytes = 0;

beforeAll(async () => {
  local = await startLocalStack({
    stack: synthesis.stack(),
    clock,
    // Nobody rotates during the day of reconciles.
    genesys: { accessTokenLifetimeSeconds: 48 * 3_600 },
    extraVariables: SHORT_WAITS,
    onLog: (_, line) => {
      logBytes += Buffer.byteLength(line);
    },
  });
  const { aws, genesys, queueIds, secretArn: SecretId, operatorCredentials: credentials } = local;
  for (const id of queueIds) {
    genesys.createQueue({ id });
  }
  await aws.secretsManager.rotationsIdle();
  const { userId: _, ...pair } = genesys.grantFirstPair();
  const secrets = new SecretsManagerClient({ endpoint: aws.origin, region: aws.region, credentials });
  const VersionStages = ['AWSCURRENT', 'LATEST_GRANT'];
  await secrets.send(
    new PutSecretValueCommand({ SecretId, SecretString: JSON.stringify(pair), VersionStages }),
  );
  secrets.destroy();
});
afterAll(async () => {
  await local.close();
  synthesis.remove();
});

/** Requests to AWS that some work makes, by operation. The local S3 answers a look with 403, so that it becomes a list. */
const countedIn = async (work: () => Promise<unknown>): Promise<Readonly<Record<string, number>>> => {
  local.aws.journal.clear();
  await work();
  const counts: Record<string, number> = {};
  for (const { operation } of local.aws.journal.entries) {
    counts[operation] = (counts[operation] ?? 0) + 1;
  }
  return counts;
};

const leave = async (appearsAfterMs = 0): Promise<void> => {
  const [queueId = ''] = local.queueIds;
  const left = { queueId, audio: { WEBM: RECORDING }, durationMs: 4_000, appearsAfterMs };
  await local.bus.putPartnerEvent(local.genesys.leaveVoicemail(left).event);
};

/** Works until the events queue is empty. @returns the deliveries */
const drain = async (): Promise<number> => {
  let deliveries = 0;
  while (local.aws.sqs.messages(local.eventsQueueArn).length > 0 && deliveries < 50) {
    clock.advanceTo(local.aws.sqs.nextVisibleAt(local.eventsQueueArn) ?? clock.now());
    await local.mapping.pollOnce();
    deliveries += 1;
  }
  return deliveries;
};

test('rotation, voicemails and reconciles make the requests whose costs the documentation counts', async () => {
  const rotation = await countedIn(async () => {
    local.aws.secretsManager.rotateSecret({ SecretId: local.secretArn });
    await local.aws.secretsManager.rotationsIdle();
  });
  expect(rotation).toEqual(COUNTED.rotation);

  // A container's first one reads the secret, and learns that this S3 refuses a look.
  await leave();
  await drain();
  const { voicemail, deliveryInVain, dayOfReconciles } = COUNTED;
  const looksAs = (look: number) => ({ PutObject: voicemail.PutObject, ListObjectsV2: look });
  logBytes = 0;
  const first = await countedIn(async () => {
    await leave();
    await drain();
  });
  expect(first).toEqual(looksAs(voicemail.look));
  expect(logBytes).toBeGreaterThan(0.8 * COUNTED.logBytes);
  expect(logBytes).toBeLessThanOrEqual(COUNTED.logBytes);

  let deliveries = 0;
  const { GetSecretValue, ...late } = await countedIn(async () => {
    await leave(4 * 60_000);
    deliveries = await drain();
  });
  expect(deliveries).toBeGreaterThan(1);
  expect(GetSecretValue ?? 0).toBeLessThanOrEqual(1);
  expect(late).toEqual({
    ...looksAs(voicemail.look + deliveryInVain.list),
    ChangeMessageVisibility: (deliveries - 1) * deliveryInVain.ChangeMessageVisibility,
  });

  const reconciles = async (hours: number): Promise<void> => {
    for (let hour = 0; hour < hours; hour += 1) {
      clock.advance(HOUR_MS);
      local.schedules.forEach((schedule) => {
        schedule.fire();
      });
      await drain();
    }
  };
  await reconciles(2);
  const day = await countedIn(() => reconciles(24));
  // The hour at which the day begins decides how often it looks at two days.
  const within = ([operation, documented]: [string, number]) =>
    Math.abs((day[operation] ?? 0) - documented) <= 0.1 * documented;
  expect(Object.keys(day).sort()).toEqual(Object.keys(dayOfReconciles).sort());
  expect(
    Object.entries(dayOfReconciles)
      .filter((each) => !within(each))
      .map(() => day),
  ).toEqual([]);
}, 60_000);

test.each([
  ['scale.md', '1,000 voicemails', 0.03],
  ['operations.md', 'lean', 3],
])('on %s the total of %s is at most %d US dollars', (page, column, most) => {
  const text = readFileSync(join(__dirname, '../../docs', page), 'utf8');
  const table = text.slice(text.lastIndexOf('\n\n', text.indexOf(` ${column} |`))).split('\n\n')[1] ?? '';
  const cells = table.split('\n').map((line) => line.split('|').map((cell) => cell.trim()));
  const index = cells[0]?.indexOf(column) ?? -1;
  const dollars = (cells.find(([, name]) => name === '**Total**') ?? [])[index]?.replaceAll('*', '');
  expect(Number(dollars)).toBeGreaterThan(0);
  expect(Number(dollars)).toBeLessThanOrEqual(most);
});
