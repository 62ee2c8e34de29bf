/** A message as it was received. */
export interface Received {
  /** The message as it came. */
  readonly body: string;
  /** 1 for the first delivery. */
  readonly receiveCount: number;
  /** When the message was first sent, in epoch milliseconds. */
  readonly sentMs: number;
}

/** One delivery of a message that could be read. */
export interface Delivery extends Received {
  /** When a voicemail that is not there yet counts as absent, in epoch milliseconds. */
  readonly waitEndsMs: number;
}
