import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { MOVE_VOICEMAIL_METRIC } from './contract/metrics';
import type { Container } from './invocation';

/** How the work on a voicemail, or on an event without one, ends. */
export type Outcome = 'stored' | 'already-stored' | 'absent' | 'skipped' | 'failed';

/** What may be logged of a voicemail: ids, times, sizes and words of our own; never a number, a name or a URL. */
export interface OutcomeFields {
  readonly voicemailId?: string | undefined;
  readonly conversationId?: string | undefined;
  readonly ownerId?: string | undefined;
  readonly key?: string;
  readonly sizeBytes?: number;
  readonly sha256?: string;
  readonly reason?: string;
  readonly failureClass?: string;
}

const METRIC_OF: Readonly<Record<Outcome, string>> = {
  stored: MOVE_VOICEMAIL_METRIC.stored,
  'already-stored': MOVE_VOICEMAIL_METRIC.alreadyStored,
  absent: MOVE_VOICEMAIL_METRIC.absent,
  skipped: MOVE_VOICEMAIL_METRIC.skipped,
  failed: MOVE_VOICEMAIL_METRIC.failed,
};

/** Reports an outcome: one log line and one metric. */
export const report = (
  { log, metrics }: Pick<Container, 'log' | 'metrics'>,
  outcome: Outcome,
  fields: OutcomeFields,
): Outcome => {
  log[outcome === 'failed' ? 'error' : 'info']('voicemail', { outcome, ...fields });
  metrics.addMetric(METRIC_OF[outcome], MetricUnit.Count, 1);
  return outcome;
};
