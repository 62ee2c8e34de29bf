import { AwsError } from '../service';

/**
 * Reads a filter pattern of plain terms: all of them must occur in a line, or, where each has a question mark before it, one.
 * A term of more than one word stands in quotes.
 *
 * Not known, and so refused: terms to leave out, patterns of JSON and of columns, regular expressions.
 *
 * Source: CloudWatch Logs User Guide, "Filter pattern syntax".
 *
 * @returns whether a line matches
 * @throws AwsError `InvalidParameterException` for a pattern that this does not know.
 */
export const filterPattern = (pattern: string): ((line: string) => boolean) => {
  const terms = [...pattern.matchAll(/(\?)?(?:"([^"]*)"|(\S+))/g)].map(
    ([, optional, quoted, plain = '']) => ({
      isOptional: optional !== undefined,
      text: quoted ?? plain,
      isKnown: quoted !== undefined || /^[\w.]+$/.test(plain),
    }),
  );
  const unknown = terms.find(({ isKnown }) => !isKnown);
  const optional = terms.filter(({ isOptional }) => isOptional);
  if (unknown !== undefined || (optional.length > 0 && optional.length < terms.length)) {
    throw new AwsError(
      'InvalidParameterException',
      `the local CloudWatch Logs knows terms, all of them with "?" or none, not ${JSON.stringify(pattern)}; put a term of other characters than letters and digits into quotes`,
    );
  }
  return (line) =>
    optional.length > 0
      ? optional.some(({ text }) => line.includes(text))
      : terms.every(({ text }) => line.includes(text));
};
