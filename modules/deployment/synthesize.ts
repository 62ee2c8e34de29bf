import { mkdirSync } from 'node:fs';
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
 * Writes one Terraform stack per deployment file.
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
  return {
    stacks: deployments.map(({ id }) => id),
    warnings: [...passedOver, ...stacks.flatMap((stack) => warningsOf(stack, stack.node.id))],
  };
};
