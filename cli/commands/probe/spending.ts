import * as v from 'valibot';
import { type GenesysOrigins, requestGenesys } from '../../../functions/shared/genesys-http';
import { OperatorError } from '../../errors';
import type { AuthorizedPair } from '../authorize';
import type { Observations } from './assumptions';
import { Reader } from './reading';

const TIMEOUT_MS = 20_000;
const DAY_SECONDS = 24 * 60 * 60;
/** Two rotations at the default of six hours. */
const TWO_ROTATIONS_SECONDS = DAY_SECONDS / 2;

const granted = v.object({
  access_token: v.string(),
  refresh_token: v.nullish(v.string()),
  expires_in: v.optional(v.number()),
});

type Granted = v.InferOutput<typeof granted>;

/** Presents a refresh token. @returns `undefined` where it is refused */
const refresh = async (
  { login }: GenesysOrigins,
  { clientId, clientSecret }: AuthorizedPair,
  refreshToken: string,
): Promise<Granted | undefined> => {
  const answer = await requestGenesys({
    method: 'POST',
    url: new URL('/oauth/token', login),
    headers: {
      authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`,
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: refreshToken }).toString(),
    timeoutMs: TIMEOUT_MS,
    keepAlive: false,
  });
  const parsed = answer.status === 200 ? v.safeParse(granted, answer.body) : undefined;
  return parsed?.success === true ? parsed.output : undefined;
};

const lifeOf = (seconds: number | undefined): NonNullable<Observations['token-life']> => {
  if (seconds === undefined) {
    return 'unknown';
  }
  return seconds >= DAY_SECONDS ? 'day' : seconds >= TWO_ROTATIONS_SECONDS ? 'shorter' : 'too-short';
};

/** The token that the deployment works with, as far as the probe has to know it. */
export interface RunningToken {
  readonly clientId: string;
  readonly accessToken: string;
}

/**
 * Spends the pair of a login made for this alone, and sees what becomes of its tokens and of the deployment's.
 *
 * @throws OperatorError where the fresh pair cannot be refreshed at all.
 */
export const observeBySpending = async (
  origins: GenesysOrigins,
  pair: AuthorizedPair,
  running: RunningToken | undefined,
): Promise<Observations> => {
  const secondLogin =
    running === undefined || running.clientId !== pair.clientId
      ? 'other-client'
      : (await new Reader(origins, running.accessToken).isLive())
        ? 'no'
        : 'yes';
  const first = await refresh(origins, pair, pair.refreshToken);
  if (first === undefined) {
    throw new OperatorError(
      'ProbeFailed',
      'Genesys Cloud refused to refresh the pair of this login; run probe again',
    );
  }
  const oldLives = await new Reader(origins, pair.accessToken).isLive();
  const again = await refresh(origins, pair, pair.refreshToken);
  return {
    'loopback-redirect': 'yes',
    'second-login': secondLogin,
    'token-life': lifeOf(first.expires_in),
    'refresh-ends-access-token': oldLives ? 'lives' : 'ends',
    'refresh-token-use': again === undefined ? 'once' : 'again',
    'reuse-ends-family':
      again !== undefined
        ? 'not-asked'
        : (await new Reader(origins, first.access_token).isLive())
          ? 'no'
          : 'yes',
  };
};
