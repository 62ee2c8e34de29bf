import {
  findNodeAtLocation,
  getNodeValue,
  type Node,
  type ParseError,
  parseTree,
  printParseErrorCode,
} from 'jsonc-parser';
import { DeploymentInvalidError } from './errors';

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

  /** @throws DeploymentInvalidError for a text that is not one JSON object, with line and column. */
  constructor(name: string, text: string) {
    this.name = name;
    this.#text = text;
    const errors: ParseError[] = [];
    const tree = parseTree(text, errors, PLAIN_JSON);
    const [first] = errors;
    if (first !== undefined || tree === undefined) {
      const problem = first === undefined ? 'ValueExpected' : printParseErrorCode(first.error);
      throw new DeploymentInvalidError(
        this.#positionOf(first?.offset ?? 0),
        `not JSON: ${inWords(problem)}; allowed: one JSON object, without comments and trailing commas`,
      );
    }
    if (tree.type !== 'object') {
      throw new DeploymentInvalidError(
        this.#positionOf(tree.offset),
        `this is ${tree.type === 'array' ? 'a list' : `a ${tree.type}`}; allowed: one JSON object`,
      );
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

  #positionOf(offset: number): string {
    const before = this.#text.slice(0, offset).split('\n');
    return `${this.name}:${before.length}:${(before.at(-1) ?? '').length + 1}`;
  }
}

/** `CommaExpected` as a person would say it: `comma expected`. */
const inWords = (code: string): string => code.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
