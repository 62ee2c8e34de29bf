import { createHash } from 'node:crypto';
import * as v from 'valibot';
import { ClassifiedError, ConfigurationInvalidError } from './errors';

/** The staging labels of the token secret. */
export const STAGE = {
  /** The pair that readers use. */
  current: 'AWSCURRENT',
  /** The version that a rotation is working on. */
  pending: 'AWSPENDING',
  /** The pair that was AWSCURRENT before; Secrets Manager moves this label by itself. */
  previous: 'AWSPREVIOUS',
  /**
   * Our own: the newest pair that Genesys granted to the rotation or to a person. It stays where a new rotation takes
   * AWSPENDING away, so that a good pair is never without a label.
   */
  latestGrant: 'LATEST_GRANT',
  /**
   * Our own: names the refresh token that a rotation is about to spend, and holds no secret. Writing it first proves that
   * the pair can be written afterwards.
   */
  intent: 'GRANT_INTENT',
} as const;

/**
 * Visible characters, with spaces between them (RFC 6749, appendix A): nothing else can be sent. White space and marks that
 * nobody sees, such as U+200B, often come along where a person pastes a token.
 */
const TOKEN = /^[\s\p{C}]*([\x21-\x7e]+(?: +[\x21-\x7e]+)*)[\s\p{C}]*$/u;

/** A token, a client id or a client secret, without what nobody sees around it. */
export const token = v.pipe(
  v.string(),
  v.regex(TOKEN),
  v.transform((text) => text.replace(TOKEN, '$1')),
);

/** What holds no token: absent, `null`, or nothing that can be seen. */
export const blank = v.nullish(v.pipe(v.string(), v.regex(/^[\s\p{C}]*$/u)));

/**
 * The token secret: a pair of Genesys tokens with the OAuth client that they belong to. Keys that we do not know are kept.
 */
const tokenSecret = v.looseObject({
  clientId: token,
  clientSecret: token,
  accessToken: token,
  refreshToken: token,
  /** SHA-256 of the refresh token that was AWSCURRENT when this pair was granted; absent in a pair that a person wrote. */
  basedOn: v.fallback(v.optional(v.string()), undefined),
  /**
   * SHA-256 of the refresh tokens that were spent on the way to this pair, newest first: the first one was spent for this
   * very pair. Absent in a pair that a person wrote.
   */
  spent: v.fallback(v.optional(v.array(v.string())), undefined),
  /** When the access token ends, as ISO 8601; absent where Genesys did not tell. */
  accessTokenExpiresAt: v.fallback(v.optional(v.string()), undefined),
});

/** The token secret, parsed. */
export type TokenSecret = v.InferOutput<typeof tokenSecret>;

/** Nobody has logged in yet: the secret holds no token pair. */
export class NotAuthorizedYetError extends ClassifiedError {
  readonly kind = 'NotAuthorizedYet';

  constructor(what: string) {
    super(
      `not authorized yet: ${what}; run "npx genesys-voicemail authorize" once as the Genesys service user`,
    );
  }
}

/** Lower-case hex SHA-256 of a refresh token: it names the token without giving it away. */
export const fingerprintOf = (refreshToken: string): string =>
  createHash('sha256').update(refreshToken).digest('hex');

/** The value of a secret's version, as `GetSecretValue` answers it. */
interface SecretValue {
  readonly SecretString?: string | undefined;
  readonly SecretBinary?: Uint8Array | undefined;
}

/**
 * The text of a secret's version.
 *
 * @throws ConfigurationInvalidError where it holds bytes: the console and the CLI write those only when told to.
 */
export const secretTextOf = ({ SecretString, SecretBinary }: SecretValue): string | undefined => {
  if (SecretBinary !== undefined) {
    throw new ConfigurationInvalidError(
      'the token secret holds a SecretBinary; expected a SecretString with a JSON object; ' +
        'run "npx genesys-voicemail authorize" to write it anew',
    );
  }
  return SecretString;
};

const parseObject = (text: string): Readonly<Record<string, unknown>> => {
  let value: unknown;
  try {
    // Some editors begin a file with a byte order mark, which is no JSON.
    value = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    // The parser's own message quotes the text.
    value = undefined;
  }
  const parsed = v.safeParse(v.record(v.string(), v.unknown()), value);
  // A record takes an array, too.
  if (!parsed.success || Array.isArray(value)) {
    throw new ConfigurationInvalidError(
      'the token secret is not a JSON object; expected the keys clientId, clientSecret, accessToken, refreshToken; ' +
        'run "npx genesys-voicemail authorize" to write it anew',
    );
  }
  return parsed.output;
};

/**
 * Parses the text of the token secret.
 *
 * @throws NotAuthorizedYetError where the text is missing or empty, or holds neither token.
 * @throws ConfigurationInvalidError where it is not a JSON object, or a key is missing or cannot be sent; names the key, never a value.
 */
export const parseTokenSecret = (text: string | undefined): TokenSecret => {
  if (text === undefined || text.trim() === '') {
    throw new NotAuthorizedYetError('the token secret is empty');
  }
  const object = parseObject(text);
  if (v.is(blank, object['accessToken']) && v.is(blank, object['refreshToken'])) {
    throw new NotAuthorizedYetError('the token secret holds no accessToken and no refreshToken');
  }
  const parsed = v.safeParse(tokenSecret, object, { abortEarly: true });
  if (parsed.success) {
    return parsed.output;
  }
  const key = v.getDotPath(parsed.issues[0]) ?? 'a key';
  throw new ConfigurationInvalidError(
    `the token secret's key ${key} is missing, is no text, or has characters within it that no token has; expected ` +
      'clientId, clientSecret, accessToken, refreshToken in visible characters of ASCII; run "npx genesys-voicemail authorize" to write it anew',
  );
};
