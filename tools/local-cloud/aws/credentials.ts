import { randomBytes } from 'node:crypto';

/** Temporary credentials, as AWS STS issues them for a role. */
export interface IssuedCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

/** Credentials that a caller presented, and the role that they stand for. */
export interface Identity extends IssuedCredentials {
  /** The ARN of the role. */
  readonly principal: string;
}

/** Not the ARN of an IAM role. */
export class PrincipalInvalidError extends Error {
  override readonly name = 'PrincipalInvalidError';
  readonly value: string;

  constructor(value: string) {
    super(
      `${JSON.stringify(value)} cannot own an access key; expected the ARN of an IAM role, such as arn:aws:iam::123456789012:role/name`,
    );
    this.value = value;
  }
}

const ROLE_ARN = /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]{1,512}$/;
const BASE_32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** Random characters of the alphabet that AWS's own identifiers use. */
const randomBase32 = (length: number): string =>
  Array.from(randomBytes(length), (byte) => BASE_32.charAt(byte % BASE_32.length)).join('');

/** The access keys that the local AWS knows. */
export class CredentialStore {
  readonly #identities = new Map<string, Identity>();

  /**
   * Issues a new access key for a role. Each call issues another one; the earlier ones stay good.
   *
   * @throws PrincipalInvalidError where `principal` is not the ARN of a role.
   */
  issue(principal: string): IssuedCredentials {
    if (!ROLE_ARN.test(principal)) {
      throw new PrincipalInvalidError(principal);
    }
    const credentials: IssuedCredentials = {
      // ASIA marks temporary keys: IAM User Guide, "Understanding unique ID prefixes".
      accessKeyId: `ASIA${randomBase32(16)}`,
      secretAccessKey: randomBytes(30).toString('base64'),
      sessionToken: randomBytes(96).toString('base64'),
    };
    this.#identities.set(credentials.accessKeyId, { ...credentials, principal });
    return credentials;
  }

  /** Owner of an access key. */
  find(accessKeyId: string): Identity | undefined {
    return this.#identities.get(accessKeyId);
  }
}
