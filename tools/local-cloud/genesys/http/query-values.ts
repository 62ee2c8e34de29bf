import * as v from 'valibot';

/** A comma-separated list of words out of `allowed`. */
export const commaSeparated = <const Word extends string>(allowed: readonly Word[]) =>
  v.pipe(
    v.string(),
    v.transform((text) => text.split(',')),
    v.array(v.picklist(allowed, `must be out of ${allowed.join(', ')}`)),
  );

/** A whole number in decimal digits, at least 1. */
export const positiveInteger = v.pipe(
  v.string(),
  v.regex(/^[1-9]\d{0,8}$/, 'must be a whole number, at least 1'),
  v.transform(Number),
);
