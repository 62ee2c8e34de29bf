import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { AnnotationMetadataEntryType, App } from 'cdktf';
import type { IConstruct } from 'constructs';
import { DeploymentStack } from './deployment-stack';
import { readDeployments } from './read-deployments';

/** Options of a synthesis. */
export interface SynthesisOptions {
  /** The folder that holds the deployment files. */
  readonly deploymentsFolder: string;
  /** The folder that receives `stacks/<deployment>/cdk.tf.json`. */
  readonly outputFolder: string;
}

/** Result of a synthesis. */
export interface Synthesis {
  /** The stacks' ids. */
  readonly stacks: readonly string[];
  /** Warnings for the operator, one line each. */
  readonly warnings: readonly string[];
}

const warningsOf = (stack: IConstruct, id: string): readonly string[] =>
  stack.node
    .findAll()
    .flatMap(({ node }) => node.metadata)
    .filter(({ type }) => type === AnnotationMetadataEntryType.WARN)
    .map(({ data }) => `${id}: ${String(data)}`);

/**
 * Removes the stacks of deployments that are no longer there: Terraform, or a local run, would take them for current. A
 * state beside a stack stays, with its folder.
 *
 * @returns one line for each.
 */
const removeOthers = (outputFolder: string, stacks: readonly string[]): readonly string[] => {
  const folder = join(outputFolder, 'stacks');
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !stacks.includes(entry.name))
    .map(({ name }) => {
      const isState = (file: string): boolean => file.includes('.tfstate');
      const [stack, files] = [join(folder, name), readdirSync(join(folder, name))];
      rmSync(files.some(isState) ? join(stack, 'cdk.tf.json') : stack, { recursive: true, force: true });
      return `stacks/${name} is removed: there is no deployment ${name} any more`;
    });
};

/**
 * Writes one Terraform stack per deployment file, and removes those of deployments that are gone.
 *
 * @throws DeploymentInvalidError with all that is wrong, of all files.
 */
export const synthesize = ({ deploymentsFolder, outputFolder }: SynthesisOptions): Synthesis => {
  const { deployments, passedOver } = readDeployments(deploymentsFolder);
  mkdirSync(outputFolder, { recursive: true });
  // Stack traces would put absolute paths into the output.
  const app = new App({ outdir: outputFolder, stackTraces: false });
  const stacks = deployments.map(({ id, deployment }) => new DeploymentStack(app, id, deployment));
  app.synth();
  const ids = deployments.map(({ id }) => id);
  return {
    stacks: ids,
    warnings: [
      ...passedOver,
      ...stacks.flatMap((stack) => warningsOf(stack, stack.node.id)),
      ...removeOthers(outputFolder, ids),
    ],
  };
};
