import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { MediaFormatId } from './media-formats';

/** Purpose of a signed media URL. */
export interface MediaReference {
  readonly messageId: string;
  readonly formatId: MediaFormatId;
}

/** Why a signed media URL is refused. */
export type SignatureProblem = 'missing' | 'unknown-parameter' | 'wrong-signature' | 'expired';

/** Signs and checks the paths and queries of media URLs. The form is this simulator's own: Genesys documents none. */
export class MediaUrlSigner {
  readonly #key = randomBytes(32);

  /** Path and query of a URL that serves `reference` until `expiresAtMs` (rounded up to a second). */
  sign({ messageId, formatId }: MediaReference, expiresAtMs: number): string {
    const path = `/voicemail/${messageId}/${formatId}`;
    const expires = String(Math.ceil(expiresAtMs / 1000));
    return `${path}?Expires=${expires}&Signature=${this.#signature(path, expires)}`;
  }

  /** Finds the problem of a URL at `nowMs`; `undefined` where there is none. */
  check(path: string, query: URLSearchParams, nowMs: number): SignatureProblem | undefined {
    const expires = query.get('Expires');
    const signature = query.get('Signature');
    if (expires === null || signature === null) {
      return 'missing';
    }
    if ([...query.keys()].length !== 2) {
      return 'unknown-parameter';
    }
    const expected = Buffer.from(this.#signature(path, expires));
    const given = Buffer.from(signature);
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
      return 'wrong-signature';
    }
    return nowMs < Number(expires) * 1000 ? undefined : 'expired';
  }

  #signature(path: string, expires: string): string {
    return createHmac('sha256', this.#key).update(`GET\n${path}\n${expires}`).digest('base64url');
  }
}
