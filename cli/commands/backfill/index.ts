export { type BackfillOptions, backfill } from './backfill';
export { backfillPolicy } from './policy';
