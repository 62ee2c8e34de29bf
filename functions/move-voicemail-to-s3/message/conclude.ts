import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { describeError } from '../../shared/observability';
import { DAY_MS } from '../contract/environment';
import { MOVE_VOICEMAIL_METRIC } from '../contract/metrics';
import {
  AddressNotAllowedError,
  AwsTroubleError,
  BudgetSpentError,
  NotYetError,
  OutOfTimeError,
  PermanentFailureError,
  TemporaryError,
  TokenUnusableError,
} from '../errors';
import type { Invocation } from '../invocation';
import { type Outcome, type OutcomeFields, report } from '../outcome';
import { MediaSlowError } from '../recording/media-errors';
import { backoffSeconds, nextMinuteSeconds } from './backoff';
import type { Delivery } from './delivery';

/** A message that has to be given back. */
export interface GivenBack {
  readonly kind: 'given-back';
  /** How long it should stay hidden. */
  readonly seconds: number;
  readonly trouble: unknown;
}

/** A message of which nothing is left to do. */
export interface Done {
  readonly kind: 'done';
  readonly outcomes: readonly Outcome[];
}

/** Deliveries of which one that ran out of time is followed by the next at once. What takes as long each time must not. */
const SOON_AGAIN_RECEIVES = 3;

/** Deliveries after which a message no longer comes back within seconds of a refused token. */
const SWIFT_DELIVERIES = 10;

const delayOf = ({ settings }: Invocation, { receiveCount }: Delivery, trouble: unknown): number => {
  const isOutOfTime = trouble instanceof OutOfTimeError || trouble instanceof MediaSlowError;
  if (isOutOfTime && receiveCount <= SOON_AGAIN_RECEIVES) {
    return 0;
  }
  const maximumMs = settings.BACKOFF_MAXIMUM_MS;
  const backoff = { receiveCount, baseMs: settings.BACKOFF_BASE_MS, maximumMs, random: Math.random() };
  if (trouble instanceof NotYetError) {
    if (trouble.atLeastMs > 0) {
      return Math.ceil(trouble.atLeastMs / 1000);
    }
    // The last look comes when the wait is over, not up to an hour after it.
    const leftMs = trouble.waitEndsMs - Date.now();
    return backoffSeconds(leftMs > 0 ? { ...backoff, maximumMs: Math.min(maximumMs, leftMs) } : backoff);
  }
  if (trouble instanceof BudgetSpentError) {
    return nextMinuteSeconds({ receiveCount, waitMs: trouble.atLeastMs, random: backoff.random });
  }
  if (trouble instanceof TokenUnusableError && !trouble.isLost) {
    // A rotation is over within seconds, however often the message was received for other reasons.
    // One call that is refused where all others work never ends as a lost token, and must not come back by the second.
    const leastMs = receiveCount > SWIFT_DELIVERIES ? settings.BACKOFF_BASE_MS : 0;
    return Math.ceil((Math.max(trouble.atLeastMs, leastMs) * (1 + Math.random() / 2)) / 1000);
  }
  if (trouble instanceof TokenUnusableError || trouble instanceof AddressNotAllowedError) {
    return backoffSeconds({
      ...backoff,
      baseMs: settings.UNAUTHORIZED_BACKOFF_MS,
      atLeastMs: trouble.atLeastMs,
    });
  }
  return backoffSeconds(
    trouble instanceof TemporaryError ? { ...backoff, atLeastMs: trouble.atLeastMs } : backoff,
  );
};

const giveBack = (invocation: Invocation, received: Delivery, trouble: unknown): GivenBack => {
  const { log, metrics } = invocation;
  const seconds = delayOf(invocation, received, trouble);
  const fields = { ...describeError(trouble), seconds };
  if (!(trouble instanceof NotYetError) || received.isWaitOver) {
    const ageSeconds = Math.max(0, (Date.now() - received.firstReceivedMs) / 1000);
    metrics.addMetric(MOVE_VOICEMAIL_METRIC.oldestGivenBackAgeSeconds, MetricUnit.Seconds, ageSeconds);
  }
  if (trouble instanceof TokenUnusableError && trouble.isLost) {
    log.error('given back', fields);
    metrics.addMetric(MOVE_VOICEMAIL_METRIC.tokenRefused, MetricUnit.Count, 1);
  } else if (trouble instanceof AddressNotAllowedError) {
    log.error('given back', fields);
    metrics.addMetric(MOVE_VOICEMAIL_METRIC.addressNotAllowed, MetricUnit.Count, 1);
  } else if (trouble instanceof AwsTroubleError) {
    log.warn('given back', fields);
  } else if (trouble instanceof TemporaryError || trouble instanceof NotYetError) {
    log.info('given back', fields);
  } else {
    log.error('given back: an error that was not expected', fields);
  }
  metrics.addMetric(MOVE_VOICEMAIL_METRIC.givenBack, MetricUnit.Count, 1);
  return { kind: 'given-back', seconds, trouble };
};

/** Describes a trouble for people. Quotes an error's message only where it is our own. */
const reasonOf = (trouble: unknown): string => {
  const { errorKind, errorMessage } = describeError(trouble);
  return errorMessage === undefined ? errorKind : `"${errorMessage}"`;
};

const isExpiring = ({ settings }: Invocation, { sentMs }: Delivery): boolean =>
  Date.now() - sentMs >= settings.MESSAGE_EXPIRY_MS;

/**
 * Decides what becomes of a message whose work threw: permanent failures go to the failures queue at once, as they came;
 * everything else is given back, unless SQS would soon drop the message.
 *
 * @param fields what is known of the voicemail
 */
export const conclude = async (
  invocation: Invocation,
  received: Delivery,
  trouble: unknown,
  fields: OutcomeFields,
): Promise<Done | GivenBack> => {
  const failure =
    trouble instanceof PermanentFailureError || !isExpiring(invocation, received)
      ? trouble
      : new PermanentFailureError(
          'EXPIRING',
          `tried for ${Math.round(invocation.settings.MESSAGE_EXPIRY_MS / DAY_MS)} days, the last one ended with ${reasonOf(trouble)}; SQS would drop the message soon; redrive to go on`,
        );
  if (!(failure instanceof PermanentFailureError)) {
    return giveBack(invocation, received, failure);
  }
  try {
    await invocation.queues.sendFailure(received.body, failure);
  } catch (error) {
    return giveBack(invocation, received, error);
  }
  const { failureClass, message } = failure;
  const outcome = report(invocation, 'failed', { ...fields, failureClass, reason: message });
  return { kind: 'done', outcomes: [outcome] };
};

/**
 * Decides what becomes of a reconcile message whose work threw. It is given back, but for a day at most: later runs do the
 * same work, and messages that pile up while there is no token would all run when it is back.
 */
export const concludeReconcile = (
  invocation: Invocation,
  received: Delivery,
  trouble: unknown,
): Done | GivenBack => {
  if (Date.now() - received.sentMs < DAY_MS) {
    return giveBack(invocation, received, trouble);
  }
  invocation.log.warn('reconcile was given up; the next run does its work', { ...describeError(trouble) });
  return { kind: 'done', outcomes: [] };
};
