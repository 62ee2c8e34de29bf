import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { synthesize } from '../../modules/deployment/synthesize';
import { readSynthesizedStack, type SynthesizedStack } from '../../tools/local-cloud/stack';

const DEPLOYMENT = 'local';

/** The stack of the `local` deployment, synthesized once, to be made real as it is or with something wrong in it. */
export class LocalSynthesis {
  readonly #folder = mkdtempSync(join(tmpdir(), 'local-synthesis-'));
  #variants = 0;

  /** @param changes - to the deployment's options. @default - none */
  constructor(changes: Readonly<Record<string, unknown>> = {}) {
    const file = `${DEPLOYMENT}.json`;
    const deploymentsFolder = join(this.#folder, 'deployments');
    const deployment = JSON.parse(readFileSync(join(__dirname, '../../deployments', file), 'utf8'));
    mkdirSync(deploymentsFolder);
    writeFileSync(join(deploymentsFolder, file), JSON.stringify({ ...deployment, ...changes }));
    synthesize({ deploymentsFolder, outputFolder: this.#original });
  }

  /** The stack as it is. */
  stack(): SynthesizedStack {
    return readSynthesizedStack(this.#original, DEPLOYMENT);
  }

  /**
   * The stack with every occurrence of a text in its file replaced.
   *
   * @throws where the text does not occur: a variant that changes nothing would prove nothing.
   */
  variant(wanted: string, replacement: string): SynthesizedStack {
    this.#variants += 1;
    const folder = join(this.#folder, `variant-${this.#variants}`);
    cpSync(this.#original, folder, { recursive: true });
    const file = join(folder, 'stacks', DEPLOYMENT, 'cdk.tf.json');
    const text = readFileSync(file, 'utf8');
    if (!text.includes(wanted)) {
      throw new Error(`the synthesized stack does not hold ${wanted}`);
    }
    writeFileSync(file, text.replaceAll(wanted, replacement));
    return readSynthesizedStack(folder, DEPLOYMENT);
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  get #original(): string {
    return join(this.#folder, 'original');
  }
}
