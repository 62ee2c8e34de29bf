import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** The app could not be synthesized; its own words say why. */
export class SynthesisFailedError extends Error {
  override readonly name = 'SynthesisFailedError';

  constructor(output: string) {
    super(`npm run synth failed:\n${output.trim()}`);
  }
}

/**
 * Runs the app as `npm run synth` does, in a process of its own: the run takes what a deployment would take.
 *
 * @param variables what the app is told beside this process's environment, such as where the deployments are
 * @throws SynthesisFailedError with what the app printed.
 */
export const synthesizeApp = (
  projectFolder: string,
  variables: Readonly<Record<string, string>> = {},
): Promise<void> =>
  new Promise((resolve, reject) => {
    const beforeSynth = pathToFileURL(join(projectFolder, 'tools/build/before-synth.mts')).href;
    const app = join(projectFolder, 'main.ts');
    const child = spawn(process.execPath, ['--import', 'tsx', '--import', beforeSynth, app], {
      cwd: projectFolder,
      env: { ...process.env, ...variables },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const stop = (): boolean => child.kill();
    process.once('exit', stop);
    let output = '';
    const collect = (chunk: Buffer) => {
      output += chunk.toString('utf8');
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.once('error', reject);
    child.once('close', (code) => {
      process.off('exit', stop);
      code === 0 ? resolve() : reject(new SynthesisFailedError(output));
    });
  });
