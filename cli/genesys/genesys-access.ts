import { setTimeout as sleep } from 'node:timers/promises';
import type { MoveVoicemailToS3Settings } from '../../functions/move-voicemail-to-s3/contract/environment';
import {
  AwsTroubleError,
  Deadline,
  GenesysApi,
  GenesysVoicemail,
  PermanentFailureError,
  RequestPacing,
  TemporaryError,
  TokenCache,
  TokenUnusableError,
} from '../../functions/move-voicemail-to-s3/contract/operator';
import { genesysOrigins } from '../../functions/shared/genesys-http';
import type { Deployment } from '../deployment';
import { awsProblem, EXIT_CODE, OperatorError, withoutFunctionWords } from '../errors';

/** A command has no deadline; each of its calls has this one, in milliseconds. */
const CALL_DEADLINE_MS = 300_000;

/** Genesys Cloud as the deployed function sees it: with its token, in its pace. */
export interface GenesysAccess {
  readonly voicemail: GenesysVoicemail;
}

/** Opens Genesys Cloud with the deployment's current token, which never leaves this object. */
export const openGenesys = ({ aws }: Deployment, settings: MoveVoicemailToS3Settings): GenesysAccess => {
  // Beside the command the functions go on, and their margin counts every container that uses the token.
  const pacing = new RequestPacing(settings.MAXIMUM_CONCURRENCY + 1);
  return {
    voicemail: new GenesysVoicemail(
      new GenesysApi({
        origin: genesysOrigins(settings).api,
        tokens: new TokenCache({
          secretsManager: aws.secretsManager,
          secretArns: settings.TOKEN_SECRET_ARNS,
          pacing,
          maximumAgeMs: settings.TOKEN_CACHE_MS,
          lostAfterMs: 0,
          unauthorizedBackoffMs: 0,
        }),
        pacing,
        deadline: new Deadline(() => CALL_DEADLINE_MS, 0),
        timeoutMs: settings.GENESYS_TIMEOUT_MS,
        quickRetryPauseMs: settings.QUICK_RETRY_PAUSE_MS,
      }),
      // No command has a use for what a caller said.
      { withTranscripts: false },
    ),
  };
};

const TRIES = 8;
const LONGEST_WAIT_MS = 120_000;

/**
 * Does something at Genesys, and again where that may help: a command can wait, unlike a function.
 *
 * @param onWait - told the seconds of each wait
 * @throws OperatorError
 */
export const patiently = async <Result>(
  what: string,
  work: () => Promise<Result>,
  onWait: (seconds: number) => void = () => undefined,
): Promise<Result> => {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      if (error instanceof PermanentFailureError) {
        throw new OperatorError('GenesysRefused', `${what}: ${withoutFunctionWords(error.message)}`);
      }
      if (error instanceof AwsTroubleError) {
        const problem = awsProblem('reading the token secret', error);
        if (tries === TRIES || problem.exitCode === EXIT_CODE.credentials || problem.code === 'NotAllowed') {
          throw problem;
        }
      }
      if (error instanceof TokenUnusableError || (error instanceof TemporaryError && tries === TRIES)) {
        throw new OperatorError('GenesysUnavailable', `${what}: ${withoutFunctionWords(error.message)}`);
      }
      if (!(error instanceof TemporaryError)) {
        throw error;
      }
      const waitMs = Math.min(LONGEST_WAIT_MS, Math.max(error.atLeastMs, 500 * 2 ** (tries - 1)));
      onWait(Math.ceil(waitMs / 1000));
      await sleep(waitMs);
    }
  }
};
