import type { ServerResponse } from 'node:http';
import type { FaultAnswer } from '../faults';
import type { AwsResponse } from './service';

/** A fault that spoils the body of an answer in a way that the local AWS does not know, or without an answer. */
export class FaultContradictionError extends Error {
  override readonly name = 'FaultContradictionError';

  constructor(kind: FaultAnswer['kind']) {
    super(
      `a fault of kind ${kind} has to be a stall-body with the effect "applied": nothing else is spoilt at AWS`,
    );
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

/** Sends the head of an answer and a part of its body, and then nothing more. */
export const sendSpoiltAnswer = (raw: ServerResponse, response: AwsResponse, fault: BodyFault): void => {
  const body = Buffer.from(response.body);
  const part = body.subarray(0, Math.floor(body.length * Math.min(1, Math.max(0, fault.fraction))));
  raw.writeHead(response.status, head(response, body.length));
  raw.flushHeaders();
  raw.write(part);
};

/** Closes the connection with a reset, so that the caller sees `ECONNRESET`. */
export const resetConnection = (raw: ServerResponse): void => {
  raw.socket?.resetAndDestroy();
};
