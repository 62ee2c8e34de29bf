import { randomBytes } from 'node:crypto';
import type { Clock } from '../../clock';
import type { GenesysBehaviour } from '../behaviour';
import type { CounterBook } from '../counters';
import type { OAuthClient, User } from './organization';

/** A grant, by a person's consent or a client's own credentials: its tokens end with it. */
interface Grant {
  readonly client: OAuthClient;
  /** `undefined` for the client-credentials grant. */
  readonly user: User | undefined;
  readonly accessTokens: Set<AccessToken>;
}

/** An access token that the simulator issued. */
export interface AccessToken {
  readonly value: string;
  readonly client: OAuthClient;
  /** `undefined` for the client-credentials grant: such a token has no user context. */
  readonly user: User | undefined;
  readonly expiresAtMs: number;
  /** When it was last used; the inactivity timeout counts from here. */
  lastUsedAtMs: number;
  revoked: boolean;
}

interface RefreshToken {
  readonly value: string;
  readonly grant: Grant;
  state: 'live' | 'spent' | 'revoked';
}

/** Tokens that are made, and come into force by `commit`. */
export interface PreparedTokens {
  readonly accessToken: string;
  readonly refreshToken: string | undefined;
  readonly expiresInSeconds: number;
  /** Puts the tokens in force, and ends what they replace. */
  commit(): void;
}

/** A refresh token that cannot be redeemed. */
export type RefreshProblem = 'unknown' | 'spent' | 'revoked' | 'other-client';

// As long as those that Genesys Cloud hands out: 86 characters.
const newToken = () => randomBytes(64).toString('base64url');

/** Every access and refresh token, and what became of it. */
export class TokenStore {
  readonly #clock: Clock;
  readonly #counters: CounterBook;
  readonly #accessTokens = new Map<string, AccessToken>();
  readonly #refreshTokens = new Map<string, RefreshToken>();

  constructor(clock: Clock, counters: CounterBook) {
    this.#clock = clock;
    this.#counters = counters;
  }

  /** Tokens of a new grant: with a refresh token where there is a user. */
  prepareGrant(client: OAuthClient, user: User | undefined, behaviour: GenesysBehaviour): PreparedTokens {
    const grant: Grant = { client, user, accessTokens: new Set() };
    const hasRefreshToken = user !== undefined && behaviour.idleTokenTimeoutSeconds === null;
    return this.#prepare(grant, hasRefreshToken, () => {
      if (behaviour.secondLoginEndsFirst) {
        this.#endGrants((other) => other.client === client && other.user?.id === user?.id);
      }
    });
  }

  /** Tokens in exchange for a refresh token, or why there are none. Counts the presentation. */
  prepareRefresh(
    client: OAuthClient,
    refreshToken: string,
    behaviour: GenesysBehaviour,
  ): PreparedTokens | RefreshProblem {
    const presented = this.#refreshTokens.get(refreshToken);
    this.#counters.refreshTokenPresented(refreshToken, presented?.state === 'spent');
    if (presented === undefined) {
      return 'unknown';
    }
    if (presented.grant.client !== client) {
      return 'other-client';
    }
    if (presented.state === 'spent' && behaviour.reuseEndsFamily) {
      this.#endGrants((grant) => grant === presented.grant);
    }
    if (presented.state !== 'live') {
      return presented.state;
    }
    const rotates = !behaviour.omitRefreshToken && behaviour.idleTokenTimeoutSeconds === null;
    return this.#prepare(presented.grant, rotates, () => {
      this.#counters.refreshTokenRedeemed(refreshToken);
      if (!behaviour.omitRefreshToken && !behaviour.refreshTokensWorkAgain) {
        presented.state = 'spent';
      }
      if (behaviour.refreshEndsOldAccessToken) {
        for (const old of presented.grant.accessTokens) {
          old.revoked = true;
        }
        presented.grant.accessTokens.clear();
      }
    });
  }

  /** The access token of that value if it is in force; being asked for does not count as use. */
  live(value: string, behaviour: GenesysBehaviour): AccessToken | undefined {
    const token = this.#accessTokens.get(value);
    if (token === undefined || token.revoked || token.client.state === 'disabled') {
      return undefined;
    }
    const nowMs = this.#clock.now();
    const idle =
      behaviour.idleTokenTimeoutSeconds !== null &&
      nowMs >= token.lastUsedAtMs + behaviour.idleTokenTimeoutSeconds * 1000;
    return idle || nowMs >= token.expiresAtMs ? undefined : token;
  }

  /** For whom an access token was issued, whatever became of it. */
  userOf(accessToken: string): User | undefined {
    return this.#accessTokens.get(accessToken)?.user;
  }

  /** Ends every token of a user, as an explicit logout or a changed password does. Returns how many were in force. */
  revokeUser(userId: string): number {
    let ended = 0;
    for (const token of this.#accessTokens.values()) {
      if (token.user?.id === userId && !token.revoked) {
        token.revoked = true;
        ended += 1;
      }
    }
    for (const token of this.#refreshTokens.values()) {
      if (token.grant.user?.id === userId && token.state === 'live') {
        token.state = 'revoked';
        ended += 1;
      }
    }
    return ended;
  }

  /** Every token value ever issued, for a search of what must not show one. */
  issuedValues(): readonly string[] {
    return [...this.#accessTokens.keys(), ...this.#refreshTokens.keys()];
  }

  #endGrants(isMeant: (grant: Grant) => boolean): void {
    for (const token of this.#refreshTokens.values()) {
      if (isMeant(token.grant)) {
        token.state = token.state === 'live' ? 'revoked' : token.state;
        for (const accessToken of token.grant.accessTokens) {
          accessToken.revoked = true;
        }
      }
    }
  }

  #prepare(grant: Grant, withRefreshToken: boolean, endOld: () => void): PreparedTokens {
    const nowMs = this.#clock.now();
    const { client, user } = grant;
    const accessToken: AccessToken = {
      value: newToken(),
      client,
      user,
      expiresAtMs: nowMs + client.accessTokenLifetimeSeconds * 1000,
      lastUsedAtMs: nowMs,
      revoked: false,
    };
    const refreshToken: RefreshToken | undefined = withRefreshToken
      ? { value: newToken(), grant, state: 'live' }
      : undefined;
    return {
      accessToken: accessToken.value,
      refreshToken: refreshToken?.value,
      expiresInSeconds: client.accessTokenLifetimeSeconds,
      commit: () => {
        endOld();
        grant.accessTokens.add(accessToken);
        this.#accessTokens.set(accessToken.value, accessToken);
        if (refreshToken !== undefined) {
          this.#refreshTokens.set(refreshToken.value, refreshToken);
        }
      },
    };
  }
}
