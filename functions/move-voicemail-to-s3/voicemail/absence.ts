import { NotYetError } from '../errors';
import type { Invocation } from '../invocation';
import type { Delivery } from '../message/delivery';

const MINUTE_MS = 60_000;
/** Most milliseconds by which the looks that say that nothing is there have to lie apart. */
const LONGEST_APART_MS = 15 * MINUTE_MS;
/** How much longer a container without a memory of earlier looks waits, at least. */
const LEAST_PATIENCE_MS = 60 * MINUTE_MS;

/**
 * Takes note of a look that worked and found nothing, and lets only looks some time apart, the last of them after the waiting
 * time, say that there is nothing.
 *
 * @param id what was looked for
 * @throws NotYetError until then
 */
export const confirmAbsence = (
  { settings, vainLooks }: Invocation,
  id: string,
  { isWaitOver, waitEndsMs }: Delivery,
): void => {
  const nowMs = Date.now();
  const apartMs = Math.min(LONGEST_APART_MS, Math.max(MINUTE_MS, settings.VOICEMAIL_WAIT_MS / 4));
  const sinceMs = vainLooks.note(id, nowMs);
  const givesUpMs = waitEndsMs + Math.max(settings.VOICEMAIL_WAIT_MS, LEAST_PATIENCE_MS);
  if (isWaitOver && (sinceMs >= apartMs || nowMs >= givesUpMs)) {
    vainLooks.forget(id);
    return;
  }
  throw new NotYetError('the voicemail is not there yet', {
    waitEndsMs,
    atLeastMs: isWaitOver ? apartMs - sinceMs : 0,
  });
};
