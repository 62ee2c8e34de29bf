import * as v from 'valibot';

const BatchResponse = v.object({
  batchItemFailures: v.nullish(v.array(v.object({ itemIdentifier: v.string() })), []),
});

/**
 * Reads a partial batch response (`ReportBatchItemFailures`): the ids of the messages that failed.
 *
 * An empty or missing answer means that all succeeded. An empty, missing or unknown `itemIdentifier`, or an answer of
 * another shape, means that all failed.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html, "Success and failure conditions"
 */
export const failedMessageIds = (payload: unknown, batch: readonly string[]): readonly string[] => {
  if (payload === null || payload === undefined) {
    return [];
  }
  const response = v.safeParse(BatchResponse, payload);
  if (!response.success) {
    return batch;
  }
  const named = new Set(
    (response.output.batchItemFailures ?? []).map(({ itemIdentifier }) => itemIdentifier),
  );
  const known = batch.filter((messageId) => named.has(messageId));
  return known.length === named.size ? known : batch;
};
