import type { InvocationEnd } from '../../virtual/container';
import type { CallSite, FaultKind } from './fault-kinds';

/** One outside call of the function. */
export interface Call extends CallSite {
  readonly type: 'call';
  /** 1 for the first call of the history. */
  readonly number: number;
  /** The invocation that makes it, by its place in the history. */
  readonly invocation: number;
  readonly fault: FaultKind | undefined;
}

/** One invocation of the function that has ended. */
export interface Invocation {
  readonly type: 'invocation';
  readonly index: number;
  /** The attempt at a rotation that it belongs to, 1 for the first. */
  readonly attempt: number;
  readonly versionId: string;
  readonly step: string;
  readonly end: InvocationEnd;
  /** As in {@link AttemptEnd}. */
  readonly isPairReachable: boolean;
}

/** A presentation of a refresh token, and what came of it. */
export interface Presentation {
  readonly type: 'presentation';
  readonly call: Call;
  readonly attempt: number;
  /** Names the token that was presented. */
  readonly token: string;
  /** Names the tokens that Genesys issued for it; none where it did not redeem it. */
  readonly issued: readonly string[];
  /** Milliseconds that were left of the invocation. */
  readonly leftMs: number;
}

/** AWSCURRENT went to another version by the function's doing. */
export interface Promotion {
  readonly type: 'promotion';
  /** Which token's secret: 1 for the first. */
  readonly secret: number;
  readonly versionId: string;
  /** Whether the refresh token was unspent at that moment. */
  readonly isLive: boolean;
  /** The login that the pair descends from. */
  readonly login: string | undefined;
  /** Whether a label led to an unspent pair of the newest login at that moment. */
  readonly isNewestLoginLive: boolean;
}

/** The end of an attempt at a rotation. */
export interface AttemptEnd {
  readonly type: 'attempt-end';
  readonly attempt: number;
  readonly outcome: 'succeeded' | 'failed';
  readonly errorType: string | undefined;
  /** Whether one of the labels leads to a pair of the newest login whose refresh token is unspent. */
  readonly isPairReachable: boolean;
  /** Whether AWSCURRENT of some token's secret holds an access token that Genesys takes. */
  readonly hasLiveToken: boolean;
  /** Whether the labels are as after a rotation without faults. */
  readonly isAsUsual: boolean;
}

/** Act of a person. */
export interface Act {
  readonly type: 'act';
  readonly what: string;
  /** Which token's secret: 1 for the first. */
  readonly secret: number;
  /** The login whose pair the person wrote; `undefined` where they wrote none. */
  readonly login: string | undefined;
}

/** Something that happened in a case. */
export type HistoryEntry = Call | Invocation | Presentation | Promotion | AttemptEnd | Act;

/** Everything that happened in a case, and what was left in the end. */
export interface History {
  /** How many tokens the deployment has. */
  readonly tokens: number;
  readonly entries: readonly HistoryEntry[];
  /** Names of the refresh tokens that were ever stored in the secret. */
  readonly stored: ReadonlySet<string>;
  /** How it ended: a rotation without faults made a new pair AWSCURRENT, or none could. */
  readonly end: 'rotated' | 'stuck';
  /** Whether the function counted a pair that took the place of a refused one: an alarm stands on it. */
  readonly isReplacementTold: boolean;
  /** Which kinds of secret were found in the function's output. */
  readonly leaks: readonly string[];
  /** A defect of the exploration itself, or something that the function must not do at all. */
  readonly misbehaviour: string | undefined;
}

const short = (name: string): string => name.slice(0, 8);

const describeEntry = (entry: HistoryEntry): string => {
  switch (entry.type) {
    case 'call':
      return `  call ${entry.number}  ${entry.operation}${entry.fault === undefined ? '' : `  <- ${entry.fault}`}`;
    case 'presentation':
      return (
        `    refresh token ${short(entry.token)} presented with ${Math.round(entry.leftMs)} ms left: ` +
        (entry.issued.length === 0 ? 'not redeemed' : `redeemed for ${entry.issued.map(short).join(' and ')}`)
      );
    case 'promotion':
      return `    AWSCURRENT goes to version ${short(entry.versionId)}, whose pair is ${entry.isLive ? 'live' : 'dead'} (${entry.login})`;
    case 'invocation':
      return `${entry.step} of version ${short(entry.versionId)}: ${
        entry.end.ok ? 'done' : `${entry.end.errorType}: ${entry.end.errorMessage}`
      }`;
    case 'attempt-end':
      return `attempt ${entry.attempt} ${entry.outcome}; a live pair is ${entry.isPairReachable ? '' : 'NOT '}reachable from the labels`;
    case 'act':
      return `-- ${entry.what}`;
  }
};

/** A case's history in lines for people: calls are indented under the step that makes them, which is named after them. */
export const describeHistory = ({ entries, end, leaks, misbehaviour }: History): readonly string[] => [
  ...entries.map(describeEntry),
  `in the end: ${end}`,
  ...leaks.map((leak) => `in the output: ${leak}`),
  ...(misbehaviour === undefined ? [] : [misbehaviour]),
];
