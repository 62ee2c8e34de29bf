import { randomUUID } from 'node:crypto';
import type { Secret, SecretVersion } from '../../../local-cloud/aws/secrets-manager';
import { type FirstPair, tokenHash } from '../../../local-cloud/genesys';
import type { Act, Promotion } from './history';
import { Person, refreshTokenIn, SecretView } from './secret';
import type { Services } from './services';
import type { TokenLedger } from './token-ledger';

/** From these labels a pair can still be reached. */
const LABELS = ['AWSCURRENT', 'AWSPENDING', 'LATEST_GRANT'];

/** What the token secrets of a case share. */
export interface TokenSecretParts {
  readonly services: Services;
  readonly ledger: TokenLedger;
  /** Stands in each secret under a key that the function does not know. */
  readonly canary: string;
}

/** One token of a case: its secret, and the person whose logins fill it. */
export class TokenSecret {
  readonly arn: string;
  readonly view: SecretView;
  readonly person: Person;
  readonly firstPair: FirstPair;
  readonly #number: number;
  readonly #parts: TokenSecretParts;
  #logins = 0;
  /** The version that was AWSCURRENT when it was last looked at. */
  #current: string | undefined;
  #beforeMove: Secret;
  #seen: Secret;

  /** @param number - 1 for the first token */
  constructor(number: number, parts: TokenSecretParts) {
    const { aws, genesys } = parts.services;
    this.#number = number;
    this.#parts = parts;
    this.arn = aws.secretsManager.createSecret({ Name: `token-${randomUUID()}` }).arn;
    this.view = new SecretView(aws, this.arn);
    this.person = new Person(aws, this.arn);
    this.firstPair = genesys.grantFirstPair();
    this.#beforeMove = aws.secretsManager.secret(this.arn);
    this.#seen = this.#beforeMove;
  }

  /** The secret as it was before AWSCURRENT last moved. */
  get beforeMove(): Secret {
    return this.#beforeMove;
  }

  /** Remembers the secret as it is before a call takes effect. */
  lookBeforeCall(): void {
    this.#seen = this.#parts.services.aws.secretsManager.secret(this.arn);
  }

  /** What the function did to AWSCURRENT since the last look. */
  observe(): Promotion | undefined {
    const { ledger } = this.#parts;
    const current = this.view.holderOf('AWSCURRENT');
    if (current === undefined || !this.#noteMove(current)) {
      return undefined;
    }
    const refreshToken = refreshTokenIn(current) ?? '';
    return {
      type: 'promotion',
      secret: this.#number,
      versionId: current.versionId,
      isLive: ledger.isLive(refreshToken),
      login: ledger.loginOf(refreshToken),
      isNewestLoginLive: this.#hasLivePair(LABELS, this.#login),
    };
  }

  /** Names of the refresh tokens that are in it. */
  get stored(): readonly string[] {
    return this.view.versions.flatMap((version) => {
      const refreshToken = refreshTokenIn(version);
      return refreshToken === undefined ? [] : [tokenHash(refreshToken)];
    });
  }

  /**
   * A pair of an earlier login counts only as AWSCURRENT: the person has replaced it, so it must not come back unless
   * theirs is dead.
   */
  get isPairReachable(): boolean {
    return this.#hasLivePair(LABELS, this.#login) || this.isInUseLive;
  }

  /** Whether Genesys takes the access token of AWSCURRENT: it does as long as the refresh token beside it is unspent. */
  get isInUseLive(): boolean {
    return this.#hasLivePair(['AWSCURRENT'], undefined);
  }

  /** A person writes their first pair. */
  authorize(): Promise<Act> {
    return this.#write(this.firstPair, ['AWSCURRENT', 'LATEST_GRANT']);
  }

  /** A person logs in again and writes the pair. */
  logIn(stages: readonly string[]): Promise<Act> {
    const { clientId, userId } = this.firstPair;
    return this.#write(this.#parts.services.genesys.grantFirstPair({ clientId, userId }), stages);
  }

  /** Notes what a person did; a label that they moved is no promotion by the function. */
  act(what: string, login: string | undefined = undefined): Act {
    const current = this.view.holderOf('AWSCURRENT');
    if (current !== undefined) {
      this.#noteMove(current);
    }
    return { type: 'act', what, secret: this.#number, login };
  }

  async #write(login: FirstPair, stages: readonly string[]): Promise<Act> {
    const { clientId, clientSecret, accessToken, refreshToken } = login;
    this.#logins += 1;
    this.#parts.ledger.addLogin(this.#login, [accessToken, refreshToken]);
    this.lookBeforeCall();
    await this.person.write(
      JSON.stringify({ clientId, clientSecret, accessToken, refreshToken, note: this.#parts.canary }),
      stages,
    );
    return this.act(`a person logs in and writes ${stages.join(' and ')}`, this.#login);
  }

  /** Returns whether AWSCURRENT has moved since the last look. */
  #noteMove({ versionId }: SecretVersion): boolean {
    const isMoved = versionId !== this.#current;
    this.#beforeMove = isMoved ? this.#seen : this.#beforeMove;
    this.#current = versionId;
    return isMoved;
  }

  /** Whether one of the labels leads to an unspent refresh token of a login, or of any. */
  #hasLivePair(labels: readonly string[], login: string | undefined): boolean {
    const { ledger } = this.#parts;
    return labels.some((label) => {
      const holder = this.view.holderOf(label);
      const refreshToken = holder === undefined ? undefined : refreshTokenIn(holder);
      return (
        refreshToken !== undefined &&
        (login === undefined || ledger.loginOf(refreshToken) === login) &&
        ledger.isLive(refreshToken)
      );
    });
  }

  /** The name of the newest login. */
  get #login(): string {
    return `login ${this.#number}.${this.#logins}`;
  }
}
