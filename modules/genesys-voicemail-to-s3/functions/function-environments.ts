import { Token } from 'cdktf';
import type { MoveVoicemailToS3Variables } from '../../../functions/move-voicemail-to-s3/contract/environment';
import type { RefreshAuthTokenVariables } from '../../../functions/refresh-auth-token/contract/environment';
import { LEAN_METRICS } from '../observability/lean';
import { OPTIONS } from '../options/table';
import type { ResolvedOptions } from '../options/with-defaults';

/*
 * The environments of the functions. An option that has its default is left out, so that its default is written in one
 * place: the function's contract.
 */

/** The variables of a contract. Those that are undefined are left out. */
type Variables<Contract> = { readonly [Name in keyof Contract]: Contract[Name] | undefined };

const listed = (entries: readonly string[]): string | undefined =>
  entries.length === 0 ? undefined : entries.join(',');

/** Writes a number that differs from the default of its option. */
const unlessDefault = (
  name:
    | 'minimumDurationMs'
    | 'maximumAudioBytes'
    | 'reconcileLookBackDays'
    | 'voicemailWaitMinutes'
    | 'transcriptWaitHours',
  options: ResolvedOptions,
  factor = 1,
): string | undefined =>
  options[name] === OPTIONS[name].byDefault ? undefined : String(options[name] * factor);

/**
 * Lists the OAuth scopes that the chosen actions need. The writing scope includes the reading one.
 *
 * Source: the scopes of each operation in the Genesys Cloud OpenAPI document.
 */
const requiredScopes = ({
  deleteAfterStore,
  markReadAfterStore,
  disconnectAfterStore,
}: ResolvedOptions): readonly string[] => [
  deleteAfterStore || markReadAfterStore ? 'voicemail' : 'voicemail:readonly',
  ...(disconnectAfterStore ? ['conversations'] : []),
];

/** Writes tags as S3's `x-amz-tagging` header has them. */
const tagQuery = (tags: ResolvedOptions['objectTags']): string | undefined =>
  Object.keys(tags).length === 0
    ? undefined
    : Object.entries(tags)
        .map((pair) => pair.map(encodeURIComponent).join('='))
        .join('&');

/** Writes a number as a variable. The number may be a token. */
const asText = (value: number): string => (Token.isUnresolved(value) ? Token.asString(value) : String(value));

const DAY_MS = 24 * 60 * 60_000;

/** The environment of RefreshAuthToken. */
export const refreshEnvironment = (options: ResolvedOptions): Variables<RefreshAuthTokenVariables> => ({
  GENESYS_REGION: options.genesysRegion,
  REQUIRED_SCOPES: requiredScopes(options).join(','),
  PUBLISHED_METRICS: options.observability === 'lean' ? listed(LEAN_METRICS.refresh) : undefined,
});

/** The resources that MoveVoicemailToS3 uses. */
export interface MoveResources {
  readonly secretArns: readonly string[];
  readonly bucketName: string;
  readonly keyArn: string;
  readonly eventsQueueUrl: string;
  readonly failuresQueueUrl: string;
  /** The longest pause between two tries of one message, in seconds. */
  readonly longestPauseSeconds: number;
}

/** The environment of MoveVoicemailToS3. */
export const moveEnvironment = (
  options: ResolvedOptions,
  resources: MoveResources,
): Variables<MoveVoicemailToS3Variables> => ({
  GENESYS_REGION: options.genesysRegion,
  TOKEN_SECRET_ARNS: resources.secretArns.join(','),
  ARCHIVE_BUCKET_NAME: resources.bucketName,
  ARCHIVE_KEY_PREFIX: options.keyPrefix === OPTIONS.keyPrefix.byDefault ? undefined : options.keyPrefix,
  ARCHIVE_KMS_KEY_ARN: resources.keyArn,
  EVENTS_QUEUE_URL: resources.eventsQueueUrl,
  FAILURES_QUEUE_URL: resources.failuresQueueUrl,
  QUEUE_IDS: listed(options.queueIds),
  EXCLUDED_QUEUE_IDS: listed(options.excludedQueueIds),
  DIVISION_IDS: listed(options.divisionIds),
  GROUP_IDS: listed(options.groupIds),
  AUDIO_FORMAT: options.audioFormat === OPTIONS.audioFormat.byDefault ? undefined : options.audioFormat,
  MINIMUM_DURATION_MS: unlessDefault('minimumDurationMs', options),
  MAXIMUM_AUDIO_BYTES: unlessDefault('maximumAudioBytes', options),
  MEDIA_HOSTS: listed(options.mediaHosts),
  OBJECT_TAGS: tagQuery(options.objectTags),
  STORE_TRANSCRIPT: options.storeTranscript ? undefined : 'false',
  DISCONNECT_AFTER_STORE: options.disconnectAfterStore ? 'true' : undefined,
  MARK_READ_AFTER_STORE: options.markReadAfterStore ? 'true' : undefined,
  DELETE_AFTER_STORE: options.deleteAfterStore ? 'true' : undefined,
  MAXIMUM_CONCURRENCY: asText(options.maximumConcurrency),
  RECONCILE_LOOK_BACK_MS: unlessDefault('reconcileLookBackDays', options, DAY_MS),
  VOICEMAIL_WAIT_MS: unlessDefault('voicemailWaitMinutes', options, 60_000),
  TRANSCRIPT_WAIT_MS: unlessDefault('transcriptWaitHours', options, 3_600_000),
  PUBLISHED_METRICS: options.observability === 'lean' ? listed(LEAN_METRICS.move) : undefined,
  BACKOFF_MAXIMUM_MS: String(resources.longestPauseSeconds * 1_000),
});
