import type { ServerResponse } from 'node:http';
import type { FaultAnswer } from '../faults';
import type { AwsResponse } from './service';

/** A fault that spoils the body of an answer needs an answer, and so a call that took effect. */
export class FaultContradictionError extends Error {
  override readonly name = 'FaultContradictionError';

  constructor(kind: FaultAnswer['kind']) {
    super(`a fault of kind ${kind} spoils a real answer: give it the effect "applied", not "none"`);
  }
}

/** The faults that let the answer begin, then spoil its body. */
export type BodyFault = Extract<FaultAnswer, { fraction: number }>;

/** Whether a fault spoils the body of a real answer. */
export const isBodyFault = (answer: FaultAnswer): answer is BodyFault => 'fraction' in answer;

const hasNoBody = (status: number): boolean => status === 204 || status === 304;

const head = (response: AwsResponse, length: number): Record<string, string> => ({
  ...(hasNoBody(response.status) ? {} : { 'content-length': String(length) }),
  ...response.headers,
});

/** Sends an answer whole. */
export const sendAnswer = (raw: ServerResponse, response: AwsResponse): void => {
  const body = Buffer.from(response.body);
  raw.writeHead(response.status, head(response, body.length));
  raw.end(body);
};

/** Sends an answer that goes wrong on its way, as `fault` says. */
export const sendSpoiltAnswer = (raw: ServerResponse, response: AwsResponse, fault: BodyFault): void => {
  const body = Buffer.from(response.body);
  const part = body.subarray(0, Math.floor(body.length * Math.min(1, Math.max(0, fault.fraction))));
  if (fault.kind === 'wrong-length') {
    raw.writeHead(response.status, { ...head(response, part.length), 'content-length': String(part.length) });
    raw.end(part);
    return;
  }
  raw.writeHead(response.status, head(response, body.length));
  raw.flushHeaders();
  raw.write(part, () => {
    if (fault.kind === 'cut-body') {
      raw.destroy();
    }
  });
};

/** Closes the connection with a reset, so that the caller sees `ECONNRESET`. */
export const resetConnection = (raw: ServerResponse): void => {
  raw.socket?.resetAndDestroy();
};
