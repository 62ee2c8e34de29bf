import { stringify } from 'lossless-json';
import { isJsonObject, parseJson } from './json';
import { jsonPath } from './json-path';

/** How a rule's target shapes the event that it is sent. The names are those of `PutTargets`. */
export interface InputTransformerDefinition {
  /** Variable name → JSON path into the event; at most 100. */
  readonly inputPathsMap: Readonly<Record<string, string>>;
  /** A JSON value with `<variable>` placeholders, 1 to 8,192 characters. */
  readonly inputTemplate: string;
}

/** Values of the predefined variables. */
export interface TransformationContext {
  readonly ruleArn: string;
  readonly ruleName: string;
  /** When the bus received the event, in milliseconds since the Unix epoch. */
  readonly ingestionTimeMs: number;
}

/** An input transformer that `PutTargets` would refuse, or that relies on what EventBridge leaves undocumented. */
export class InvalidInputTransformerError extends Error {
  override readonly name = 'InvalidInputTransformerError';
}

/** An event that a template cannot turn into JSON. The message names no value of the event. */
export class InputTransformationError extends Error {
  override readonly name = 'InputTransformationError';
}

type Segment = string | { readonly variable: string; readonly quoted: boolean };

const MAXIMUM_PATHS = 100;
const MAXIMUM_TEMPLATE_CHARACTERS = 8192;
const MAXIMUM_NAME_OR_PATH_CHARACTERS = 256;
const VARIABLE_NAME = /^[A-Za-z0-9_-]+$/;
const PLACEHOLDER = /<([A-Za-z0-9_.-]+)>/y;
/** Variables that stand for a JSON object and may only be a whole value, never part of a string. */
const OBJECT_VARIABLES: ReadonlySet<string> = new Set(['aws.events.event', 'aws.events.event.json']);
const PREDEFINED_VARIABLES: ReadonlySet<string> = new Set([
  ...OBJECT_VARIABLES,
  'aws.events.event.ingestion-time',
  'aws.events.rule-arn',
  'aws.events.rule-name',
]);

const refuse = (reason: string): never => {
  throw new InvalidInputTransformerError(`the input transformer is not valid: ${reason}`);
};

const readPaths = (
  inputPathsMap: Readonly<Record<string, string>>,
): ReadonlyMap<string, (event: unknown) => unknown> => {
  const entries = Object.entries(inputPathsMap);
  if (entries.length > MAXIMUM_PATHS) {
    refuse(`it has ${entries.length} input paths, at most ${MAXIMUM_PATHS} are allowed`);
  }
  return new Map(
    entries.map(([name, path]) => {
      if (!VARIABLE_NAME.test(name) || /^aws/i.test(name) || name.length > MAXIMUM_NAME_OR_PATH_CHARACTERS) {
        refuse(`"${name}" is no variable name: letters, digits, "-" and "_", not beginning with "AWS"`);
      }
      if (path.length > MAXIMUM_NAME_OR_PATH_CHARACTERS) {
        refuse(`the path of "${name}" is longer than ${MAXIMUM_NAME_OR_PATH_CHARACTERS} characters`);
      }
      try {
        return [name, jsonPath(path)];
      } catch (error) {
        return refuse(error instanceof RangeError ? error.message : String(error));
      }
    }),
  );
};

/** Splits a template at its placeholders and notes which of them stand inside a JSON string. */
const readTemplate = (template: string, variables: ReadonlySet<string>): readonly Segment[] => {
  const segments: Segment[] = [];
  let text = '';
  let quoted = false;
  for (let position = 0; position < template.length; position++) {
    const character = template.charAt(position);
    if (character === '<') {
      PLACEHOLDER.lastIndex = position;
      const [placeholder, variable] = PLACEHOLDER.exec(template) ?? [];
      if (placeholder === undefined || variable === undefined || !variables.has(variable)) {
        return refuse(`the template has a placeholder for no variable at character ${position + 1}`);
      }
      if (quoted && OBJECT_VARIABLES.has(variable)) {
        refuse(`<${variable}> is an object and cannot stand inside a string`);
      }
      segments.push(text, { variable, quoted });
      text = '';
      position += placeholder.length - 1;
    } else if (quoted && character === '\\') {
      text += template.slice(position, position + 2);
      position++;
    } else {
      quoted = character === '"' ? !quoted : quoted;
      text += character;
    }
  }
  return [...segments, text];
};

const SAMPLE = '\u{10ffff}sample\u{10ffff}';

const hasSampleAsKey = (value: unknown): boolean => {
  if (Array.isArray(value)) {
    return value.some(hasSampleAsKey);
  }
  return (
    isJsonObject(value) &&
    Object.entries(value).some(([name, member]) => name.includes(SAMPLE) || hasSampleAsKey(member))
  );
};

/** Tries the template with a string for every variable, so that a malformed one is found before any event comes. */
const checkTemplate = (segments: readonly Segment[]): void => {
  const sample = render(segments, () => SAMPLE);
  let value: unknown;
  try {
    value = parseJson(sample);
  } catch {
    refuse('the template, its placeholders filled with strings, is not one JSON value');
  }
  if (hasSampleAsKey(value)) {
    refuse('a placeholder cannot be the name of a field');
  }
};

const asJson = (value: unknown): string => stringify(value) ?? '';

/** A value inside a string of the template: as it is, without escapes; objects and arrays lose their quotes. */
const inString = (value: unknown): string => {
  if (value === undefined) {
    return '';
  }
  return typeof value === 'string' ? value : asJson(value).replaceAll('"', '');
};

const render = (segments: readonly Segment[], lookUp: (variable: string) => unknown): string =>
  segments
    .map((segment) => {
      if (typeof segment === 'string') {
        return segment;
      }
      const value = lookUp(segment.variable);
      return segment.quoted ? inString(value) : asJson(value);
    })
    .join('');

/** `aws.events.event`: the envelope without `detail`, its `detail-type` in camel case. Source: a recording, see below. */
const envelopeOf = (event: unknown): unknown => {
  if (!isJsonObject(event)) {
    return undefined;
  }
  const { id, account, time, source, region, resources, version, 'detail-type': detailType } = event;
  return { id, account, detailType, time, source, region, resources, version };
};

/**
 * An EventBridge input transformer.
 *
 * How sure each rule is:
 *
 * - Documented ("Amazon EventBridge input transformation", user guide; `InputTransformer`, API reference): the limits; the
 *   predefined variables; a string outside quotes gets quotes; a value inside quotes is not escaped; an object inside quotes
 *   loses its own; the result is minified.
 * - Recorded on AWS in 2024 (snapshots in the public tests of LocalStack): a placeholder for no variable is refused; a
 *   missing value is empty inside quotes; the shape of `aws.events.event`.
 * - **Stricter than AWS**: a missing value outside quotes. The guide says that the variable "won't appear in the output",
 *   which leaves invalid JSON; the recordings show `""`. A template that needs neither answer is safe with both, so here it
 *   is an error.
 * - Unproven: `null` is written `null` in both places; what a quotation mark or a backslash inside a value does (here the
 *   result is not JSON any more, an error, as the guide's "doesn't escape" has it).
 * - Not taken: templates of several strings, one a line.
 */
export class InputTransformer {
  readonly #paths: ReadonlyMap<string, (event: unknown) => unknown>;
  readonly #segments: readonly Segment[];

  /** @throws InvalidInputTransformerError saying what is wrong. */
  constructor({ inputPathsMap, inputTemplate }: InputTransformerDefinition) {
    if (inputTemplate.length === 0 || inputTemplate.length > MAXIMUM_TEMPLATE_CHARACTERS) {
      refuse(
        `the template has ${inputTemplate.length} characters, 1 to ${MAXIMUM_TEMPLATE_CHARACTERS} are allowed`,
      );
    }
    this.#paths = readPaths(inputPathsMap);
    this.#segments = readTemplate(inputTemplate, new Set([...this.#paths.keys(), ...PREDEFINED_VARIABLES]));
    checkTemplate(this.#segments);
  }

  /**
   * Makes the target's input from an event, both as JSON text.
   *
   * @throws InputTransformationError when the filled template is not JSON.
   */
  transform(eventJson: string, { ruleArn, ruleName, ingestionTimeMs }: TransformationContext): string {
    const event = parseJson(eventJson);
    const values = new Map<string, unknown>([
      ['aws.events.rule-arn', ruleArn],
      ['aws.events.rule-name', ruleName],
      ['aws.events.event.ingestion-time', new Date(ingestionTimeMs).toISOString().replace(/\.\d+Z$/, 'Z')],
      ['aws.events.event', envelopeOf(event)],
      ['aws.events.event.json', event],
      ...[...this.#paths].map(([name, find]) => [name, find(event)] as const),
    ]);
    const filled = render(this.#segments, (variable) => values.get(variable));
    try {
      return asJson(parseJson(filled));
    } catch {
      throw new InputTransformationError(
        'the filled input template is not JSON: a value is missing outside quotes, or breaks the quotes it stands in',
      );
    }
  }
}
