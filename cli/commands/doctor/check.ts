import type { MoveVoicemailToS3Settings } from '../../../functions/move-voicemail-to-s3/contract/environment';
import type { RefreshAuthTokenSettings } from '../../../functions/refresh-auth-token/contract/environment';
import type { TokenSecret } from '../../../functions/shared/token-secret';
import { commandOn, type Deployment } from '../../deployment';
import type { Identity } from '../../genesys';

/** Result of one look at a link of the chain. */
export type Look =
  /** The link holds; `note` says what was seen. */
  | { readonly status: 'ok'; readonly note: string }
  /** The link is broken, and what to do about it. */
  | { readonly status: 'finding'; readonly note: string; readonly remedy: string };

/** A look, or what a link before it kept from being looked at. */
export type Result = Look | { readonly status: 'skipped'; readonly note: string };

/** One line of the report. */
export type CheckReport = Result & { readonly check: string };

/** Knowledge that checks hand to later ones. */
export interface Learned {
  moveSettings?: MoveVoicemailToS3Settings;
  refreshSettings?: RefreshAuthTokenSettings;
  tokenSecret?: TokenSecret;
  /** When the token would fall asleep, where an inactivity timeout is on. */
  tokenIdlesAt?: string | undefined;
  /** Scopes of the token; `undefined` where Genesys does not tell. */
  tokenScopes?: readonly string[] | undefined;
  /** Whom the token stands for; `undefined` where Genesys does not tell. */
  identity?: Identity | undefined;
  ruleNames?: readonly string[];
}

/** Everything that a check uses. */
export interface Examination {
  readonly deployment: Deployment;
  /** Which token `outputs.secret_arn` holds and `learned` is about, 1 for the first. */
  readonly token: number;
  readonly learned: Learned;
  /** Epoch milliseconds. */
  readonly nowMs: number;
}

/** One link of the chain. */
export interface Check {
  /** A stable name for scripts, for example `token-live`. */
  readonly name: string;
  /** Names of the links that it hangs on: unless each is fine it is skipped, so that one fault is one finding. */
  readonly needs: readonly string[];
  /** Only reads. An error that it throws is a finding of its own. */
  look(examination: Examination): Promise<Look>;
}

/** A command about the token that is looked at, as a person types it. */
export const tokenCommand = (name: 'authorize' | 'heal', { deployment, token }: Examination): string =>
  `"${commandOn(deployment, `${name}${token === 1 ? '' : ` --token ${token}`}`)}"`;

export const ok = (note: string): Look => ({ status: 'ok', note });

export const finding = (note: string, remedy: string): Look => ({ status: 'finding', note, remedy });

/** Reads what an earlier check has learned. @throws TypeError where a check forgot to say that it needs that one. */
export const learnedBy = <Value>(value: Value | undefined, check: string): Value => {
  if (value === undefined) {
    throw new TypeError(`broken promise: ${check} has been looked at`);
  }
  return value;
};
