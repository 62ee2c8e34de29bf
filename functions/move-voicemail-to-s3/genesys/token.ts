import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { ConfigurationInvalidError } from '../../shared/errors';
import { ADDRESS_REMEDY } from '../../shared/genesys-http';
import { NotAuthorizedYetError, parseTokenSecret, STAGE, secretTextOf } from '../../shared/token-secret';
import { awsTrouble } from '../aws';
import type { Deadline } from '../deadline';
import { AddressNotAllowedError, TemporaryError, TokenUnusableError } from '../errors';
import type { RequestPacing } from './request-pacing';

/** An access token, and the version of the secret that it comes from. */
export interface AccessToken {
  /** Which of the tokens: 1 for the first. */
  readonly number: number;
  readonly versionId: string;
  readonly accessToken: string;
}

/** Options of {@link TokenCache}. Times are in milliseconds. */
export interface TokenCacheOptions {
  readonly secretsManager: SecretsManagerClient;
  /** The secret of each token. */
  readonly secretArns: readonly string[];
  readonly pacing: RequestPacing;
  /** How long a token that was read may be used. */
  readonly maximumAgeMs: number;
  /** How long a token may be refused, while a rotation may be replacing it, before it counts as lost. */
  readonly lostAfterMs: number;
  /** How long a message waits, at least, while every token is lost. */
  readonly unauthorizedBackoffMs: number;
  /** Hears, at most once a minute, that one of several tokens is lost while another one works. */
  readonly onLost?: (number: number, tokens: number) => void;
}

/** The first hold after a refusal, in milliseconds. A rotation replaces a token within a second or two. */
const FIRST_HOLD_MS = 2_000;
/** The longest hold, in milliseconds: a revoked token makes no storm of calls. */
const LONGEST_HOLD_MS = 60_000;
/** While a token is held its secret is looked at this often, in milliseconds: a new version ends the hold at once. */
const LOOK_AGAIN_MS = 1_000;
const TELL_AGAIN_MS = 60_000;

/** A version that cannot be used. */
interface Refusal {
  /** The version; `undefined` where the secret has none. */
  readonly versionId: string | undefined;
  readonly why: string;
  /** Whether no rotation can mend it. */
  readonly isFinal: boolean;
  readonly sinceMs: number;
  readonly times: number;
  readonly heldUntilMs: number;
}

/** One secret and its token. */
class TokenSlot {
  readonly number: number;
  readonly #secretArn: string;
  readonly #options: TokenCacheOptions;
  #token: AccessToken | undefined;
  #readAtMs = 0;
  #refusal: Refusal | undefined;

  constructor(number: number, secretArn: string, options: TokenCacheOptions) {
    this.number = number;
    this.#secretArn = secretArn;
    this.#options = options;
  }

  get refusal(): Refusal | undefined {
    return this.#refusal;
  }

  /** Whether it has been unusable for longer than a rotation takes. */
  isLost(nowMs: number): boolean {
    const refusal = this.#refusal;
    return refusal !== undefined && (refusal.isFinal || nowMs - refusal.sinceMs >= this.#options.lostAfterMs);
  }

  /** The token, where it may be used now; reads the secret where it has to. */
  async usable(deadline: Deadline): Promise<AccessToken | undefined> {
    const nowMs = Date.now();
    const isUncertain = this.#token === undefined || nowMs < (this.#refusal?.heldUntilMs ?? 0);
    const maximumAgeMs = isUncertain ? LOOK_AGAIN_MS : this.#options.maximumAgeMs;
    // Nothing is known of a secret whose last reading failed.
    const isUnknown = this.#token === undefined && this.#refusal === undefined;
    if (isUnknown || nowMs - this.#readAtMs >= maximumAgeMs) {
      await this.read(deadline);
    }
    const isHeld = this.#refusal !== undefined && Date.now() < this.#refusal.heldUntilMs;
    return isHeld ? undefined : this.#token;
  }

  /** Reads the secret anew; `undefined` where it holds no token. A version other than the refused one ends the hold. */
  async read(deadline: Deadline): Promise<AccessToken | undefined> {
    this.#token = undefined;
    const command = new GetSecretValueCommand({ SecretId: this.#secretArn, VersionStage: STAGE.current });
    const abortSignal = deadline.signal();
    const answer = await this.#options.secretsManager
      .send(command, { abortSignal })
      .catch((error: unknown) => {
        if (error instanceof Error && error.name === 'ResourceNotFoundException') {
          return undefined;
        }
        throw awsTrouble('reading the token secret', error);
      });
    this.#readAtMs = Date.now();
    try {
      const { accessToken } = parseTokenSecret(answer === undefined ? undefined : secretTextOf(answer));
      const token = { number: this.number, versionId: answer?.VersionId ?? '', accessToken };
      if (token.versionId !== this.#refusal?.versionId) {
        this.#refusal = undefined;
      }
      this.#token = token;
    } catch (error) {
      if (!(error instanceof NotAuthorizedYetError || error instanceof ConfigurationInvalidError)) {
        throw error;
      }
      this.#refuse(answer?.VersionId, error.message, true);
    }
    return this.#token;
  }

  /** Notes that Genesys took the token. */
  worked(): void {
    this.#refusal = undefined;
  }

  /** Notes that Genesys refused a version. */
  refuse(versionId: string): void {
    this.#refuse(versionId, 'Genesys refused the token twice', false);
  }

  #refuse(versionId: string | undefined, why: string, isFinal: boolean): void {
    const nowMs = Date.now();
    const earlier = this.#refusal?.versionId === versionId ? this.#refusal : undefined;
    const times = (earlier?.times ?? 0) + 1;
    this.#refusal = {
      versionId,
      why,
      isFinal,
      sinceMs: earlier?.sinceMs ?? nowMs,
      times,
      heldUntilMs: nowMs + Math.min(LONGEST_HOLD_MS, FIRST_HOLD_MS * 2 ** (times - 1)),
    };
  }
}

/**
 * The access tokens, each read once and kept for a while. The one with the most requests left is used; one that Genesys
 * refuses is held, and another one does its work.
 *
 * A hold belongs to the version that was refused: as soon as the secret has another one, it ends.
 */
export class TokenCache {
  readonly #options: TokenCacheOptions;
  readonly #slots: readonly TokenSlot[];
  #toldAtMs = 0;

  constructor(options: TokenCacheOptions) {
    this.#options = options;
    this.#slots = options.secretArns.map((secretArn, index) => new TokenSlot(index + 1, secretArn, options));
  }

  /** The live token with the most requests left. @throws TokenUnusableError while there is none. */
  async current(deadline: Deadline): Promise<AccessToken> {
    const { tokens, trouble } = await this.#usable(deadline);
    const nowMs = Date.now();
    const leftOf = ({ versionId }: AccessToken) => this.#options.pacing.leftOf(versionId, nowMs);
    const [first, ...others] = tokens;
    if (first === undefined) {
      throw trouble ?? this.#unusable(nowMs);
    }
    this.#tellOfLost(nowMs);
    return others.reduce((best, token) => (leftOf(token) > leftOf(best) ? token : best), first);
  }

  /**
   * What to use after Genesys refused a token: its secret's new version, another token, or where there is none the same
   * one once more.
   *
   * @param isAgain - whether it had been read anew already
   * @throws TokenUnusableError where there is no other.
   */
  async afterRefusal(refused: AccessToken, isAgain: boolean, deadline: Deadline): Promise<AccessToken> {
    const slot = this.#slotOf(refused);
    const again = isAgain ? undefined : await slot?.read(deadline);
    if (again !== undefined) {
      const isNew = again.versionId !== refused.versionId;
      if (isNew || !(await this.#hasBetter(refused, deadline))) {
        return again;
      }
    }
    slot?.refuse(refused.versionId);
    return this.current(deadline);
  }

  /** Notes that Genesys took a token. */
  worked(token: AccessToken): void {
    this.#slotOf(token)?.worked();
  }

  /** The error of a call that Genesys refused for the address it came from. */
  addressRefused(): AddressNotAllowedError {
    return new AddressNotAllowedError(
      `Genesys refused the function's IP address: ${ADDRESS_REMEDY}; messages wait`,
      this.#options.unauthorizedBackoffMs,
    );
  }

  /** The tokens that may be used now, and why one of them could not be read. */
  async #usable(deadline: Deadline): Promise<{ tokens: readonly AccessToken[]; trouble?: unknown }> {
    const tokens: AccessToken[] = [];
    let trouble: unknown;
    for (const slot of this.#slots) {
      try {
        const token = await slot.usable(deadline);
        tokens.push(...(token === undefined ? [] : [token]));
      } catch (error) {
        // AWS does not answer for one secret; another token may be known.
        if (!(error instanceof TemporaryError)) {
          throw error;
        }
        trouble ??= error;
      }
    }
    return { tokens, trouble };
  }

  /** Whether another token may be used that Genesys has not refused itself. */
  async #hasBetter(refused: AccessToken, deadline: Deadline): Promise<boolean> {
    const { tokens } = await this.#usable(deadline);
    return tokens.some(
      (token) => token.number !== refused.number && this.#slotOf(token)?.refusal === undefined,
    );
  }

  #slotOf(token: AccessToken): TokenSlot | undefined {
    return this.#slots.find(({ number }) => number === token.number);
  }

  #tellOfLost(nowMs: number): void {
    const lost = this.#slots.filter((slot) => slot.isLost(nowMs));
    if (lost.length > 0 && nowMs - this.#toldAtMs >= TELL_AGAIN_MS) {
      this.#toldAtMs = nowMs;
      for (const { number } of lost) {
        this.#options.onLost?.(number, this.#slots.length);
      }
    }
  }

  #unusable(nowMs: number): TokenUnusableError {
    const isLost = this.#slots.every((slot) => slot.isLost(nowMs));
    const refusals = this.#slots.flatMap(({ refusal }) => refusal ?? []);
    const whys = [...new Set(refusals.map(({ why }) => why))].join('; ');
    if (isLost) {
      return new TokenUnusableError(
        `${whys}; messages wait; authorize again with "npx genesys-voicemail authorize"`,
        { isLost, atLeastMs: this.#options.unauthorizedBackoffMs },
      );
    }
    const heldUntilMs = Math.min(...refusals.map((refusal) => refusal.heldUntilMs));
    return new TokenUnusableError(`${whys}; a rotation may be replacing it, so messages wait a moment`, {
      isLost,
      atLeastMs: Math.max(0, heldUntilMs - nowMs),
    });
  }
}
