import { PutObjectCommand } from '@aws-sdk/client-s3';
import { erasePolicy } from '../../cli/commands/erase/command';
import { type EraseOptions, erase } from '../../cli/commands/erase/erase';
import { findPolicy } from '../../cli/commands/find/command';
import { find } from '../../cli/commands/find/find';
import { queueIdOf } from '../../cli/genesys';
import { removeVariants, synthesizeVariant } from '../iam/deployment-variant';
import { keys, leave, prepare, runBackfill, unusedGrants, withPolicy, work } from './archive-deployment';
import { type LocalDeployment, removeSynthesis, stopDeployments } from './local-deployment';
import { RecordingTerminal } from './recording-terminal';

afterEach(stopDeployments);
afterAll(removeSynthesis);
afterAll(removeVariants);

const runErase = async (deployment: LocalDeployment, options: EraseOptions) =>
  (await erase(deployment, new RecordingTerminal(), options)).json;

/** A deployment with stored voicemail of two conversations. */
const stored = async (options: Parameters<typeof prepare>[0] = {}) => {
  const prepared = await prepare(options);
  const { deployment, queueId } = prepared;
  const [first, other] = leave(deployment, queueId, 2);
  await runBackfill(deployment, { queueId });
  await work(deployment);
  if (first === undefined || other === undefined) {
    throw new TypeError('two voicemails are left');
  }
  return { ...prepared, first, other };
};

describe('a queue by its name', () => {
  const asked = async (act: (deployment: LocalDeployment) => void, name: string) => {
    const { deployment } = await prepare();
    act(deployment);
    return queueIdOf(deployment, name);
  };
  const refuse =
    (status: number, code: string) =>
    ({ stack }: LocalDeployment) =>
      void stack.genesys.injectFault({
        service: 'api',
        fault: { effect: 'none', answer: { kind: 'error', status, code } },
      });

  test.each<[string, number, string, RegExp]>([
    [
      'a dead token asks for a login',
      401,
      'bad.credentials',
      /\(HTTP 401, bad\.credentials\).* authorize again with/,
    ],
    ['an address that is not on the list names the list', 401, 'ip.not.authorized', /"Allowed IP addresses"/],
    ['a scope that is missing is named', 403, 'missing.any.permissions', /scope routing:readonly/],
    ['a failure of Genesys is told as such', 500, 'internal.server.error', /run it again in a few minutes/],
  ])('%s', async (_name, status, code, message) => {
    await expect(asked(refuse(status, code), 'Support')).rejects.toThrow(message);
  });

  test('a name that no queue has is told with the ten nearest', async () => {
    const leaveNames = ({ stack }: LocalDeployment) => {
      for (let index = 0; index < 12; index += 1) {
        stack.genesys.createQueue({ name: `Another one ${index}` });
      }
      stack.genesys.createQueue({ name: 'Support' });
    };
    await expect(asked(leaveNames, 'suport')).rejects.toThrow(
      /no queue "suport" that this user may see; there are "Support", (?:"[^"]*", ){8}"[^"]*" and \d+ more$/,
    );
  });
});

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
    // As the local run moves its clock: whoever signs a link does not notice.
    deployment.clock.advance(6 * 3_600_000);
    const { url = '', text } = await link(60);
    expect(text).toContain(url);
    const audio = deployment.stack.s3
      .objects(deployment.outputs.bucket_name)
      .find(({ key }) => key.endsWith(`${first.messageId}.webm`));
    expect(Buffer.from(await (await fetch(url)).arrayBuffer())).toEqual(
      audio?.isDeleteMarker === false ? audio.body : undefined,
    );
    const later = Date.now() + 61_000;
    const now = jest.spyOn(Date, 'now').mockReturnValue(later);
    expect((await fetch(url)).status).toBe(403);
    now.mockRestore();
  });

  test('the policy in its help is enough, and no more than it needs', async () => {
    const { deployment, first } = await stored();
    const asUser = withPolicy(deployment, findPolicy);
    deployment.stack.genesys.createQueue({ id: '5d0e7b1a-2c3d-4e5f-8a9b-0c1d2e3f4a5b', name: 'Sales' });
    expect(await queueIdOf(asUser, 'Sales')).toBe('5d0e7b1a-2c3d-4e5f-8a9b-0c1d2e3f4a5b');
    const { json } = await find(asUser, new RecordingTerminal(), {
      voicemailId: first.messageId,
      linkSeconds: 60,
    });
    const [{ link = '' } = {}] = json['voicemails'] as readonly { link?: string }[];
    expect((await fetch(link)).status).toBe(200);
    expect(unusedGrants(deployment)).toEqual([]);
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
    const { deployment, queueId, first, other } = await stored();
    const { stack, outputs, aws } = deployment;
    const audio = keys(deployment).find((key) => key.endsWith(`${first.messageId}.webm`)) ?? '';
    await aws.s3.send(
      new PutObjectCommand({ Bucket: outputs.bucket_name, Key: audio, Body: 'another version' }),
    );
    const audit = await runErase(deployment, { conversationId: first.conversationId, confirmed: true });
    expect(audit).toMatchObject({
      ok: true,
      event: 'voicemail-erasure',
      voicemails: [{ voicemailId: first.messageId, versions: 3, remaining: 0, atGenesys: 'deleted' }],
    });
    const left = stack.s3.objects(outputs.bucket_name).filter(({ key }) => key.includes(first.messageId));
    // The first version was written before Genesys had answered.
    expect(left.map(({ key }) => key.split('.').at(-1))).toEqual(['tombstone', 'tombstone']);
    const contents = left.map((version) =>
      version.isDeleteMarker ? undefined : JSON.parse(version.body.toString('utf8')),
    );
    expect(contents).toContainEqual({
      schemaVersion: 1,
      voicemailId: first.messageId,
      queueId,
      conversationId: first.conversationId,
      erasedDate: expect.any(String),
      atGenesys: 'deleted',
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
    expect([...new Set(keys(deployment))]).toEqual([expect.stringContaining(`${late?.messageId}.tombstone`)]);
  });

  test('a voicemail that nobody has is told, and nothing is written', async () => {
    const { deployment } = await prepare();
    const voicemailId = '99999999-9999-4999-8999-999999999999';
    await expect(runErase(deployment, { voicemailId, confirmed: true })).rejects.toMatchObject({
      code: 'NotFound',
    });
    expect(keys(deployment)).toEqual([]);
  });

  test('what Object Lock keeps is erased with the right to bypass it and no sooner, while the reconcile writes its memory on', async () => {
    const { deployment, first, other, queueId } = await stored({
      stack: synthesizeVariant({ objectLockDays: 30 }),
    });
    const { stack, outputs } = deployment;
    const target = { voicemailId: first.messageId, confirmed: true };
    const kept = await runErase(deployment, target);
    expect(kept).toMatchObject({ ok: false, voicemails: [{ versions: 0, stoppedBy: 'AccessDenied' }] });
    expect(keys(deployment).filter((key) => key.includes(first.messageId))).toHaveLength(4);
    const poor = withPolicy(deployment, erasePolicy);
    expect(await runErase(poor, { ...target, bypassesLock: true })).toMatchObject({ ok: false });
    const allowed: typeof erasePolicy = (names) => [
      ...erasePolicy(names),
      {
        Sid: 'BypassLock',
        Effect: 'Allow',
        Action: ['s3:BypassGovernanceRetention'],
        Resource: `${names.bucket_arn}/*`,
      },
    ];
    expect(await runErase(withPolicy(deployment, allowed), { ...target, bypassesLock: true })).toMatchObject({
      ok: true,
      voicemails: [{ versions: 2, remaining: 0 }],
    });
    for (const _run of [1, 2]) {
      stack.aws.sqs.send(outputs.events_queue_arn, '{"schemaVersion":1,"kind":"reconcile"}');
      await work(deployment);
    }
    const memory = keys(deployment).filter((key) => key.endsWith(`queue_id=${queueId}/_reconcile.json`));
    expect(memory.length).toBeGreaterThan(1);
    expect(keys(deployment).filter((key) => key.includes(other.messageId))).toHaveLength(2);
  });

  test('the policy in its help is enough, and no more than it needs', async () => {
    const { deployment, first } = await stored();
    const poor = withPolicy(deployment, erasePolicy);
    // The second run meets the tombstone of the first.
    for (const _run of [1, 2]) {
      expect(await runErase(poor, { conversationId: first.conversationId, confirmed: true })).toMatchObject({
        ok: true,
      });
    }
    expect(unusedGrants(deployment)).toEqual([]);
  });
});
