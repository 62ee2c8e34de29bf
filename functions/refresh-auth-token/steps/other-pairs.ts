import { fingerprintOf, STAGE, type TokenSecret } from '../../shared/token-secret';
import { isLive } from '../genesys/prove-token';
import type { Rotation } from '../rotation';
import { readAnnouncement } from '../secret/announce-grant';
import { type PairToStartFrom, pairOf, usablePair } from '../secret/read-versions';
import { spentBy, withTokensOf } from '../secret/token-pair';

/** Whether a pair's refresh token is one of those that this run has presented or passed over. */
export const isTried = (tried: readonly TokenSecret[], { refreshToken }: TokenSecret): boolean =>
  tried.some((pair) => pair.refreshToken === refreshToken);

/**
 * The pairs at other labels that Genesys may still take: an old value that was put back over one hides it. One whose refresh
 * token is known to be spent is left out: a server may answer that by ending the whole login (RFC 9700, section 4.14.2).
 */
const readOtherPairs = async (
  rotation: Rotation,
  { current, latest }: PairToStartFrom,
  tried: readonly TokenSecret[],
): Promise<readonly TokenSecret[]> => {
  const previous = usablePair(rotation, STAGE.previous, await rotation.store.read({ stage: STAGE.previous }));
  const own = pairOf(current);
  const pairs = [latest, previous].filter((pair): pair is TokenSecret => pair !== undefined);
  const spent = new Set([...pairs, ...tried, ...(own === undefined ? [] : [own])].flatMap(spentBy));
  return pairs
    .filter(
      (pair) =>
        !isTried(tried, pair) &&
        !spent.has(fingerprintOf(pair.refreshToken)) &&
        (own === undefined || own.clientId === pair.clientId),
    )
    .map((pair) => (own === undefined ? pair : withTokensOf(own, pair)));
};

/** A pair at another label, once those that were tried are refused. */
export const findOtherPair = async (
  rotation: Rotation,
  start: PairToStartFrom,
  tried: readonly TokenSecret[],
): Promise<TokenSecret | undefined> => {
  const [other] = await readOtherPairs(rotation, start, tried);
  if (other !== undefined) {
    rotation.log.warn('the refused pair is given up for one at another label');
  }
  return other;
};

/**
 * A pair at another label whose access token lives, where that of the newest one is dead. What looks newest may be a backup from
 * before the spent tokens that the living pair remembers, and presenting its refresh token could end the living login.
 *
 * Where a run has announced to spend the newest one's refresh token, that is why it is dead, and its successor comes first.
 */
export const findLivingPair = async (
  rotation: Rotation,
  start: PairToStartFrom,
): Promise<TokenSecret | undefined> => {
  const { newest } = start;
  const others = await readOtherPairs(rotation, start, [newest]);
  if (
    others.length === 0 ||
    (await readAnnouncement(rotation, newest)) !== undefined ||
    (await isLive(rotation, newest.accessToken))
  ) {
    return undefined;
  }
  for (const other of others) {
    if (await isLive(rotation, other.accessToken)) {
      rotation.log.warn(
        'the newest pair is dead, and the rotation goes on from a living one at another label',
      );
      return other;
    }
  }
  return undefined;
};
