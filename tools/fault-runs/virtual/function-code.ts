import { Script } from 'node:vm';
import { transform } from 'esbuild';
import { bundleFunction } from '../../build/bundling';
import { type Mutant, withMutant } from '../mutants';

/** Names that a bundle takes from its surroundings: globals, or CommonJS's own. */
export interface Surroundings {
  readonly exports: object;
  readonly require: (specifier: string) => unknown;
  readonly module: { exports: object };
  readonly process: NodeJS.Process;
  readonly console: Console;
  readonly globalThis: object;
  readonly setTimeout: (
    callback: (...values: unknown[]) => void,
    ms?: number,
    ...values: unknown[]
  ) => object;
  readonly clearTimeout: (timer: unknown) => void;
  readonly Date: DateConstructor;
  readonly AbortSignal: object;
  readonly performance: { now(): number };
  readonly Math: Math;
}

/** Every name of {@link Surroundings}, in the order in which the code takes them. */
const NAMES = [
  'exports',
  'require',
  'module',
  'process',
  'console',
  'globalThis',
  'setTimeout',
  'clearTimeout',
  'Date',
  'AbortSignal',
  'performance',
  'Math',
] as const satisfies readonly (keyof Surroundings)[];

/**
 * Bundles a function as a build does, in the form that {@link FunctionCode} takes.
 *
 * @param name - the function's folder
 * @param mutant - bundled instead of the function as it is
 * @throws PatchDoesNotApplyError
 */
export const bundleForVirtualTime = async (name: string, mutant?: Mutant): Promise<string> => {
  const bundle = await withMutant(mutant, (root) =>
    bundleFunction({ root, entryPoint: `functions/${name}/handler.ts` }),
  );
  // A dynamic import would go around the `require` that the surroundings give.
  const { code } = await transform(bundle.code, {
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    supported: { 'dynamic-import': false },
  });
  return code;
};

/** The bundle of a Lambda function, which can be started any number of times, each time with a memory of its own. */
export class FunctionCode {
  readonly #run: (...values: readonly unknown[]) => void;

  /** @param code - as {@link bundleForVirtualTime} gives it. */
  constructor(code: string) {
    const script = new Script(`(function (${NAMES.join(', ')}) {${code}\n})`, { filename: 'index.js' });
    this.#run = script.runInThisContext();
  }

  /** Runs the bundle's module code, which puts the handler into `surroundings.module.exports`. */
  start(surroundings: Surroundings): void {
    this.#run(...NAMES.map((name) => surroundings[name]));
  }
}
