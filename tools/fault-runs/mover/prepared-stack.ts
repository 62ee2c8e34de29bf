import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { synthesizeApp } from '../../local-cloud/run/synthesize';
import { readSynthesizedStack, type SynthesizedStack } from '../../local-cloud/stack';

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
 * @throws SynthesisFailedError with what the app printed.
 */
export const prepareStack = async (projectFolder: string): Promise<PreparedStack> => {
  const folder = mkdtempSync(join(tmpdir(), 'fault-run-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  try {
    await synthesizeApp(projectFolder, {
      DEPLOYMENTS_DIR: join(__dirname, 'deployments'),
      CDKTF_OUTDIR: folder,
    });
    return { stack: readSynthesizedStack(folder, DEPLOYMENT), remove };
  } catch (error) {
    remove();
    throw error;
  }
};
