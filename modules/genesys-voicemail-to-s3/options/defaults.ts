/** Runs of MoveVoicemailToS3 at a time. Each takes a few of the 300 requests a minute that Genesys allows one token. */
export const DEFAULT_MAXIMUM_CONCURRENCY = 5;

/** Days that the reconcile looks back: a week holds a long weekend and the repair after it. */
export const DEFAULT_LOOK_BACK_DAYS = 7;
