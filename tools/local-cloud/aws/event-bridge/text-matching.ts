const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');

/** Outside the basic plane Event Ruler sees half characters, which it replaces: such letters never match. */
const withoutSurrogate = (character: string): string => (/[\ud800-\udfff]/.test(character) ? '?' : character);

/**
 * A test for text that equals `expected` but for the case of letters, at the `start`, at the `end` or as a `whole`.
 *
 * Each character of `expected` stands for its lower and its upper form, as Event Ruler does it: `ß` is also `SS`, `SS` is
 * not also `ß`.
 */
export const ignoringCase = (
  expected: string,
  where: 'start' | 'end' | 'whole',
): ((text: string) => boolean) => {
  const pattern = Array.from({ length: expected.length }, (_, index) => expected.charAt(index))
    .map((character) => [character.toLowerCase(), character.toUpperCase()].map(withoutSurrogate).map(escaped))
    .map(([lower, upper]) => (lower === upper ? lower : `(?:${lower}|${upper})`))
    .join('');
  const expression = new RegExp(`${where === 'end' ? '' : '^'}${pattern}${where === 'start' ? '' : '$'}`);
  return (text) => expression.test(text);
};

/**
 * A test for text that equals `pattern`, in which `*` stands for any characters, none included, and a backslash makes `*`
 * and itself plain.
 *
 * @throws RangeError for two wildcards in a row and for a backslash before anything else.
 */
export const wildcard = (pattern: string): ((text: string) => boolean) => {
  let expression = '';
  for (let index = 0; index < pattern.length; index++) {
    const character = pattern.charAt(index);
    const next = pattern.charAt(index + 1);
    if (character === '*') {
      if (next === '*') {
        throw new RangeError('two "*" in a row mean nothing more than one');
      }
      expression += '[^]*';
    } else if (character === '\\') {
      if (next !== '*' && next !== '\\') {
        throw new RangeError('a backslash in "wildcard" stands before "*" or another backslash only');
      }
      expression += escaped(next);
      index++;
    } else {
      expression += escaped(character);
    }
  }
  const anchored = new RegExp(`^${expression}$`);
  return (text) => anchored.test(text);
};
