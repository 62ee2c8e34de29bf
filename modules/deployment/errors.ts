/** A deployment, or the folder of deployments, that cannot be used. Its message is one line. */
export class DeploymentInvalidError extends Error {
  override readonly name = 'DeploymentInvalidError';
  /** The file or folder, with line and column where they are known. */
  readonly place: string;

  constructor(place: string, problem: string) {
    super(`${place}: ${problem}`);
    this.place = place;
  }
}
