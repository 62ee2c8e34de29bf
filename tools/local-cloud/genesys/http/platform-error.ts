import { type Answer, jsonAnswer, Refusal, type SimulatorRequest } from './answer';

/** The codes that the API definition declares, by status: what a fault answers unless told otherwise. */
const DEFAULT_CODES: Readonly<Record<number, string>> = {
  400: 'bad.request',
  401: 'bad.credentials',
  403: 'not.authorized',
  404: 'not.found',
  405: 'method.not.allowed',
  408: 'client.timeout',
  409: 'request.conflict',
  413: 'request.entity.too.large',
  415: 'unsupported.media.type',
  429: 'too.many.requests.retry.after',
  500: 'internal.server.error',
  503: 'service.unavailable',
  504: 'request.timeout',
};

/** Details of a {@link PlatformError} beside its code and message. */
export interface PlatformErrorDetails {
  /** Values that the message names, by their name. */
  readonly messageParams?: Readonly<Record<string, string>>;
  readonly limit?: { readonly key: string; readonly namespace: string; readonly value: number };
  readonly headers?: Readonly<Record<string, string>>;
}

/** An error of the platform API, in the shape of its `ErrorBody`. */
export class PlatformError extends Refusal {
  override readonly name = 'PlatformError';
  readonly status: number;
  readonly code: string;
  readonly details: PlatformErrorDetails;

  constructor(status: number, code: string | undefined, message: string, details: PlatformErrorDetails = {}) {
    super(message);
    this.status = status;
    this.code = code ?? DEFAULT_CODES[status] ?? 'internal.server.error';
    this.details = details;
  }

  override toAnswer({ correlationId }: SimulatorRequest): Answer {
    const { messageParams = {}, limit, headers } = this.details;
    return jsonAnswer(
      this.status,
      {
        message: this.message,
        code: this.code,
        status: this.status,
        messageParams,
        contextId: correlationId,
        details: [],
        errors: [],
        ...(limit === undefined ? {} : { limit }),
      },
      headers,
    );
  }
}

/** The answer for something that is not there. */
export const notFound = (what: string): PlatformError =>
  new PlatformError(404, 'not.found', `${what} was not found`);

/** The request itself is wrong. */
export const badRequest = (message: string): PlatformError => new PlatformError(400, 'bad.request', message);
