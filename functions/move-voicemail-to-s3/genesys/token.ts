import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { ConfigurationInvalidError } from '../../shared/errors';
import { NotAuthorizedYetError, parseTokenSecret, STAGE } from '../../shared/token-secret';
import { awsTrouble } from '../aws';
import type { Deadline } from '../deadline';
import { TokenUnusableError } from '../errors';

/** An access token, and the version of the secret that it comes from. */
export interface AccessToken {
  readonly versionId: string;
  readonly accessToken: string;
}

/** What {@link TokenCache} needs. Times are in milliseconds. */
export interface TokenCacheOptions {
  readonly secretsManager: SecretsManagerClient;
  readonly secretArn: string;
  /** How long a token that was read may be used. */
  readonly maximumAgeMs: number;
  /** How long a message waits, at least, while there is no usable token. */
  readonly unauthorizedBackoffMs: number;
}

/** For this long after a token was refused nothing is asked, so that a revoked token makes no storm of calls. */
const REFUSED_HOLD_MS = 60_000;

/** The current access token, read once and kept for a while. */
export class TokenCache {
  readonly #options: TokenCacheOptions;
  #token: AccessToken | undefined;
  #readAtMs = 0;
  #heldUntilMs = 0;

  constructor(options: TokenCacheOptions) {
    this.#options = options;
  }

  /** @throws TokenUnusableError while there is no usable token. */
  async current(deadline: Deadline): Promise<AccessToken> {
    const nowMs = Date.now();
    if (nowMs < this.#heldUntilMs) {
      throw this.#unusable('there was no usable token a moment ago');
    }
    if (this.#token !== undefined && nowMs - this.#readAtMs < this.#options.maximumAgeMs) {
      return this.#token;
    }
    return this.read(deadline);
  }

  /** Reads the secret anew. @throws TokenUnusableError where it holds no token. */
  async read(deadline: Deadline): Promise<AccessToken> {
    this.#token = undefined;
    const { secretArn } = this.#options;
    const command = new GetSecretValueCommand({ SecretId: secretArn, VersionStage: STAGE.current });
    const abortSignal = deadline.signal();
    const answer = await this.#options.secretsManager
      .send(command, { abortSignal })
      .catch((error: unknown) => {
        if (error instanceof Error && error.name === 'ResourceNotFoundException') {
          throw this.#hold('the token secret has no current version');
        }
        throw awsTrouble('reading the token secret', error);
      });
    try {
      const { accessToken } = parseTokenSecret(answer.SecretString);
      this.#token = { versionId: answer.VersionId ?? '', accessToken };
      this.#readAtMs = Date.now();
      return this.#token;
    } catch (error) {
      if (error instanceof NotAuthorizedYetError || error instanceof ConfigurationInvalidError) {
        throw this.#hold(error.message);
      }
      throw error;
    }
  }

  /** Notes that Genesys refused a token which was read anew. @returns the error that gives the message back. */
  refused(): TokenUnusableError {
    this.#token = undefined;
    return this.#hold('Genesys refused the token twice');
  }

  #hold(what: string): TokenUnusableError {
    this.#heldUntilMs = Date.now() + REFUSED_HOLD_MS;
    return this.#unusable(what);
  }

  #unusable(what: string): TokenUnusableError {
    return new TokenUnusableError(
      `${what}; messages wait; if this stays, authorise again with "npx genesys-voicemail authorize"`,
      this.#options.unauthorizedBackoffMs,
    );
  }
}
