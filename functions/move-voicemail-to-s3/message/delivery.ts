import { PermanentFailureError, VoicemailTroubleError } from '../errors';

/** A message as it was received. */
export interface Received {
  /** The message as it came. */
  readonly body: string;
  /** 1 for the first delivery. */
  readonly receiveCount: number;
  /** When the message was sent to the queue, in epoch milliseconds. */
  readonly sentMs: number;
  /** When it was received for the first time, in epoch milliseconds. */
  readonly firstReceivedMs: number;
}

/** One delivery of a message that could be read. Everything that depends on its time is decided once, here. */
export interface Delivery extends Received {
  /** When a voicemail that is not there yet may count as absent, in epoch milliseconds. */
  readonly waitEndsMs: number;
  readonly isWaitOver: boolean;
}

/** What a trouble means in the end: one that only this voicemail has is a failure after the waiting time and several deliveries. */
export const inTheEnd = (trouble: unknown, { isWaitOver, receiveCount }: Delivery): unknown =>
  trouble instanceof VoicemailTroubleError && isWaitOver && receiveCount >= trouble.patience
    ? new PermanentFailureError(
        trouble.failureClass,
        `given up after the waiting time and ${receiveCount} deliveries, the last one: ${trouble.message}`,
      )
    : trouble;
