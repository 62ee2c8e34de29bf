import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { doctor } from '../../cli/commands/doctor/doctor';
import { type EraseOptions, erase } from '../../cli/commands/erase/erase';
import { find } from '../../cli/commands/find/find';
import { OperatorError } from '../../cli/errors';
import { commandLineBundle } from '../helpers/command-line-bundle';
import { keys, leave, prepare, runBackfill, work } from './archive-deployment';
import {
  type LocalDeployment,
  operatorVariables,
  removeSynthesis,
  stopDeployments,
} from './local-deployment';
import { RecordingTerminal } from './recording-terminal';

afterEach(stopDeployments);
afterAll(removeSynthesis);

/** A deployment that has stored two voicemails of one conversation. */
const stored = async () => {
  const prepared = await prepare();
  const { deployment, queueId } = prepared;
  const [first] = leave(deployment, queueId, 1);
  const conversationId = first?.conversationId ?? '';
  const second = deployment.stack.genesys.leaveVoicemail({
    queueId,
    conversationId,
    audio: { WEBM: { sizeBytes: 5000, seed: 2 } },
    durationMs: 4000,
    createdAtMs: deployment.clock.now() - 3_600_000,
  });
  await runBackfill(deployment, { queueId });
  await work(deployment);
  return { ...prepared, conversationId, ids: [first?.messageId ?? '', second.messageId] };
};

const run = async (
  deployment: LocalDeployment,
  options: EraseOptions,
  terminal = new RecordingTerminal(),
) => {
  const { json, exitCode, text } = await erase(deployment, terminal, { confirmed: true, ...options });
  return { json, exitCode, text, audit: terminal.records.map((line) => JSON.parse(line)) };
};

const foundBy = async (deployment: LocalDeployment, query: Parameters<typeof find>[2]) =>
  (await find(deployment, new RecordingTerminal(), query)).json['voicemails'];

describe('an erasure that stops', () => {
  test('has said before and after each voicemail who erases what, ends with 4, and goes on where it stopped', async () => {
    const { deployment, stopAt, conversationId } = await stored();
    let deletions = 0;
    stopAt.from(({ operation }) => {
      deletions += operation.endsWith('DeleteObjects') ? 1 : 0;
      return operation.endsWith('DeleteObjects') && deletions > 1;
    });
    const { json, exitCode, audit } = await run(deployment, { conversationId });
    expect({ exitCode, ok: json.ok }).toEqual({ exitCode: 4, ok: false });
    expect(audit.map(({ event }) => event)).toEqual([
      'voicemail-erasure-begins',
      'voicemail-erased',
      'voicemail-erasure-begins',
      'voicemail-not-erased',
    ]);
    for (const line of audit) {
      expect(line).toMatchObject({ ...deployment.place, conversationId, time: expect.any(String) });
    }
    expect(audit[3]).toMatchObject({ remaining: 2, atGenesys: 'deleted', stoppedBy: 'AwsFailed' });
    stopAt.never();
    const repeat = await run(deployment, { conversationId });
    expect(repeat).toMatchObject({ exitCode: 0, json: { ok: true } });
    expect(repeat.json['voicemails']).toMatchObject([
      { versions: expect.any(Number), begunEarlier: expect.any(String) },
      { versions: expect.any(Number), begunEarlier: expect.any(String) },
    ]);
    expect(repeat.text).toMatch(/an earlier run began on .*; it had deleted everything/);
    expect(repeat.text).toMatch(/this one deleted the 2 versions that it left/);
    expect(keys(deployment).every((key) => key.endsWith('.tombstone'))).toBe(true);
  });

  test('by Ctrl-C ends after the voicemail that it is at, and says what is left', async () => {
    const { deployment, conversationId } = await stored();
    const terminal = new RecordingTerminal();
    terminal.onRecord = () => {
      terminal.interrupted = true;
    };
    const { json, exitCode, audit, text } = await run(deployment, { conversationId }, terminal);
    expect({ exitCode, notTried: json['notTried'] }).toEqual({ exitCode: 4, notTried: 1 });
    expect(audit.map(({ event }) => event)).toEqual(['voicemail-erasure-begins', 'voicemail-erased']);
    expect(text).toContain('1 voicemail is erased, 1 not tried.');
  });

  test('before it has done anything is no part of the work: the error says so', async () => {
    const { deployment, conversationId } = await stored();
    const terminal = new RecordingTerminal();
    terminal.interrupted = true;
    await expect(run(deployment, { conversationId }, terminal)).rejects.toMatchObject({ exitCode: 130 });
    expect(terminal.records).toEqual([]);
  });
});

describe('an erasure whose audit line cannot be written', () => {
  const brokenAt = (line: number): RecordingTerminal => {
    const terminal = new RecordingTerminal();
    terminal.onRecord = () => {
      if (terminal.records.length >= line) {
        throw new OperatorError('RecordUnwritable', 'an audit line could not be written (ENOSPC)');
      }
    };
    return terminal;
  };

  test('touches nothing where it is the first one', async () => {
    const { deployment, conversationId } = await stored();
    const before = keys(deployment);
    await expect(run(deployment, { conversationId }, brokenAt(1))).rejects.toMatchObject({
      code: 'RecordUnwritable',
      exitCode: 1,
    });
    expect(keys(deployment)).toEqual(before);
  });

  test('touches nothing where the disk under the records is full', async () => {
    const { deployment, conversationId } = await stored();
    const before = keys(deployment);
    const records = openSync('/dev/full', 'w');
    const child = spawn(
      process.execPath,
      [commandLineBundle(), 'erase', '--conversation', conversationId, '--yes'],
      {
        env: operatorVariables(deployment),
        stdio: ['ignore', records, 'pipe'],
      },
    );
    let said = '';
    child.stderr?.on('data', (chunk) => {
      said += chunk;
    });
    const [exitCode] = await once(child, 'close');
    closeSync(records);
    expect(exitCode).toBe(1);
    expect(said).toContain('a line for your records could not be written (ENOSPC)');
    expect(keys(deployment)).toEqual(before);
  });

  test.each([2, 3])('ends with 4 at line %d, which is said on the other stream', async (line) => {
    const { deployment, conversationId } = await stored();
    const terminal = brokenAt(line);
    expect(await run(deployment, { conversationId }, terminal)).toMatchObject({
      exitCode: 4,
      json: { notTried: line === 2 ? 1 : 0 },
    });
    expect(terminal.shown).toContain(terminal.records[line - 1]);
    expect(keys(deployment).filter((key) => key.endsWith('.webm'))).toHaveLength(1);
  });
});

describe('an erasure while Genesys Cloud takes no token', () => {
  const dead = async () => {
    const prepared = await stored();
    const fault = {
      effect: 'none',
      answer: { kind: 'error', status: 401, code: 'bad.credentials' },
    } as const;
    prepared.deployment.stack.genesys.injectFault({ service: 'api', fault });
    return prepared;
  };

  test('erases the archive, says that Genesys was not asked, and is completed by a repeat', async () => {
    const { deployment, conversationId, ids } = await dead();
    const { exitCode, json, text } = await run(deployment, { conversationId });
    expect({ exitCode, json }).toMatchObject({
      exitCode: 4,
      json: {
        voicemails: ids.map(() => ({ remaining: 0, atGenesys: 'not-asked' })),
        doubts: [expect.stringContaining('may still come')],
      },
    });
    expect(text).toContain(`${ids[0]} is erased in the archive. Genesys Cloud was not asked.`);
    expect(keys(deployment).every((key) => key.endsWith('.tombstone'))).toBe(true);
    deployment.stack.genesys.clearFaults();
    expect(await run(deployment, { conversationId })).toMatchObject({ exitCode: 0 });
  });

  test('fails where the archive holds nothing either', async () => {
    const { deployment } = await dead();
    const voicemailId = '7c9e6679-7425-40de-944b-e07fc1f90ae7';
    await expect(run(deployment, { voicemailId })).rejects.toMatchObject({ code: 'GenesysUnavailable' });
  });
});

test('an erasure that cannot look after its deletion does not say how much is left', async () => {
  const { deployment, stopAt, ids } = await stored();
  let isDeleted = false;
  stopAt.from(({ operation }) => {
    const stops = isDeleted;
    isDeleted ||= operation.endsWith('DeleteObjects');
    return stops;
  });
  const { exitCode, text, audit } = await run(deployment, { voicemailId: ids[0] });
  expect(exitCode).toBe(4);
  expect(audit[1]).not.toHaveProperty('remaining');
  expect(text).toContain('may still be in the archive: nobody could look after the deletion');
});

test('an erasure that has only left its tombstone has begun', async () => {
  const { deployment, stopAt, ids } = await stored();
  let writes = 0;
  stopAt.from(({ operation }) => {
    writes += operation.endsWith('PutObject') ? 1 : 0;
    return writes > 0 && !operation.endsWith('PutObject');
  });
  expect(await run(deployment, { voicemailId: ids[0] })).toMatchObject({ exitCode: 4 });
});

describe('what an erasure left by half', () => {
  test('is seen by find, by doctor and by erase --conversation, even without its sidecar', async () => {
    const { deployment, stopAt, conversationId, ids } = await stored();
    const { aws, outputs } = deployment;
    stopAt.from(({ operation }) => operation.endsWith('DeleteObjects'));
    await run(deployment, { voicemailId: ids[0] });
    stopAt.never();
    const sidecar = keys(deployment).find((key) => key.endsWith(`${ids[0]}.json`));
    await aws.s3.send(new DeleteObjectCommand({ Bucket: outputs.bucket_name, Key: sidecar }));
    expect(await foundBy(deployment, { voicemailId: ids[0] })).toMatchObject([
      { state: 'half-erased', storedBytes: expect.any(Number), erasedDate: expect.any(String) },
    ]);
    const { text } = await doctor(deployment, new RecordingTerminal(), { now: () => deployment.clock.now() });
    expect(text).toContain(`erase --voicemail ${ids[0]} --yes`);
    expect(await foundBy(deployment, { conversationId })).toHaveLength(2);
    expect(await run(deployment, { conversationId })).toMatchObject({ exitCode: 0 });
    expect(await foundBy(deployment, { conversationId })).toMatchObject([
      { state: 'erased', storedBytes: 0 },
      { state: 'erased', storedBytes: 0 },
    ]);
  });
});

describe('an erasure that Genesys Cloud refuses', () => {
  const REFUSAL = {
    operation: 'DELETE /api/v2/voicemail/messages/{messageId}',
    fault: { effect: 'none', answer: { kind: 'error', status: 403, code: 'missing.permissions' } },
  } as const;

  const erasuresOf = async (deployment: LocalDeployment) => {
    const { json } = await doctor(deployment, new RecordingTerminal(), { now: () => deployment.clock.now() });
    return (json['checks'] as readonly { check: string }[]).find(({ check }) => check === 'erasures');
  };

  test('is not whole for find and doctor until a repeat deletes it there, and is then', async () => {
    const { deployment, ids } = await stored();
    const { genesys } = deployment.stack;
    genesys.injectFault(REFUSAL);
    const refused = await run(deployment, { voicemailId: ids[0] });
    expect(refused).toMatchObject({ exitCode: 4, json: { voicemails: [{ atGenesys: 'refused' }] } });
    expect(refused.text).toContain(`${ids[0]} is erased in the archive. Genesys Cloud refused`);
    const { json, text } = await find(deployment, new RecordingTerminal(), { voicemailId: ids[0] });
    expect(json['voicemails']).toMatchObject([{ state: 'erased-here', atGenesys: 'not-deleted' }]);
    expect(text).toMatch(/erased here, not at Genesys[\s\S]*Next: .*erase --voicemail/);
    expect(await erasuresOf(deployment)).toMatchObject({
      status: 'finding',
      note: `1 erased here, not at Genesys Cloud: ${ids[0]}`,
      remedy: expect.stringContaining(`erase --voicemail ${ids[0]} --yes`),
    });
    genesys.clearFaults();
    expect(await run(deployment, { voicemailId: ids[0] })).toMatchObject({ exitCode: 0 });
    expect(await foundBy(deployment, { voicemailId: ids[0] })).toMatchObject([
      { state: 'erased', atGenesys: 'deleted' },
    ]);
    expect(await erasuresOf(deployment)).toMatchObject({ status: 'ok', note: '1 erased, none by half' });
  });

  test('is whole once somebody has deleted the voicemail by hand, with a token that may only read', async () => {
    const { deployment, ids } = await stored();
    const { genesys } = deployment.stack;
    genesys.injectFault(REFUSAL);
    await run(deployment, { voicemailId: ids[0] });
    genesys.injectFault({
      operation: 'GET /api/v2/voicemail/messages/{messageId}',
      fault: { effect: 'none', answer: { kind: 'error', status: 404, code: 'not.found' } },
    });
    expect(await run(deployment, { voicemailId: ids[0] })).toMatchObject({ exitCode: 0 });
    expect(await erasuresOf(deployment)).toMatchObject({ status: 'ok' });
  });

  test('by a version that noted nothing is told as unknown, and alarms nobody', async () => {
    const { deployment, ids } = await stored();
    const { aws, outputs } = deployment;
    await run(deployment, { voicemailId: ids[0] });
    const Key = keys(deployment).find((key) => key.endsWith('.tombstone'));
    const { Body } = await aws.s3.send(new GetObjectCommand({ Bucket: outputs.bucket_name, Key }));
    const { atGenesys: _atGenesys, ...old } = JSON.parse((await Body?.transformToString()) ?? '');
    await aws.s3.send(new PutObjectCommand({ Bucket: outputs.bucket_name, Key, Body: JSON.stringify(old) }));
    const { json, text } = await find(deployment, new RecordingTerminal(), { voicemailId: ids[0] });
    expect(json['voicemails']).toMatchObject([{ state: 'erased', atGenesys: 'unknown' }]);
    expect(text).toContain(`erase --voicemail ${ids[0]} --yes`);
    expect(await erasuresOf(deployment)).toMatchObject({
      status: 'ok',
      note: expect.stringMatching(/^1 erased.*did not note/),
    });
    await run(deployment, { voicemailId: ids[0] });
    expect(await erasuresOf(deployment)).toMatchObject({ status: 'ok', note: '1 erased, none by half' });
  });
});

describe('a conversation whose voicemail waits at Genesys Cloud', () => {
  test('gets its tombstones before it comes', async () => {
    const { deployment, queueId } = await prepare();
    const [late] = leave(deployment, queueId, 1);
    expect(await run(deployment, { conversationId: late?.conversationId })).toMatchObject({ exitCode: 0 });
    expect([...new Set(keys(deployment))]).toEqual([expect.stringContaining(`${late?.messageId}.tombstone`)]);
  });
});

describe('find', () => {
  test('says of audio in GLACIER that it has to be restored, and how', async () => {
    const { deployment, ids } = await stored();
    deployment.aws.s3.middlewareStack.add((next) => async (args) => {
      const result = await next(args);
      const { Versions } = result.output as { Versions?: { StorageClass?: string }[] };
      for (const version of Versions ?? []) {
        version.StorageClass = 'GLACIER';
      }
      return result;
    });
    const { text, json } = await find(deployment, new RecordingTerminal(), {
      voicemailId: ids[0],
      linkSeconds: 60,
    });
    expect(text).toMatch(/archived: restore first \(hours\), with aws s3api restore-object --bucket/);
    expect(json['voicemails']).toMatchObject([{ archived: expect.any(String) }]);
  });

  test('--open refuses several recordings before it makes a link, and says how to name one', async () => {
    const { deployment, conversationId, ids } = await stored();
    const terminal = new RecordingTerminal();
    await expect(
      find(deployment, terminal, { conversationId, linkSeconds: 60, opens: true }),
    ).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringMatching(
        /^--open opens one recording, and 2 were found; name it with --voicemail/,
      ),
    });
    expect(terminal.shown).not.toContain('failed');
    const file = mkdtempSync(join(tmpdir(), 'recordings-'));
    await run(deployment, { conversationId });
    const { text } = await find(deployment, new RecordingTerminal(), {
      voicemailId: ids[0],
      downloadTo: file,
    });
    expect(text).toMatch(/Next: nothing; it is erased here and at Genesys Cloud, and stays away\.$/);
    rmSync(file, { recursive: true });
  });

  test('says that a folder cannot be made before it asks for a recording, however large', async () => {
    const { deployment, queueId } = await prepare();
    const { messageId } = deployment.stack.genesys.leaveVoicemail({
      queueId,
      audio: { WEBM: { sizeBytes: 300_000, seed: 1 } },
      durationMs: 4000,
      createdAtMs: deployment.clock.now() - 7_200_000,
    });
    await runBackfill(deployment, { queueId });
    await work(deployment);
    await expect(
      find(deployment, new RecordingTerminal(), { voicemailId: messageId, downloadTo: '/etc/hostname/here' }),
    ).rejects.toMatchObject({ code: 'ENOTDIR' });
    const read = deployment.stack.aws.journal.entries.filter(({ operation }) =>
      operation.endsWith('GetObject'),
    );
    expect(read.map(({ resource }) => resource)).toEqual([expect.stringMatching(/\.json$/)]);
  });

  test('looks over all queues since a moment, by length, and opens the one recording or saves it', async () => {
    const { deployment, ids } = await stored();
    const sinceMs = deployment.clock.now() - 90 * 60_000;
    expect(await foundBy(deployment, { sinceMs })).toMatchObject([{ voicemailId: ids[1] }]);
    expect(await foundBy(deployment, { sinceMs, longerThanSeconds: 4 })).toEqual([]);
    let opened = Buffer.alloc(0);
    const terminal = new RecordingTerminal({
      browse: async (url) => {
        opened = Buffer.from(await (await fetch(url)).arrayBuffer());
      },
    });
    const downloadTo = mkdtempSync(join(tmpdir(), 'recordings-'));
    const { json } = await find(deployment, terminal, { sinceMs, linkSeconds: 60, opens: true, downloadTo });
    await terminal.browsed;
    const [{ file = '' } = {}] = json['voicemails'] as readonly { file?: string }[];
    expect(opened.byteLength).toBeGreaterThan(0);
    expect(readFileSync(file)).toEqual(opened);
    rmSync(downloadTo, { recursive: true });
  });
});
