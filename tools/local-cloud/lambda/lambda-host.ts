import { MovableClock } from '../clock';
import { InvalidParameterValueError } from './errors';
import {
  type LambdaFunctionConfiguration,
  requireValidConfiguration,
  requireValidVariables,
} from './function-configuration';
import { LambdaFunction } from './lambda-function';
import { RuntimeApi } from './runtime-api';

/** How a host runs its functions. */
export interface LambdaHostOptions {
  /** The time that the functions see. @default - a clock that nobody moves */
  readonly clock?: MovableClock;
  /** Path of the Node.js binary that runs the functions. @default process.execPath */
  readonly nodePath?: string;
  /**
   * Variables that every function gets beside its own, for what a local run replaces: `AWS_ENDPOINT_URL` and the like.
   *
   * @default - none
   */
  readonly environment?: Readonly<Record<string, string>>;
  /** Seconds that an init phase may take: Lambda's own limit. @default 10 */
  readonly initTimeoutSeconds?: number;
  /** Called with every line that a function writes, at once. @default - lines are only in the invocations' results */
  readonly onLog?: (functionName: string, line: string) => void;
}

/**
 * Runs bundles as AWS Lambda would, in child processes of this machine's Node.
 *
 * Not reproduced: the freeze between invocations, the second attempt at a failed init phase, the payload limits, layers,
 * response streaming, the read-only file system.
 */
export class LambdaHost {
  readonly #runtimeApi: RuntimeApi;
  readonly #options: LambdaHostOptions;
  readonly #clock: MovableClock;
  readonly #functions: LambdaFunction[] = [];
  readonly #killAll = (): void => {
    for (const lambdaFunction of this.#functions) {
      void lambdaFunction.kill();
    }
  };

  private constructor(runtimeApi: RuntimeApi, options: LambdaHostOptions) {
    this.#runtimeApi = runtimeApi;
    this.#options = options;
    this.#clock = options.clock ?? new MovableClock();
    // A handler that never yields would outlive a process that ends without closing its host.
    process.once('exit', this.#killAll);
  }

  /**
   * Starts a host; its Runtime API listens on a free port of 127.0.0.1.
   *
   * @throws InvalidParameterValueError for variables that Lambda would refuse.
   */
  static async start(options: LambdaHostOptions = {}): Promise<LambdaHost> {
    requireValidVariables(options.environment ?? {});
    return new LambdaHost(await RuntimeApi.start(), options);
  }

  /**
   * Creates a function. Nothing starts before its first invocation.
   *
   * @throws InvalidParameterValueError for what `CreateFunction` refuses, and for a variable that the host sets as well.
   */
  createFunction(configuration: LambdaFunctionConfiguration): LambdaFunction {
    requireValidConfiguration(configuration);
    const { environment = {}, nodePath = process.execPath, initTimeoutSeconds = 10, onLog } = this.#options;
    const twice = Object.keys(environment).filter((name) => name in configuration.environment);
    if (twice.length > 0) {
      throw new InvalidParameterValueError(
        'Environment',
        `${configuration.functionName} and its host both set ${twice.join(', ')}; set each variable in one place`,
      );
    }
    const { functionName } = configuration;
    const lambdaFunction = new LambdaFunction(
      { ...configuration, environment: { ...configuration.environment, ...environment } },
      {
        runtimeApi: this.#runtimeApi,
        clock: this.#clock,
        nodePath,
        initTimeoutSeconds,
        onLog: (line) => onLog?.(functionName, line),
      },
    );
    this.#functions.push(lambdaFunction);
    return lambdaFunction;
  }

  /** Kills every container and closes the Runtime API; after it, nothing of the host keeps this process alive. */
  async close(): Promise<void> {
    process.off('exit', this.#killAll);
    await Promise.all(this.#functions.map((lambdaFunction) => lambdaFunction.close()));
    await this.#runtimeApi.close();
  }
}
