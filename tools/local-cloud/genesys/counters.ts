import type { Clock } from '../clock';
import { tokenHash } from './organization/token-hash';

/** History of one refresh token. */
export interface RefreshTokenUse {
  /** Times that a client presented it, whatever came of it. */
  readonly presented: number;
  /** Times that it was exchanged for a new access token, whether or not the answer arrived. */
  readonly redeemed: number;
  /** Times that it was presented after it had been spent. */
  readonly presentedAfterSpent: number;
}

/** Counts of the simulator. Tokens are named by the SHA-256 of their value in lower-case hex. */
export interface GenesysCounters {
  /** Requests by service and route, for example `api GET /api/v2/tokens/me`; a route that does not exist counts as `*`. */
  readonly requestsByRoute: Readonly<Record<string, number>>;
  /** Requests by access token, then by the clock's minute (its first millisecond since the epoch). */
  readonly requestsByTokenAndMinute: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly refreshTokens: Readonly<Record<string, RefreshTokenUse>>;
  /** Answers with status 429, injected ones included. */
  readonly tooManyRequestsAnswers: number;
  /** Requests beyond the rate limit of their token, whatever they were answered. */
  readonly requestsOverRateLimit: number;
  /** Requests to the media host that carried an Authorization header: each is a leak. */
  readonly mediaRequestsWithAuthorization: number;
  /** Disconnects by conversation id. */
  readonly disconnects: Readonly<Record<string, number>>;
  /** Deletions by voicemail id. */
  readonly deletes: Readonly<Record<string, number>>;
  /** Times marked as read, by voicemail id. */
  readonly reads: Readonly<Record<string, number>>;
}

const increment = (counts: Map<string, number>, key: string): void => {
  counts.set(key, (counts.get(key) ?? 0) + 1);
};

/** Counts what the simulator sees. */
export class CounterBook {
  readonly #clock: Clock;
  readonly #requestsByRoute = new Map<string, number>();
  readonly #requestsByToken = new Map<string, Map<string, number>>();
  readonly #refreshTokens = new Map<
    string,
    { presented: number; redeemed: number; presentedAfterSpent: number }
  >();
  readonly #disconnects = new Map<string, number>();
  readonly #deletes = new Map<string, number>();
  readonly #reads = new Map<string, number>();
  #tooManyRequestsAnswers = 0;
  #requestsOverRateLimit = 0;
  #mediaRequestsWithAuthorization = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  request(service: string, operation: string): void {
    increment(this.#requestsByRoute, `${service} ${operation}`);
  }

  requestWithToken(accessToken: string): void {
    const hash = tokenHash(accessToken);
    const minutes = this.#requestsByToken.get(hash) ?? new Map<string, number>();
    this.#requestsByToken.set(hash, minutes);
    increment(minutes, String(Math.floor(this.#clock.now() / 60_000) * 60_000));
  }

  refreshTokenPresented(refreshToken: string, alreadySpent: boolean): void {
    const use = this.#refreshTokenUse(refreshToken);
    use.presented += 1;
    use.presentedAfterSpent += alreadySpent ? 1 : 0;
  }

  refreshTokenRedeemed(refreshToken: string): void {
    this.#refreshTokenUse(refreshToken).redeemed += 1;
  }

  tooManyRequestsAnswer(): void {
    this.#tooManyRequestsAnswers += 1;
  }

  requestOverRateLimit(): void {
    this.#requestsOverRateLimit += 1;
  }

  mediaRequestWithAuthorization(): void {
    this.#mediaRequestsWithAuthorization += 1;
  }

  disconnect(conversationId: string): void {
    increment(this.#disconnects, conversationId);
  }

  delete(messageId: string): void {
    increment(this.#deletes, messageId);
  }

  read(messageId: string): void {
    increment(this.#reads, messageId);
  }

  /** Uses of every refresh token by its hash, without a copy: they go on counting. */
  get refreshTokens(): ReadonlyMap<string, RefreshTokenUse> {
    return this.#refreshTokens;
  }

  snapshot(): GenesysCounters {
    return {
      requestsByRoute: Object.fromEntries(this.#requestsByRoute),
      requestsByTokenAndMinute: Object.fromEntries(
        [...this.#requestsByToken].map(([hash, minutes]) => [hash, Object.fromEntries(minutes)]),
      ),
      refreshTokens: Object.fromEntries([...this.#refreshTokens].map(([hash, use]) => [hash, { ...use }])),
      tooManyRequestsAnswers: this.#tooManyRequestsAnswers,
      requestsOverRateLimit: this.#requestsOverRateLimit,
      mediaRequestsWithAuthorization: this.#mediaRequestsWithAuthorization,
      disconnects: Object.fromEntries(this.#disconnects),
      deletes: Object.fromEntries(this.#deletes),
      reads: Object.fromEntries(this.#reads),
    };
  }

  #refreshTokenUse(refreshToken: string) {
    const hash = tokenHash(refreshToken);
    const use = this.#refreshTokens.get(hash) ?? { presented: 0, redeemed: 0, presentedAfterSpent: 0 };
    this.#refreshTokens.set(hash, use);
    return use;
  }
}
