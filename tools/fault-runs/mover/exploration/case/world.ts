import { MOVE_VOICEMAIL_METRIC } from '../../../../../functions/move-voicemail-to-s3/contract/metrics';
import type { LocalAws } from '../../../../local-cloud/aws';
import type { LocalS3, ObjectVersion, Version } from '../../../../local-cloud/aws/s3';
import { DEFAULT_BEHAVIOUR, type GenesysCloud, type LeftVoicemail } from '../../../../local-cloud/genesys';
import type { Scenario } from '../scenarios';
import { ACCOUNT_ID, KEY_ARN, REGION, type Services } from './services';

const ROLE_ARN = `arn:aws:iam::${ACCOUNT_ID}:role/move-voicemail-to-s3`;
/** Six times the function's timeout, as the module sets it. */
const VISIBILITY_SECONDS = 1_800;

const AUDIO_BYTES = 6_000;
const DURATION_MS = 4_200;
const CALLER = 'tel:+999155501234';
const CALLER_NAME = 'Erika Mustermann';
const TRANSCRIPT = 'please call me back about the delivery';

/** A voicemail at Genesys, and the recording that was left. */
export interface SourceVoicemail {
  readonly id: string;
  readonly conversationId: string;
  readonly sha256: string;
}

/** What the archive holds of one voicemail. */
export interface Holding {
  readonly audio: readonly ObjectVersion[];
  readonly sidecars: readonly ObjectVersion[];
  readonly tombstone: boolean;
  /** Versions of these objects beyond the first of each key, delete markers included. */
  readonly extraVersions: number;
}

/** One organization and one AWS account of one case: a mailbox that is moved, and one that is not. */
export class World {
  readonly aws: LocalAws;
  readonly genesys: GenesysCloud;
  readonly eventsQueueArn: string;
  readonly failuresQueueArn: string;
  /** `undefined` where the caller left none. */
  readonly voicemail: SourceVoicemail | undefined;
  /** In a queue that is not moved. */
  readonly outside: SourceVoicemail;
  /** The message that the case is about. */
  readonly message: string;
  /** The function's variables. */
  readonly environment: Readonly<Record<string, string>>;
  /** Texts that no output may hold, by their kind. */
  readonly secrets: ReadonlyMap<string, string>;
  /** Names that are the same in every run, by the ids that are not. */
  readonly names: ReadonlyMap<string, string>;
  /** Beginning of the voicemail's keys. */
  readonly #stem: string;
  readonly #s3: LocalS3;
  readonly #bucket: string;
  #isErased = false;

  /**
   * @param services - which may have served other worlds
   * @param number - of this world among those of the services
   */
  constructor({ aws, s3, genesys }: Services, scenario: Scenario, number: number) {
    this.aws = aws;
    this.genesys = genesys;
    this.#s3 = s3;
    this.#bucket = `archive-${number}`;
    genesys.changeBehaviour({ ...DEFAULT_BEHAVIOUR, ...scenario.behaviour });
    s3.createBucket({
      name: this.#bucket,
      versioning: true,
      encryption: { sseAlgorithm: 'aws:kms', kmsKeyArn: KEY_ARN },
    });
    const failures = aws.sqs.createQueue({ name: `failures-${number}` });
    const events = aws.sqs.createQueue({
      name: `events-${number}`,
      attributes: { VisibilityTimeout: String(VISIBILITY_SECONDS), MessageRetentionPeriod: '1209600' },
    });
    this.eventsQueueArn = events.arn;
    this.failuresQueueArn = failures.arn;

    const pair = genesys.grantFirstPair();
    const queue = genesys.createQueue();
    const otherQueue = genesys.createQueue();
    const group = genesys.createGroup({ memberIds: [pair.userId] });
    const secret = aws.secretsManager.createSecret({
      Name: `token-${number}`,
      SecretString: JSON.stringify({
        clientId: pair.clientId,
        clientSecret: pair.clientSecret,
        accessToken: pair.accessToken,
        refreshToken: pair.refreshToken,
      }),
    });

    const mailbox = scenario.mailbox === 'queue' ? { queueId: queue.id } : { groupId: group.id };
    const { voicemail, conversationId } = leaveOrHangUp(genesys, mailbox, scenario);
    this.voicemail = voicemail;
    const another = scenario.hasSharedConversation ? { conversationId } : {};
    this.outside = sourceOf(leave(genesys, { queueId: otherQueue.id, ...another }, 2, 0));
    const [year, month, day] = new Date(aws.clock.now()).toISOString().slice(0, 10).split('-');
    this.#stem = `queue_id=${queue.id}/year=${year}/month=${month}/day=${day}/${this.voicemail?.id}`;
    this.message = JSON.stringify({
      schemaVersion: 1,
      kind: scenario.message,
      ...(scenario.message === 'reconcile'
        ? {}
        : {
            conversationId,
            ...mailbox,
            eventTimeMs: aws.clock.now() + scenario.clockErrorMs,
            durationMs: DURATION_MS,
          }),
      ...(scenario.message === 'voicemail' ? { voicemailId: this.voicemail?.id } : {}),
    });

    const credentials = aws.issueCredentials(ROLE_ARN);
    this.environment = {
      AWS_REGION: REGION,
      AWS_DEFAULT_REGION: REGION,
      AWS_LAMBDA_FUNCTION_NAME: 'move-voicemail-to-s3',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '512',
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
      AWS_ENDPOINT_URL: aws.origin,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      AWS_SESSION_TOKEN: credentials.sessionToken,
      GENESYS_REGION: REGION,
      GENESYS_API_ORIGIN: genesys.origins.api,
      GENESYS_LOGIN_ORIGIN: genesys.origins.login,
      GENESYS_MEDIA_ORIGINS: genesys.origins.media,
      TOKEN_SECRET_ARNS: secret.arn,
      ARCHIVE_BUCKET_NAME: this.#bucket,
      ARCHIVE_KMS_KEY_ARN: KEY_ARN,
      EVENTS_QUEUE_URL: events.url,
      FAILURES_QUEUE_URL: failures.url,
      QUEUE_IDS: queue.id,
      GROUP_IDS: scenario.mailbox === 'group' ? group.id : '',
      ...scenario.variables,
    };
    this.secrets = new Map([
      [pair.accessToken, 'the access token'],
      [pair.refreshToken, 'the refresh token'],
      [pair.clientSecret, 'the client secret'],
      [credentials.secretAccessKey, 'the AWS secret access key'],
      [credentials.sessionToken, 'the AWS session token'],
      [`${genesys.origins.media}/voicemail/`, 'a signed media URL'],
      [CALLER.slice('tel:'.length), "the caller's number"],
      [CALLER_NAME, "the caller's name"],
    ]);
    this.names = new Map([
      [queue.id, 'queue'],
      [otherQueue.id, 'other-queue'],
      [group.id, 'group'],
      [conversationId, 'conversation'],
      [this.voicemail?.id ?? '', 'voicemail'],
      [this.outside.id, 'outside-voicemail'],
      ...(scenario.hasSharedConversation
        ? []
        : [[this.outside.conversationId, 'outside-conversation'] as const]),
      [secret.arn, 'token-secret'],
      [events.arn, 'events-queue'],
      [failures.arn, 'failures-queue'],
      [this.#bucket, 'archive'],
      [new URL(aws.origin).host, 'aws'],
      [new URL(genesys.origins.api).host, 'api'],
      [new URL(genesys.origins.media).host, 'media'],
    ]);
  }

  /** Whether somebody has erased the voicemail. */
  get isErased(): boolean {
    return this.#isErased;
  }

  /** Whether the archive holds anything of the voicemail but a tombstone. */
  get isBack(): boolean {
    const holding = this.voicemail === undefined ? undefined : this.holdingOf(this.voicemail);
    return holding !== undefined && (holding.audio.length > 0 || holding.sidecars.length > 0);
  }

  /** Every version in the archive. */
  get versions(): readonly Version[] {
    return this.#s3.objects(this.#bucket);
  }

  holdingOf({ id }: SourceVoicemail): Holding {
    const versions = this.versions.filter(({ key }) => key.includes(id));
    const newest = new Map([...versions].reverse().map((version) => [version.key, version]));
    const objects = [...newest.values()].filter(
      (version): version is ObjectVersion => !version.isDeleteMarker,
    );
    return {
      audio: objects.filter(({ key }) => key.endsWith('.webm')),
      sidecars: objects.filter(({ key }) => key.endsWith(`${id}.json`)),
      tombstone: objects.some(({ key }) => key.endsWith('.tombstone')),
      extraVersions: versions.length - newest.size,
    };
  }

  /**
   * Erases the voicemail as the operator command does where the token may not delete it at Genesys: a tombstone first, then
   * every version of audio and sidecar. No fault strikes it, and it counts as no call.
   */
  erase(): void {
    const { voicemail } = this;
    if (voicemail === undefined) {
      return;
    }
    this.#isErased = true;
    const stem = this.#stem;
    this.#inArchive('PUT', `${stem}.tombstone`, {}, `{"schemaVersion":1,"voicemailId":"${voicemail.id}"}\n`);
    for (const { key, versionId } of this.versions) {
      if (key.startsWith(`${stem}.`) && !key.endsWith('.tombstone')) {
        this.#inArchive('DELETE', key, { versionId }, '');
      }
    }
  }

  #inArchive(method: string, key: string, query: Readonly<Record<string, string>>, body: string): void {
    // Takes effect at once: the local S3 does nothing between the request and its answer.
    void this.#s3.handle({
      method,
      rawPath: `/${this.#bucket}/${key}`,
      query: new URLSearchParams(query),
      headers: {},
      body: Buffer.from(body),
      region: REGION,
      principal: '',
    });
  }
}

type Mailbox = { readonly queueId?: string; readonly groupId?: string; readonly conversationId?: string };

const leave = (
  genesys: GenesysCloud,
  mailbox: Mailbox,
  seed: number,
  appearsAfterMs: number,
): LeftVoicemail =>
  genesys.leaveVoicemail({
    ...mailbox,
    audio: { WEBM: { sizeBytes: AUDIO_BYTES, seed } },
    durationMs: DURATION_MS,
    callerAddress: CALLER,
    callerName: CALLER_NAME,
    transcription: TRANSCRIPT,
    appearsAfterMs,
  });

const leaveOrHangUp = (
  genesys: GenesysCloud,
  mailbox: Mailbox,
  { appearsAfterMs }: Scenario,
): { readonly voicemail: SourceVoicemail | undefined; readonly conversationId: string } => {
  if (appearsAfterMs === undefined) {
    const { conversationId } = genesys.abandonVoicemail({
      ...mailbox,
      durationMs: DURATION_MS,
      callerAddress: CALLER,
    });
    return { voicemail: undefined, conversationId };
  }
  const voicemail = sourceOf(leave(genesys, mailbox, 1, appearsAfterMs));
  return { voicemail, conversationId: voicemail.conversationId };
};

const sourceOf = ({ messageId, conversationId, sha256 }: LeftVoicemail): SourceVoicemail => ({
  id: messageId,
  conversationId,
  sha256: sha256.WEBM ?? '',
});

/** Metrics on which an alarm stands: whoever gives a message back for long has to publish one of them. */
export const ALARMED_METRICS: ReadonlySet<string> = new Set([
  MOVE_VOICEMAIL_METRIC.tokenRefused,
  'OldestGivenBackAgeSeconds',
]);
