import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { describeError } from '../../shared/observability';
import { fingerprintOf, NotAuthorizedYetError, STAGE, type TokenSecret } from '../../shared/token-secret';
import { METRIC } from '../contract/metrics';
import { ReauthorizationRequiredError, RotationSupersededError } from '../errors';
import { redeem } from '../genesys/grant';
import { lookAtTokenInUse } from '../genesys/prove-token';
import type { Rotation, RotationStep } from '../rotation';
import {
  type PairToStartFrom,
  pairOf,
  readPairToStartFrom,
  readPending,
  recordTokenAge,
  requirePair,
  usablePair,
} from '../secret/read-versions';
import { spentBy, withGrant, withTokensOf } from '../secret/token-pair';
import { announcedAt, announceGrant, type PairOrigin, writePair } from '../secret/write-pair';
import { promote, requirePromotion } from './continuation';

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
type NewerPair = 'already-created' | TokenSecret;

const isTried = (tried: readonly TokenSecret[], { refreshToken }: TokenSecret): boolean =>
  tried.some((pair) => pair.refreshToken === refreshToken);

/** Looks for a pair that is newer than those that were tried; `undefined` where there is none. */
const lookForNewerPair = async (
  rotation: Rotation,
  tried: readonly TokenSecret[],
): Promise<NewerPair | undefined> => {
  if ((await rotation.store.read({ versionId: rotation.versionId })) !== undefined) {
    return 'already-created';
  }
  const { newest } = await readPairToStartFrom(rotation);
  return isTried(tried, newest) ? undefined : newest;
};

/** Looks again and again. @throws ReauthorizationRequiredError where no newer pair comes. */
const waitForNewerPair = (
  rotation: Rotation,
  tried: readonly TokenSecret[],
  { retries, withinMs, why }: { readonly retries?: number; readonly withinMs: number; readonly why: string },
): Promise<NewerPair> =>
  rotation.time.repeat(
    async () => {
      const newer = await lookForNewerPair(rotation, tried);
      if (newer === undefined) {
        throw new ReauthorizationRequiredError('refresh-token-refused', why);
      }
      return newer;
    },
    {
      withinMs,
      isWorthIt: (error) => error instanceof ReauthorizationRequiredError,
      ...(retries === undefined ? {} : { retries }),
    },
  );

/**
 * A pair at another label that Genesys may still take: an old value that was put back over it hides it. One whose refresh
 * token is known to be spent is never tried: a server may answer that by ending the whole login (RFC 9700, section 4.14.2).
 */
const findOtherPair = async (
  rotation: Rotation,
  { current, latest }: PairToStartFrom,
  tried: readonly TokenSecret[],
): Promise<TokenSecret | undefined> => {
  const previous = usablePair(rotation, STAGE.previous, await rotation.store.read({ stage: STAGE.previous }));
  const own = pairOf(current);
  const pairs = [latest, previous].filter((pair): pair is TokenSecret => pair !== undefined);
  const spent = new Set([...pairs, ...tried, ...(own === undefined ? [] : [own])].flatMap(spentBy));
  const other = pairs.find(
    (pair) =>
      !isTried(tried, pair) &&
      !spent.has(fingerprintOf(pair.refreshToken)) &&
      (own === undefined || own.clientId === pair.clientId),
  );
  if (other !== undefined) {
    rotation.log.warn('the refused pair is given up for one at another label');
  }
  return other === undefined || own === undefined ? other : withTokensOf(own, other);
};

/** Looks this often for what an earlier attempt may have been granted; each look repeats what lags behind a write. */
const LOOKS_AFTER_ANNOUNCEMENT = 3;

const fillPending = async (rotation: Rotation): Promise<void> => {
  const { log, settings, time } = rotation;
  const start = await readPairToStartFrom(rotation);
  recordTokenAge(rotation, start.current.createdMs, start.newest);
  await lookAtTokenInUse(rotation, start.newest.accessToken);
  time.requireForGrant();

  const tried: TokenSecret[] = [];
  let refusedWith = '';
  const finish = async (newer: NewerPair): Promise<void> => {
    if (newer !== 'already-created') {
      await putInUse(rotation, newer, 'adopted');
    }
    log.info('the refresh token was spent by another run, whose newer pair is adopted');
  };

  const announced = await announcedAt(rotation, start.newest);
  if (announced !== undefined) {
    log.warn('an earlier attempt may have spent the refresh token; a newer pair is looked for first', {
      announced,
    });
    const newer = await waitForNewerPair(rotation, [start.newest], {
      retries: LOOKS_AFTER_ANNOUNCEMENT - 1,
      withinMs: time.leftBeforeGrantMs(),
      why: 'no newer pair',
    }).catch((error: unknown) => {
      if (!(error instanceof ReauthorizationRequiredError)) {
        throw error;
      }
      return undefined;
    });
    if (newer !== undefined) {
      await finish(newer);
      return;
    }
  }

  for (
    let pair: TokenSecret | undefined = start.newest;
    pair !== undefined;
    pair = await findOtherPair(rotation, start, tried)
  ) {
    time.requireForGrant();
    await announceGrant(rotation, pair);
    const grant = await redeem(rotation, pair);
    if (typeof grant !== 'string') {
      // Nothing may come between the answer and the write.
      await putInUse(rotation, withGrant(pair, grant, pairOf(start.current), tried), 'granted');
      log.info('a new pair was granted and is in use');
      if (tried.length > 0) {
        rotation.metrics.addMetric(METRIC.refusedPairReplaced, MetricUnit.Count, 1);
      }
      return;
    }
    tried.push(pair);
    refusedWith = grant;
    const newer = await lookForNewerPair(rotation, tried);
    if (newer !== undefined) {
      await finish(newer);
      return;
    }
  }

  const history =
    announced === undefined
      ? ''
      : `; it was sent once before, at ${announced}, without an answer that arrived`;
  await finish(
    await waitForNewerPair(rotation, tried, {
      withinMs: settings.NEWER_PAIR_WAIT_MS,
      why: `Genesys Cloud refused the refresh token (${refusedWith}) and no newer pair was found: it was spent or revoked${history}`,
    }),
  );
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
    const pending = await readPending(rotation);
    if (pending === undefined) {
      await fillPending(rotation);
      return;
    }
    await requirePromotion(rotation, await requirePair(rotation, pending));
    rotation.log.info('the pair was already created by an earlier attempt');
  } catch (error) {
    if (error instanceof NotAuthorizedYetError) {
      await leaveNoLabel(rotation);
    }
    throw error;
  }
};
