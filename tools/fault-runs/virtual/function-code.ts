import { Script } from 'node:vm';
import { type BuildContext, context } from 'esbuild';
import { codeSettings } from '../../build/bundling';
import { type Mutant, PROJECT, patchedSources, readPatched } from '../mutants';

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
 * Bundles a function as a build does, in the form that {@link FunctionCode} takes, and then its mutants for a third of the
 * price: esbuild remembers what it has parsed. The process does not end before {@link dispose}.
 */
export class VirtualBundler {
  readonly #name: string;
  #context: BuildContext<{ write: false }> | undefined;
  #patched: ReadonlyMap<string, string> = new Map();

  /** @param name - the function's folder */
  constructor(name: string) {
    this.#name = name;
  }

  /**
   * Bundles, one at a time.
   *
   * @param mutant - bundled instead of the function as it is
   * @throws PatchDoesNotApplyError
   */
  async bundle(mutant?: Mutant): Promise<string> {
    this.#patched = patchedSources(mutant);
    this.#context ??= await context({
      ...codeSettings({
        root: PROJECT,
        entryPoint: `functions/${this.#name}/handler.ts`,
        plugins: [readPatched(() => this.#patched)],
      }),
      // A dynamic import would go around the `require` that the surroundings give.
      supported: { 'dynamic-import': false },
    });
    const { outputFiles } = await this.#context.rebuild();
    return outputFiles.map(({ text }) => text).join('');
  }

  async dispose(): Promise<void> {
    await this.#context?.dispose();
  }
}

/** Bundles a function, or a mutant of it, once. @throws PatchDoesNotApplyError */
export const bundleForVirtualTime = async (name: string, mutant?: Mutant): Promise<string> => {
  const bundler = new VirtualBundler(name);
  try {
    return await bundler.bundle(mutant);
  } finally {
    await bundler.dispose();
  }
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
