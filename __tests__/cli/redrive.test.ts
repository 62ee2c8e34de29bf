import { redrivePolicy } from '../../cli/commands/redrive/command';
import { redrive } from '../../cli/commands/redrive/redrive';
import { prepare, unusedGrants, withPolicy } from './archive-deployment';
import { type LocalDeployment, removeSynthesis, stopDeployments } from './local-deployment';
import { RecordingTerminal } from './recording-terminal';

afterEach(stopDeployments);
afterAll(removeSynthesis);

describe('redrive', () => {
  const CONVERSATION = '11111111-1111-4111-8111-111111111111';

  /** One letter of each kind. */
  const fill = ({ stack, outputs }: LocalDeployment, queueId: string): void => {
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
    const { json, text } = await redrive(deployment, terminal);
    expect(json).toMatchObject({
      ok: true,
      sent: 5,
      byClass: { CRASHED: 1, FORBIDDEN: 1, TOO_LARGE: 1, UNDELIVERED: 2 },
    });
    expect(text.match(/TOO_LARGE +1/g)).toHaveLength(1);
    expect(text).toMatch(/UNDELIVERED +\d{4}-\S+ +voicemail-end +[0-9a-f-]{36}/);
    expect(terminal.shown).not.toContain('TOO_LARGE');
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
    const terminal = new RecordingTerminal();
    const { json, text } = await redrive(deployment, terminal, { dryRun: true });
    expect(json).toMatchObject({ sent: 0 });
    expect(`${terminal.shown}\n${text}`.match(/Nothing was sent/g)).toHaveLength(1);
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
    expect(unusedGrants(deployment)).toEqual([]);
  });
});
