import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { parseEnvironment } from '../shared/environment';
import { ClassifiedError } from '../shared/errors';
import { createObservability, describeError } from '../shared/observability';
import { checkRotation } from './checks';
import { RefreshAuthTokenEnvironment, type RefreshAuthTokenSettings } from './contract/environment';
import { FAILURE_KIND_DIMENSION, METRIC } from './contract/metrics';
import { RotationRefusedError, UnexpectedError } from './errors';
import type { RotationStep } from './rotation';
import { parseRotationEvent } from './rotation-event';
import { createSecretsManagerClient, SecretStore } from './secret/secret-store';
import { createSecret } from './steps/create-secret';
import { finishSecret } from './steps/finish-secret';
import { setSecret } from './steps/set-secret';
import { testSecret } from './steps/test-secret';
import { TimeBudget } from './time-budget';

/** The part of Lambda's context that this function uses. */
export interface InvocationContext {
  /** Milliseconds until Lambda ends the invocation. */
  getRemainingTimeInMillis(): number;
}

const STEPS: ReadonlyMap<string, RotationStep> = new Map([
  ['createSecret', createSecret],
  ['setSecret', setSecret],
  ['testSecret', testSecret],
  ['finishSecret', finishSecret],
]);

const { log, metrics } = createObservability(process.env['AWS_LAMBDA_FUNCTION_NAME'] ?? 'refresh-auth-token');
const client = createSecretsManagerClient();

let settings: RefreshAuthTokenSettings | undefined;
/** A wrong variable fails each invocation with its own clear error, where a failed start of the container would hide it. */
const readSettings = (): RefreshAuthTokenSettings => {
  settings ??= parseEnvironment(RefreshAuthTokenEnvironment, process.env);
  return settings;
};

const runStep = async (event: unknown, context: InvocationContext): Promise<void> => {
  const settings = readSettings();
  const { step, versionId, secretId, rotationToken } = parseRotationEvent(event);
  log.appendKeys({ step, versionId });
  const time = new TimeBudget(() => context.getRemainingTimeInMillis(), settings);
  const store = new SecretStore(client, {
    secretId,
    rotationToken,
    time,
    timeoutMs: settings.SECRETS_MANAGER_TIMEOUT_MS,
  });
  const rotation = { versionId, settings, store, time, log, metrics };

  if ((await checkRotation(rotation)) === 'already-finished') {
    log.info('nothing to do: the rotation is complete already');
    return;
  }
  const run = STEPS.get(step);
  if (run === undefined) {
    throw new RotationRefusedError(
      `unknown step ${JSON.stringify(step.slice(0, 40))}; expected one of ${[...STEPS.keys()].join(', ')}`,
    );
  }
  await run(rotation);
};

/** Counts a failure, by its kind and in all. A single metric: its dimensions must not reach the others. */
const countFailure = (kind: string): void => {
  metrics
    .singleMetric()
    .addDimensions({})
    .addDimensions({ [FAILURE_KIND_DIMENSION]: kind })
    .addMetric(METRIC.rotationFailed, MetricUnit.Count, 1);
};

/** The Lambda runtime prints what is thrown, so only our own errors may leave: a foreign one could quote a secret. */
const safeError = (error: unknown): ClassifiedError => {
  log.error('the step failed', { ...describeError(error) });
  return error instanceof ClassifiedError
    ? error
    : new UnexpectedError(error instanceof Error ? error.name : typeof error);
};

/**
 * `RefreshAuthToken`: the rotation function of the token secret.
 *
 * One invocation is one step of Secrets Manager's rotation. It returns when the step is done, and throws a classified
 * error to have it tried again.
 */
export const handler = async (event: unknown, context: InvocationContext): Promise<void> => {
  try {
    await runStep(event, context);
  } catch (error) {
    const safe = safeError(error);
    countFailure(safe.kind);
    throw safe;
  } finally {
    if (metrics.hasStoredMetrics()) {
      metrics.publishStoredMetrics();
    }
    log.resetKeys();
  }
};
