import * as v from 'valibot';
import { AwsError, type AwsOperation, type AwsRequest, type AwsResponse, type AwsService } from './service';

/** One operation of a service that speaks AWS's JSON protocol. */
export interface JsonOperation {
  /** The ARN that a request names (`*` where it names none), and what policy conditions may look at. */
  describe(body: unknown): Pick<AwsOperation, 'resource' | 'context'>;
  /** Carries the operation out on a body that it validates first, and returns the body of the answer. */
  run(body: unknown, request: AwsRequest): unknown;
}

/** How a service words the refusal of a parameter. */
export interface ParameterErrors {
  missing(name: string): AwsError;
  invalid(name: string, reason: string): AwsError;
}

const validationException = (name: string, reason: string): AwsError =>
  new AwsError(
    'ValidationException',
    `1 validation error detected: Value at '${name}' failed to satisfy constraint: ${reason}`,
  );

/** The refusals that Smithy's model makes by itself. */
export const modelErrors: ParameterErrors = {
  missing: (name) => validationException(name, 'Member must not be null'),
  invalid: validationException,
};

/**
 * Validates the body of a request.
 *
 * A value of the wrong JSON type is a `SerializationException`, as AWS's parsers answer. AWS ignores members that its
 * model does not have; here they are refused, so that a misspelt parameter is found.
 */
const validate = <const Schema extends v.GenericSchema>(
  schema: Schema,
  body: unknown,
  errors: ParameterErrors,
): v.InferOutput<Schema> => {
  const result = v.safeParse(schema, body, { abortEarly: true });
  if (result.success) {
    return result.output;
  }
  const [issue] = result.issues;
  const name = v.getDotPath(issue) ?? 'body';
  if (issue.type === 'strict_object' && issue.expected === 'never') {
    throw errors.invalid(name, 'the operation has no such parameter');
  }
  if (issue.received === 'undefined') {
    throw errors.missing(name);
  }
  if (issue.kind === 'schema' && issue.type !== 'picklist' && issue.type !== 'literal') {
    throw new AwsError('SerializationException', `${name}: expected ${issue.expected}`);
  }
  throw errors.invalid(name, issue.message);
};

/** Ties an operation's input schema to what it does. */
export const jsonOperation = <const Schema extends v.GenericSchema>(
  schema: Schema,
  operation: {
    readonly resource: (input: v.InferOutput<Schema>) => string;
    readonly context?: (input: v.InferOutput<Schema>) => Readonly<Record<string, string>>;
    readonly run: (input: v.InferOutput<Schema>, request: AwsRequest) => unknown;
  },
  errors: ParameterErrors = modelErrors,
): JsonOperation => ({
  describe: (body) => {
    const result = v.safeParse(schema, body);
    if (!result.success) {
      return { resource: '*' };
    }
    const context = operation.context?.(result.output);
    return { resource: operation.resource(result.output), ...(context === undefined ? {} : { context }) };
  },
  run: (body, request) => operation.run(validate(schema, body, errors), request),
});

/** An answer of the JSON protocol. */
export const jsonResponse = (
  version: '1.0' | '1.1',
  body: unknown,
  status = 200,
  headers: Readonly<Record<string, string>> = {},
): AwsResponse => ({
  status,
  headers: { 'content-type': `application/x-amz-json-${version}`, ...headers },
  body: JSON.stringify(body ?? {}),
});

const parseBody = (request: AwsRequest): unknown => {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(request.body);
    return JSON.parse(text === '' ? '{}' : text);
  } catch (error) {
    throw new AwsError(
      'SerializationException',
      `the body is not JSON: ${error instanceof Error ? error.name : ''}`,
    );
  }
};

/**
 * A service that speaks AWS's JSON protocol: one POST to `/`, the operation in `X-Amz-Target`.
 *
 * Source: Smithy, "AWS JSON 1.0 protocol" and "AWS JSON 1.1 protocol".
 */
export abstract class JsonService implements AwsService {
  abstract readonly signingName: AwsService['signingName'];
  protected abstract readonly protocolVersion: '1.0' | '1.1';
  /** Part of `X-Amz-Target` before the dot. */
  protected abstract readonly targetPrefix: string;
  protected abstract readonly operations: Readonly<Record<string, JsonOperation>>;

  identify(request: AwsRequest): AwsOperation {
    const name = this.#operationName(request);
    return { name, ...this.#operation(name).describe(parseBody(request)) };
  }

  async handle(request: AwsRequest, { name }: AwsOperation): Promise<AwsResponse> {
    const output = await this.#operation(name).run(parseBody(request), request);
    return jsonResponse(this.protocolVersion, output);
  }

  errorResponse(error: AwsError, requestId: string): AwsResponse {
    return jsonResponse(this.protocolVersion, { __type: error.code, message: error.message }, error.status, {
      'x-amzn-requestid': requestId,
      ...error.headers,
    });
  }

  #operationName(request: AwsRequest): string {
    const target = request.headers['x-amz-target'];
    const [prefix, name = ''] = typeof target === 'string' ? target.split('.') : [];
    const isJson = request.headers['content-type'] === `application/x-amz-json-${this.protocolVersion}`;
    if (request.method !== 'POST' || request.rawPath !== '/' || prefix !== this.targetPrefix || !isJson) {
      throw new AwsError(
        'UnknownOperationException',
        'expected a POST to / with X-Amz-Target and a JSON body',
      );
    }
    return name;
  }

  #operation(name: string): JsonOperation {
    const operation = Object.hasOwn(this.operations, name) ? this.operations[name] : undefined;
    if (operation === undefined) {
      throw new AwsError(
        'UnknownOperationException',
        `the local AWS does not have ${this.signingName} ${name}`,
      );
    }
    return operation;
  }
}
