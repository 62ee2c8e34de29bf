/** A setting that Lambda refuses with `InvalidParameterValueException`. */
export class InvalidParameterValueError extends Error {
  override readonly name = 'InvalidParameterValueError';
  /** The parameter, in the words of Lambda's API. */
  readonly parameter: string;

  constructor(parameter: string, message: string) {
    super(message);
    this.parameter = parameter;
  }
}

/** An invocation beyond the function's reserved concurrency: Lambda's `TooManyRequestsException`. */
export class TooManyRequestsError extends Error {
  override readonly name = 'TooManyRequestsError';
  readonly functionName: string;
  readonly reservedConcurrency: number;

  constructor(functionName: string, reservedConcurrency: number) {
    super(
      `${functionName} runs ${reservedConcurrency} invocations, its whole reserved concurrency; invoke it again when one has ended`,
    );
    this.functionName = functionName;
    this.reservedConcurrency = reservedConcurrency;
  }
}

/** The host was closed; nothing can be invoked any more. */
export class LambdaHostClosedError extends Error {
  override readonly name = 'LambdaHostClosedError';

  constructor() {
    super('the Lambda host is closed: start another one');
  }
}

/** Node could not be started for a container: the machine is at fault, not the function. */
export class ContainerStartError extends Error {
  override readonly name = 'ContainerStartError';
  readonly nodePath: string;

  constructor(nodePath: string, cause: Error) {
    super(`cannot run ${nodePath} as a container; nodePath must name a Node.js binary: ${cause.message}`, {
      cause,
    });
    this.nodePath = nodePath;
  }
}

/**
 * Refuses a number that is not a whole one within `[minimum, maximum]`.
 *
 * @throws InvalidParameterValueError that names the parameter, the value and the range.
 */
export const requireWholeNumber = (
  parameter: string,
  value: number,
  minimum: number,
  maximum: number,
): void => {
  if (!Number.isInteger(value) || value < minimum || value > maximum) {
    throw new InvalidParameterValueError(
      parameter,
      `${parameter} must be a whole number from ${minimum} to ${maximum}, not ${value}`,
    );
  }
};
