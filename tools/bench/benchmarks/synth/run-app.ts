import { spawn } from 'node:child_process';
import { join } from 'node:path';

/** An app could not be synthesized; its own words say why. */
export class SynthFailedError extends Error {
  override readonly name = 'SynthFailedError';

  constructor(path: string, output: string) {
    super(`${path} could not be synthesized:\n${output.trim()}`);
  }
}

/**
 * Runs a cdktf app as `npm run synth` does.
 *
 * @param folder the app's own, with its `main.ts`
 * @returns milliseconds from the start of its process to its end
 * @throws SynthFailedError
 */
export const runApp = (folder: string, variables: Readonly<Record<string, string>> = {}): Promise<number> =>
  new Promise((resolve, reject) => {
    const startMs = performance.now();
    const child = spawn(process.execPath, ['--import', 'tsx', 'main.ts'], {
      cwd: folder,
      env: { ...process.env, ...variables },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    const take = (chunk: Buffer): void => {
      output += chunk.toString('utf8');
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    child.once('error', reject);
    child.once('close', (code) =>
      code === 0
        ? resolve(performance.now() - startMs)
        : reject(new SynthFailedError(join(folder, 'main.ts'), output)),
    );
  });
