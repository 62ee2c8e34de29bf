import { createHash } from 'node:crypto';

/** The SHA-256 of a token in lower-case hex: how counters name a token without showing it. */
export const tokenHash = (token: string): string => createHash('sha256').update(token).digest('hex');
