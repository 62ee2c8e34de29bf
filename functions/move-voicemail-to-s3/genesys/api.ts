import { setTimeout as sleep } from 'node:timers/promises';
import {
  type GenesysAnswer,
  GenesysUnreachableError,
  isAddressRefused,
  requestGenesys,
} from '../../shared/genesys-http';
import { retryAfterMsOf } from '../../shared/retry-after';
import type { Deadline } from '../deadline';
import { BudgetSpentError, GenesysRefusalError, TemporaryError, VoicemailTroubleError } from '../errors';
import type { RequestPacing } from './request-pacing';
import type { AccessToken, TokenCache } from './token';

/** One call of the Genesys Cloud platform API. */
export interface GenesysCall {
  readonly method: 'GET' | 'PATCH' | 'DELETE';
  /** The segments after `/api/v2`; each is encoded, and none may be empty. */
  readonly path: readonly string[];
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** Options of {@link GenesysApi}. Times are in milliseconds. */
export interface GenesysApiOptions {
  /** `https://api.<domain>`; the token goes nowhere else. */
  readonly origin: string;
  readonly tokens: TokenCache;
  readonly pacing: RequestPacing;
  readonly deadline: Deadline;
  readonly timeoutMs: number;
  /** The longest pause before a quick retry. */
  readonly quickRetryPauseMs: number;
}

/** Retries within one call, before the message goes back to the queue. */
const QUICK_RETRIES = 2;
/** A longer wait is left to the queue, which does not cost anything. */
const LONGEST_WAIT_MS = 1000;

const isSuccess = (status: number): boolean => status >= 200 && status < 300;

/**
 * A refusal is final; anything that is neither that nor a success may be different the next time. Genesys throttles with
 * 409 `voicemailservice.toomanyrequests`, too; any other conflict with a change will be there the next time as well.
 */
const isRefusal = ({ method }: GenesysCall, { status, errorCode }: GenesysAnswer): boolean => {
  if (status === 409) {
    return method !== 'GET' && errorCode !== 'voicemailservice.toomanyrequests';
  }
  return status >= 400 && status < 500 && status !== 408 && status !== 429;
};

const whereOf = ({ method, path }: GenesysCall): string => `${method} /api/v2/${path.join('/')}`;

/** `GET /api/v2/... answered 403 missing.permissions (correlation id ...)`: what may be said of an answer. */
const describe = (call: GenesysCall, { status, errorCode, correlationId }: GenesysAnswer): string => {
  const code = errorCode === undefined ? '' : ` ${errorCode}`;
  const correlation = correlationId === undefined ? '' : ` (Genesys correlation id ${correlationId})`;
  return `${whereOf(call)} answered ${status}${code}${correlation}`;
};

/** A refusal (4xx), with the class that it has where its caller does not expect it. */
const refusal = (call: GenesysCall, answer: GenesysAnswer): GenesysRefusalError => {
  const isForbidden = answer.status === 403 || answer.errorCode === 'not.a.user';
  return new GenesysRefusalError(
    answer,
    isForbidden ? 'FORBIDDEN' : 'REFUSED',
    isForbidden
      ? `${describe(call, answer)}; give the service user the permission, or its OAuth client the scope, then redrive`
      : `${describe(call, answer)}; no retry can change that`,
  );
};

/** Has a call that Genesys refuses with one of these statuses end with a value instead. */
export const whereRefused =
  <Value>(status: number, value: Value) =>
  (error: unknown): Value => {
    if (error instanceof GenesysRefusalError && error.status === status) {
      return value;
    }
    throw error;
  };

/** A refusal that a proxy may have given, or that says that there is no such thing: more than one answer has to say so. */
export const askAgainWhereUntold = (error: unknown): never => {
  throw error instanceof GenesysRefusalError && (!error.isTold || error.status === 404)
    ? new VoicemailTroubleError(error.message, { patience: 'definite', failureClass: error.failureClass })
    : error;
};

/** A whole answer that does not hold what it should: read again, in case it was spoilt on the way. */
const unreadable = (call: GenesysCall, answer: GenesysAnswer): TemporaryError =>
  new VoicemailTroubleError(`${describe(call, answer)} with a body that cannot be read; it is tried again`, {
    where: whereOf(call),
  });

/**
 * The Genesys Cloud platform API with the token, the pacing and the quick retries that every call needs.
 *
 * One call at a time per container: the pacing's margin counts on it.
 */
export class GenesysApi {
  readonly #options: GenesysApiOptions;

  constructor(options: GenesysApiOptions) {
    this.#options = options;
  }

  /**
   * Sends a call, and again a few times where that may help.
   *
   * @param read turns a successful answer into the result; where it returns `undefined` the answer counts as spoilt
   * @throws GenesysRefusalError where Genesys refuses (4xx)
   * @throws TemporaryError when the message should go back to the queue
   */
  async call<Result>(
    call: GenesysCall,
    read: (answer: GenesysAnswer) => Result | undefined,
  ): Promise<Result> {
    const { tokens, deadline, quickRetryPauseMs } = this.#options;
    let token = await tokens.current(deadline);
    const refusedNumbers = new Set<number>();
    let isAddressAllowed = true;
    for (let retries = 0; ; retries += 1) {
      await this.#pace(token);
      const timeoutMs = deadline.limit(this.#options.timeoutMs);
      try {
        const answer = await this.#send(call, token, timeoutMs);
        if (answer.status !== 401) {
          tokens.worked(token);
          return this.#judge(call, token, answer, read);
        }
        isAddressAllowed = !isAddressRefused(answer);
      } catch (error) {
        if (
          !(error instanceof TemporaryError) ||
          retries >= QUICK_RETRIES ||
          error.atLeastMs > LONGEST_WAIT_MS
        ) {
          throw error;
        }
        const pauseMs = quickRetryPauseMs * 2 ** (retries - QUICK_RETRIES + 1) * Math.random();
        await sleep(deadline.limit(error.atLeastMs + pauseMs));
        continue;
      }
      if (!isAddressAllowed) {
        throw tokens.addressRefused();
      }
      // A rotation may just have replaced the token that this container keeps.
      const isAgain = refusedNumbers.has(token.number);
      refusedNumbers.add(token.number);
      token = await tokens.afterRefusal(token, isAgain, deadline);
    }
  }

  async #pace({ versionId }: AccessToken): Promise<void> {
    const { pacing, deadline } = this.#options;
    const waitMs = pacing.waitMs(versionId, Date.now());
    if (waitMs > LONGEST_WAIT_MS) {
      throw new BudgetSpentError(waitMs);
    }
    if (waitMs > 0) {
      await sleep(deadline.limit(waitMs));
    }
  }

  /** @throws TemporaryError where no answer comes */
  async #send(call: GenesysCall, token: AccessToken, timeoutMs: number): Promise<GenesysAnswer> {
    const { origin, pacing } = this.#options;
    if (call.path.includes('')) {
      // DELETE /voicemail/messages without an id would delete everything that the user has.
      throw new RangeError(`${call.method} /api/v2/${call.path.join('/')} has an empty path segment`);
    }
    const url = new URL(`/api/v2/${call.path.map(encodeURIComponent).join('/')}`, origin);
    url.search = new URLSearchParams(call.query).toString();
    const hasBody = call.body !== undefined;
    try {
      const answer = await requestGenesys({
        method: call.method,
        url,
        headers: {
          authorization: `Bearer ${token.accessToken}`,
          ...(hasBody ? { 'content-type': 'application/json' } : {}),
        },
        ...(hasBody ? { body: JSON.stringify(call.body) } : {}),
        timeoutMs,
      });
      pacing.observe(token.versionId, answer.rateLimit, Date.now());
      return answer;
    } catch (error) {
      if (error instanceof GenesysUnreachableError) {
        pacing.unanswered(token.versionId, Date.now());
        // A host that cannot be reached is unreachable for every voicemail, not for this one alone.
        throw error.mayHaveArrived
          ? new VoicemailTroubleError(error.message, { where: whereOf(call) })
          : new TemporaryError(error.message);
      }
      throw error;
    }
  }

  /** @throws GenesysRefusalError where Genesys refuses, TemporaryError where another try may help */
  #judge<Result>(
    call: GenesysCall,
    { versionId }: AccessToken,
    answer: GenesysAnswer,
    read: (answer: GenesysAnswer) => Result | undefined,
  ): Result {
    if (isSuccess(answer.status)) {
      const result = read(answer);
      if (result === undefined) {
        throw unreadable(call, answer);
      }
      return result;
    }
    if (isRefusal(call, answer)) {
      throw refusal(call, answer);
    }
    const nowMs = Date.now();
    const retryAfterMs = retryAfterMsOf(answer, nowMs);
    const atLeastMs = retryAfterMs ?? 0;
    const message = `${describe(call, answer)}; it is tried again`;
    if (answer.status === 429) {
      this.#options.pacing.refused(versionId, retryAfterMs ?? LONGEST_WAIT_MS, nowMs);
      throw new TemporaryError(message, atLeastMs);
    }
    throw new VoicemailTroubleError(message, { where: whereOf(call), atLeastMs });
  }
}
