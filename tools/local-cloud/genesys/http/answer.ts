import type { IncomingHttpHeaders } from 'node:http';
import { type AudioSource, bufferAudio } from '../recordings/audio';

/** A request as a route sees it. */
export interface SimulatorRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  /** The path's parameters by name. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** Name of this call in headers, error bodies and logs. */
  readonly correlationId: string;
}

/** An answer that is ready to be sent; what it tells of happens at {@link commit}. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** `undefined` for an answer that has no body at all. */
  readonly body: AudioSource | undefined;
  /** Lets the call take effect. @default the call has none */
  readonly commit?: (() => void) | undefined;
}

/** A JSON answer. */
export const jsonAnswer = (
  status: number,
  value: unknown,
  headers: Readonly<Record<string, string>> = {},
): Answer => ({
  status,
  headers: { 'content-type': 'application/json', ...headers },
  body: bufferAudio(Buffer.from(JSON.stringify(value))),
});

/** An answer without a body. */
export const emptyAnswer = (status: number, headers: Readonly<Record<string, string>> = {}): Answer => ({
  status,
  headers,
  body: undefined,
});

/** A request that is refused; each service has its own wire form. */
export abstract class Refusal extends Error {
  abstract toAnswer(request: SimulatorRequest): Answer;
}

/** One route of one service. */
export interface Route {
  readonly service: 'login' | 'api' | 'media';
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PATCH' | 'DELETE';
  /** With parameters in braces, as Genesys writes them: `/api/v2/voicemail/messages/{messageId}`. */
  readonly path: string;
  /**
   * Makes the answer without taking effect. Synchronous, so that no other call comes between it and its commit.
   *
   * @throws Refusal
   */
  handle(request: SimulatorRequest): Answer;
}

/** How a service refuses what no route takes, and spoils what a fault strikes. */
export interface ServiceManners {
  readonly service: Route['service'];
  /** A refusal in the service's own shape. @param code - by default the service's usual one for this status */
  refusal(
    status: number,
    message: string,
    code?: string,
    headers?: Readonly<Record<string, string>>,
  ): Refusal;
  /** Counts a request before it is judged, even where a fault will strike. */
  arrived(request: SimulatorRequest): Arrival;
}

/** A request before a route sees it. */
export interface Arrival {
  /** The headers of its answer, whatever that is. */
  readonly headers: Readonly<Record<string, string>>;
  /** Why no route may see it. */
  readonly refusal?: Refusal | undefined;
}
