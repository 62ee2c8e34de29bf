import { NotYetError, PATIENCE, PermanentFailureError, VoicemailTroubleError } from '../errors';
import type { Invocation } from '../invocation';
import type { Delivery } from '../message/delivery';

const MINUTE_MS = 60_000;
/** Most milliseconds by which looks that agree have to lie apart. */
const LONGEST_APART_MS = 15 * MINUTE_MS;
/**
 * Milliseconds after the waiting time at which one look is enough. Looks are remembered by the container, which may have been a
 * new one each time; an outage that lasts shorter must not make one look of none.
 */
const LONG_OVER_MS = 12 * 60 * MINUTE_MS;
/** For how long trouble that may be chance must have lasted, whatever turned the message away so often. */
const UNCERTAIN_MS = 12 * 60 * MINUTE_MS;

const apartMsOf = ({ settings }: Invocation): number =>
  Math.min(LONGEST_APART_MS, Math.max(MINUTE_MS, settings.VOICEMAIL_WAIT_MS / 4));

/** @returns milliseconds after which a further look can confirm this one; 0 where this one confirms an earlier one */
const confirmedInMs = (
  { vainLooks }: Invocation,
  id: string,
  { waitEndsMs }: Delivery,
  apartMs: number,
): number => {
  const nowMs = Date.now();
  const sinceMs = vainLooks.note(id, nowMs);
  return sinceMs >= apartMs || nowMs >= waitEndsMs + LONG_OVER_MS ? 0 : apartMs - sinceMs;
};

/**
 * Takes note of a look that worked and found nothing, and lets only looks some time apart, the last of them after the waiting
 * time, say that there is nothing.
 *
 * @param id what was looked for
 * @param isPending whether Genesys says that it is on its way: then the looks have to lie a whole waiting time apart
 * @throws NotYetError until then
 */
export const confirmAbsence = (
  invocation: Invocation,
  id: string,
  delivery: Delivery,
  isPending = false,
): void => {
  const { isWaitOver, waitEndsMs } = delivery;
  const apartMs = apartMsOf(invocation);
  const pendingMs = Math.max(apartMs, invocation.settings.VOICEMAIL_WAIT_MS);
  const leftMs = confirmedInMs(invocation, id, delivery, isPending ? pendingMs : apartMs);
  const atLeastMs = Math.min(leftMs, apartMs);
  if (!isWaitOver || atLeastMs > 0) {
    throw new NotYetError('the voicemail is not there yet', {
      waitEndsMs,
      atLeastMs: isWaitOver ? atLeastMs : 0,
    });
  }
  invocation.vainLooks.forget(id);
};

/**
 * What a trouble means in the end. One that only this voicemail has is a failure after the waiting time and several
 * deliveries. A message may have been turned away for other reasons as often, so that it must also have been seen before.
 *
 * @param id whose trouble it is
 */
export const inTheEnd = (
  invocation: Invocation,
  trouble: unknown,
  id: string,
  delivery: Delivery,
): unknown => {
  if (!(trouble instanceof VoicemailTroubleError)) {
    return trouble;
  }
  const { isWaitOver, receiveCount, firstReceivedMs } = delivery;
  const confirmedMs = confirmedInMs(invocation, `trouble of ${id}`, delivery, apartMsOf(invocation));
  const isUncertain = trouble.patience >= PATIENCE.uncertain;
  const hasLasted = !isUncertain || Date.now() - firstReceivedMs >= UNCERTAIN_MS;
  return isWaitOver && confirmedMs === 0 && hasLasted && receiveCount >= trouble.patience
    ? new PermanentFailureError(
        trouble.failureClass,
        `given up after the waiting time and ${receiveCount} deliveries, the last one: ${trouble.message}`,
      )
    : trouble;
};
