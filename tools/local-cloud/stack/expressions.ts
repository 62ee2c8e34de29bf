import { StackError } from './errors';

/** A value in Terraform's JSON syntax. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** One attribute of one resource or data source, as an expression names it. */
export interface Reference {
  /** For example `aws_sqs_queue.events` or `data.aws_caller_identity.current`. */
  readonly address: string;
  readonly attribute: string;
}

/** Finds the value of a reference. */
export type Resolve = (reference: Reference) => Json;

const REFERENCE = /^((?:data\.)?[a-z][a-z0-9_]*\.[A-Za-z_][\w-]*)\.([a-z][a-z0-9_]*)$/;

const parseReference = (expression: string, where: string): Reference => {
  const [, address, attribute] = REFERENCE.exec(expression.trim()) ?? [];
  if (address === undefined || attribute === undefined) {
    throw new StackError(
      where,
      `cannot evaluate ${JSON.stringify(expression)}; the local run knows references to one attribute of one resource, such as aws_sqs_queue.events.arn`,
    );
  }
  return { address, attribute };
};

/** The parts of a template: literal text and references, in order. `$${` stands for a literal `${`. */
const parseTemplate = (text: string, where: string): readonly (string | Reference)[] => {
  const parts: (string | Reference)[] = [];
  let literal = '';
  let position = 0;
  while (position < text.length) {
    if (text.startsWith('$${', position)) {
      literal += '${';
      position += 3;
    } else if (text.startsWith('${', position)) {
      const end = text.indexOf('}', position);
      if (end === -1) {
        throw new StackError(where, `an expression is not closed in ${JSON.stringify(text)}`);
      }
      parts.push(literal, parseReference(text.slice(position + 2, end), where));
      literal = '';
      position = end + 1;
    } else {
      literal += text[position];
      position += 1;
    }
  }
  return [...parts, literal].filter((part) => part !== '');
};

const evaluateText = (text: string, where: string, resolve: Resolve): Json => {
  const values = parseTemplate(text, where).map((part) => (typeof part === 'string' ? part : resolve(part)));
  const [only] = values;
  if (values.length === 1 && only !== undefined) {
    return only;
  }
  return values
    .map((value) => {
      if (typeof value === 'object') {
        throw new StackError(
          where,
          `a list, map or null cannot stand inside the text ${JSON.stringify(text)}`,
        );
      }
      return String(value);
    })
    .join('');
};

/**
 * Evaluates a value of the synthesized stack as Terraform would, for the expressions that the module uses: references to
 * one attribute, alone or inside a text.
 *
 * @param where The address to name in an error.
 * @throws StackError for any other expression.
 */
export const evaluate = (value: Json, where: string, resolve: Resolve): Json => {
  if (typeof value === 'string') {
    return evaluateText(value, where, resolve);
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  if (Array.isArray(value)) {
    return value.map((entry: Json) => evaluate(entry, where, resolve));
  }
  return Object.fromEntries(
    Object.entries(value).map(([key, entry]) => [key, evaluate(entry, where, resolve)]),
  );
};
