export {
  CRASHED,
  countByClass,
  DeadLetterQueue,
  type HeldLetter,
  inBatches,
  UNDELIVERED,
} from './dead-letter-queue';
