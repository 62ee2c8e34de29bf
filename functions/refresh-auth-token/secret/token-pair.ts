import { isDeepStrictEqual } from 'node:util';
import { fingerprintOf, type TokenSecret } from '../../shared/token-secret';

/** Genesys' answer to a refresh token that it accepts. */
export interface Grant {
  readonly accessToken: string;
  /** `undefined` where the answer names none: then the old one stays valid (RFC 6749, section 6). */
  readonly refreshToken: string | undefined;
  /**
   * Whether the answer names a refresh token that is none, such as a list. The old one is spent then, for all that is known.
   *
   * @default false
   */
  readonly isRefreshTokenOdd?: boolean;
  /** Seconds that the access token lives; `undefined` where the answer does not tell. */
  readonly expiresInSeconds?: number | undefined;
}

/** Spent tokens that a pair remembers: five days of rotations every six hours. */
const REMEMBERED_TOKENS = 20;

/**
 * The refresh tokens, by their SHA-256, that a pair proves to be spent: each was exchanged on the way to it. The pair's own is
 * among them where the last grant brought no usable one in its place.
 */
export const spentBy = ({ refreshToken, spent = [], basedOn }: TokenSecret): readonly string[] => {
  const own = fingerprintOf(refreshToken);
  return [...new Set([...spent, ...(basedOn === undefined || basedOn === own ? [] : [basedOn])])];
};

/** Whether the pair's own refresh token is spent, so that only its access token is left. */
export const isSpent = (pair: TokenSecret): boolean =>
  spentBy(pair).includes(fingerprintOf(pair.refreshToken));

/** Whether `pair` descends from the pair that `other` holds, so that the refresh token of `other` is spent. */
export const descendsFrom = (pair: TokenSecret, other: TokenSecret): boolean =>
  pair.accessToken !== other.accessToken && spentBy(pair).includes(fingerprintOf(other.refreshToken));

/** A pair with the tokens of another one. Everything else, the client secret included, stays as it is. */
export const withTokensOf = (
  pair: TokenSecret,
  { accessToken, refreshToken, basedOn, spent, accessTokenExpiresAt }: TokenSecret,
): TokenSecret => ({ ...pair, accessToken, refreshToken, basedOn, spent, accessTokenExpiresAt });

/**
 * The newest pair, given what AWSCURRENT and LATEST_GRANT hold.
 *
 * LATEST_GRANT holds it where its pair descends from AWSCURRENT's: a pair that was not promoted, or the one that a person
 * covered with an old value out of a backup. Where AWSCURRENT is the newer one, or a person has logged in and written a
 * pair of their own, LATEST_GRANT has nothing to add.
 *
 * Only the tokens come from LATEST_GRANT. Everything else is the person's who wrote AWSCURRENT.
 */
export const newestPair = (current: TokenSecret, latest: TokenSecret | undefined): TokenSecret =>
  latest !== undefined && descendsFrom(latest, current) ? withTokensOf(current, latest) : current;

/**
 * The pair that a grant makes.
 *
 * @param presented - the pair whose refresh token was exchanged
 * @param current - AWSCURRENT at that time; `undefined` where it holds no pair
 * @param refused - pairs whose refresh tokens Genesys refused before, which are dead as well
 */
export const withGrant = (
  presented: TokenSecret,
  { accessToken, refreshToken = presented.refreshToken, isRefreshTokenOdd = false, expiresInSeconds }: Grant,
  current: TokenSecret | undefined = undefined,
  refused: readonly TokenSecret[] = [],
  nowMs = Date.now(),
): TokenSecret => {
  const own = fingerprintOf(refreshToken);
  const spent = [presented, ...refused].flatMap((pair) => [
    fingerprintOf(pair.refreshToken),
    ...spentBy(pair),
  ]);
  return {
    ...presented,
    accessToken,
    refreshToken,
    basedOn: current === undefined ? undefined : fingerprintOf(current.refreshToken),
    spent: [...new Set(spent)].filter((one) => isRefreshTokenOdd || one !== own).slice(0, REMEMBERED_TOKENS),
    accessTokenExpiresAt:
      expiresInSeconds === undefined ? undefined : new Date(nowMs + expiresInSeconds * 1000).toISOString(),
  };
};

const withoutTokens = ({
  accessToken,
  refreshToken,
  basedOn,
  spent,
  accessTokenExpiresAt,
  ...rest
}: TokenSecret): Readonly<Record<string, unknown>> => rest;

/**
 * Whether a pending pair may become AWSCURRENT in the place of `current`: it descends from that pair, or is that pair (as in
 * a test-only run), and takes back nothing else that a person has changed there since.
 */
export const continues = (pending: TokenSecret, current: TokenSecret): boolean => {
  const isSamePair = pending.refreshToken === current.refreshToken;
  return (
    (isSamePair || descendsFrom(pending, current)) &&
    isDeepStrictEqual(withoutTokens(pending), withoutTokens(current))
  );
};
