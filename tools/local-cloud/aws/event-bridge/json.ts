import { LosslessNumber, parse } from 'lossless-json';

/** A JSON object whose numbers are kept as they were written. */
export type JsonObject = { readonly [name: string]: unknown };

/**
 * Parses JSON text and keeps every number as it was written (`LosslessNumber`), so that a transformed number reaches its
 * target unchanged.
 *
 * Of a repeated name the last one wins, as in `JSON.parse`.
 *
 * @throws SyntaxError when the text is not JSON.
 */
export const parseJson = (text: string): unknown =>
  parse(text, undefined, { onDuplicateKey: ({ newValue }) => newValue });

export const isJsonObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof LosslessNumber);
