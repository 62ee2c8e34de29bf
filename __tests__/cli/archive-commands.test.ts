import { PutObjectCommand } from '@aws-sdk/client-s3';
import { type BackfillOptions, backfill, backfillPolicy } from '../../cli/backfill';
import { regionOf } from '../../cli/deployment';
import { type EraseOptions, erase, erasePolicy } from '../../cli/erase';
import { find, findPolicy } from '../../cli/find';
import { type CommandPolicy, policyDocument } from '../../cli/policy';
import { redrive, redrivePolicy } from '../../cli/redrive';
import type { FaultSource, OutsideCall } from '../../local/faults';
import {
  type LocalDeployment,
  removeSynthesis,
  seed,
  startDeployment,
  stopDeployments,
} from './local-deployment';
import { RecordingTerminal } from './recording-terminal';

afterEach(stopDeployments);
afterAll(removeSynthesis);

/** Refuses calls of AWS from a chosen one on, as if the process had been stopped there. */
class StopAt implements FaultSource {
  #stops: ((call: OutsideCall) => boolean) | undefined;

  from(stops: (call: OutsideCall) => boolean): void {
    this.#stops = stops;
  }

  never(): void {
    this.#stops = undefined;
  }

  decide(call: OutsideCall) {
    return this.#stops?.(call) === true
      ? ({ effect: 'none', answer: { kind: 'error', status: 400, code: 'InvalidAction' } } as const)
      : undefined;
  }
}

const prepare = async () => {
  const stopAt = new StopAt();
  const deployment = await startDeployment({ awsFaults: stopAt });
  await seed(deployment);
  const [queueId = ''] = deployment.stack.queueIds;
  return { deployment, stopAt, queueId };
};

const leave = ({ stack, clock }: LocalDeployment, queueId: string, count: number, ageMs = 2 * 3_600_000) =>
  Array.from({ length: count }, (_, index) =>
    stack.genesys.leaveVoicemail({
      queueId,
      audio: { WEBM: Buffer.from(`voicemail ${index}`) },
      durationMs: 4000,
      createdAtMs: clock.now() - ageMs - index * 60_000,
    }),
  );

/** Lets the function work until nothing is left to do. */
const work = async ({ stack, clock, outputs }: LocalDeployment): Promise<void> => {
  for (
    let next: number | undefined = clock.now();
    next !== undefined;
    next = stack.aws.sqs.nextVisibleAt(outputs.events_queue_arn)
  ) {
    clock.advanceTo(next);
    await stack.mapping.pollOnce();
  }
};

const keys = ({ stack, outputs }: LocalDeployment): readonly string[] =>
  stack.s3.objects(outputs.bucket_name).map(({ key }) => key);

const runBackfill = async (deployment: LocalDeployment, options: BackfillOptions) =>
  (await backfill(deployment, new RecordingTerminal(), options)).json;

const runErase = async (deployment: LocalDeployment, options: EraseOptions) =>
  (await erase(deployment, new RecordingTerminal(), options)).json;

/** Clients of somebody who has a command's policy and nothing else. */
const withPolicy = (deployment: LocalDeployment, policy: CommandPolicy): LocalDeployment => {
  const names = { ...deployment.outputs, region: regionOf(deployment.outputs) };
  return { ...deployment, aws: deployment.as('operator-of-one', policyDocument(policy, names)) };
};

const unused = ({ stack }: LocalDeployment) =>
  stack.authorizer.unusedGrants().filter(({ principal }) => principal.endsWith('/operator-of-one'));

describe('backfill', () => {
  test('stopped in the middle and started again, it has 500 voicemails all stored once', async () => {
    const { deployment, stopAt, queueId } = await prepare();
    const left = leave(deployment, queueId, 500);
    let sends = 0;
    stopAt.from(({ operation }) => {
      sends += operation === 'SendMessageBatch' ? 1 : 0;
      return sends > 20;
    });
    await expect(runBackfill(deployment, { queueId })).rejects.toMatchObject({ code: 'AwsFailed' });
    stopAt.never();
    await deployment.stack.mapping.pollOnce();
    const again = await runBackfill(deployment, { queueId });
    expect(again).toMatchObject({ ok: true, listed: 500 });
    expect(Number(again['settled'])).toBeGreaterThan(0);
    await work(deployment);
    const stored = deployment.stack.s3.objects(deployment.outputs.bucket_name);
    expect(stored).toHaveLength(1000);
    expect(new Set(stored.map(({ key }) => key)).size).toBe(1000);
    expect(left.every(({ messageId }) => stored.some(({ key }) => key.endsWith(`${messageId}.json`)))).toBe(
      true,
    );
    expect(await runBackfill(deployment, { queueId })).toMatchObject({ ok: true, settled: 500, sent: 0 });
  }, 180_000);

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
    expect(unused(deployment)).toEqual([]);
  });
});

describe('redrive', () => {
  const CONVERSATION = '11111111-1111-4111-8111-111111111111';

  /** One letter of each kind. */
  const fill = ({ stack, outputs, clock }: LocalDeployment, queueId: string): void => {
    const { sqs } = stack.aws;
    const text = (value: string) => ({ DataType: 'String', StringValue: value });
    sqs.send(outputs.failures_queue_arn, '{"a":1}', {
      attributes: { failureClass: text('TOO_LARGE'), failureReason: text('r') },
    });
    sqs.send(outputs.failures_queue_arn, '{"b":2}', { attributes: { failureClass: text('FORBIDDEN') } });
    const { event } = stack.genesys.abandonVoicemail({ queueId, durationMs: 5 });
    sqs.send(outputs.undelivered_queue_arn, JSON.stringify(event), {
      attributes: { RULE_ARN: text('rule') },
    });
    sqs.send(
      outputs.undelivered_queue_arn,
      JSON.stringify({ source: 'aws.events', 'detail-type': 'Scheduled Event' }),
      { attributes: { RULE_ARN: text('rule') } },
    );
    sqs.send(outputs.events_queue_arn, '{"crashes":true}');
    void clock;
  };

  /** Lets the function crash on a message until SQS gives it up. */
  const crash = async ({ stack, outputs, clock }: LocalDeployment): Promise<void> => {
    while (stack.aws.sqs.messages(outputs.events_queue_arn).length > 0) {
      await stack.aws.sqs.receive(outputs.events_queue_arn, { visibilityTimeoutSeconds: 0 });
      clock.advance(1);
    }
  };

  const bodies = ({ stack }: LocalDeployment, arn: string) =>
    stack.aws.sqs.messages(arn).map(({ body }) => body);

  test('shows dead letters by class and sends each back once, events without the caller', async () => {
    const { deployment, queueId } = await prepare();
    const { outputs } = deployment;
    fill(deployment, queueId);
    await crash(deployment);
    const terminal = new RecordingTerminal();
    const { json } = await redrive(deployment, terminal);
    expect(json).toMatchObject({
      ok: true,
      sent: 5,
      byClass: { CRASHED: 1, FORBIDDEN: 1, TOO_LARGE: 1, UNDELIVERED: 2 },
    });
    expect(terminal.shown).toMatch(/TOO_LARGE +1/);
    expect(bodies(deployment, outputs.failures_queue_arn)).toEqual([]);
    expect(bodies(deployment, outputs.undelivered_queue_arn)).toEqual([]);
    const sent = bodies(deployment, outputs.events_queue_arn);
    expect(sent).toHaveLength(5);
    expect(sent).toEqual(
      expect.arrayContaining([
        '{"a":1}',
        '{"b":2}',
        '{"crashes":true}',
        '{"schemaVersion":1,"kind":"reconcile"}',
      ]),
    );
    expect(sent.join()).toContain(`"queueId":"${queueId}"`);
    expect(sent.join()).not.toContain('+1555');
  });

  test('--class sends only that class; a dry run sends nothing; what is left can be worked at once', async () => {
    const { deployment, queueId } = await prepare();
    const { outputs, stack, clock } = deployment;
    fill(deployment, queueId);
    await crash(deployment);
    expect((await redrive(deployment, new RecordingTerminal(), { dryRun: true })).json).toMatchObject({
      sent: 0,
    });
    expect(bodies(deployment, outputs.events_queue_arn)).toEqual([]);
    expect(
      (await redrive(deployment, new RecordingTerminal(), { classes: ['FORBIDDEN'] })).json,
    ).toMatchObject({ sent: 1 });
    expect(bodies(deployment, outputs.events_queue_arn)).toEqual(['{"b":2}']);
    expect(stack.aws.sqs.nextVisibleAt(outputs.failures_queue_arn)).toBeLessThanOrEqual(clock.now());
  });

  test.each(['SendMessageBatch', 'DeleteMessageBatch', 'ReceiveMessage'])(
    'stopped at its %s it loses nothing',
    async (stopped) => {
      const { deployment, stopAt, queueId } = await prepare();
      const { outputs, clock } = deployment;
      fill(deployment, queueId);
      await crash(deployment);
      stopAt.from(({ operation }) => operation === stopped);
      await expect(redrive(deployment, new RecordingTerminal())).rejects.toThrow();
      stopAt.never();
      clock.advance(901_000);
      expect((await redrive(deployment, new RecordingTerminal())).json).toMatchObject({ ok: true });
      const sent = bodies(deployment, outputs.events_queue_arn);
      expect(sent).toEqual(expect.arrayContaining(['{"a":1}', '{"b":2}', '{"crashes":true}']));
      expect(bodies(deployment, outputs.failures_queue_arn)).toEqual([]);
    },
  );

  test('an undelivered event that cannot be read stays, and is told', async () => {
    const { deployment } = await prepare();
    const { outputs, stack } = deployment;
    stack.aws.sqs.send(outputs.undelivered_queue_arn, `{"x":"${CONVERSATION}"}`, {
      attributes: { RULE_ARN: { DataType: 'String', StringValue: 'rule' } },
    });
    const { json, exitCode } = await redrive(deployment, new RecordingTerminal());
    expect([json.ok, json['kept'], exitCode]).toEqual([false, 1, 4]);
    expect(bodies(deployment, outputs.undelivered_queue_arn)).toHaveLength(1);
  });

  test('the policy in its help is enough, and no more than it needs', async () => {
    const { deployment, queueId } = await prepare();
    fill(deployment, queueId);
    const poor = withPolicy(deployment, redrivePolicy);
    expect((await redrive(poor, new RecordingTerminal(), { classes: ['FORBIDDEN'] })).json.ok).toBe(true);
    expect((await redrive(poor, new RecordingTerminal())).json.ok).toBe(true);
    // Giving back from the second queue needs a letter that is not chosen there.
    expect(unused(deployment)).toEqual([]);
  });
});

/** A deployment with stored voicemail of two conversations. */
const stored = async () => {
  const prepared = await prepare();
  const { deployment, queueId } = prepared;
  const [first, other] = leave(deployment, queueId, 2);
  await runBackfill(deployment, { queueId });
  await work(deployment);
  if (first === undefined || other === undefined) {
    throw new TypeError('two voicemails are left');
  }
  return { ...prepared, first, other };
};

describe('find', () => {
  test('finds by voicemail, by conversation, and by queue and day', async () => {
    const { deployment, queueId, first } = await stored();
    const ids = async (query: Parameters<typeof find>[2]) => {
      const { json } = await find(deployment, new RecordingTerminal(), query);
      return (json['voicemails'] as readonly { voicemailId: string }[]).map(({ voicemailId }) => voicemailId);
    };
    expect(await ids({ voicemailId: first.messageId })).toEqual([first.messageId]);
    expect(await ids({ conversationId: first.conversationId })).toEqual([first.messageId]);
    expect(await ids({ queueId, dayMs: Date.parse(first.createdDate) })).toContain(first.messageId);
    expect(await ids({ queueId, dayMs: 0 })).toEqual([]);
  });

  test('a link plays for its seconds and no longer, and there is none unless asked for', async () => {
    const { deployment, first } = await stored();
    const link = async (linkSeconds?: number) => {
      const { json, text } = await find(deployment, new RecordingTerminal(), {
        voicemailId: first.messageId,
        linkSeconds,
      });
      return { url: (json['voicemails'] as readonly { link?: string }[])[0]?.link, text };
    };
    expect((await link()).url).toBeUndefined();
    const { url = '', text } = await link(60);
    expect(text).toContain(url);
    expect(await (await fetch(url)).text()).toBe('voicemail 0');
    deployment.clock.advance(61_000);
    expect((await fetch(url)).status).toBe(403);
  });

  test('the policy in its help is enough, and no more than it needs', async () => {
    const { deployment, first } = await stored();
    const { json } = await find(withPolicy(deployment, findPolicy), new RecordingTerminal(), {
      voicemailId: first.messageId,
      linkSeconds: 60,
    });
    const [{ link = '' } = {}] = json['voicemails'] as readonly { link?: string }[];
    expect((await fetch(link)).status).toBe(200);
    expect(unused(deployment)).toEqual([]);
  });
});

describe('erase', () => {
  test('a dry run erases nothing', async () => {
    const { deployment, first } = await stored();
    const before = keys(deployment);
    expect(await runErase(deployment, { voicemailId: first.messageId })).toMatchObject({
      dryRun: true,
      versions: 2,
    });
    expect(keys(deployment)).toEqual(before);
  });

  test('erases every version and marker, at Genesys too, leaves a tombstone of ids only, and nothing else', async () => {
    const { deployment, first, other } = await stored();
    const { stack, outputs, aws, queueId } = { ...deployment, queueId: stack0(deployment) };
    const audio = keys(deployment).find((key) => key.endsWith(`${first.messageId}.webm`)) ?? '';
    await aws.s3.send(
      new PutObjectCommand({ Bucket: outputs.bucket_name, Key: audio, Body: 'another version' }),
    );
    const audit = await runErase(deployment, { conversationId: first.conversationId, confirmed: true });
    expect(audit).toMatchObject({
      ok: true,
      event: 'voicemail-erased',
      voicemails: [{ voicemailId: first.messageId, versions: 3, remaining: 0, atGenesys: 'deleted' }],
    });
    const left = stack.s3.objects(outputs.bucket_name).filter(({ key }) => key.includes(first.messageId));
    expect(left.map(({ key }) => key.split('.').at(-1))).toEqual(['tombstone']);
    const [tombstone] = left;
    const content = JSON.parse(tombstone?.isDeleteMarker === false ? tombstone.body.toString('utf8') : '');
    expect(content).toEqual({
      schemaVersion: 1,
      voicemailId: first.messageId,
      queueId,
      erasedDate: expect.any(String),
    });
    expect(stack.genesys.counters().deletes[first.messageId]).toBe(1);
    expect(keys(deployment).filter((key) => key.includes(other.messageId))).toHaveLength(2);
  });

  test('what is erased stays erased: no event, backfill or reconcile brings it back', async () => {
    const { deployment, queueId, first } = await stored();
    const { stack, outputs } = deployment;
    stack.genesys.injectFault({
      operation: 'DELETE /api/v2/voicemail/messages/{messageId}',
      fault: { effect: 'none', answer: { kind: 'error', status: 403, code: 'missing.permissions' } },
    });
    const audit = await runErase(deployment, { voicemailId: first.messageId, confirmed: true });
    expect(audit).toMatchObject({ ok: false, voicemails: [{ remaining: 0, atGenesys: 'refused' }] });
    expect(await runBackfill(deployment, { queueId })).toMatchObject({ sent: 0, settled: 2 });
    await stack.bus.putPartnerEvent(first.event);
    stack.aws.sqs.send(outputs.events_queue_arn, '{"schemaVersion":1,"kind":"reconcile"}');
    await work(deployment);
    expect(keys(deployment).filter((key) => key.includes(first.messageId))).toEqual([
      expect.stringMatching(/tombstone$/),
    ]);
  });

  test('a voicemail that is not in the archive yet gets its tombstone before it comes', async () => {
    const { deployment, queueId } = await prepare();
    const [late] = leave(deployment, queueId, 1);
    await runErase(deployment, { voicemailId: late?.messageId, confirmed: true });
    expect(keys(deployment)).toEqual([expect.stringContaining(`${late?.messageId}.tombstone`)]);
  });

  test('a voicemail that nobody has is told, and nothing is written', async () => {
    const { deployment } = await prepare();
    const voicemailId = '99999999-9999-4999-8999-999999999999';
    await expect(runErase(deployment, { voicemailId, confirmed: true })).rejects.toMatchObject({
      code: 'NotFound',
    });
    expect(keys(deployment)).toEqual([]);
  });

  test('the policy in its help is enough, and no more than it needs', async () => {
    const { deployment, first } = await stored();
    const poor = withPolicy(deployment, erasePolicy);
    expect(await runErase(poor, { conversationId: first.conversationId, confirmed: true })).toMatchObject({
      ok: true,
    });
    expect(unused(deployment)).toEqual([]);
  });
});

const stack0 = ({ stack }: LocalDeployment): string => stack.queueIds[0] ?? '';
