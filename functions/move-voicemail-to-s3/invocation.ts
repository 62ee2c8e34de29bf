import type { Logger } from '@aws-lambda-powertools/logger';
import { type Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { genesysOrigins } from '../shared/genesys-http';
import { createObservability } from '../shared/observability';
import { Archive } from './archive/archive';
import { RECORDING_MEMORY_BYTES } from './archive/audio-upload';
import type { Absence } from './archive/objects';
import { retryEachRequest } from './aws';
import { AUDIO_FORMATS } from './contract/audio-format';
import type { MoveVoicemailToS3Settings } from './contract/environment';
import { MOVE_VOICEMAIL_METRIC } from './contract/metrics';
import { Deadline } from './deadline';
import { GenesysApi } from './genesys/api';
import { RequestPacing } from './genesys/request-pacing';
import { TokenCache } from './genesys/token';
import { GenesysVoicemail } from './genesys/voicemail';
import { MessageQueues } from './queues';
import { Downloads } from './recording/download';
import { ConversationLookup } from './voicemail/find';
import { VainLooks } from './voicemail/vain-looks';

/** Connections and knowledge that outlive an invocation and serve the next one. */
interface Lasting {
  readonly settings: MoveVoicemailToS3Settings;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly queues: MessageQueues;
  readonly lookup: ConversationLookup;
  readonly vainLooks: VainLooks;
  readonly downloads: Downloads;
}

/** Lives as long as the container: connections, and facts learned from answers. */
export interface Container extends Lasting {
  readonly s3: S3Client;
  readonly absence: Absence;
  readonly tokens: TokenCache;
  readonly pacing: RequestPacing;
}

/** Everything that the work on one invocation uses. */
export interface Invocation extends Lasting {
  readonly deadline: Deadline;
  readonly genesys: GenesysVoicemail;
  readonly archive: Archive;
}

/** The part of Lambda's context that this function uses. */
export interface InvocationContext {
  /** Milliseconds until Lambda ends the invocation. */
  getRemainingTimeInMillis(): number;
}

/** Makes what lives as long as the container. */
export const createContainer = (settings: MoveVoicemailToS3Settings): Container => {
  const client = {
    // All are milliseconds; without `throwOnRequestTimeout` the SDK only warns.
    requestHandler: {
      connectionTimeout: Math.min(settings.AWS_TIMEOUT_MS, 5_000),
      requestTimeout: settings.AWS_TIMEOUT_MS,
      // The other one ends with the headers of an answer; this one also ends the wait for the rest of its body.
      socketTimeout: settings.AWS_TIMEOUT_MS,
      throwOnRequestTimeout: true,
    },
  };
  const { log, metrics } = createObservability(
    process.env['AWS_LAMBDA_FUNCTION_NAME'] ?? 'move-voicemail-to-s3',
  );
  const pacing = new RequestPacing(settings.MAXIMUM_CONCURRENCY);
  return {
    settings,
    log,
    metrics,
    // With `Expect: 100-continue`, a body of 2 MB or more would wait for an answer first, on a new connection each time.
    s3: retryEachRequest(new S3Client({ ...client, expectContinueHeader: false })),
    absence: { isTold: true },
    queues: new MessageQueues(settings, client),
    tokens: new TokenCache({
      secretsManager: retryEachRequest(new SecretsManagerClient(client)),
      secretArns: settings.TOKEN_SECRET_ARNS,
      pacing,
      maximumAgeMs: settings.TOKEN_CACHE_MS,
      lostAfterMs: settings.TOKEN_LOST_AFTER_MS,
      onLost: (number, tokens) => {
        metrics.addMetric(MOVE_VOICEMAIL_METRIC.tokenLost, MetricUnit.Count, 1);
        log.warn(
          `token ${number} of ${tokens} is lost; run "npx genesys-voicemail authorize --token ${number}"`,
        );
      },
      unauthorizedBackoffMs: settings.UNAUTHORIZED_BACKOFF_MS,
    }),
    pacing,
    lookup: new ConversationLookup(),
    vainLooks: new VainLooks(),
    downloads: new Downloads(settings, RECORDING_MEMORY_BYTES),
  };
};

/** Makes what the work on one invocation needs. */
export const beginInvocation = (container: Container, context: InvocationContext): Invocation => {
  const { settings, tokens, pacing, s3, absence } = container;
  const deadline = new Deadline(() => context.getRemainingTimeInMillis(), settings.DEADLINE_MARGIN_MS);
  const api = new GenesysApi({
    origin: genesysOrigins(settings).api,
    tokens,
    pacing,
    deadline,
    timeoutMs: settings.GENESYS_TIMEOUT_MS,
    quickRetryPauseMs: settings.QUICK_RETRY_PAUSE_MS,
  });
  return {
    ...container,
    deadline,
    genesys: new GenesysVoicemail(api, { withTranscripts: settings.STORE_TRANSCRIPT }),
    archive: new Archive({
      s3,
      bucketName: settings.ARCHIVE_BUCKET_NAME,
      kmsKeyArn: settings.ARCHIVE_KMS_KEY_ARN,
      keyPrefix: settings.ARCHIVE_KEY_PREFIX,
      format: AUDIO_FORMATS[settings.AUDIO_FORMAT],
      tags: settings.OBJECT_TAGS,
      absence,
      deadline,
    }),
  };
};
