import * as v from 'valibot';
import {
  flag,
  genesysVariables,
  list,
  metricsVariables,
  optionalText,
  requiredList,
  requiredText,
  wholeNumber,
} from '../../shared/environment';
import { genesysId } from '../../shared/genesys-id';
import { AUDIO_FORMATS } from './audio-format';

const MINUTE_MS = 60_000;
/** Milliseconds of a day. */
export const DAY_MS = 24 * 60 * MINUTE_MS;

/** 512 bytes of prefix leave room for the longest key's rest within the 1,024 bytes that S3 allows. */
const keyPrefix = v.pipe(
  optionalText(''),
  v.check(
    (text) =>
      text === '' ||
      (text.length <= 512 &&
        text.endsWith('/') &&
        text
          .slice(0, -1)
          .split('/')
          .every((segment) => /^[A-Za-z0-9!_.*'()=-]+$/.test(segment) && !/^\.{1,2}$/.test(segment))),
    "must be empty or end in /, of at most 512 letters, digits and !_.*'()=- in segments other than . and ..",
  ),
);

/** Ids become part of URLs and keys, so they are refused here unless they have the form of one. */
const uuidList = v.pipe(list, v.array(genesysId, 'must be UUIDs'));

/**
 * The environment of `MoveVoicemailToS3`: parsed by the function, written by the module.
 *
 * The keys are the variables' names; the module's input is typed by them, so a name cannot drift.
 */
export const MoveVoicemailToS3Environment = v.object({
  ...genesysVariables,
  ...metricsVariables,
  /**
   * For local runs and tests only: exact origins (scheme, host, port), comma separated, that pass the media host check as
   * they are. The module never sets it.
   */
  GENESYS_MEDIA_ORIGINS: list,

  /** ARNs of the secrets that hold a token pair each, comma separated; the first token is number 1. */
  TOKEN_SECRET_ARNS: requiredList,
  ARCHIVE_BUCKET_NAME: requiredText,
  /** Prefix of every key: empty, or ending in `/`. */
  ARCHIVE_KEY_PREFIX: keyPrefix,
  /** ARN of the customer key that encrypts every object. */
  ARCHIVE_KMS_KEY_ARN: requiredText,
  /** URL of the queue that feeds this function; waiting messages get a longer visibility there. */
  EVENTS_QUEUE_URL: requiredText,
  /** URL of the queue that takes permanent failures. */
  FAILURES_QUEUE_URL: requiredText,

  /** Ids of the Genesys queues whose voicemail is moved, comma separated; none means every queue. */
  QUEUE_IDS: uuidList,
  /** Ids of the Genesys queues whose voicemail is never moved, comma separated. */
  EXCLUDED_QUEUE_IDS: uuidList,
  /** Ids of the Genesys divisions whose voicemail is moved, comma separated; none means every division. */
  DIVISION_IDS: uuidList,
  /** Ids of the Genesys groups whose voicemail is moved, which reconcile lists, comma separated; the service user must be a member of each. */
  GROUP_IDS: uuidList,
  AUDIO_FORMAT: v.optional(v.picklist(Object.keys(AUDIO_FORMATS) as (keyof typeof AUDIO_FORMATS)[]), 'WEBM'),
  /** Voicemails shorter than this many milliseconds are skipped. */
  MINIMUM_DURATION_MS: wholeNumber(0, 0),
  /** Larger recordings are refused. */
  MAXIMUM_AUDIO_BYTES: wholeNumber(100 * 1024 * 1024, 1),
  /** Hosts that may serve media, comma separated; none means the region's own domain and Amazon S3. */
  MEDIA_HOSTS: list,
  /** Tags of every stored recording, in the form of a URL query: `team=care&class=voice`. None means no tags. */
  OBJECT_TAGS: optionalText(''),
  /** Whether the sidecar holds what Genesys understood of the recording. */
  STORE_TRANSCRIPT: flag(true),
  /** Disconnect the callback once its voicemail is stored. */
  DISCONNECT_AFTER_STORE: flag(false),
  /** Mark the voicemail read once it is stored; best effort. */
  MARK_READ_AFTER_STORE: flag(false),
  /** Delete the voicemail at Genesys once its stored checksum is confirmed. */
  DELETE_AFTER_STORE: flag(false),

  /** Milliseconds after its first delivery during which a voicemail may still appear. */
  VOICEMAIL_WAIT_MS: wholeNumber(60 * MINUTE_MS, 0),
  /** Milliseconds after a voicemail was left during which reconcile looks for a transcript that it was stored without. */
  TRANSCRIPT_WAIT_MS: wholeNumber(DAY_MS, 0),
  /** Age in milliseconds at which a message goes to the failures queue, before SQS drops it at 14 days. */
  MESSAGE_EXPIRY_MS: wholeNumber(13 * DAY_MS, 1),
  /** Milliseconds for which a secret that was read may be used. */
  TOKEN_CACHE_MS: wholeNumber(5 * MINUTE_MS, 0),
  /** Milliseconds after which a request to Genesys is given up. */
  GENESYS_TIMEOUT_MS: wholeNumber(10_000, 1),
  /** Milliseconds within which a media host must accept a connection. */
  MEDIA_CONNECT_TIMEOUT_MS: wholeNumber(5_000, 1),
  /** Milliseconds without a byte after which a download is given up. */
  MEDIA_IDLE_TIMEOUT_MS: wholeNumber(30_000, 1),
  /** Milliseconds before the function's deadline at which no further message is begun. */
  DEADLINE_MARGIN_MS: wholeNumber(30_000, 0),
  /**
   * Containers of this function that may run at the same time: the event source mapping's maximum concurrency. That many
   * requests of Genesys' limit per minute are left free, since each container may send one before it learns the count.
   */
  MAXIMUM_CONCURRENCY: wholeNumber(5, 1, 1000),
  /** How far reconcile looks back, in milliseconds; less far than objects are kept, or it would bring expired ones back. */
  RECONCILE_LOOK_BACK_MS: wholeNumber(7 * DAY_MS, 1),
  /** Milliseconds after which a request to AWS is given up. */
  AWS_TIMEOUT_MS: wholeNumber(15_000, 1),
  /** Longest pause, in milliseconds, before a request that failed is sent again within the same call. */
  QUICK_RETRY_PAUSE_MS: wholeNumber(300, 0, 10_000),
  /** Milliseconds for which a token may be refused before it counts as lost: longer than a rotation and its repeat take. */
  TOKEN_LOST_AFTER_MS: wholeNumber(5 * MINUTE_MS, 0),
  /** First visibility, in milliseconds, of a message that waits while every token is lost. */
  UNAUTHORIZED_BACKOFF_MS: wholeNumber(15 * MINUTE_MS, 1),
  /** First visibility, in milliseconds, of a message that is given back; it doubles with each receive. */
  BACKOFF_BASE_MS: wholeNumber(60_000, 1),
  /** Longest visibility, in milliseconds, of a message that is given back. */
  BACKOFF_MAXIMUM_MS: wholeNumber(60 * MINUTE_MS, 1),
});

/** Environment variables that the module sets for `MoveVoicemailToS3`. */
export type MoveVoicemailToS3Variables = v.InferInput<typeof MoveVoicemailToS3Environment>;

/** The parsed environment of `MoveVoicemailToS3`. */
export type MoveVoicemailToS3Settings = v.InferOutput<typeof MoveVoicemailToS3Environment>;
