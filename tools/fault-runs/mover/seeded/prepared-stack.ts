import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, relative } from 'node:path';
import { buildFunctions } from '../../../build/bundling';
import { synthesizeApp } from '../../../local-cloud/run/synthesize';
import { readSynthesizedStack, type SynthesizedStack } from '../../../local-cloud/stack';
import { type Mutant, PROJECT, patchedSources, readPatched } from '../../mutants';

const DEPLOYMENT = 'fault-run';

/** The stack of the run's own deployment, synthesized into a folder of its own. */
export interface PreparedStack {
  readonly stack: SynthesizedStack;
  /** Removes the folder. */
  remove(): void;
}

/**
 * Builds the functions and synthesizes the run's deployment as `npm run synth` does.
 *
 * @param tokens - of the deployment
 * @throws SynthesisFailedError with what the app printed.
 */
export const prepareStack = async (tokens = 1): Promise<PreparedStack> => {
  const folder = mkdtempSync(join(tmpdir(), 'fault-run-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  try {
    const deployments = join(folder, 'deployments');
    const file = `${DEPLOYMENT}.json`;
    const deployment = JSON.parse(readFileSync(join(__dirname, 'deployments', file), 'utf8'));
    mkdirSync(deployments);
    writeFileSync(join(deployments, file), JSON.stringify({ ...deployment, tokens }));
    await synthesizeApp(PROJECT, {
      DEPLOYMENTS_DIR: deployments,
      CDKTF_OUTDIR: folder,
    });
    return { stack: readSynthesizedStack(folder, DEPLOYMENT), remove };
  } catch (error) {
    remove();
    throw error;
  }
};

/**
 * Builds the functions from patched sources, and hands the stack that deploys them to `use`.
 *
 * @throws PatchDoesNotApplyError
 */
export const withMutatedStack = async <Result>(
  stack: SynthesizedStack,
  mutant: Mutant | undefined,
  use: (stack: SynthesizedStack) => Promise<Result>,
): Promise<Result> => {
  const sources = patchedSources(mutant);
  const outputFolder = mkdtempSync(join(tmpdir(), 'mutant-'));
  try {
    await buildFunctions({ root: PROJECT, outputFolder, plugins: [readPatched(() => sources)] });
    return await use(withBundles(stack, outputFolder));
  } finally {
    rmSync(outputFolder, { recursive: true, force: true });
  }
};

/** The stack with each function's zip taken from a folder, by its name. */
const withBundles = (stack: SynthesizedStack, folder: string): SynthesizedStack => ({
  ...stack,
  declarations: stack.declarations.map((declaration) => {
    const filename = declaration.arguments['filename'];
    return declaration.kind === 'aws_lambda_function' && typeof filename === 'string'
      ? {
          ...declaration,
          arguments: {
            ...declaration.arguments,
            filename: relative(stack.folder, join(folder, basename(filename))),
          },
        }
      : declaration;
  }),
});
