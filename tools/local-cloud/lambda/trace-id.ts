import { randomBytes } from 'node:crypto';

/**
 * An X-Ray tracing header for an invocation that is not sampled.
 * Source: https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html, "Tracing header"
 */
export const newTraceId = (epochMs: number): string => {
  const seconds = Math.floor(epochMs / 1000)
    .toString(16)
    .padStart(8, '0');
  const root = `1-${seconds}-${randomBytes(12).toString('hex')}`;
  return `Root=${root};Parent=${randomBytes(8).toString('hex')};Sampled=0`;
};
