import { AwsError } from '../service';
import { sqsError } from './errors';

const MOST_ENTRIES = 10;
const ENTRY_ID = /^[\w-]{1,80}$/;

/** The answer of a batch: each entry succeeds or fails by itself. */
export interface BatchResult<Result> {
  readonly Successful: readonly (Result & { readonly Id: string })[];
  readonly Failed: readonly {
    readonly Id: string;
    readonly Code: string;
    readonly Message: string;
    readonly SenderFault: boolean;
  }[];
}

/** The code that stands in a batch's answer is the one of the query protocol. */
const queryCode = (error: AwsError): string =>
  error.headers['x-amzn-query-error']?.split(';')[0] ?? error.code;

/**
 * Runs a batch entry by entry.
 *
 * @throws AwsError where the batch as a whole breaks a rule; nothing was done then.
 */
export const runBatch = <Entry extends { readonly Id: string }, Result>(
  entries: readonly Entry[],
  run: (entry: Entry) => Result,
): BatchResult<Result> => {
  if (entries.length === 0) {
    throw sqsError('EmptyBatchRequest', 'There should be at least one entry in the request.');
  }
  if (entries.length > MOST_ENTRIES) {
    throw sqsError('TooManyEntriesInBatchRequest', `${entries.length} entries, at most ${MOST_ENTRIES}.`);
  }
  const ids = entries.map(({ Id }) => Id);
  if (!ids.every((id) => ENTRY_ID.test(id))) {
    throw sqsError('InvalidBatchEntryId', 'An id has 1 to 80 of A-Z, a-z, 0-9, - and _.');
  }
  const repeated = ids.find((id, index) => ids.indexOf(id) !== index);
  if (repeated !== undefined) {
    throw sqsError('BatchEntryIdsNotDistinct', `Id ${repeated} repeated.`);
  }

  const Successful: (Result & { Id: string })[] = [];
  const Failed: BatchResult<Result>['Failed'][number][] = [];
  for (const entry of entries) {
    try {
      Successful.push({ ...run(entry), Id: entry.Id });
    } catch (error) {
      if (!(error instanceof AwsError)) {
        throw error;
      }
      Failed.push({
        Id: entry.Id,
        Code: queryCode(error),
        Message: error.message,
        SenderFault: true,
      });
    }
  }
  return { Successful, Failed };
};
