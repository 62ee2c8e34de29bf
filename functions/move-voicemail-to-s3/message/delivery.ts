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
