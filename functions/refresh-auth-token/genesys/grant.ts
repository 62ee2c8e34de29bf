import { setTimeout as sleep } from 'node:timers/promises';
import { MetricUnit } from '@aws-lambda-powertools/metrics';
import * as v from 'valibot';
import { ConfigurationInvalidError } from '../../shared/errors';
import {
  type GenesysAnswer,
  GenesysUnreachableError,
  genesysOrigins,
  isAddressRefused,
  requestGenesys,
} from '../../shared/genesys-http';
import { retryAfterMsOf } from '../../shared/retry-after';
import { blank, type TokenSecret, token } from '../../shared/token-secret';
import { METRIC } from '../contract/metrics';
import { AddressNotAllowedError, GrantAmbiguousError, TemporarilyUnavailableError } from '../errors';
import type { Rotation } from '../rotation';
import type { Grant } from '../secret/token-pair';

/** Outcome of one request to the token endpoint. */
export type GrantVerdict =
  | { readonly verdict: 'granted'; readonly grant: Grant }
  /** Genesys says that the refresh token is spent, revoked or was never valid; `code` is its word for that. */
  | { readonly verdict: 'invalid-grant'; readonly code: string }
  /**
   * The same request may work later: nothing was spent, or in an ambiguous end the refresh token may be. `waitMs` is what the
   * answer asked for.
   */
  | {
      readonly verdict: 'not-processed' | 'ambiguous';
      readonly reason: string;
      readonly waitMs: number | undefined;
    }
  /** Nothing was spent; Genesys does not take requests from this address. */
  | { readonly verdict: 'address-refused' }
  /** Nothing was spent, and the same request will never work. */
  | { readonly verdict: 'refused'; readonly reason: string };

/** Seconds, as a number or as its text; a token of centuries is an odd field's, and its end may be no date. */
const seconds = v.pipe(v.unknown(), v.transform(Number), v.minValue(1), v.maxValue(10_000_000_000));

/** Only the access token is demanded: a live one is never given up for an odd field beside it. */
const grantAnswer = v.object({
  access_token: token,
  refresh_token: v.optional(v.unknown()),
  expires_in: v.fallback(v.optional(seconds), undefined),
});

/** A whole pair is a grant with any status: the refresh token is spent, and this is the only copy of what came for it. */
const wholePair = v.object({
  access_token: token,
  refresh_token: token,
  token_type: v.nullish(v.pipe(v.string(), v.toLowerCase(), v.literal('bearer'))),
  error: v.nullish(v.never()),
});

/**
 * What says that the refresh token is dead. `invalid_grant` is the word for it (RFC 6749, section 5.2); other servers, and
 * gateways before them, tell it in the other two.
 */
const DEAD_TOKEN_CODES: ReadonlySet<string> = new Set(['invalid_grant', 'invalid_token', 'invalid_request']);

/**
 * Judges an answer of the token endpoint.
 *
 * A success (any 2xx) whose body cannot be read is ambiguous: the refresh token is probably spent. So is every 5xx, since
 * the request had arrived, and what names no error of the endpoint: 400 and 401 with JSON are its own (RFC 6749, section 5.2),
 * a page, redirect, 403, 404 or a 429 without a time to wait may come from a proxy that had passed the request on.
 */
export const judgeAnswer = (answer: GenesysAnswer, nowMs: number): GrantVerdict => {
  const { status, errorCode, body } = answer;
  const waitMs = retryAfterMsOf(answer, nowMs);
  if ((status >= 200 && status < 300) || v.is(wholePair, body)) {
    const parsed = v.safeParse(grantAnswer, body);
    if (!parsed.success) {
      return { verdict: 'ambiguous', reason: `HTTP ${status} without an access token`, waitMs };
    }
    const { access_token: accessToken, refresh_token: named, expires_in: expiresInSeconds } = parsed.output;
    const usable = v.safeParse(token, named);
    const refreshToken = usable.success ? usable.output : undefined;
    // A blank one counts as absent.
    const isRefreshTokenOdd = !usable.success && !v.is(blank, named);
    return { verdict: 'granted', grant: { accessToken, refreshToken, isRefreshTokenOdd, expiresInSeconds } };
  }
  const reason = `HTTP ${status}, ${errorCode ?? 'no error code'}`;
  // A limiter says when to come again, or names the limit; it turned the request away before anything was spent.
  if (status === 429 && (errorCode !== undefined || answer.retryAfter !== undefined)) {
    return { verdict: 'not-processed', reason, waitMs };
  }
  const isOfEndpoint = errorCode !== undefined || (body !== undefined && (status === 400 || status === 401));
  if (status >= 500 || status === 408 || !isOfEndpoint) {
    return { verdict: 'ambiguous', reason, waitMs };
  }
  if (isAddressRefused(answer)) {
    return { verdict: 'address-refused' };
  }
  return (status === 400 || status === 401) && errorCode !== undefined && DEAD_TOKEN_CODES.has(errorCode)
    ? { verdict: 'invalid-grant', code: errorCode }
    : { verdict: 'refused', reason };
};

const presentOnce = async ({ settings, time }: Rotation, pair: TokenSecret): Promise<GrantVerdict> => {
  const credentials = Buffer.from(`${pair.clientId}:${pair.clientSecret}`).toString('base64');
  try {
    const answer = await requestGenesys({
      method: 'POST',
      url: new URL('/oauth/token', genesysOrigins(settings).login),
      headers: {
        authorization: `Basic ${credentials}`,
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: pair.refreshToken }).toString(),
      timeoutMs: time.grantTimeoutMs(),
      connectTimeoutMs: settings.GENESYS_TIMEOUT_MS,
      keepAlive: false,
    });
    return judgeAnswer(answer, Date.now());
  } catch (error) {
    if (!(error instanceof GenesysUnreachableError)) {
      throw error;
    }
    const verdict = error.mayHaveArrived ? 'ambiguous' : 'not-processed';
    return { verdict, reason: error.reason, waitMs: undefined };
  }
};

/** Repeats of a request that Genesys has certainly not processed. */
const SAFE_RETRIES = 3;

/** The longest `Retry-After` that is waited for; a longer one is left to the next attempt. */
const LONGEST_WAIT_MS = 15_000;

/**
 * Presents a refresh token to Genesys.
 *
 * What Genesys has certainly not processed is sent again a few times. After an ambiguous end the token is presented once
 * more and never again: a server that follows RFC 9700 may answer a replay by revoking every token of the login.
 *
 * @returns the grant, or Genesys' word for it where it refused the token as spent or revoked.
 * @throws NotEnoughTimeError before anything is sent, where there is no time left to write what comes back.
 * @throws ConfigurationInvalidError where Genesys refuses the client or the request.
 * @throws AddressNotAllowedError where Genesys refuses the function's address.
 * @throws TemporarilyUnavailableError where nothing was spent.
 * @throws GrantAmbiguousError where the refresh token may be spent.
 */
export const redeem = async (rotation: Rotation, pair: TokenSecret): Promise<Grant | string> => {
  const { settings, time, log, metrics } = rotation;
  time.requireForGrant();

  let ambiguousReason: string | undefined;
  for (let tries = 1; ; tries += 1) {
    const outcome = await presentOnce(rotation, pair);
    if (outcome.verdict === 'granted') {
      const { refreshToken, isRefreshTokenOdd, expiresInSeconds } = outcome.grant;
      if (refreshToken === undefined && isRefreshTokenOdd !== true) {
        log.warn(
          'the grant names no refresh token that can be used, so the old one is kept (RFC 6749, section 6)',
        );
      }
      if (expiresInSeconds !== undefined) {
        metrics.addMetric(METRIC.tokenLifeLeftSeconds, MetricUnit.Seconds, expiresInSeconds);
      }
      return outcome.grant;
    }
    if (outcome.verdict === 'invalid-grant') {
      return outcome.code;
    }
    if (outcome.verdict === 'address-refused') {
      throw new AddressNotAllowedError();
    }
    if (outcome.verdict === 'refused') {
      throw new ConfigurationInvalidError(
        `the token endpoint refused the OAuth client (${outcome.reason}); check clientId and clientSecret in the token ` +
          'secret, that the client is active and uses the code grant, and GENESYS_REGION',
      );
    }

    const { verdict, reason } = outcome;
    const isLastTry = ambiguousReason !== undefined || tries > SAFE_RETRIES;
    if (verdict === 'ambiguous') {
      metrics.addMetric(METRIC.ambiguousGrants, MetricUnit.Count, 1);
      ambiguousReason ??= reason;
    }
    const waitMs = outcome.waitMs ?? settings.RETRY_BASE_MS * 2 ** (tries - 1) * (1 + Math.random());
    log.warn('the token endpoint granted nothing', { verdict, reason, waitMs: Math.round(waitMs) });
    if (isLastTry || waitMs > LONGEST_WAIT_MS || !time.allowsGrant(waitMs)) {
      throw ambiguousReason === undefined
        ? new TemporarilyUnavailableError(`the token endpoint did not process the grant (${reason})`, waitMs)
        : new GrantAmbiguousError(ambiguousReason);
    }
    await sleep(waitMs);
  }
};
