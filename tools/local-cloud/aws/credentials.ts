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

const BASE_32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** Random characters of the alphabet that AWS's own identifiers use. */
const randomBase32 = (length: number): string =>
  Array.from(randomBytes(length), (byte) => BASE_32.charAt(byte % BASE_32.length)).join('');

/** The access keys that the local AWS knows. */
export class CredentialStore {
  readonly #identities = new Map<string, Identity>();

  /** Issues a new access key for a role. Each call issues another one; the earlier ones stay good. */
  issue(principal: string): IssuedCredentials {
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
