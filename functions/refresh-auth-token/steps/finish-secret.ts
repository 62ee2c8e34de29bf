import { MetricUnit } from '@aws-lambda-powertools/metrics';
import pRetry from 'p-retry';
import { parseTokenSecret, STAGE } from '../../shared/token-secret';
import { METRIC } from '../contract/metrics';
import { SecretsManagerError } from '../errors';
import type { RotationStep } from '../rotation';
import { readPending, recordTokenAge, refuseEmptyPending } from '../secret/read-versions';
import { requireContinuation } from './continuation';

/** Repeats of the label move; each begins with a new look, since a move without an answer may have been made. */
const RETRIES = 2;

/**
 * `finishSecret`: makes the pending version AWSCURRENT.
 *
 * Secrets Manager moves the label only from the version that was judged here, so a person who writes AWSCURRENT anew at
 * this very moment wins.
 */
export const finishSecret: RotationStep = async (rotation) => {
  const { store, versionId, settings, time, log, metrics } = rotation;
  const pending = await readPending(rotation);
  if (pending?.text === undefined) {
    return refuseEmptyPending(versionId);
  }
  const pair = parseTokenSecret(pending.text);

  const promote = async (): Promise<void> => {
    const current = await requireContinuation(rotation, pair);
    if (current.versionId !== versionId) {
      await store.moveStage(STAGE.current, current.versionId, versionId);
    }
  };
  await pRetry(promote, {
    retries: RETRIES,
    minTimeout: settings.RETRY_BASE_MS,
    maxRetryTime: time.leftMs(),
    randomize: true,
    shouldRetry: ({ error }) =>
      error instanceof SecretsManagerError && error.operation === 'UpdateSecretVersionStage',
  });
  metrics.addMetric(METRIC.rotationSucceeded, MetricUnit.Count, 1);
  recordTokenAge(rotation, pending);
  log.info(`the pending pair is ${STAGE.current} now`);
};
