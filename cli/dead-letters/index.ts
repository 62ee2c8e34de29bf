export { CRASHED, UNDELIVERED, UNKNOWN } from './classes';
export { countByClass, DeadLetterQueue, type HeldLetter, inBatches } from './dead-letter-queue';
