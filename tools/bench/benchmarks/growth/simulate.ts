import { backoffSeconds } from '../../../../functions/move-voicemail-to-s3/message/backoff';

/** What one instance of the module works with. */
export interface InstanceModel {
  /** Voicemails that arrive in each minute; afterwards the simulation goes on until the queue is empty. */
  readonly arrivals: readonly number[];
  /** Voicemails that the token's request budget lets through in a minute. */
  readonly servedPerMinute: number;
  /** First and longest visibility, in milliseconds, of a message that is given back. */
  readonly backoff: { readonly baseMs: number; readonly maximumMs: number };
}

/** What a simulation showed. Minutes are counted from its start. */
export interface Simulated {
  /** Voicemails in the queue at the end of each minute. */
  readonly waiting: readonly number[];
  /** Voicemails stored in each minute. */
  readonly served: readonly number[];
  /** Deliveries to the function in each minute, in vain or not. */
  readonly deliveries: readonly number[];
  /** Minutes that the voicemails waited, in increasing order; 0 is within the minute of its arrival. */
  readonly waitedMinutes: Float64Array;
}

interface Message {
  readonly arrivedMinute: number;
  receives: number;
}

const SECONDS_PER_MINUTE = 60;

/** No queue of a stack that keeps up is older than this; one that does not would never be empty. */
const LONGEST_DAYS = 14;
const MOST_MINUTES = LONGEST_DAYS * 24 * 60;

/** A queue that does not become empty: more arrives in a day than is served in one. */
export class QueueNeverEmptyError extends Error {
  override readonly name = 'QueueNeverEmptyError';
  readonly waiting: number;

  constructor(waiting: number) {
    super(
      `${waiting} voicemails still wait after ${LONGEST_DAYS} days, when SQS drops messages; simulate more instances`,
    );
    this.waiting = waiting;
  }
}

/**
 * Numbers in [0, 1) that look like chance and are the same in every run: multiples of the golden ratio, which fill the
 * interval more evenly than chance.
 */
const createDraw = (): (() => number) => {
  let drawn = 0;
  return () => {
    drawn += 1;
    return (drawn * 0.618_033_988_749_894_9) % 1;
  };
};

/**
 * Lets one instance work, minute by minute: what the budget of a minute lets through is stored, and the rest is given back
 * for as long as the function would. SQS keeps no order, so who is let through does not depend on who came first.
 *
 * @throws QueueNeverEmptyError
 */
export const simulate = ({ arrivals, servedPerMinute, backoff }: InstanceModel): Simulated => {
  const draw = createDraw();
  const returning = new Map<number, Message[]>();
  const waiting: number[] = [];
  const served: number[] = [];
  const deliveries: number[] = [];
  const waitedMinutes: number[] = [];
  let inQueue = 0;
  for (let minute = 0; minute < arrivals.length || inQueue > 0; minute += 1) {
    if (minute > MOST_MINUTES) {
      throw new QueueNeverEmptyError(inQueue);
    }
    const arrived = Array.from({ length: arrivals[minute] ?? 0 }, () => ({
      arrivedMinute: minute,
      receives: 0,
    }));
    const visible: Message[] = [...(returning.get(minute) ?? []), ...arrived];
    returning.delete(minute);
    const letThrough = Math.min(visible.length, servedPerMinute);
    inQueue += arrived.length - letThrough;
    for (const [index, message] of visible.entries()) {
      message.receives += 1;
      // Spread evenly over all that are there.
      const share = letThrough / visible.length;
      if (Math.floor((index + 1) * share + 1e-9) > Math.floor(index * share + 1e-9)) {
        waitedMinutes.push(minute - message.arrivedMinute);
        continue;
      }
      const second = draw() * SECONDS_PER_MINUTE;
      const hiddenSeconds = backoffSeconds({
        ...backoff,
        receiveCount: message.receives,
        // Until Genesys counts anew.
        atLeastMs: (SECONDS_PER_MINUTE - second + 1) * 1000,
        random: draw(),
      });
      const visibleMinute = minute + Math.floor((second + hiddenSeconds) / SECONDS_PER_MINUTE);
      const others = returning.get(visibleMinute);
      if (others === undefined) {
        returning.set(visibleMinute, [message]);
      } else {
        others.push(message);
      }
    }
    waiting.push(inQueue);
    served.push(letThrough);
    deliveries.push(visible.length);
  }
  return { waiting, served, deliveries, waitedMinutes: Float64Array.from(waitedMinutes).sort() };
};
