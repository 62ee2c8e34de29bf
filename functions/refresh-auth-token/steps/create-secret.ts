import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { describeError } from '../../shared/observability';
import { NotAuthorizedYetError, STAGE, type TokenSecret } from '../../shared/token-secret';
import { METRIC } from '../contract/metrics';
import {
  ReauthorizationRequiredError,
  RotationSupersededError,
  TemporarilyUnavailableError,
} from '../errors';
import { redeem } from '../genesys/grant';
import { lookAtTokenInUse } from '../genesys/prove-token';
import type { Rotation, RotationStep } from '../rotation';
import { announceGrant, readAnnouncement } from '../secret/announce-grant';
import {
  pairOf,
  readPairToStartFrom,
  readPending,
  recordTokenAge,
  requirePair,
} from '../secret/read-versions';
import type { StoredVersion } from '../secret/secret-store';
import { isSpent, withGrant } from '../secret/token-pair';
import { type PairOrigin, writePair } from '../secret/write-pair';
import type { Repetition } from '../time-budget';
import { promote, requirePromotion } from './continuation';
import { findLivingPair, findOtherPair, isTried } from './other-pairs';

/**
 * Writes a pair and makes it AWSCURRENT at once: the grant has ended the access token that readers hold, so every moment
 * until the promotion is one without a live token.
 *
 * Where a person has written AWSCURRENT meanwhile, theirs stays. This step has done its part all the same, and the next one
 * gives the version up.
 */
const putInUse = async (rotation: Rotation, pair: TokenSecret, origin: PairOrigin): Promise<void> => {
  const held = await writePair(rotation, pair, origin);
  try {
    await promote(rotation, held);
  } catch (error) {
    if (!(error instanceof RotationSupersededError)) {
      throw error;
    }
    rotation.log.warn('a person has written AWSCURRENT since the grant; theirs stays');
  }
};

/** Left meanwhile by another run or a person: a value in this very version, or a newer pair at the labels. */
type NewerPair = { readonly held: StoredVersion } | { readonly pair: TokenSecret };

/** Looks for a pair that is newer than those that were tried; `undefined` where there is none. */
const lookForNewerPair = async (
  rotation: Rotation,
  tried: readonly TokenSecret[],
): Promise<NewerPair | undefined> => {
  const held = await rotation.store.read({ versionId: rotation.versionId });
  if (held !== undefined) {
    return { held };
  }
  const { newest } = await readPairToStartFrom(rotation);
  return isTried(tried, newest) ? undefined : { pair: newest };
};

/** Looks again and again; `undefined` where no newer pair comes. */
const waitForNewerPair = async (
  rotation: Rotation,
  tried: readonly TokenSecret[],
  limit: Pick<Repetition, 'retries' | 'withinMs'>,
): Promise<NewerPair | undefined> => {
  const none = new Error('no newer pair');
  try {
    return await rotation.time.repeat(
      async () => {
        const newer = await lookForNewerPair(rotation, tried);
        if (newer === undefined) {
          throw none;
        }
        return newer;
      },
      { ...limit, isWorthIt: (error) => error === none },
    );
  } catch (error) {
    if (error !== none) {
      throw error;
    }
    return undefined;
  }
};

/** Looks this often for what a run that is over may have been granted; each look repeats what lags behind a write. */
const LOOKS_AFTER_ANNOUNCEMENT = 3;

/**
 * Waits for the pair of the run that announced to spend the same refresh token, as long as that run may be alive: a server
 * may answer the second presentation of a token by ending the whole login (RFC 9700, section 4.14.2).
 *
 * @throws TemporarilyUnavailableError where the other run may outlive this one.
 */
const waitForAnnouncedPair = async (
  rotation: Rotation,
  tried: readonly TokenSecret[],
  announcement: StoredVersion,
): Promise<NewerPair | undefined> => {
  const { log, settings, time } = rotation;
  const announced = new Date(announcement.createdMs).toISOString();
  log.warn('another run may have spent the refresh token; a newer pair is looked for first', { announced });
  const aliveMs = announcement.createdMs + settings.NEWER_PAIR_WAIT_MS - Date.now();
  const leftMs = time.leftBeforeGrantMs();
  const newer = await waitForNewerPair(
    rotation,
    tried,
    aliveMs > 0
      ? { withinMs: Math.min(aliveMs, leftMs) }
      : { retries: LOOKS_AFTER_ANNOUNCEMENT - 1, withinMs: leftMs },
  );
  if (newer === undefined && aliveMs > leftMs) {
    throw new TemporarilyUnavailableError(
      `another run has announced to spend the refresh token at ${announced}, and may still be at work`,
    );
  }
  return newer;
};

/** Either a newer pair was there after all, or this run may spend the token; then with an earlier announcement of it. */
type Claim = { readonly newer: NewerPair } | { readonly earlier: StoredVersion | undefined };

/** Announces that this run spends a refresh token, once each other run that has announced the same was waited for. */
const claimGrant = async (
  rotation: Rotation,
  pair: TokenSecret,
  tried: readonly TokenSecret[],
): Promise<Claim> => {
  let earlier = await readAnnouncement(rotation, pair);
  for (;;) {
    const newer =
      earlier === undefined ? undefined : await waitForAnnouncedPair(rotation, [...tried, pair], earlier);
    if (newer !== undefined) {
      return { newer };
    }
    rotation.time.requireForGrant();
    const other = await announceGrant(rotation, pair, earlier);
    if (other === undefined) {
      return { earlier };
    }
    earlier = other;
  }
};

const ODD_REFRESH_TOKEN =
  'the last grant names no refresh token that can be used in place of the spent one, and mail moves only until its access ' +
  'token ends';

/**
 * Spends a refresh token, and puts the new pair in use.
 *
 * A grant whose refresh token is none puts its access token in use and calls a person at once: the old refresh token counts as
 * spent, and presenting it could end the access token, too (RFC 9700, section 4.14.2).
 *
 * @returns the version, where another run has written it meanwhile and this one has nothing to add.
 * @throws ReauthorizationRequiredError where no refresh token is left.
 */
const fillPending = async (rotation: Rotation): Promise<StoredVersion | undefined> => {
  const { log, metrics, settings, time } = rotation;
  const start = await readPairToStartFrom(rotation);
  recordTokenAge(rotation, start.current.createdMs, start.newest);
  const isRefused = await lookAtTokenInUse(rotation, start.newest.accessToken);
  const living = isRefused ? await findLivingPair(rotation, start) : undefined;
  time.requireForGrant();

  const isNewestSpent = isSpent(start.newest);
  const tried = isNewestSpent || living !== undefined ? [start.newest] : [];
  let refusal = isNewestSpent ? ODD_REFRESH_TOKEN : '';
  const adopt = async (newer: NewerPair): Promise<StoredVersion | undefined> => {
    log.info('the refresh token was spent by another run, whose newer pair is adopted');
    if ('held' in newer) {
      return newer.held;
    }
    await putInUse(rotation, newer.pair, 'adopted');
    return undefined;
  };

  for (
    let pair = living ?? (isNewestSpent ? await findOtherPair(rotation, start, tried) : start.newest);
    pair !== undefined;
    pair = await findOtherPair(rotation, start, tried)
  ) {
    const claim = await claimGrant(rotation, pair, tried);
    if ('newer' in claim) {
      return adopt(claim.newer);
    }
    const grant = await redeem(rotation, pair);
    if (typeof grant !== 'string') {
      // Nothing may come between the answer and the write.
      await putInUse(rotation, withGrant(pair, grant, pairOf(start.current), tried), 'granted');
      log.info('a new pair was granted and is in use');
      if (grant.isRefreshTokenOdd === true) {
        throw new ReauthorizationRequiredError(ODD_REFRESH_TOKEN);
      }
      if (tried.length > 0) {
        metrics.addMetric(METRIC.refusedPairReplaced, MetricUnit.Count, 1);
      }
      return undefined;
    }
    tried.push(pair);
    const history =
      claim.earlier === undefined
        ? ''
        : `; it was sent once before, at ${new Date(claim.earlier.createdMs).toISOString()}, without an answer that arrived`;
    refusal ||= `Genesys Cloud refused the refresh token (${grant}) and no newer pair was found: it was spent or revoked${history}`;
    const newer = await lookForNewerPair(rotation, tried);
    if (newer !== undefined) {
      return adopt(newer);
    }
  }

  const newer = await waitForNewerPair(rotation, tried, { withinMs: settings.NEWER_PAIR_WAIT_MS });
  if (newer === undefined) {
    throw new ReauthorizationRequiredError(refusal);
  }
  return adopt(newer);
};

/** Nothing can be rotated yet. Left where it is, the label would keep Secrets Manager at this version. */
const leaveNoLabel = async ({ store, versionId, log }: Rotation): Promise<void> => {
  try {
    await store.removeStage(STAGE.pending, versionId);
  } catch (error) {
    log.warn(`${STAGE.pending} could not be taken away; the next attempt tries it again`, {
      ...describeError(error),
    });
  }
};

/**
 * `createSecret`: spends the refresh token for a new pair, writes that into the pending version and makes it AWSCURRENT.
 *
 * Only a pending version that has no value, as repeated reads say, leads to a grant.
 *
 * @throws NotAuthorizedYetError where nobody has logged in yet; AWSPENDING is taken away first.
 */
export const createSecret: RotationStep = async (rotation) => {
  try {
    const held = (await readPending(rotation)) ?? (await fillPending(rotation));
    if (held !== undefined) {
      await requirePromotion(rotation, await requirePair(rotation, held));
      rotation.log.info('the pair was already created by another run');
    }
  } catch (error) {
    if (error instanceof NotAuthorizedYetError) {
      await leaveNoLabel(rotation);
    }
    throw error;
  }
};
