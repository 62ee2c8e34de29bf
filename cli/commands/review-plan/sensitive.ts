/** Replaces a sensitive value; Terraform's own words. */
export const SENSITIVE = '(sensitive value)';

/**
 * The shortest text that is taken out of the plan's text.
 *
 * A shorter one, such as `true` or `443`, is in the text for other reasons too: taking it out would hide those and tell
 * nothing about the value. Terraform itself hides it where it is marked.
 */
const SHORTEST_HIDDEN_TEXT = 6;

type JsonObject = Readonly<Record<string, unknown>>;

/** Whether a part of a JSON document is an object. */
export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The part of a value, or of its marks, that one step leads to. */
export const stepInto = (value: unknown, step: string | number): unknown => {
  if (Array.isArray(value)) {
    return typeof step === 'number' ? value[step] : undefined;
  }
  return isObject(value) && Object.hasOwn(value, step) ? value[step] : undefined;
};

/**
 * A value without its sensitive parts.
 *
 * @param marks - what `before_sensitive` and its like hold: `true` for a sensitive part, else the value's own shape
 */
export const withoutSensitive = (value: unknown, marks: unknown): unknown => {
  if (marks === true) {
    return SENSITIVE;
  }
  if (Array.isArray(value)) {
    return value.map((item, index) => withoutSensitive(item, stepInto(marks, index)));
  }
  if (isObject(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, withoutSensitive(item, stepInto(marks, key))]),
    );
  }
  return value;
};

/** The parts of a list or an object, each with its step; none of anything else. */
const partsOf = (value: unknown): readonly (readonly [step: string | number, part: unknown])[] =>
  Array.isArray(value) ? [...value.entries()] : isObject(value) ? Object.entries(value) : [];

/** Every text and number in a value. */
const textsOf = (value: unknown): readonly string[] =>
  typeof value === 'string' || typeof value === 'number'
    ? [String(value)]
    : partsOf(value).flatMap(([, part]) => textsOf(part));

/** Every text and number that marks call sensitive. */
const markedTexts = (value: unknown, marks: unknown): readonly string[] =>
  marks === true
    ? textsOf(value)
    : partsOf(marks).flatMap(([step, mark]) => markedTexts(stepInto(value, step), mark));

/** Where a plan's JSON keeps values beside the marks of what is sensitive in them. */
const MARKED: readonly (readonly [value: string, marks: string])[] = [
  ['before', 'before_sensitive'],
  ['after', 'after_sensitive'],
  ['values', 'sensitive_values'],
  // Outputs in planned_values and prior_state.
  ['value', 'sensitive'],
];

const sensitiveTexts = (document: unknown): readonly string[] => [
  ...(isObject(document)
    ? MARKED.flatMap(([value, marks]) => markedTexts(document[value], document[marks]))
    : []),
  ...partsOf(document).flatMap(([, part]) => sensitiveTexts(part)),
];

/** The values of the root module's sensitive variables, which the plan's JSON holds in clear. */
const sensitiveVariables = (document: unknown): readonly string[] =>
  partsOf(['configuration', 'root_module', 'variables'].reduce<unknown>(stepInto, document)).flatMap(
    ([name, declaration]) =>
      stepInto(declaration, 'sensitive') === true
        ? textsOf(['variables', name, 'value'].reduce<unknown>(stepInto, document))
        : [],
  );

/** The texts in a JSON document that a text holds: Terraform prints such a text as an expression, item by item. */
const textsInside = (text: string): readonly string[] => {
  try {
    return /^\s*[[{]/.test(text) ? textsOf(JSON.parse(text)) : [];
  } catch {
    // A text that only looks like JSON has nothing inside.
    return [];
  }
};

/** A text between the quotes of a Terraform expression. */
const quoted = (text: string): string =>
  JSON.stringify(text)
    .slice(1, -1)
    .replaceAll('${', () => '$${')
    .replaceAll('%{', '%%{');

/** The ways in which Terraform writes a text: as it is, in quotes, line by line in a heredoc, or as an expression. */
const waysToWrite = (text: string): readonly string[] => [
  text,
  quoted(text),
  ...text.split(/\r?\n/).map((line) => line.trim()),
  ...textsInside(text).flatMap(waysToWrite),
];

/**
 * Takes every value out of a text that the plan's JSON marks as sensitive anywhere.
 *
 * Terraform hides a value where it is marked, and prints it where the mark was lost: through `nonsensitive()`, or in an
 * attribute that a provider computes from it.
 */
export const sensitiveHider = (document: unknown): ((text: string) => string) => {
  const hidden = new Set(
    [...sensitiveTexts(document), ...sensitiveVariables(document)]
      .flatMap(waysToWrite)
      .filter(({ length }) => length >= SHORTEST_HIDDEN_TEXT),
  );
  // The longest first: a value may hold another one.
  const longestFirst = [...hidden].sort((one, other) => other.length - one.length);
  return (text) => longestFirst.reduce((rest, value) => rest.replaceAll(value, SENSITIVE), text);
};
