import { AwsError, type AwsOperation, type AwsRequest, type AwsResponse, type AwsService } from '../service';

/** A function as `GetFunctionConfiguration` shows it. */
export interface FunctionDescription {
  readonly functionName: string;
  readonly arn: string;
  readonly runtime: string;
  readonly timeoutSeconds: number;
  readonly memorySizeMb: number;
  /** SHA-256 of the zip, in Base64. */
  readonly codeSha256: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** An event source mapping as `ListEventSourceMappings` shows it. */
export interface MappingDescription {
  readonly uuid: string;
  readonly functionArn: string;
  readonly eventSourceArn: string;
  readonly batchSize: number;
  state: 'Enabled' | 'Disabled';
}

/** State of the local Lambda API. */
export interface LambdaApiOptions {
  readonly accountId: string;
  readonly region: string;
}

const CONFIGURATION_PATH = /^\/2015-03-31\/functions\/([^/]+)\/configuration$/;
const MAPPINGS_PATH = '/2015-03-31/event-source-mappings';

const json = (body: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): AwsResponse => ({
  status,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(body),
});

const notFound = (what: string): AwsError =>
  new AwsError('ResourceNotFoundException', `${what} not found`, 404);

/**
 * The reading side of Lambda's API. Functions run in the Lambda host; here they can be looked at.
 *
 * Source: AWS Lambda API reference, "GetFunctionConfiguration" and "ListEventSourceMappings".
 */
export class LambdaApi implements AwsService {
  readonly signingName = 'lambda';
  readonly #arnPrefix: string;
  readonly #functions = new Map<string, FunctionDescription>();
  readonly #mappings: MappingDescription[] = [];

  constructor({ accountId, region }: LambdaApiOptions) {
    this.#arnPrefix = `arn:aws:lambda:${region}:${accountId}:`;
  }

  /** Adds a function, or shows another configuration of it. */
  putFunction(description: FunctionDescription): void {
    this.#functions.set(description.arn, description);
  }

  /** A function as it is shown; `undefined` where there is none. */
  describe(arn: string): FunctionDescription | undefined {
    return this.#functions.get(arn);
  }

  addMapping(description: MappingDescription): void {
    this.#mappings.push(description);
  }

  /** The mappings, whose state can be changed. */
  get mappings(): readonly MappingDescription[] {
    return this.#mappings;
  }

  identify({ method, rawPath, query }: AwsRequest): AwsOperation {
    const [, name] = CONFIGURATION_PATH.exec(rawPath) ?? [];
    if (method === 'GET' && name !== undefined && query.size === 0) {
      return { name: 'GetFunctionConfiguration', resource: this.#functionArn(decodeURIComponent(name)) };
    }
    const known = new Set(['EventSourceArn', 'FunctionName', 'MaxItems', 'Marker']);
    if (method === 'GET' && rawPath === MAPPINGS_PATH && [...query.keys()].every((key) => known.has(key))) {
      return { name: 'ListEventSourceMappings', resource: '*' };
    }
    throw new AwsError(
      'UnknownOperationException',
      `the local AWS does not have lambda ${method} ${rawPath}`,
    );
  }

  async handle({ query }: AwsRequest, { name, resource }: AwsOperation): Promise<AwsResponse> {
    return name === 'GetFunctionConfiguration' ? this.#configuration(resource) : this.#list(query);
  }

  errorResponse(error: AwsError, requestId: string): AwsResponse {
    return json({ Type: 'User', Message: error.message }, error.status, {
      'x-amzn-errortype': error.code,
      'x-amzn-requestid': requestId,
      ...error.headers,
    });
  }

  #functionArn(nameOrArn: string): string {
    return nameOrArn.startsWith('arn:') ? nameOrArn : `${this.#arnPrefix}function:${nameOrArn}`;
  }

  #configuration(arn: string): AwsResponse {
    const found = this.#functions.get(arn);
    if (found === undefined) {
      throw notFound(`Function: ${arn}`);
    }
    return json({
      FunctionName: found.functionName,
      FunctionArn: found.arn,
      Runtime: found.runtime,
      Timeout: found.timeoutSeconds,
      MemorySize: found.memorySizeMb,
      CodeSha256: found.codeSha256,
      Environment: { Variables: found.environment },
      State: 'Active',
      LastUpdateStatus: 'Successful',
    });
  }

  #list(query: URLSearchParams): AwsResponse {
    const sourceArn = query.get('EventSourceArn');
    const functionName = query.get('FunctionName');
    const found = this.#mappings.filter(
      ({ eventSourceArn, functionArn }) =>
        (sourceArn === null || eventSourceArn === sourceArn) &&
        (functionName === null || functionArn === this.#functionArn(functionName)),
    );
    return json({
      EventSourceMappings: found.map(({ uuid, functionArn, eventSourceArn, batchSize, state }) => ({
        UUID: uuid,
        FunctionArn: functionArn,
        EventSourceArn: eventSourceArn,
        BatchSize: batchSize,
        State: state,
      })),
    });
  }
}
