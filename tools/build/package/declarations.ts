import { join } from 'node:path';
import { rollup } from 'rollup';
import { dts } from 'rollup-plugin-dts';
import { PACKAGE_DOOR } from './construct';
import { type Entry, importedBy } from './entries';

const IMPORT = /(?<=\bfrom )'([^'.][^']*)'/g;

/** The declarations use a package that an application need not have. */
export class ForeignTypeError extends Error {
  override readonly name = 'ForeignTypeError';
  /** The package, as the declarations import it. */
  readonly specifier: string;

  constructor(specifier: string) {
    super(
      `the declarations of the package import ${specifier}, which is no peer; keep it out of what ${PACKAGE_DOOR} exports`,
    );
    this.specifier = specifier;
  }
}

/**
 * Rolls the types of the package into one file, with their documentation.
 *
 * @throws ForeignTypeError where they need a package that is no peer.
 */
export const rollUpDeclarations = async (root: string): Promise<string> => {
  const bundle = await rollup({
    input: join(root, PACKAGE_DOOR),
    external: (id) => /^[@a-z]/.test(id),
    plugins: [dts({ tsconfig: join(root, 'tsconfig.json') })],
  });
  try {
    const { output } = await bundle.generate({ format: 'es' });
    return output[0].code;
  } finally {
    await bundle.close();
  }
};

/** The rolled-up types as an entry has them. @throws ForeignTypeError */
export const declarationsOf = (declarations: string, entry: Entry): string =>
  declarations.replaceAll(IMPORT, (_, specifier: string) => {
    const imported = importedBy(entry, specifier);
    if (imported === undefined) {
      throw new ForeignTypeError(specifier);
    }
    return `'${imported}'`;
  });
