/**
 * Reads a `Retry-After` header (RFC 9110, section 10.2.3): whole seconds, or an HTTP date.
 *
 * @param nowMs - milliseconds since the Unix epoch, which a date is held against.
 * @returns milliseconds to wait, at least 0; `undefined` where there is no header that can be read.
 */
export const parseRetryAfterMs = (header: string | undefined, nowMs: number): number | undefined => {
  const text = header?.trim() ?? '';
  if (/^\d{1,9}$/.test(text)) {
    return Number(text) * 1000;
  }
  // Every form of an HTTP date begins with the name of a day; Date.parse takes far more than that.
  const dateMs = /^[A-Z][a-z]{2}/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(dateMs) ? undefined : Math.max(0, dateMs - nowMs);
};

/** No answer's wish holds anybody for longer, in milliseconds: more is an odd header's. */
const LONGEST_MS = 60 * 60_000;

/**
 * Milliseconds that an answer asks to wait, an hour at most. A date is held against the answer's own `Date`, so that a wrong
 * local clock does not count; `nowMs` stands in for a missing one.
 */
export const retryAfterMsOf = (
  { retryAfter, date }: { readonly retryAfter: string | undefined; readonly date: string | undefined },
  nowMs: number,
): number | undefined => {
  const senderMs = Date.parse(date ?? '');
  const waitMs = parseRetryAfterMs(retryAfter, Number.isNaN(senderMs) ? nowMs : senderMs);
  return waitMs === undefined ? undefined : Math.min(waitMs, LONGEST_MS);
};
