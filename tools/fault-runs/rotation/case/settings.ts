import * as v from 'valibot';
import { RefreshAuthTokenEnvironment } from '../../../../functions/refresh-auth-token/contract/environment';

/** The account of every case. */
export const ACCOUNT_ID = '123456789012';
/** The region of every case. */
export const REGION = 'eu-central-1';
/** The rotation function's ARN. */
export const FUNCTION_ARN = `arn:aws:lambda:${REGION}:${ACCOUNT_ID}:function:refresh-auth-token`;

/** Milliseconds that an invocation may take: what the module sets by default. */
export const FUNCTION_TIMEOUT_MS = 120_000;

/** Milliseconds after which Secrets Manager repeats an attempt. */
export const RETRY_DELAY_MS = 300_000;

/** Attempts in a row that may fail, with the faults over, before the secret counts as stuck. */
export const MOST_ATTEMPTS = 6;

/** The function's variables, but for the addresses and the keys. */
export const VARIABLES: Readonly<Record<string, string>> = {
  AWS_REGION: REGION,
  AWS_LAMBDA_FUNCTION_NAME: 'refresh-auth-token',
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '256',
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  GENESYS_REGION: REGION,
  REQUIRED_SCOPES: 'voicemail',
};

/** The function's own time limits, as in production: no case sets another. */
export const LIMITS = v.parse(RefreshAuthTokenEnvironment, VARIABLES);
