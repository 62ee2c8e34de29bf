export {
  CRASHED,
  countByClass,
  DeadLetterQueue,
  type HeldLetter,
  inBatches,
  UNDELIVERED,
  UNKNOWN,
} from './dead-letter-queue';
