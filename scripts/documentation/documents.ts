import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TABLES } from './tables';

const ROOT = join(__dirname, '../..');

/** A document asks for a table that nobody makes. */
export class UnknownTableError extends Error {
  override readonly name = 'UnknownTableError';

  constructor(table: string) {
    super(`there is no table ${table}; expected one of ${Object.keys(TABLES).join(', ')}`);
  }
}

/** The documents that hold tables made from code, relative to the project. */
export const DOCUMENTS = ['docs/module.md', 'terraform-module/README.md'] as const;

const TABLE = /<!-- table: ([a-z ]+) -->\n[\s\S]*?<!-- end -->/g;

/**
 * Fills each `<!-- table: name -->` ... `<!-- end -->` of a text.
 *
 * @throws UnknownTableError
 */
export const withTables = (text: string): string =>
  text.replaceAll(TABLE, (_, name: string) => {
    const make = TABLES[name];
    if (make === undefined) {
      throw new UnknownTableError(name);
    }
    return `<!-- table: ${name} -->\n\n${make()}\n\n<!-- end -->`;
  });

/** A document as it is, and as it should be. */
export const readDocument = (path: string): { readonly current: string; readonly wanted: string } => {
  const current = readFileSync(join(ROOT, path), 'utf8');
  return { current, wanted: withTables(current) };
};
