import { GetObjectCommand, HeadObjectCommand, ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import * as v from 'valibot';
import type { MoveVoicemailToS3Settings } from '../../functions/move-voicemail-to-s3/contract/environment';
import { dayPrefix } from '../../functions/move-voicemail-to-s3/contract/object-key';
import { type Sidecar, SidecarSchema } from '../../functions/move-voicemail-to-s3/contract/sidecar';
import type { Deployment } from '../deployment';
import { awsProblem } from '../errors';
import { type Tombstone, TombstoneSchema } from './tombstone';

/** Filters of a search. One that is left out does not filter. */
export interface VoicemailQuery {
  readonly voicemailId?: string | undefined;
  readonly conversationId?: string | undefined;
  readonly queueId?: string | undefined;
  /** Epoch milliseconds of any moment of the UTC day. Only together with a queue. */
  readonly dayMs?: number | undefined;
  /** Only voicemail left at this moment or later; epoch milliseconds. */
  readonly sinceMs?: number | undefined;
}

/** One version of one object, or one delete marker. */
export interface ObjectVersion {
  readonly key: string;
  readonly versionId: string;
  readonly isLatest: boolean;
  readonly isDeleteMarker: boolean;
  readonly storageClass: string;
  readonly sizeBytes: number;
  /** Epoch milliseconds. */
  readonly modifiedMs: number;
}

/**
 * What is really stored of a voicemail: `stored`, audio and its sidecar; `incomplete`, one without the other; `failed`, a
 * mark that it is in the failures queue; `deleted`, older versions only; `erased`, a tombstone and nothing else;
 * `erased-here`, the same while Genesys Cloud has not confirmed that its copy is gone; `half-erased`, a tombstone beside
 * versions that an erasure should have deleted.
 */
export type VoicemailState =
  | 'stored'
  | 'incomplete'
  | 'failed'
  | 'deleted'
  | 'erased'
  | 'erased-here'
  | 'half-erased';

/** The objects that the archive holds for one voicemail. */
export interface ArchivedVoicemail {
  readonly voicemailId: string;
  /** The keys' common part, without the dot and what follows it. */
  readonly stem: string;
  readonly state: VoicemailState;
  /** The audio that is current. */
  readonly audio: ObjectVersion | undefined;
  /** Every version and delete marker but the tombstone's. */
  readonly versions: readonly ObjectVersion[];
  readonly sidecar: Sidecar | undefined;
  readonly tombstone: Tombstone | undefined;
  /** As the sidecar, the tombstone or the audio's own metadata says. */
  readonly conversationId: string | undefined;
}

const STEM = /^(.*\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}))\.([a-z0-9]+)$/;
const BESIDE: ReadonlySet<string> = new Set(['json', 'tombstone', 'failure']);

const extensionOf = ({ key }: ObjectVersion): string => STEM.exec(key)?.[3] ?? '';

const prefixesOf = (keyPrefix: string, { queueId, dayMs }: VoicemailQuery): readonly string[] => {
  if (queueId === undefined) {
    return [`${keyPrefix}queue_id=`, `${keyPrefix}group_id=`];
  }
  return [
    dayMs === undefined
      ? `${keyPrefix}queue_id=${queueId}/`
      : dayPrefix(keyPrefix, { kind: 'queue', id: queueId }, dayMs),
  ];
};

/** Every version and delete marker under a prefix. @throws OperatorError */
export async function* versionsUnder(
  { aws, outputs }: Deployment,
  prefix: string,
): AsyncGenerator<ObjectVersion> {
  let position: { KeyMarker?: string; VersionIdMarker?: string } = {};
  for (;;) {
    const page = await aws.s3
      .send(new ListObjectVersionsCommand({ Bucket: outputs.bucket_name, Prefix: prefix, ...position }))
      .catch((error: unknown) => {
        throw awsProblem('listing the archive', error);
      });
    for (const { Key = '', VersionId = '', IsLatest, StorageClass, Size, LastModified } of page.Versions ??
      []) {
      yield {
        key: Key,
        versionId: VersionId,
        isLatest: IsLatest === true,
        isDeleteMarker: false,
        storageClass: StorageClass ?? 'STANDARD',
        sizeBytes: Size ?? 0,
        modifiedMs: LastModified?.getTime() ?? 0,
      };
    }
    for (const { Key = '', VersionId = '', IsLatest, LastModified } of page.DeleteMarkers ?? []) {
      yield {
        key: Key,
        versionId: VersionId,
        isLatest: IsLatest === true,
        isDeleteMarker: true,
        storageClass: 'STANDARD',
        sizeBytes: 0,
        modifiedMs: LastModified?.getTime() ?? 0,
      };
    }
    if (page.IsTruncated !== true || page.NextKeyMarker === undefined) {
      return;
    }
    position = {
      KeyMarker: page.NextKeyMarker,
      ...(page.NextVersionIdMarker === undefined ? {} : { VersionIdMarker: page.NextVersionIdMarker }),
    };
  }
}

/** The objects stored under one stem. */
interface Stored {
  readonly voicemailId: string;
  readonly stem: string;
  readonly versions: readonly ObjectVersion[];
}

const MOMENT = /year=(\d{4})\/month=(\d{2})\/day=(\d{2})\//;

/** Whether a key's day is late enough. The day alone tells; the sidecar is asked for the moment. */
const isRecent = (key: string, sinceMs: number | undefined): boolean => {
  const [, year, month, day] = MOMENT.exec(key) ?? [];
  return (
    sinceMs === undefined ||
    day === undefined ||
    Date.parse(`${year}-${month}-${day}T23:59:59.999Z`) >= sinceMs
  );
};

/** Versions by voicemail, as far as the keys alone tell. */
const collect = async (
  deployment: Deployment,
  keyPrefix: string,
  query: VoicemailQuery,
): Promise<readonly Stored[]> => {
  const stems = new Map<string, { voicemailId: string; stem: string; versions: ObjectVersion[] }>();
  for (const prefix of prefixesOf(keyPrefix, query)) {
    for await (const version of versionsUnder(deployment, prefix)) {
      const [, stem, voicemailId] = STEM.exec(version.key) ?? [];
      const isWanted = query.voicemailId === undefined || query.voicemailId === voicemailId;
      if (
        stem !== undefined &&
        voicemailId !== undefined &&
        isWanted &&
        isRecent(version.key, query.sinceMs)
      ) {
        const known = stems.get(stem) ?? { voicemailId, stem, versions: [] };
        known.versions.push(version);
        stems.set(stem, known);
      }
    }
  }
  return [...stems.values()];
};

const stateOf = (versions: readonly ObjectVersion[], tombstone: Tombstone | undefined): VoicemailState => {
  const current = versions
    .filter(({ isLatest, isDeleteMarker }) => isLatest && !isDeleteMarker)
    .map(extensionOf);
  if (current.includes('tombstone')) {
    if (versions.some((version) => extensionOf(version) !== 'tombstone')) {
      return 'half-erased';
    }
    return tombstone?.atGenesys === 'not-deleted' ? 'erased-here' : 'erased';
  }
  const hasAudio = current.some((extension) => !BESIDE.has(extension));
  const hasSidecar = current.includes('json');
  if (hasAudio || hasSidecar) {
    return hasAudio && hasSidecar ? 'stored' : 'incomplete';
  }
  return current.length > 0 ? 'failed' : 'deleted';
};

/** The newest content under an extension; S3 lists versions of one key from the newest on. */
const newest = (versions: readonly ObjectVersion[], extension: string): ObjectVersion | undefined =>
  versions.find((version) => !version.isDeleteMarker && extensionOf(version) === extension);

const readJson = async <Schema extends v.GenericSchema<unknown, unknown>>(
  { aws, outputs }: Deployment,
  version: ObjectVersion | undefined,
  schema: Schema,
): Promise<v.InferOutput<Schema> | undefined> => {
  if (version === undefined) {
    return undefined;
  }
  const { Body } = await aws.s3
    .send(
      new GetObjectCommand({ Bucket: outputs.bucket_name, Key: version.key, VersionId: version.versionId }),
    )
    .catch((error: unknown) => {
      throw awsProblem(`reading ${version.key}`, error);
    });
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), schema), await Body?.transformToString());
  return parsed.success ? parsed.output : undefined;
};

/** Reads a tombstone; `undefined` where it is none. @throws OperatorError */
export const readTombstone = (
  deployment: Deployment,
  version: ObjectVersion | undefined,
): Promise<Tombstone | undefined> => readJson(deployment, version, TombstoneSchema);

/** The conversation that the audio's own metadata names, for audio whose sidecar is gone. */
const conversationOfAudio = async (
  { aws, outputs }: Deployment,
  { key, versionId }: ObjectVersion,
): Promise<string | undefined> => {
  const { Metadata } = await aws.s3
    .send(new HeadObjectCommand({ Bucket: outputs.bucket_name, Key: key, VersionId: versionId }))
    .catch((error: unknown) => {
      throw awsProblem(`looking at ${key}`, error);
    });
  return Metadata?.['conversation-id'];
};

const examine = async (
  deployment: Deployment,
  { voicemailId, stem, versions: all }: Stored,
  query: VoicemailQuery,
): Promise<ArchivedVoicemail> => {
  const [sidecar, tombstone] = await Promise.all([
    readJson(deployment, newest(all, 'json'), SidecarSchema),
    readTombstone(deployment, newest(all, 'tombstone')),
  ]);
  const audios = all.filter((version) => !version.isDeleteMarker && !BESIDE.has(extensionOf(version)));
  const [audio] = audios;
  const named = sidecar?.conversationId ?? tombstone?.conversationId;
  return {
    voicemailId,
    stem,
    state: stateOf(all, tombstone),
    audio: audios.find(({ isLatest }) => isLatest),
    versions: all.filter((version) => extensionOf(version) !== 'tombstone'),
    sidecar,
    tombstone,
    conversationId:
      named === undefined && audio !== undefined && query.conversationId !== undefined
        ? await conversationOfAudio(deployment, audio)
        : named,
  };
};

const isAsked = ({ conversationId, sidecar }: ArchivedVoicemail, query: VoicemailQuery): boolean =>
  (query.conversationId === undefined || conversationId === query.conversationId) &&
  (query.sinceMs === undefined ||
    sidecar?.createdDate === undefined ||
    Date.parse(sidecar.createdDate) >= query.sinceMs);

/** Objects that are read at the same time. */
const CONCURRENCY = 16;

/** Does something for each item, several at a time. @returns the results in the order in which they come */
export const concurrently = async <Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> => {
  const waiting = [...items];
  const results: Result[] = [];
  const workOn = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      results.push(await work(next));
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, workOn));
  return results;
};

/**
 * Finds voicemails by what is really stored of them, every version included. A conversation is only named inside the
 * objects, so each voicemail is read for it.
 *
 * @throws OperatorError
 */
export const findVoicemails = async (
  deployment: Deployment,
  settings: MoveVoicemailToS3Settings,
  query: VoicemailQuery,
  onRead: (read: number, total: number) => void = () => undefined,
): Promise<readonly ArchivedVoicemail[]> => {
  const stored = await collect(deployment, settings.ARCHIVE_KEY_PREFIX, query);
  let read = 0;
  const voicemails = await concurrently(stored, async (one) => {
    const voicemail = await examine(deployment, one, query);
    read += 1;
    onRead(read, stored.length);
    return voicemail;
  });
  return voicemails
    .filter((voicemail) => isAsked(voicemail, query))
    .sort((one, other) => one.stem.localeCompare(other.stem));
};
