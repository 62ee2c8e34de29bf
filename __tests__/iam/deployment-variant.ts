import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { synthesize } from '../../modules/deployment/synthesize';
import { readSynthesizedStack, type SynthesizedStack } from '../../tools/local-cloud/stack';

const LOCAL_DEPLOYMENT = join(__dirname, '../../deployments/local.json');

/** Options of a deployment file, over those of the `local` deployment. */
export type DeploymentOptions = Readonly<Record<string, unknown>>;

const folders: string[] = [];

/** The `local` deployment with other options, synthesized into a folder of its own. */
export const synthesizeVariant = (options: DeploymentOptions = {}): SynthesizedStack => {
  const folder = mkdtempSync(join(tmpdir(), 'deployment-variant-'));
  folders.push(folder);
  const deploymentsFolder = join(folder, 'deployments');
  const outputFolder = join(folder, 'out');
  mkdirSync(deploymentsFolder);
  const local: object = JSON.parse(readFileSync(LOCAL_DEPLOYMENT, 'utf8'));
  writeFileSync(join(deploymentsFolder, 'variant.json'), JSON.stringify({ ...local, ...options }));
  synthesize({ deploymentsFolder, outputFolder });
  return readSynthesizedStack(outputFolder, 'variant');
};

/** Removes what was synthesized; belongs into `afterAll`. */
export const removeVariants = (): void => {
  for (const folder of folders.splice(0)) {
    rmSync(folder, { recursive: true, force: true });
  }
};
