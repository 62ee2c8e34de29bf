import * as v from 'valibot';
import { genesysVariables, list, metricsVariables, wholeNumber } from '../../shared/environment';

/**
 * The environment of `RefreshAuthToken`: parsed by the function, written by the module.
 *
 * The keys are the variables' names; the module's input is typed by them, so a name cannot drift.
 */
export const RefreshAuthTokenEnvironment = v.object({
  ...genesysVariables,
  ...metricsVariables,

  /** OAuth scopes that the test step demands of a new access token, comma separated. */
  REQUIRED_SCOPES: list,

  /**
   * Milliseconds after which a request to Genesys is given up; for a grant, after which a connection that is not secure by
   * then is. Once the grant may have been sent it has all the time but `WRITE_BUDGET_MS`.
   */
  GENESYS_TIMEOUT_MS: wholeNumber(10_000, 1),
  /** Milliseconds that must be left, beyond `GENESYS_TIMEOUT_MS`, to write a new pair before it is asked for. */
  WRITE_BUDGET_MS: wholeNumber(35_000, 0),
  /** Milliseconds before the function's deadline at which a write is no longer retried. */
  DEADLINE_MARGIN_MS: wholeNumber(5_000, 0),
  /** Milliseconds after which a request to Secrets Manager is given up. */
  SECRETS_MANAGER_TIMEOUT_MS: wholeNumber(5_000, 1),
  /** Milliseconds before the first retry of a call; each further one waits about twice as long, with jitter. */
  RETRY_BASE_MS: wholeNumber(250, 0),
  /**
   * Milliseconds for which a newer pair is waited for once Genesys has refused a refresh token: another run may be writing
   * the one that it was granted, as long as its own time lasts.
   */
  NEWER_PAIR_WAIT_MS: wholeNumber(120_000, 0),
});

/** Environment variables that the module sets for `RefreshAuthToken`. */
export type RefreshAuthTokenVariables = v.InferInput<typeof RefreshAuthTokenEnvironment>;

/** The parsed environment of `RefreshAuthToken`. */
export type RefreshAuthTokenSettings = v.InferOutput<typeof RefreshAuthTokenEnvironment>;
