import { Token } from 'cdktf';
import type { MoveVoicemailToS3Variables } from '../../../functions/move-voicemail-to-s3/contract/environment';
import type { RefreshAuthTokenVariables } from '../../../functions/refresh-auth-token/contract/environment';
import { DEFAULT_MAXIMUM_CONCURRENCY } from '../options/defaults';
import type { GenesysVoicemailToS3Props } from '../options/props';

/*
 * The environments of the functions. An option that is not given is left out, so that its default is written in one
 * place: the function's contract.
 */

/** The variables of a contract. Those that are undefined are left out. */
type Variables<Contract> = { readonly [Name in keyof Contract]: Contract[Name] | undefined };

const listed = (entries: readonly string[] | undefined): string | undefined =>
  entries === undefined || entries.length === 0 ? undefined : entries.join(',');

/**
 * Lists the OAuth scopes that the chosen actions need. The writing scope includes the reading one.
 *
 * Source: the scopes of each operation in the Genesys Cloud OpenAPI document.
 */
const requiredScopes = ({
  deleteAfterStore = false,
  markReadAfterStore = false,
  disconnectAfterStore = false,
}: GenesysVoicemailToS3Props): readonly string[] => [
  deleteAfterStore || markReadAfterStore ? 'voicemail' : 'voicemail:readonly',
  ...(disconnectAfterStore ? ['conversations'] : []),
];

/** Writes tags as S3's `x-amz-tagging` header has them. */
const tagQuery = (tags: GenesysVoicemailToS3Props['objectTags']): string | undefined =>
  tags === undefined || Object.keys(tags).length === 0
    ? undefined
    : Object.entries(tags)
        .map((pair) => pair.map(encodeURIComponent).join('='))
        .join('&');

/** Writes a number as a variable. The number may be a token. */
const asText = (value: number): string => (Token.isUnresolved(value) ? Token.asString(value) : String(value));

const DAY_MS = 24 * 60 * 60_000;

/** The environment of RefreshAuthToken. */
export const refreshEnvironment = (
  props: GenesysVoicemailToS3Props,
): Variables<RefreshAuthTokenVariables> => ({
  GENESYS_REGION: props.genesysRegion,
  REQUIRED_SCOPES: requiredScopes(props).join(','),
});

/** The resources that MoveVoicemailToS3 uses. */
export interface MoveResources {
  readonly secretArn: string;
  readonly bucketName: string;
  readonly keyArn: string;
  readonly eventsQueueUrl: string;
  readonly failuresQueueUrl: string;
}

/** The environment of MoveVoicemailToS3. */
export const moveEnvironment = (
  props: GenesysVoicemailToS3Props,
  resources: MoveResources,
): Variables<MoveVoicemailToS3Variables> => ({
  GENESYS_REGION: props.genesysRegion,
  TOKEN_SECRET_ARNS: resources.secretArn,
  ARCHIVE_BUCKET_NAME: resources.bucketName,
  ARCHIVE_KEY_PREFIX: props.keyPrefix === '' ? undefined : props.keyPrefix,
  ARCHIVE_KMS_KEY_ARN: resources.keyArn,
  EVENTS_QUEUE_URL: resources.eventsQueueUrl,
  FAILURES_QUEUE_URL: resources.failuresQueueUrl,
  QUEUE_IDS: listed(props.queueIds),
  GROUP_IDS: listed(props.groupIds),
  AUDIO_FORMAT: props.audioFormat,
  MINIMUM_DURATION_MS: props.minimumDurationMs?.toString(),
  MAXIMUM_AUDIO_BYTES: props.maximumAudioBytes?.toString(),
  MEDIA_HOSTS: listed(props.mediaHosts),
  OBJECT_TAGS: tagQuery(props.objectTags),
  STORE_TRANSCRIPT: props.storeTranscript === false ? 'false' : undefined,
  DISCONNECT_AFTER_STORE: props.disconnectAfterStore === true ? 'true' : undefined,
  MARK_READ_AFTER_STORE: props.markReadAfterStore === true ? 'true' : undefined,
  DELETE_AFTER_STORE: props.deleteAfterStore === true ? 'true' : undefined,
  MAXIMUM_CONCURRENCY: asText(props.maximumConcurrency ?? DEFAULT_MAXIMUM_CONCURRENCY),
  RECONCILE_LOOK_BACK_MS:
    props.reconcileLookBackDays === undefined ? undefined : String(props.reconcileLookBackDays * DAY_MS),
  VOICEMAIL_WAIT_MS:
    props.voicemailWaitMinutes === undefined ? undefined : String(props.voicemailWaitMinutes * 60_000),
});
