import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { unzipSync } from 'fflate';
import { buildFunctions } from '../../build/bundling';
import { type FunctionName, type Generation, installBaseline } from '../baseline/install';
import { PENDING_VERSION_ID, SECRET_ARN } from '../service/secrets-manager';
import type { Service } from '../service/service';
import { toVoicemailId } from '../service/voicemail-id';

/** Peers that run: ours, the baseline on the blueprint's packages or on today's, and the limit. */
export type SubjectName = 'ours' | 'baseline' | 'today' | 'limit';

/** Where each peer's handler lies. */
export type HandlerPaths = Readonly<Record<FunctionName, Readonly<Record<SubjectName, string>>>>;

/** Every peer, ready to run. */
export interface PreparedPeers {
  readonly handlers: HandlerPaths;
  /** Removes what was unpacked. */
  remove(): Promise<void>;
}

const OUR_NAMES = { mover: 'move-voicemail-to-s3', rotation: 'refresh-auth-token' } as const;

const unpack = async (zipPath: string, folder: string): Promise<void> => {
  for (const [name, bytes] of Object.entries(unzipSync(await readFile(zipPath)))) {
    const path = join(folder, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, bytes);
  }
};

/**
 * Builds our functions and unpacks their zips, as Lambda does, and installs the baseline's packages where they are not yet.
 *
 * @throws InstallFailedError where the baseline's packages cannot be had.
 */
export const preparePeers = async (projectFolder: string): Promise<PreparedPeers> => {
  const folder = await mkdtemp(join(tmpdir(), 'bench-functions-'));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  const baseline = async (name: FunctionName, generation: Generation): Promise<string> =>
    join(await installBaseline(projectFolder, name, generation), 'index.js');
  const prepare = async (name: FunctionName): Promise<Readonly<Record<SubjectName, string>>> => {
    await unpack(join(folder, 'built', `${OUR_NAMES[name]}.zip`), join(folder, name));
    return {
      ours: join(folder, name, 'index.js'),
      baseline: await baseline(name, 'blueprint'),
      today: await baseline(name, 'today'),
      limit: join(__dirname, '../limit', `${name}.cjs`),
    };
  };
  try {
    await buildFunctions({ root: projectFolder, outputFolder: join(folder, 'built') });
    return { handlers: { mover: await prepare('mover'), rotation: await prepare('rotation') }, remove };
  } catch (error) {
    await remove();
    throw error;
  }
};

/** The largest recording that the bench moves. */
const MAXIMUM_BYTES = 1024 ** 3;

/** The variables of every peer's process; each takes from them what it knows. */
export const peerEnvironment = ({
  origins,
  certificatePath,
  folder,
}: Service): Readonly<Record<string, string>> => ({
  NODE_EXTRA_CA_CERTS: certificatePath,
  HOME: folder,
  AWS_REGION: 'eu-central-1',
  AWS_ACCESS_KEY_ID: 'AKIABENCH',
  AWS_SECRET_ACCESS_KEY: 'bench',
  AWS_SESSION_TOKEN: 'bench',
  AWS_LAMBDA_FUNCTION_NAME: 'bench',
  // On Node 20 the SDK of today would say that it is old; on the Node that is deployed it does not.
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  AWS_ENDPOINT_URL_S3: origins.s3,
  AWS_ENDPOINT_URL_SECRETS_MANAGER: origins.secretsManager,
  GENESYS_REGION: 'eu-central-1',
  GENESYS_API_ORIGIN: origins.genesys,
  GENESYS_MEDIA_ORIGINS: origins.media,
  TOKEN_SECRET_ARNS: SECRET_ARN,
  ARCHIVE_BUCKET_NAME: 'bench',
  ARCHIVE_KMS_KEY_ARN: 'arn:aws:kms:eu-central-1:123456789012:key/00000000-0000-4000-8000-0000000000ff',
  EVENTS_QUEUE_URL: `${origins.s3}/123456789012/events`,
  FAILURES_QUEUE_URL: `${origins.s3}/123456789012/failures`,
  MAXIMUM_AUDIO_BYTES: String(MAXIMUM_BYTES),
});

const DURATION_MS = 42_000;

/** The event bus' own envelope: what the blueprint's rule hands to its function. */
const envelope = (id: string, nowMs: number): object => ({
  'detail-type': 'v2.detail.events.conversation.{id}.voicemail.end',
  time: new Date(nowMs).toISOString(),
  detail: {
    eventBody: { conversationId: id, queueId: id, eventTime: nowMs, voicemailDurationMs: DURATION_MS },
  },
});

/** A batch of one message, as our rule and queue hand it over. */
const batch = (id: string, nowMs: number): object => ({
  Records: [
    {
      messageId: id,
      receiptHandle: 'bench',
      body: JSON.stringify({
        schemaVersion: 1,
        kind: 'voicemail-end',
        conversationId: id,
        queueId: id,
        eventTimeMs: String(nowMs),
        durationMs: String(DURATION_MS),
      }),
      attributes: { ApproximateReceiveCount: '1', SentTimestamp: String(nowMs) },
    },
  ],
});

/** Unread voicemails in the queue beside the one that is moved. Ours never looks at them; the baseline lists them all. */
const BACKLOG = 10;

let left = 0;

/**
 * Events of new voicemails, each for one invocation of the mover.
 *
 * @param sizesBytes one size for each
 * @param backlog other voicemails in the queue
 */
export const voicemailEvents = (
  subject: SubjectName,
  sizesBytes: readonly number[],
  backlog = BACKLOG,
): readonly object[] =>
  sizesBytes.map((sizeBytes) => {
    left += 1;
    const id = toVoicemailId({ number: left, backlog, sizeBytes });
    return (subject === 'ours' ? batch : envelope)(id, Date.now());
  });

/** The test step of a rotation, which may be repeated. */
export const ROTATION_EVENT = {
  Step: 'testSecret',
  SecretId: SECRET_ARN,
  ClientRequestToken: PENDING_VERSION_ID,
} as const;
