import {
  findNodeAtLocation,
  getNodeValue,
  type Node,
  type ParseError,
  parseTree,
  printParseErrorCode,
} from 'jsonc-parser';
import { DeploymentInvalidError, type DeploymentProblem } from './errors';

/** Options of jsonc-parser that make it a parser of plain JSON. */
const PLAIN_JSON = { disallowComments: true, allowTrailingComma: false, allowEmptyContent: false } as const;

/** The keys and indexes that lead to a value. */
export type JsonPath = readonly (string | number)[];

/** A JSON file that knows where in its text each value stands. */
export class DeploymentFile {
  /** The file as errors name it. */
  readonly name: string;
  readonly content: unknown;
  readonly #text: string;
  readonly #tree: Node;

  /** @throws DeploymentInvalidError for a text that is not one JSON object of different keys, with line and column. */
  constructor(name: string, text: string) {
    this.name = name;
    this.#text = text;
    const mark = byteOrderMarkOf(text);
    if (mark !== undefined) {
      throw new DeploymentInvalidError({
        place: `${name}:1:1`,
        problem: `the file begins with a byte order mark (${mark}); allowed: UTF-8 without one, which editors offer when they save`,
      });
    }
    const errors: ParseError[] = [];
    const tree = parseTree(text, errors, PLAIN_JSON);
    const [first] = errors;
    if (first !== undefined || tree === undefined) {
      const problem = first === undefined ? 'ValueExpected' : printParseErrorCode(first.error);
      throw new DeploymentInvalidError({
        place: this.#positionOf(first?.offset ?? 0),
        problem: `not JSON: ${inWords(problem)}; allowed: one JSON object, without comments and trailing commas`,
      });
    }
    if (tree.type !== 'object') {
      throw new DeploymentInvalidError({
        place: this.#positionOf(tree.offset),
        problem: `this is ${tree.type === 'array' ? 'a list' : `a ${tree.type}`}; allowed: one JSON object`,
      });
    }
    const lost = this.#lostKeys(tree);
    if (lost.length > 0) {
      throw new DeploymentInvalidError(...lost);
    }
    this.#tree = tree;
    this.content = getNodeValue(tree);
  }

  /** The file with the line and column of a value, or of the nearest one around it. */
  placeOf(path: JsonPath): string {
    for (let length = path.length; length > 0; length -= 1) {
      const node = findNodeAtLocation(this.#tree, path.slice(0, length));
      if (node !== undefined) {
        return this.#positionOf(node.offset);
      }
    }
    return this.name;
  }

  /** JSON takes a key twice and lets the last one win, and JavaScript takes `__proto__` for no key at all: what they say would be lost. */
  #lostKeys(node: Node): readonly DeploymentProblem[] {
    const children = node.children ?? [];
    const keys = children.flatMap(({ type, children: [key] = [] }) =>
      type === 'property' && key !== undefined ? [key] : [],
    );
    return [
      ...keys.flatMap(({ value, offset }, index) =>
        value === '__proto__' || keys.findIndex((other) => other.value === value) < index
          ? [
              {
                place: this.#positionOf(offset),
                problem:
                  value === '__proto__'
                    ? 'the key "__proto__" is JavaScript\'s own; allowed: any other, because this one would be lost'
                    : `the key ${JSON.stringify(value)} stands here a second time; allowed: each key once, because only the last would count`,
              },
            ]
          : [],
      ),
      ...children.flatMap((child) => this.#lostKeys(child)),
    ];
  }

  #positionOf(offset: number): string {
    const before = this.#text.slice(0, offset).split('\n');
    return `${this.name}:${before.length}:${(before.at(-1) ?? '').length + 1}`;
  }
}

/** `CommaExpected` as a person would say it: `comma expected`. */
const inWords = (code: string): string => code.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();

/** The mark that some editors put before a text, by its encoding; undefined where there is none. */
const byteOrderMarkOf = (text: string): string | undefined => {
  if (text.startsWith('\uFEFF')) {
    return 'U+FEFF';
  }
  // Read as UTF-8, the mark of UTF-16 is two bytes that UTF-8 does not have.
  return text.startsWith('\uFFFD\uFFFD') ? 'of UTF-16' : undefined;
};
