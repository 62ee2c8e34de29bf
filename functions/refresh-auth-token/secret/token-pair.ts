import { isDeepStrictEqual } from 'node:util';
import { fingerprintOf, type TokenSecret } from '../../shared/token-secret';

/** What Genesys grants for a refresh token. */
export interface Grant {
  readonly accessToken: string;
  /** `undefined` where the answer names none: then the old one stays valid (RFC 6749, section 6). */
  readonly refreshToken: string | undefined;
}

/**
 * The newest pair, given what AWSCURRENT and LATEST_GRANT hold.
 *
 * `basedOn` names the refresh token that was AWSCURRENT when the pair at LATEST_GRANT was granted. While that is still
 * AWSCURRENT, LATEST_GRANT holds its successor: a pair whose test or finish failed, or the last of several such pairs,
 * since each of them names AWSCURRENT and not the pair that it was granted for. Once AWSCURRENT is another, because a pair
 * was promoted or a person wrote one, LATEST_GRANT has nothing to add.
 *
 * Only the tokens come from LATEST_GRANT. Everything else, the client secret included, is the person's who wrote AWSCURRENT.
 */
export const newestPair = (current: TokenSecret, latest: TokenSecret | undefined): TokenSecret =>
  latest?.basedOn === fingerprintOf(current.refreshToken)
    ? { ...current, accessToken: latest.accessToken, refreshToken: latest.refreshToken }
    : current;

/** A pair as it is written while `current` is AWSCURRENT. */
export const basedOnCurrent = (pair: TokenSecret, current: TokenSecret): TokenSecret => ({
  ...pair,
  basedOn: fingerprintOf(current.refreshToken),
});

/** The pair that a grant makes of the one that it was asked for with. */
export const withGrant = (pair: TokenSecret, grant: Grant): TokenSecret => ({
  ...pair,
  accessToken: grant.accessToken,
  refreshToken: grant.refreshToken ?? pair.refreshToken,
});

const withoutTokens = ({
  accessToken,
  refreshToken,
  basedOn,
  ...rest
}: TokenSecret): Readonly<Record<string, unknown>> => rest;

/**
 * Whether a pending pair may become AWSCURRENT in the place of `current`: it continues that pair, or is that pair (as in a
 * test-only run), and takes back nothing else that a person has changed there since.
 */
export const continues = (pending: TokenSecret, current: TokenSecret): boolean => {
  const isSuccessor = pending.basedOn === fingerprintOf(current.refreshToken);
  const isSamePair = pending.refreshToken === current.refreshToken;
  return (isSuccessor || isSamePair) && isDeepStrictEqual(withoutTokens(pending), withoutTokens(current));
};
