import { createHash, randomBytes } from 'node:crypto';
import type { Clock } from '../../clock';
import type { GenesysBehaviour } from '../behaviour';
import type { OAuthClient, User } from './organization';

/** Authorization request of a client (RFC 6749, section 4.1.1, and RFC 7636, section 4.3). */
export interface AuthorizationRequest {
  readonly client: OAuthClient;
  readonly redirectUri: string;
  readonly state: string | undefined;
  /** Base64url of the verifier's SHA-256; `undefined` for a request without PKCE. */
  readonly codeChallenge: string | undefined;
}

/** A person on the way through the login and consent pages. */
export interface AuthorizationSession {
  readonly id: string;
  readonly request: AuthorizationRequest;
  /** Known once the person has logged in. */
  user: User | undefined;
}

interface AuthorizationCode {
  readonly request: AuthorizationRequest;
  readonly user: User;
  readonly expiresAtMs: number;
  isSpent: boolean;
}

/** Token request of a client that exchanges a code. */
export interface CodePresentation {
  readonly client: OAuthClient;
  readonly code: string;
  readonly redirectUri: string | undefined;
  readonly codeVerifier: string | undefined;
}

/** Why a code cannot be exchanged. */
export type CodeProblem = 'unknown' | 'other-client' | 'spent' | 'expired' | 'redirect-uri' | 'verifier';

const random = () => randomBytes(32).toString('base64url');

const challengeOf = (verifier: string): string => createHash('sha256').update(verifier).digest('base64url');

/** Every login that is under way, and every authorization code. */
export class AuthorizationStore {
  readonly #clock: Clock;
  readonly #sessions = new Map<string, AuthorizationSession>();
  readonly #codes = new Map<string, AuthorizationCode>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A session that comes into force by {@link keep}. */
  prepareSession(request: AuthorizationRequest): AuthorizationSession {
    return { id: random(), request, user: undefined };
  }

  keep(session: AuthorizationSession): void {
    this.#sessions.set(session.id, session);
  }

  find(sessionId: string): AuthorizationSession | undefined {
    return this.#sessions.get(sessionId);
  }

  /** Ends a session: its pages lead nowhere any more. */
  end(session: AuthorizationSession): void {
    this.#sessions.delete(session.id);
  }

  /** A code for a person who consented; it comes into force by `commit`. */
  prepareCode(
    { request }: AuthorizationSession,
    user: User,
    { authorizationCodeLifetimeSeconds }: GenesysBehaviour,
  ): { readonly code: string; commit(): void } {
    const code = random();
    const expiresAtMs = this.#clock.now() + authorizationCodeLifetimeSeconds * 1000;
    return {
      code,
      commit: () => this.#codes.set(code, { request, user, expiresAtMs, isSpent: false }),
    };
  }

  /** Finds the grant of a presented code, or why it has none. `spend` ends the code. */
  present(presented: CodePresentation): { readonly user: User; spend(): void } | CodeProblem {
    const known = this.#codes.get(presented.code);
    if (known === undefined) {
      return 'unknown';
    }
    const { request, user } = known;
    if (request.client !== presented.client) {
      return 'other-client';
    }
    if (known.isSpent) {
      return 'spent';
    }
    if (this.#clock.now() >= known.expiresAtMs) {
      return 'expired';
    }
    if (request.redirectUri !== presented.redirectUri) {
      return 'redirect-uri';
    }
    const challenge = presented.codeVerifier === undefined ? undefined : challengeOf(presented.codeVerifier);
    if (challenge !== request.codeChallenge) {
      return 'verifier';
    }
    return {
      user,
      spend: () => {
        known.isSpent = true;
      },
    };
  }

  /** Every code ever issued, for a search of what must not show one. */
  issuedCodes(): readonly string[] {
    return [...this.#codes.keys()];
  }
}
