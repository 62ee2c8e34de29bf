/**
 * Waits of the functions, shortened, for `extraVariables`: on a secret that holds nothing yet, on a dead token, or after a run
 * of a rotation that died, they are most of a run.
 */
export const SHORT_WAITS = {
  RETRY_BASE_MS: '5',
  QUICK_RETRY_PAUSE_MS: '5',
  NEWER_PAIR_WAIT_MS: '500',
} as const;
