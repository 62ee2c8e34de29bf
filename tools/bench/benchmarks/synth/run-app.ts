import { spawn } from 'node:child_process';
import { join } from 'node:path';
import * as v from 'valibot';

/** What the synth of one app took. */
export interface SynthCost {
  /** From the start of its process to its end, in milliseconds. */
  readonly wallMs: number;
  /** Of all threads of the process that runs the app, in milliseconds. esbuild, where it runs, is a process of its own. */
  readonly cpuMs: number;
  /** Of the same process. */
  readonly peakMemoryBytes: number;
}

const processCost = v.object({ cpuMs: v.number(), peakMemoryBytes: v.number() });

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
 * @throws SynthFailedError
 */
export const runApp = (
  folder: string,
  variables: Readonly<Record<string, string>> = {},
): Promise<SynthCost> =>
  new Promise((resolve, reject) => {
    const startMs = performance.now();
    const child = spawn(
      process.execPath,
      ['--require', join(__dirname, 'report-cost.cjs'), '--import', 'tsx', 'main.ts'],
      { cwd: folder, env: { ...process.env, ...variables }, stdio: ['ignore', 'pipe', 'pipe', 'pipe'] },
    );
    let output = '';
    let cost = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      output += chunk.toString('utf8');
    });
    child.stderr?.on('data', (chunk: Buffer) => {
      output += chunk.toString('utf8');
    });
    child.stdio[3]?.on('data', (chunk: Buffer) => {
      cost += chunk.toString('utf8');
    });
    child.once('error', reject);
    child.once('close', (code) => {
      const wallMs = performance.now() - startMs;
      if (code === 0) {
        resolve({ wallMs, ...v.parse(processCost, JSON.parse(cost)) });
      } else {
        reject(new SynthFailedError(join(folder, 'main.ts'), output));
      }
    });
  });
