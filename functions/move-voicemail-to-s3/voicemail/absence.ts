import { NotYetError, PermanentFailureError, VoicemailTroubleError } from '../errors';
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
/** Deliveries after which trouble is taken for lasting that came back. */
const DELIVERIES = { missing: 2, definite: 4 } as const;
/** Deliveries in a row that must end in the same trouble where it may be chance, and for how long it must have lasted. */
const IN_A_ROW = 8;
const UNCERTAIN_MS = 12 * 60 * MINUTE_MS;
/** Deliveries after which nobody has to remember the ones before: about a day and about six at the longest visibility. */
const MOST_DEFINITE = 30;
const MOST_UNCERTAIN = 150;

/** Milliseconds that two looks have to lie apart where one has to confirm the other. */
export const apartMsOf = ({ settings }: Pick<Invocation, 'settings'>): number =>
  Math.min(LONGEST_APART_MS, Math.max(MINUTE_MS, settings.VOICEMAIL_WAIT_MS / 4));

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
  { isWaitOver, waitEndsMs }: Delivery,
  isPending = false,
): void => {
  const nowMs = Date.now();
  const apartMs = apartMsOf(invocation);
  const neededMs = isPending ? Math.max(apartMs, invocation.settings.VOICEMAIL_WAIT_MS) : apartMs;
  const { sinceMs } = invocation.vainLooks.note(id, nowMs);
  const isConfirmed = sinceMs >= neededMs || nowMs >= waitEndsMs + LONG_OVER_MS;
  if (!isWaitOver || !isConfirmed) {
    throw new NotYetError('the voicemail is not there yet', {
      waitEndsMs,
      atLeastMs: isWaitOver ? Math.min(apartMs, neededMs - sinceMs) : 0,
    });
  }
  invocation.vainLooks.forget(id);
};

/**
 * What a trouble means in the end. One that only this voicemail has is a failure after the waiting time and several
 * deliveries. A message may have been turned away for other reasons as often, so that the same trouble must have come back:
 * twice where the answer speaks of this voicemail, many times in a row over half a day where it may be chance. A container that
 * lives too short to see that leaves it to a much larger number of deliveries.
 *
 * @param id whose trouble it is
 */
export const inTheEnd = (
  invocation: Pick<Invocation, 'settings' | 'vainLooks'>,
  trouble: unknown,
  id: string,
  { isWaitOver, receiveCount, firstReceivedMs }: Delivery,
): unknown => {
  if (!(trouble instanceof VoicemailTroubleError)) {
    return trouble;
  }
  const nowMs = Date.now();
  const { patience, where } = trouble;
  const { sinceMs, count } = invocation.vainLooks.note(`trouble of ${id}`, nowMs, where);
  const isDefinite = patience !== 'uncertain';
  const hasLasted = isDefinite
    ? receiveCount >= DELIVERIES[patience] && sinceMs >= apartMsOf(invocation)
    : count >= IN_A_ROW && nowMs - firstReceivedMs >= UNCERTAIN_MS;
  return isWaitOver && (hasLasted || receiveCount >= (isDefinite ? MOST_DEFINITE : MOST_UNCERTAIN))
    ? new PermanentFailureError(
        trouble.failureClass,
        `given up after the waiting time and ${receiveCount} deliveries, the last one: ${trouble.message}`,
      )
    : trouble;
};
