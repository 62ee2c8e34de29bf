import { createWriteStream, rmSync } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { type ArchivedVoicemail, findVoicemails, type VoicemailQuery } from '../../archive';
import { type Deployment, readMoveSettings } from '../../deployment';
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

const download = async ({ aws, outputs }: Deployment, key: string, folder: string): Promise<string> => {
  const file = join(folder, basename(key));
  const { Body } = await aws.s3
    .send(new GetObjectCommand({ Bucket: outputs.bucket_name, Key: key }))
    .catch((error: unknown) => {
      throw awsProblem(`reading ${key}`, error);
    });
  if (!(Body instanceof Readable)) {
    throw new TypeError('broken promise: the SDK gives a stream in Node');
  }
  // Under another name until it is whole; what Ctrl-C leaves unfinished goes.
  const part = `${file}.part`;
  const remove = (): void => rmSync(part, { force: true });
  process.once('exit', remove);
  try {
    await mkdir(folder, { recursive: true });
    await pipeline(Body, createWriteStream(part));
    await rename(part, file);
  } finally {
    process.off('exit', remove);
    remove();
  }
  return file;
};

const accessTo = async (
  deployment: Deployment,
  { audio, state }: ArchivedVoicemail,
  { linkSeconds, downloadTo }: FindOptions,
): Promise<Access> => {
  const { aws, outputs } = deployment;
  if (audio === undefined || state !== 'stored' || (linkSeconds === undefined && downloadTo === undefined)) {
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
    state,
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

const nextStep = (found: readonly ArchivedVoicemail[], { linkSeconds, downloadTo }: FindOptions): string => {
  const [half] = found.filter(({ state }) => state === 'half-erased');
  if (half !== undefined) {
    return `Next: an erasure stopped; run erase --voicemail ${half.voicemailId} --yes again.`;
  }
  const [failed] = found.filter(({ state }) => state === 'failed');
  if (failed !== undefined) {
    return 'Next: redrive --dry-run tells why it failed.';
  }
  return linkSeconds === undefined && downloadTo === undefined
    ? 'Next: listen with --open, get links with --link, or save with --download <folder>.'
    : 'Next: whoever has a link or a file can listen: keep them as you would the call.';
};

/** Finds voicemails in the archive and, on demand, makes short-lived links to listen or saves recordings. @throws OperatorError */
export const find = async (
  deployment: Deployment,
  terminal: Terminal,
  options: FindOptions,
): Promise<CommandResult> => {
  const { longerThanSeconds, linkSeconds, opens, ...query } = options;
  const settings = await readMoveSettings(deployment.aws.lambda, deployment.outputs.move_function_arn);
  const progress = terminal.begin('Searching the archive');
  try {
    const all = await findVoicemails(deployment, settings, query, (read, total) =>
      progress.update(`${read} of ${total} read`),
    );
    const found = all.filter(
      ({ sidecar }) =>
        longerThanSeconds === undefined || (sidecar?.durationMs ?? 0) > longerThanSeconds * 1000,
    );
    const voicemails: { readonly voicemail: ArchivedVoicemail; readonly access: Access }[] = [];
    for (const voicemail of found) {
      voicemails.push({ voicemail, access: await accessTo(deployment, voicemail, options) });
    }
    progress.done(`${found.length} found`);
    const links = voicemails.flatMap(({ access }) => (access.link === undefined ? [] : [access.link]));
    const [only] = links;
    if (opens === true && only !== undefined && links.length === 1) {
      await terminal.openBrowser(only);
    }
    const lines = [
      table([['state', 'voicemail', 'conversation', 'left at', 'duration', 'size'], ...found.map(row)]),
      ...voicemails.flatMap(({ voicemail, access }) =>
        accessLines(voicemail.voicemailId, access, linkSeconds),
      ),
      ...(opens === true && links.length !== 1
        ? ['', `--open opens one recording, and here are ${links.length}.`]
        : []),
      '',
      nextStep(found, options),
    ];
    return {
      text:
        found.length === 0
          ? 'The archive holds no such voicemail.\nNext: doctor tells whether voicemail arrives; backfill --queue finds what the archive lacks.'
          : lines.join('\n'),
      json: {
        ok: found.length > 0,
        voicemails: voicemails.map(({ voicemail, access }) => ({
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
          ...access,
        })),
      },
      exitCode: found.length > 0 ? EXIT_CODE.done : EXIT_CODE.notFound,
    };
  } catch (error) {
    progress.fail();
    throw error;
  }
};
