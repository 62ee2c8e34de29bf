/** Something that is wrong with a deployment, or with the folder of deployments. */
export interface DeploymentProblem {
  /** The file or folder, with line and column where they are known. */
  readonly place: string;
  /** Says what is wrong and what is allowed, on one line. */
  readonly problem: string;
}

/** Deployments that cannot be used. Its message has one line for each problem, over all files. */
export class DeploymentInvalidError extends Error {
  override readonly name = 'DeploymentInvalidError';
  readonly problems: readonly DeploymentProblem[];

  constructor(...problems: readonly DeploymentProblem[]) {
    super(problems.map(({ place, problem }) => `${place}: ${problem}`).join('\n'));
    this.problems = problems;
  }
}
