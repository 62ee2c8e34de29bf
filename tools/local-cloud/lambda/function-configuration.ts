import { InvalidParameterValueError, requireWholeNumber } from './errors';

/** Credentials of a function's role. */
export interface LambdaCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

/** A function as `CreateFunction` knows it. */
export interface LambdaFunctionConfiguration {
  readonly functionName: string;
  /** Absolute path of the folder that holds the bundle: the task root. */
  readonly codePath: string;
  /** File without extension, a dot, the exported name: `index.handler`. */
  readonly handler: string;
  /** The declared variables, nothing else. */
  readonly environment: Readonly<Record<string, string>>;
  /** Seconds that the handler may take: 1 to 900. */
  readonly timeoutSeconds: number;
  /** Memory of a container in MiB: 128 to 10,240. */
  readonly memorySizeMb: number;
  readonly credentials: LambdaCredentials;
  readonly region: string;
  readonly accountId: string;
  /** The identifier of Lambda's runtime; named to the function, and of no other effect. @default 'nodejs24.x' */
  readonly runtime?: string;
  /** @default '/aws/lambda/<functionName>' */
  readonly logGroupName?: string;
  /**
   * Invocations that may run at once.
   *
   * @default - no limit
   */
  readonly reservedConcurrency?: number;
}

/** Settings that differ from container to container. */
export interface ContainerIdentity {
  /** `host:port` of the Runtime API. */
  readonly runtimeApi: string;
  readonly logStreamName: string;
}

// https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html, "Reserved environment variables"
const RESERVED_NAMES: ReadonlySet<string> = new Set([
  '_HANDLER',
  '_X_AMZN_TRACE_ID',
  'AWS_ACCESS_KEY',
  'AWS_ACCESS_KEY_ID',
  'AWS_DEFAULT_REGION',
  'AWS_EXECUTION_ENV',
  'AWS_LAMBDA_FUNCTION_MEMORY_SIZE',
  'AWS_LAMBDA_FUNCTION_NAME',
  'AWS_LAMBDA_FUNCTION_VERSION',
  'AWS_LAMBDA_INITIALIZATION_TYPE',
  'AWS_LAMBDA_LOG_GROUP_NAME',
  'AWS_LAMBDA_LOG_STREAM_NAME',
  'AWS_LAMBDA_MAX_CONCURRENCY',
  'AWS_LAMBDA_METADATA_API',
  'AWS_LAMBDA_METADATA_TOKEN',
  'AWS_LAMBDA_RUNTIME_API',
  'AWS_REGION',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'LAMBDA_RUNTIME_DIR',
  'LAMBDA_TASK_ROOT',
]);
const VALID_NAME = /^[a-zA-Z][a-zA-Z0-9_]+$/;
const MAXIMUM_ENVIRONMENT_BYTES = 4096;

/**
 * Checks variables as `CreateFunction` does.
 *
 * @throws InvalidParameterValueError for a reserved name, a malformed one, or more than 4 KB in all; never with a value
 * in its message.
 */
export const requireValidVariables = (variables: Readonly<Record<string, string>>): void => {
  const names = Object.keys(variables);
  const reserved = names.filter((name) => RESERVED_NAMES.has(name));
  if (reserved.length > 0) {
    throw new InvalidParameterValueError(
      'Environment',
      `Lambda sets these environment variables itself, so a function cannot: ${reserved.join(', ')}`,
    );
  }
  const malformed = names.filter((name) => !VALID_NAME.test(name));
  if (malformed.length > 0) {
    throw new InvalidParameterValueError(
      'Environment',
      `environment variable names must match ${VALID_NAME.source}; these do not: ${malformed.map((name) => JSON.stringify(name)).join(', ')}`,
    );
  }
  const bytes = Buffer.byteLength(JSON.stringify(variables));
  if (bytes > MAXIMUM_ENVIRONMENT_BYTES) {
    throw new InvalidParameterValueError(
      'Environment',
      `environment variables must fit in ${MAXIMUM_ENVIRONMENT_BYTES} bytes of JSON, these take ${bytes}`,
    );
  }
};

/**
 * Checks a function as `CreateFunction` does.
 *
 * @throws InvalidParameterValueError
 */
export const requireValidConfiguration = (configuration: LambdaFunctionConfiguration): void => {
  requireValidVariables(configuration.environment);
  requireWholeNumber('Timeout', configuration.timeoutSeconds, 1, 900);
  requireWholeNumber('MemorySize', configuration.memorySizeMb, 128, 10_240);
  if (configuration.reservedConcurrency !== undefined) {
    requireWholeNumber(
      'ReservedConcurrentExecutions',
      configuration.reservedConcurrency,
      0,
      Number.MAX_SAFE_INTEGER,
    );
  }
};

/** The log group of a function. */
export const logGroupNameOf = ({ functionName, logGroupName }: LambdaFunctionConfiguration): string =>
  logGroupName ?? `/aws/lambda/${functionName}`;

/** The ARN of a function, in the partition `aws`. */
export const functionArnOf = ({ region, accountId, functionName }: LambdaFunctionConfiguration): string =>
  `arn:aws:lambda:${region}:${accountId}:function:${functionName}`;

/**
 * The whole environment of a container: the declared variables and what Lambda sets, nothing of this process. A function
 * may set `LANG`, `PATH` and `TZ` itself, as on Lambda.
 */
export const containerEnvironment = (
  configuration: LambdaFunctionConfiguration,
  { runtimeApi, logStreamName }: ContainerIdentity,
): Record<string, string> => ({
  LANG: 'en_US.UTF-8',
  PATH: '/usr/local/bin:/usr/bin:/bin',
  TZ: ':UTC',
  ...configuration.environment,
  _HANDLER: configuration.handler,
  AWS_ACCESS_KEY_ID: configuration.credentials.accessKeyId,
  AWS_DEFAULT_REGION: configuration.region,
  AWS_EXECUTION_ENV: `AWS_Lambda_${configuration.runtime ?? 'nodejs24.x'}`,
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(configuration.memorySizeMb),
  AWS_LAMBDA_FUNCTION_NAME: configuration.functionName,
  AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
  AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
  AWS_LAMBDA_LOG_GROUP_NAME: logGroupNameOf(configuration),
  AWS_LAMBDA_LOG_STREAM_NAME: logStreamName,
  AWS_LAMBDA_RUNTIME_API: runtimeApi,
  AWS_REGION: configuration.region,
  AWS_SECRET_ACCESS_KEY: configuration.credentials.secretAccessKey,
  AWS_SESSION_TOKEN: configuration.credentials.sessionToken,
  LAMBDA_TASK_ROOT: configuration.codePath,
});
