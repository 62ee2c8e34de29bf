import { AwsError } from '../service';
import { batchEntryIdsNotDistinct, emptyBatchRequest, invalidBatchEntryId, tooManyEntries } from './errors';

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
 * @param entryName - the entry's name in the API, for the error of an empty batch
 * @throws AwsError where the batch as a whole breaks a rule; nothing was done then.
 */
export const runBatch = <Entry extends { readonly Id: string }, Result>(
  entryName: string,
  entries: readonly Entry[],
  run: (entry: Entry) => Result,
): BatchResult<Result> => {
  if (entries.length === 0) {
    throw emptyBatchRequest(entryName);
  }
  if (entries.length > MOST_ENTRIES) {
    throw tooManyEntries(entries.length);
  }
  const ids = entries.map(({ Id }) => Id);
  if (!ids.every((id) => ENTRY_ID.test(id))) {
    throw invalidBatchEntryId();
  }
  const repeated = ids.find((id, index) => ids.indexOf(id) !== index);
  if (repeated !== undefined) {
    throw batchEntryIdsNotDistinct(repeated);
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
