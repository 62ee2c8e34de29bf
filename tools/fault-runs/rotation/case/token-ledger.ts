import type { GenesysCloud } from '../../../local-cloud/genesys';
import { tokenHash } from '../../../local-cloud/genesys';

/** Acts of Genesys since the last look. Tokens are named by their hash. */
export interface GenesysChange {
  /** The refresh token that was presented; `undefined` where none was. */
  readonly presented: string | undefined;
  /** The tokens that were issued. */
  readonly issued: readonly string[];
}

/** Knows of each token of a case whether it is unspent, and which login it descends from. */
export class TokenLedger {
  readonly #genesys: GenesysCloud;
  #known: ReadonlySet<string>;
  #presentations: ReadonlyMap<string, number>;
  readonly #logins = new Map<string, string>();

  constructor(genesys: GenesysCloud) {
    this.#genesys = genesys;
    this.#known = new Set(genesys.issuedSecrets());
    this.#presentations = this.#countPresentations();
  }

  /** Notes that a person logged in and got these tokens. */
  addLogin(login: string, tokens: readonly string[]): void {
    for (const token of tokens) {
      this.#logins.set(tokenHash(token), login);
    }
    this.#known = new Set(this.#genesys.issuedSecrets());
  }

  /** Looks at what Genesys did. */
  observe(): GenesysChange {
    const counts = this.#countPresentations();
    const presented = [...counts.keys()].find(
      (token) => counts.get(token) !== this.#presentations.get(token),
    );
    this.#presentations = counts;
    const secrets = this.#genesys.issuedSecrets();
    const issued = secrets.filter((secret) => !this.#known.has(secret)).map(tokenHash);
    this.#known = new Set(secrets);
    const login = presented === undefined ? undefined : this.#logins.get(presented);
    if (login !== undefined) {
      for (const token of issued) {
        this.#logins.set(token, login);
      }
    }
    return { presented, issued };
  }

  /** The login that a refresh token descends from; `undefined` where Genesys did not issue it. */
  loginOf(refreshToken: string): string | undefined {
    return this.#logins.get(tokenHash(refreshToken));
  }

  /** Whether Genesys would redeem it. */
  isLive(refreshToken: string): boolean {
    const redeemed = this.#genesys.refreshTokenUses.get(tokenHash(refreshToken))?.redeemed ?? 0;
    return this.#known.has(refreshToken) && redeemed === 0;
  }

  #countPresentations(): ReadonlyMap<string, number> {
    return new Map([...this.#genesys.refreshTokenUses].map(([token, { presented }]) => [token, presented]));
  }
}
