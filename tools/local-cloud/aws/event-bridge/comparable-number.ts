const DECIMAL = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;

/** One spelling for every way to write the same decimal number; `undefined` for what is no number. */
const canonicalDecimal = (text: string): string | undefined => {
  const [, sign, whole, fraction = '', exponent = '0'] = DECIMAL.exec(text) ?? [];
  if (whole === undefined) {
    return undefined;
  }
  const digits = (whole + fraction).replace(/^0+/, '');
  const significant = digits.replace(/0+$/, '');
  if (significant === '') {
    return '0';
  }
  return `${sign}${significant}e${Number(exponent) - fraction.length + digits.length - significant.length}`;
};

/**
 * The number that a JSON number's text stands for, when EventBridge can compare it.
 *
 * It can when a binary64 holds it exactly in its shortest decimal form: `300`, `300.0` and `3.0e2` are the same number;
 * one with more than some 17 significant digits is none. Source: `ComparableNumber` of AWS's Event Ruler 2.1.0, by test.
 */
export const comparableNumber = (text: string): number | undefined => {
  const number = Number(text);
  const canonical = canonicalDecimal(text);
  return canonical !== undefined && Number.isFinite(number) && canonicalDecimal(String(number)) === canonical
    ? number
    : undefined;
};
