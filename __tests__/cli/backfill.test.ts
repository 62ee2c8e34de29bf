import { backfill } from '../../cli/commands/backfill/backfill';
import { backfillPolicy } from '../../cli/commands/backfill/command';
import { leave, prepare, runBackfill, unusedGrants, withPolicy, work } from './archive-deployment';
import { removeSynthesis, stopDeployments } from './local-deployment';
import { RecordingTerminal } from './recording-terminal';

afterEach(stopDeployments);
afterAll(removeSynthesis);

describe('backfill', () => {
  test('stopped in the middle and started again, it has 150 voicemails all stored once', async () => {
    const { deployment, stopAt, queueId } = await prepare();
    const left = leave(deployment, queueId, 150);
    let sends = 0;
    stopAt.from(({ operation }) => {
      sends += operation === 'SendMessageBatch' ? 1 : 0;
      return sends > 6;
    });
    await expect(runBackfill(deployment, { queueId })).rejects.toMatchObject({ code: 'AwsFailed' });
    stopAt.never();
    await deployment.stack.mapping.pollOnce();
    const again = await runBackfill(deployment, { queueId });
    expect(again).toMatchObject({ ok: true, listed: 150 });
    expect(Number(again['settled'])).toBeGreaterThan(0);
    await work(deployment);
    const stored = deployment.stack.s3.objects(deployment.outputs.bucket_name);
    expect(stored).toHaveLength(300);
    expect(new Set(stored.map(({ key }) => key)).size).toBe(300);
    expect(left.every(({ messageId }) => stored.some(({ key }) => key.endsWith(`${messageId}.json`)))).toBe(
      true,
    );
    expect(await runBackfill(deployment, { queueId })).toMatchObject({ ok: true, settled: 150, sent: 0 });
  }, 60_000);

  test('a dry run sends nothing; --since leaves older voicemail out', async () => {
    const { deployment, queueId } = await prepare();
    leave(deployment, queueId, 2);
    leave(deployment, queueId, 3, 40 * 86_400_000);
    const sinceMs = deployment.clock.now() - 86_400_000;
    expect(await runBackfill(deployment, { queueId, sinceMs, dryRun: true })).toMatchObject({
      listed: 5,
      skipped: 3,
      missing: 2,
      sent: 0,
    });
    expect(deployment.stack.aws.sqs.messages(deployment.outputs.events_queue_arn)).toEqual([]);
    expect(await runBackfill(deployment, { queueId })).toMatchObject({ missing: 5, sent: 5 });
  });

  test('a dry run with nothing to do leads to no second run', async () => {
    const { deployment, queueId } = await prepare();
    const { text } = await backfill(deployment, new RecordingTerminal(), { queueId, dryRun: true });
    expect(text).toMatch(/0 are missing\.\nNothing was sent: nothing is missing\.\nNext: .*doctor/);
  });

  test('a queue that the deployment does not move is refused before anything is listed', async () => {
    const { deployment } = await prepare();
    const queueId = '99999999-9999-4999-8999-999999999999';
    await expect(runBackfill(deployment, { queueId })).rejects.toMatchObject({
      code: 'ForeignQueue',
      exitCode: 2,
    });
  });

  test('the policy in its help is enough, and no more than it needs', async () => {
    const { deployment, queueId } = await prepare();
    leave(deployment, queueId, 1);
    expect(await runBackfill(withPolicy(deployment, backfillPolicy), { queueId })).toMatchObject({ sent: 1 });
    expect(unusedGrants(deployment)).toEqual([]);
  });
});
