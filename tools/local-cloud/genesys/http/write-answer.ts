import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { FaultAnswer, WireAnswer } from '../../faults';
import type { Answer } from './answer';

/** Up to here the body leaves in one piece: nearly every answer is that small, and a stream takes half as much time again. */
const SMALL_BODY_BYTES = 64 * 1024;

/** How much of a body is sent, what its Content-Length says, and what comes after. */
interface BodyPlan {
  readonly declaredBytes: number;
  readonly sentBytes: number;
  readonly ending: 'end' | 'cut' | 'stall';
}

const bodyPlan = (sizeBytes: number, fault: BodyFault | undefined): BodyPlan => {
  const partBytes = Math.floor(sizeBytes * (fault?.fraction ?? 1));
  switch (fault?.kind) {
    case undefined:
      return { declaredBytes: sizeBytes, sentBytes: sizeBytes, ending: 'end' };
    case 'wrong-length':
      return { declaredBytes: partBytes, sentBytes: partBytes, ending: 'end' };
    case 'cut-body':
      return { declaredBytes: sizeBytes, sentBytes: partBytes, ending: 'cut' };
    case 'stall-body':
      return { declaredBytes: sizeBytes, sentBytes: partBytes, ending: 'stall' };
  }
};

/** A fault that spoils the body of an answer. */
export type BodyFault = Extract<FaultAnswer, { fraction: number }>;

/** Writes an answer as it is, well-formed or not. */
export const writeWireAnswer = (
  response: ServerResponse,
  { status, headers, body, isUnframed = false }: WireAnswer,
): void => {
  if (isUnframed) {
    response.shouldKeepAlive = false;
    response.useChunkedEncodingByDefault = false;
  }
  response.writeHead(status, {
    ...(isUnframed ? {} : { 'content-length': String(body.length) }),
    ...headers,
  });
  response.end(body);
};

/** Writes an answer, whole or spoilt. An answer without a body goes out whole. Rejects where the client goes away. */
export const writeAnswer = async (
  response: ServerResponse,
  answer: Answer,
  fault?: BodyFault,
): Promise<void> => {
  const { status, headers, body } = answer;
  if (body === undefined) {
    // Without `writeHead`, Node itself knows which of these answers say `Content-Length: 0`.
    response.statusCode = status;
    for (const [name, value] of Object.entries(headers)) {
      response.setHeader(name, value);
    }
    response.end();
    return;
  }
  const plan = bodyPlan(body.sizeBytes, fault);
  response.writeHead(status, { ...headers, 'content-length': String(plan.declaredBytes) });
  if (plan.ending === 'end' && plan.sentBytes <= SMALL_BODY_BYTES) {
    response.end(Buffer.concat([...body.chunks(plan.sentBytes)]));
    return;
  }
  await pipeline(Readable.from(body.chunks(plan.sentBytes)), response, { end: plan.ending === 'end' });
  if (plan.ending === 'end') {
    return;
  }
  response.flushHeaders();
  if (plan.ending === 'cut') {
    response.socket?.destroySoon();
  }
};
