import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** Terraform, or OpenTofu with `TF_BINARY=tofu`. */
export const BINARY = process.env['TF_BINARY'] ?? 'terraform';

/** Terraform ended with another code than 0; the message holds what it said. */
export class TerraformFailedError extends Error {
  override readonly name = 'TerraformFailedError';

  constructor(command: readonly string[], said: string) {
    super(`${BINARY} ${command.join(' ')} failed:\n${said.trim()}`);
  }
}

/** There is no program to run. */
export class TerraformMissingError extends Error {
  override readonly name = 'TerraformMissingError';

  constructor() {
    super(`there is no ${BINARY} to run`);
  }
}

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT';

const saidBy = (error: unknown): string =>
  error instanceof Error && 'stderr' in error && 'stdout' in error
    ? `${String(error.stderr)}\n${String(error.stdout)}`
    : String(error);

/**
 * Runs Terraform in a folder.
 *
 * @returns what it printed on standard output.
 * @throws TerraformMissingError
 * @throws TerraformFailedError
 */
export const terraform = async (folder: string, ...command: readonly string[]): Promise<string> => {
  try {
    const { stdout } = await execute(BINARY, command, {
      cwd: folder,
      maxBuffer: 64 * 1024 * 1024,
      // It asks nobody about new versions, and paints nothing.
      env: { ...process.env, CHECKPOINT_DISABLE: '1', TF_IN_AUTOMATION: '1', TF_CLI_ARGS: '-no-color' },
    });
    return stdout;
  } catch (error) {
    throw isMissing(error) ? new TerraformMissingError() : new TerraformFailedError(command, saidBy(error));
  }
};
