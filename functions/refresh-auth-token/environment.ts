import * as v from 'valibot';
import { genesysVariables, list, wholeNumber } from '../shared/environment';

/**
 * The environment of `RefreshAuthToken`: parsed by the function, written by the module.
 *
 * The keys are the variables' names; the module's input is typed by them, so a name cannot drift.
 */
export const RefreshAuthTokenEnvironment = v.object({
  ...genesysVariables,

  /** OAuth scopes that the test step demands of a new access token, comma separated. */
  REQUIRED_SCOPES: list,

  /** Milliseconds after which a request to Genesys is given up. */
  GENESYS_TIMEOUT_MS: wholeNumber(10_000, 1),
  /** Milliseconds that must be left, beyond the grant's own timeout, to write a new pair before it is asked for. */
  WRITE_BUDGET_MS: wholeNumber(35_000, 0),
  /** Milliseconds before the function's deadline at which a write is no longer retried. */
  DEADLINE_MARGIN_MS: wholeNumber(5_000, 0),
});

/** What the module sets for `RefreshAuthToken`. */
export type RefreshAuthTokenVariables = v.InferInput<typeof RefreshAuthTokenEnvironment>;

/** The parsed environment of `RefreshAuthToken`. */
export type RefreshAuthTokenSettings = v.InferOutput<typeof RefreshAuthTokenEnvironment>;
