import { GetObjectCommand } from '@aws-sdk/client-s3';
import * as v from 'valibot';
import type { MoveVoicemailToS3Settings } from '../../functions/move-voicemail-to-s3/contract/environment';
import { dayPrefix } from '../../functions/move-voicemail-to-s3/contract/object-key';
import { TemporaryError } from '../../functions/move-voicemail-to-s3/contract/operator';
import { type Sidecar, SidecarSchema } from '../../functions/move-voicemail-to-s3/contract/sidecar';
import type { Deployment } from '../deployment';
import { awsProblem, OperatorError } from '../errors';
import { openArchive } from './open-archive';

/** What is looked for. What is not given is not asked for. */
export interface VoicemailQuery {
  readonly voicemailId?: string | undefined;
  readonly conversationId?: string | undefined;
  readonly queueId?: string | undefined;
  /** Epoch milliseconds of any moment of the UTC day. Only together with a queue. */
  readonly dayMs?: number | undefined;
}

/** What the archive holds of one voicemail. */
export interface ArchivedVoicemail {
  readonly voicemailId: string;
  /** The keys' common part, without the dot and what follows it. */
  readonly stem: string;
  /** `incomplete`: audio without its commit marker. `failed`: in the failures queue. */
  readonly state: 'stored' | 'incomplete' | 'failed' | 'erased';
  readonly audioKey: string | undefined;
  readonly sidecar: Sidecar | undefined;
}

const STEM = /^(.*\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}))\.([a-z0-9]+)$/;

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

/** Keys by voicemail, as far as the keys alone tell. */
const collect = async (
  deployment: Deployment,
  settings: MoveVoicemailToS3Settings,
  query: VoicemailQuery,
): Promise<ReadonlyMap<string, { readonly voicemailId: string; readonly extensions: string[] }>> => {
  const archive = openArchive(deployment, settings);
  const stems = new Map<string, { readonly voicemailId: string; readonly extensions: string[] }>();
  for (const prefix of prefixesOf(settings.ARCHIVE_KEY_PREFIX, query)) {
    for await (const { key } of archive.list(prefix)) {
      const [, stem, voicemailId, extension] = STEM.exec(key) ?? [];
      const isWanted = query.voicemailId === undefined || query.voicemailId === voicemailId;
      if (stem !== undefined && voicemailId !== undefined && extension !== undefined && isWanted) {
        const known = stems.get(stem) ?? { voicemailId, extensions: [] };
        known.extensions.push(extension);
        stems.set(stem, known);
      }
    }
  }
  return stems;
};

const readSidecar = async ({ aws, outputs }: Deployment, key: string): Promise<Sidecar | undefined> => {
  const { Body } = await aws.s3
    .send(new GetObjectCommand({ Bucket: outputs.bucket_name, Key: key }))
    .catch((error: unknown) => {
      throw awsProblem(`reading ${key}`, error);
    });
  const parsed = v.safeParse(
    v.pipe(v.string(), v.parseJson(), SidecarSchema),
    await Body?.transformToString(),
  );
  return parsed.success ? parsed.output : undefined;
};

const BESIDE: ReadonlySet<string> = new Set(['json', 'tombstone', 'failure']);

const stateOf = (extensions: readonly string[]): ArchivedVoicemail['state'] => {
  if (extensions.includes('tombstone')) {
    return 'erased';
  }
  if (extensions.includes('json')) {
    return 'stored';
  }
  return extensions.some((extension) => !BESIDE.has(extension)) ? 'incomplete' : 'failed';
};

/** Sidecars that are read at the same time. */
const CONCURRENCY = 16;

/**
 * Finds voicemails in the archive. A conversation is only named inside the sidecars, so each of them is read for it.
 *
 * @throws OperatorError
 */
export const findVoicemails = async (
  deployment: Deployment,
  settings: MoveVoicemailToS3Settings,
  query: VoicemailQuery,
  onRead: (read: number, total: number) => void = () => undefined,
): Promise<readonly ArchivedVoicemail[]> => {
  const stems = await collect(deployment, settings, query).catch((error: unknown) => {
    throw error instanceof TemporaryError ? new OperatorError('AwsFailed', error.message) : error;
  });
  const waiting = [...stems];
  const found: ArchivedVoicemail[] = [];
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [stem, { voicemailId, extensions }] = next;
      const audio = extensions.find((extension) => !BESIDE.has(extension));
      const sidecar = extensions.includes('json') ? await readSidecar(deployment, `${stem}.json`) : undefined;
      onRead(stems.size - waiting.length, stems.size);
      if (query.conversationId === undefined || sidecar?.conversationId === query.conversationId) {
        found.push({
          voicemailId,
          stem,
          state: stateOf(extensions),
          audioKey: audio === undefined ? undefined : `${stem}.${audio}`,
          sidecar,
        });
      }
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, work));
  return found.sort((one, other) => one.stem.localeCompare(other.stem));
};
