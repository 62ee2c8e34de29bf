import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import * as v from 'valibot';
import { metricsVariables } from './environment';
import { ClassifiedError, systemCodeOf } from './errors';
import { METRICS_NAMESPACE } from './metric-names';

/** The function's logger and metrics, both named by the function. */
export interface Observability {
  readonly log: Logger;
  readonly metrics: Metrics;
}

/** Metrics of which only some are published: each name that is, costs a custom metric. */
class PublishedMetrics extends Metrics {
  readonly #published: readonly string[];

  /** @param published The names; none means all. */
  constructor(serviceName: string, published: readonly string[]) {
    super({ namespace: METRICS_NAMESPACE, serviceName });
    this.#published = published;
  }

  override addMetric(...metric: Parameters<Metrics['addMetric']>): this {
    const [name] = metric;
    return this.#published.length === 0 || this.#published.includes(name) ? super.addMetric(...metric) : this;
  }
}

/**
 * Makes the logger and the metrics of one function.
 *
 * The `service` of both is the function's own name, so that two deployments in one account stay apart.
 */
export const createObservability = (functionName: string): Observability => ({
  log: new Logger({ serviceName: functionName }),
  metrics: new PublishedMetrics(
    functionName,
    v.parse(metricsVariables.PUBLISHED_METRICS, process.env['PUBLISHED_METRICS']),
  ),
});

/** The fields of an error that may be logged. */
export interface SafeErrorFields {
  /** The closed word of one of our own errors, else the class of the error. */
  readonly errorKind: string;
  /** Our own message; a foreign message may quote a URL or a token, so it is left out. */
  readonly errorMessage?: string;
  /** The system's or AWS's error code. */
  readonly errorCode?: string;
  /** Where it was thrown, without the message. */
  readonly errorStack?: readonly string[];
}

/** Describes an error for a log: our own errors in full, of any other only what cannot hold a secret. */
export const describeError = (error: unknown): SafeErrorFields => {
  if (error instanceof ClassifiedError) {
    return { errorKind: error.kind, errorMessage: error.message };
  }
  if (!(error instanceof Error)) {
    return { errorKind: typeof error };
  }
  const code = systemCodeOf(error);
  const frames = (error.stack ?? '').split('\n').filter((line) => line.startsWith('    at '));
  return {
    errorKind: error.name,
    ...(code === undefined ? {} : { errorCode: code }),
    errorStack: frames.map((line) => line.trim()),
  };
};
