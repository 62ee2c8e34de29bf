import { TABLES } from './tables';

/** A document asks for a table that nobody makes. */
export class UnknownTableError extends Error {
  override readonly name = 'UnknownTableError';

  constructor(table: string) {
    super(`there is no table ${table}; expected one of ${Object.keys(TABLES).join(', ')}`);
  }
}

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
