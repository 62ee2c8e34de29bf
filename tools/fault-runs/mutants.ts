import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command, Option } from 'commander';
import type { Plugin } from 'esbuild';
import { type CommandArguments, type CommandOutput, runCommand } from './command';

/** The folder of the checkout. */
export const PROJECT = join(__dirname, '../..');

/** A place in the functions' sources, and what stands there without the safeguard. */
export interface Patch {
  /** Relative to `functions/`. */
  readonly file: string;
  /** Occurs in the file exactly once: a patch that no longer applies would prove nothing. */
  readonly find: string;
  readonly replace: string;
}

/** A function without one of its safeguards, which a fault run has to notice. */
export interface Mutant {
  readonly name: string;
  /** Behaviour of the function without the safeguard. */
  readonly effect: string;
  readonly patches: readonly Patch[];
}

/** The sources have changed, so that a patch does not fit them any more. */
export class PatchDoesNotApplyError extends Error {
  override readonly name = 'PatchDoesNotApplyError';
  readonly file: string;
  readonly occurrences: number;

  constructor({ file, find }: Patch, occurrences: number) {
    super(
      `functions/${file} holds ${JSON.stringify(find)} ${occurrences} times instead of once; ` +
        'the function has changed, so adapt the mutant in tools/fault-runs',
    );
    this.file = file;
    this.occurrences = occurrences;
  }
}

/** Applies a patch to the text of its file. @throws PatchDoesNotApplyError */
export const applyPatch = (source: string, patch: Patch): string => {
  const occurrences = source.split(patch.find).length - 1;
  if (occurrences !== 1) {
    throw new PatchDoesNotApplyError(patch, occurrences);
  }
  // A function, so that a `$` in the text stays one.
  return source.replace(patch.find, () => patch.replace);
};

/**
 * Texts of the files that a mutant changes, by their absolute path.
 *
 * @param mutant - `undefined` for the sources as they are
 * @throws PatchDoesNotApplyError
 */
export const patchedSources = (mutant: Mutant | undefined): ReadonlyMap<string, string> => {
  const sources = new Map<string, string>();
  for (const patch of mutant?.patches ?? []) {
    const path = join(PROJECT, 'functions', patch.file);
    sources.set(path, applyPatch(sources.get(path) ?? readFileSync(path, 'utf8'), patch));
  }
  return sources;
};

/** Has esbuild read these texts in the place of the files. */
export const readPatched = (sources: () => ReadonlyMap<string, string>): Plugin => ({
  name: 'read-patched',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]functions[\\/].*\.ts$/ }, ({ path }) => {
      const contents = sources().get(path);
      return contents === undefined ? undefined : { contents, loader: 'ts' };
    });
  },
});

/** A command that shows that a fault run can fail. */
export interface MutantCommand {
  /** How the command is called. */
  readonly name: string;
  readonly description: string;
  readonly mutants: readonly Mutant[];
  /** Does the fault run with a mutant, or with the function as it is; returns what went wrong in it. */
  readonly tryOut: (mutant: Mutant | undefined, output: CommandOutput) => Promise<readonly string[]>;
}

interface MutantArguments extends CommandArguments {
  readonly only?: string;
}

/** Runs a command that expects the function as it is to pass, and every mutant of it to be noticed. */
export const runMutantCommand = ({ name, description, mutants, tryOut }: MutantCommand): Promise<void> =>
  runCommand<MutantArguments>(
    new Command(name)
      .description(description)
      .addOption(new Option('--only <name>', 'try one mutant').choices(mutants.map((mutant) => mutant.name))),
    async ({ only }, output) => {
      const tried = only === undefined ? [undefined, ...mutants] : mutants.filter((one) => one.name === only);
      let ok = true;
      for (const mutant of tried) {
        const noticed = await tryOut(mutant, output);
        const isAsExpected = noticed.length > 0 === (mutant !== undefined);
        ok &&= isAsExpected;
        const what = mutant === undefined ? 'unchanged' : `${mutant.name} (${mutant.effect})`;
        output.print(
          `${isAsExpected ? 'ok  ' : 'FAIL'}  ${what}: ${noticed.join('; ') || (mutant === undefined ? 'passes' : 'NOT NOTICED')}`,
        );
      }
      return { ok };
    },
  );
