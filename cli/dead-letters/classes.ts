/** Class of a message that SQS itself moved, after more receives than any crash explains away. */
export const CRASHED = 'CRASHED';
/** Class of an event that EventBridge could not deliver. */
export const UNDELIVERED = 'UNDELIVERED';
/** Class of a message that nobody of ours has sent. */
export const UNKNOWN = 'UNKNOWN';
