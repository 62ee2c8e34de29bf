import { type CommandPolicy, listArchive, readFunction, readToken, sendEvents } from '../../policy';

/** `backfill` reads the mailbox and the names of what is archived, and sends to the events queue. */
export const backfillPolicy: CommandPolicy = (names) => [
  ...readFunction(names, [names.move_function_arn]),
  ...readToken(names),
  listArchive(names),
  ...sendEvents(names),
];
