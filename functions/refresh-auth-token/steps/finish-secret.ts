import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { METRIC } from '../contract/metrics';
import type { RotationStep } from '../rotation';
import { readPending, recordTokenAge, refuseEmptyPending, requirePair } from '../secret/read-versions';
import { requirePromotion } from './continuation';

/** The version that was counted last: Secrets Manager may deliver a step twice, and then nothing else tells them apart. */
let countedVersionId: string | undefined;

/** `finishSecret`: counts the rotation, and makes the pending version AWSCURRENT where createSecret could not. */
export const finishSecret: RotationStep = async (rotation) => {
  const { versionId, log, metrics } = rotation;
  const pending = await readPending(rotation);
  if (pending === undefined) {
    return refuseEmptyPending(versionId);
  }
  const pair = await requirePair(rotation, pending);
  await requirePromotion(rotation, pair);
  if (countedVersionId !== versionId) {
    countedVersionId = versionId;
    metrics.addMetric(METRIC.rotationSucceeded, MetricUnit.Count, 1);
    recordTokenAge(rotation, pending.createdMs, pair);
  }
  log.info('the rotation is complete');
};
