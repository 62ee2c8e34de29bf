import { once } from 'node:events';
import { createWriteStream, existsSync, mkdirSync, rmSync, type WriteStream } from 'node:fs';
import { rename } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import {
  type ArchivedVoicemail,
  findVoicemails,
  type VoicemailQuery,
  type VoicemailState,
} from '../../archive';
import { usage } from '../../command';
import { commandOn, type Deployment, readMoveSettings } from '../../deployment';
import { awsProblem, EXIT_CODE } from '../../errors';
import { table } from '../../table';
import type { CommandResult, Terminal } from '../../terminal';

/** Options of `find`. */
export interface FindOptions extends VoicemailQuery {
  /** Only voicemail longer than this. */
  readonly longerThanSeconds?: number | undefined;
  /** Seconds that links live; without it there are none. At most an hour. */
  readonly linkSeconds?: number | undefined;
  /** Open the only link in the browser. @default false */
  readonly opens?: boolean;
  /** A folder to save recordings to. */
  readonly downloadTo?: string | undefined;
}

/** Classes whose objects S3 gives only after a restore: https://docs.aws.amazon.com/AmazonS3/latest/userguide/restoring-objects.html. */
const ARCHIVED_CLASSES: ReadonlySet<string> = new Set(['GLACIER', 'DEEP_ARCHIVE']);

/** Recordings that a refusal names. */
const MOST_NAMED = 5;

/** How one finds out what to do with audio that cannot be read right now. */
const howToRestore = (bucket: string, key: string): string =>
  `archived: restore first (hours), with aws s3api restore-object --bucket ${bucket} --key '${key}' --restore-request Days=2`;

/** Ways to get one voicemail's audio. */
interface Access {
  readonly link?: string;
  readonly file?: string;
  /** Why there is neither. */
  readonly archived?: string;
}

/** Makes a folder and those above it. Node's own recursive mkdir never ends under /proc. */
const makeFolder = (folder: string): void => {
  if (!existsSync(folder)) {
    makeFolder(dirname(folder));
    mkdirSync(folder);
  }
};

const download = async ({ aws, outputs }: Deployment, key: string, folder: string): Promise<string> => {
  const file = join(folder, basename(key));
  // Under another name until it is whole; what Ctrl-C leaves unfinished goes.
  const part = `${file}.part`;
  const remove = (): void => rmSync(part, { force: true });
  process.once('exit', remove);
  let target: WriteStream | undefined;
  try {
    // Before the recording is asked for: a body that nobody reads ends the process when its connection does.
    makeFolder(folder);
    // For its owner alone: it is somebody's voice.
    target = createWriteStream(part, { mode: 0o600 });
    await once(target, 'open');
    const { Body } = await aws.s3
      .send(new GetObjectCommand({ Bucket: outputs.bucket_name, Key: key }))
      .catch((error: unknown) => {
        throw awsProblem(`reading ${key}`, error);
      });
    if (!(Body instanceof Readable)) {
      throw new TypeError('broken promise: the SDK gives a stream in Node');
    }
    await pipeline(Body, target);
    await rename(part, file);
  } finally {
    target?.destroy();
    process.off('exit', remove);
    remove();
  }
  return file;
};

/** The audio that somebody can listen to. */
const recordingOf = ({ audio, state }: ArchivedVoicemail): ArchivedVoicemail['audio'] =>
  state === 'stored' ? audio : undefined;

const accessTo = async (
  deployment: Deployment,
  voicemail: ArchivedVoicemail,
  { linkSeconds, downloadTo }: FindOptions,
): Promise<Access> => {
  const { aws, outputs } = deployment;
  const audio = recordingOf(voicemail);
  if (audio === undefined || (linkSeconds === undefined && downloadTo === undefined)) {
    return {};
  }
  if (ARCHIVED_CLASSES.has(audio.storageClass)) {
    return { archived: howToRestore(outputs.bucket_name, audio.key) };
  }
  const get = new GetObjectCommand({ Bucket: outputs.bucket_name, Key: audio.key });
  return {
    ...(linkSeconds === undefined
      ? {}
      : { link: await getSignedUrl(aws.s3, get, { expiresIn: linkSeconds }) }),
    ...(downloadTo === undefined ? {} : { file: await download(deployment, audio.key, downloadTo) }),
  };
};

/** Bytes that are really there, older versions included. */
const storedBytes = ({ versions }: ArchivedVoicemail): number =>
  versions.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);

const row = (voicemail: ArchivedVoicemail): readonly string[] => {
  const { voicemailId, state, sidecar, conversationId, tombstone } = voicemail;
  return [
    state === 'erased-here' ? 'erased here, not at Genesys' : state,
    voicemailId,
    conversationId ?? '-',
    sidecar?.createdDate ?? (tombstone === undefined ? '-' : `erased ${tombstone.erasedDate}`),
    sidecar?.durationMs === undefined ? '-' : `${Math.round(sidecar.durationMs / 1000)} s`,
    `${state === 'stored' ? (sidecar?.sizeBytes ?? 0) : storedBytes(voicemail)} bytes`,
  ];
};

/** One long word on a line of its own, so that a terminal may wrap it and a person can still copy it. */
const accessLines = (
  voicemailId: string,
  access: Access,
  linkSeconds: number | undefined,
): readonly string[] => [
  ...(access.archived === undefined ? [] : ['', `${voicemailId}, ${access.archived}`]),
  ...(access.link === undefined ? [] : ['', `${voicemailId}, for ${linkSeconds} seconds:`, access.link]),
  ...(access.file === undefined ? [] : ['', `${voicemailId}, saved:`, access.file]),
];

/** What is wrong with voicemail that nobody can listen to, and the command that goes on; the most urgent first. */
const REMEDIES: readonly (readonly [VoicemailState, (voicemailId: string) => readonly [string, string]])[] = [
  ['half-erased', (id) => [`The erasure of ${id} stopped.`, `erase --voicemail ${id} --yes`]],
  ['erased-here', (id) => [`Genesys Cloud still has its copy of ${id}.`, `erase --voicemail ${id} --yes`]],
  ['failed', (id) => [`${id} is in the failures queue, with its class.`, 'redrive --dry-run']],
  ['incomplete', (id) => [`Audio or sidecar of ${id} is missing; a redelivery stores it.`, 'doctor']],
];

interface Shown {
  readonly voicemail: ArchivedVoicemail;
  readonly access: Access;
}

const nextStep = (
  deployment: Deployment,
  shown: readonly Shown[],
  { linkSeconds, downloadTo }: FindOptions,
): string => {
  const voicemails = shown.map(({ voicemail }) => voicemail);
  for (const [state, remedy] of REMEDIES) {
    const one = voicemails.find((voicemail) => voicemail.state === state);
    if (one !== undefined) {
      const [trouble, command] = remedy(one.voicemailId);
      return `${trouble}\nNext: ${commandOn(deployment, command)}`;
    }
  }
  if (!voicemails.some((voicemail) => recordingOf(voicemail) !== undefined)) {
    const untold = voicemails.find(
      ({ state, tombstone }) => state === 'erased' && tombstone?.atGenesys === undefined,
    );
    if (untold !== undefined) {
      const { voicemailId } = untold;
      return `The erasure of ${voicemailId} did not note what became of Genesys Cloud's copy; a repeat asks, and notes it.\nNext: ${commandOn(deployment, `erase --voicemail ${voicemailId} --yes`)}`;
    }
    return voicemails.some(({ state }) => state === 'deleted')
      ? 'Next: docs/operations.md#restore-an-object says how an older version comes back.'
      : 'Next: nothing; it is erased here and at Genesys Cloud, and stays away.';
  }
  if (linkSeconds === undefined && downloadTo === undefined) {
    return 'Next: listen with --open, get links with --link, or save with --download recordings.';
  }
  return shown.some(({ access }) => access.link !== undefined || access.file !== undefined)
    ? 'Next: whoever has a link or a file can listen: keep them as you would the call.'
    : 'Next: restore it, as said above, then run this again.';
};

/** @throws OperatorError where several recordings could be opened: no link is made that nobody asked for. */
const requireOne = (found: readonly ArchivedVoicemail[]): void => {
  const ids = found.flatMap((voicemail) =>
    recordingOf(voicemail) === undefined ? [] : [voicemail.voicemailId],
  );
  if (ids.length > 1) {
    throw usage(
      `--open opens one recording, and ${ids.length} were found; name it with --voicemail: ${ids.slice(0, MOST_NAMED).join(', ')}${ids.length > MOST_NAMED ? ' and more' : ''}`,
    );
  }
};

const search = async (
  deployment: Deployment,
  terminal: Terminal,
  { longerThanSeconds, ...query }: FindOptions,
): Promise<readonly ArchivedVoicemail[]> => {
  const progress = terminal.begin('Searching the archive');
  try {
    const settings = await readMoveSettings(deployment.aws.lambda, deployment.outputs.move_function_arn);
    const all = await findVoicemails(deployment, settings, query, (read, total) =>
      progress.update(`${read} of ${total} read`),
    );
    const found = all.filter(
      ({ sidecar }) =>
        longerThanSeconds === undefined || (sidecar?.durationMs ?? 0) > longerThanSeconds * 1000,
    );
    progress.done(`${found.length} found`);
    return found;
  } catch (error) {
    progress.fail();
    throw error;
  }
};

const accessToAll = async (
  deployment: Deployment,
  terminal: Terminal,
  found: readonly ArchivedVoicemail[],
  options: FindOptions,
): Promise<readonly Shown[]> => {
  const { downloadTo } = options;
  const progress = downloadTo === undefined ? undefined : terminal.begin(`Saving to ${downloadTo}`);
  const shown: Shown[] = [];
  try {
    for (const voicemail of found) {
      shown.push({ voicemail, access: await accessTo(deployment, voicemail, options) });
      progress?.update(`${shown.length} of ${found.length}`);
    }
  } catch (error) {
    progress?.fail();
    throw error;
  }
  progress?.done(`${shown.filter(({ access }) => access.file !== undefined).length} saved to ${downloadTo}`);
  return shown;
};

/** Finds voicemails in the archive and, on demand, makes short-lived links to listen or saves recordings. @throws OperatorError */
export const find = async (
  deployment: Deployment,
  terminal: Terminal,
  options: FindOptions,
): Promise<CommandResult> => {
  const found = await search(deployment, terminal, options);
  if (options.opens === true) {
    requireOne(found);
  }
  const shown = await accessToAll(deployment, terminal, found, options);
  const [only] = shown.flatMap(({ access }) => access.link ?? []);
  if (options.opens === true && only !== undefined) {
    await terminal.openBrowser(only);
  }
  const lines = [
    table([['state', 'voicemail', 'conversation', 'left at', 'duration', 'size'], ...found.map(row)], {
      columns: terminal.columns,
    }),
    ...shown.flatMap(({ voicemail, access }) =>
      accessLines(voicemail.voicemailId, access, options.linkSeconds),
    ),
    '',
    nextStep(deployment, shown, options),
  ];
  return {
    text:
      found.length === 0
        ? `The archive holds no such voicemail; backfill --queue finds what it lacks.\nNext: ${commandOn(deployment, 'doctor')}`
        : lines.join('\n'),
    json: {
      ok: found.length > 0,
      voicemails: shown.map(({ voicemail, access }) => ({
        voicemailId: voicemail.voicemailId,
        state: voicemail.state,
        key: voicemail.audio?.key,
        storageClass: voicemail.audio?.storageClass,
        conversationId: voicemail.conversationId,
        queueId: voicemail.sidecar?.queueId,
        groupId: voicemail.sidecar?.groupId,
        createdDate: voicemail.sidecar?.createdDate,
        durationMs: voicemail.sidecar?.durationMs,
        sizeBytes: voicemail.sidecar?.sizeBytes,
        storedBytes: storedBytes(voicemail),
        erasedDate: voicemail.tombstone?.erasedDate,
        ...(voicemail.tombstone === undefined
          ? {}
          : { atGenesys: voicemail.tombstone.atGenesys ?? 'unknown' }),
        ...access,
      })),
    },
    exitCode: found.length > 0 ? EXIT_CODE.done : EXIT_CODE.notFound,
  };
};
