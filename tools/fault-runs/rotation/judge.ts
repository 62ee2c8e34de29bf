import { isAnswered, isKill, isKnownToHaveNoEffect } from './case/fault-kinds';
import type { History, HistoryEntry, Presentation } from './case/history';
import { LIMITS } from './case/settings';

/** Promises that hold in every case, by the name that a failure is reported under. */
export const CHECKS = {
  'redeemed-twice':
    'a refresh token was presented again after the function had received a successful answer for it',
  'replayed-too-often':
    'after an ambiguous answer a refresh token was presented more than once more in the same attempt',
  'spent-without-time':
    'a refresh token was presented with less time left than the answer and the write may need',
  'pair-lost': 'no label leads to an unspent refresh token, although that could have been avoided',
  'silent-loss': 'the pair was lost, and nobody was told',
  'false-alarm': 'a person was told to authorize again, although a pair was still reachable',
  'no-live-token': 'with two tokens and no process killed, none was live as AWSCURRENT',
  'dead-promotion': 'AWSCURRENT was put on a pair that was spent already',
  'person-overridden':
    'AWSCURRENT was put on a pair older than the one that a person had written, which was live',
  'secret-in-output': 'a secret was in the logs, the errors or the metrics',
  stuck: 'a rotation without faults did not come to its end by itself',
  'beyond-deadline': 'an invocation did not end by itself before its deadline',
  misbehaviour:
    'the function did something that the exploration cannot follow, or a planned fault struck no call',
} as const;

/** The name of a check. */
export type CheckName = keyof typeof CHECKS;

/** Why the loss of a pair could not be avoided. */
export const UNAVOIDABLE = {
  'grant-answer-lost': 'Genesys redeemed the refresh token, and its answer never arrived',
  'killed-before-grant-answer':
    'the process was killed after Genesys had redeemed the refresh token, before the answer arrived',
  'killed-before-write': "the process was killed between Genesys' answer and the write",
  'killed-before-promotion':
    'with two tokens, each was lost or its process killed before AWSCURRENT had moved',
} as const;

/** The name of an unavoidable loss. */
export type UnavoidableName = keyof typeof UNAVOIDABLE;

/** Verdict on a history. */
export interface Verdict {
  readonly failures: readonly CheckName[];
  /** Presentations of a refresh token after a successful answer. */
  readonly redeemedTwice: number;
  /** Attempts in which a refresh token was presented again after an ambiguous answer or a kill. */
  readonly ambiguousReplays: number;
  readonly unavoidable: UnavoidableName | undefined;
}

type Entry<Type extends HistoryEntry['type']> = Extract<HistoryEntry, { readonly type: Type }>;

const entriesOf = <Type extends HistoryEntry['type']>(
  { entries }: History,
  type: Type,
): readonly Entry<Type>[] => entries.filter((entry): entry is Entry<Type> => entry.type === type);

/** Facts of a presentation that the function could know. */
type Knowledge = 'not-processed' | 'ambiguous' | 'killed' | 'refused' | 'granted';

const wasKilledIn = (history: History, invocation: number): boolean =>
  entriesOf(history, 'call').some(
    ({ invocation: other, fault }) => other === invocation && fault !== undefined && isKill(fault),
  );

const isKilledAnywhere = (history: History): boolean =>
  entriesOf(history, 'call').some(({ fault }) => fault !== undefined && isKill(fault));

const isStored = ({ stored }: History, { issued }: Presentation): boolean =>
  issued.some((token) => stored.has(token));

const knowledgeOf = (history: History, presentation: Presentation): Knowledge => {
  const { fault, invocation } = presentation.call;
  if (fault !== undefined && !isAnswered(fault)) {
    return isKill(fault) ? 'killed' : isKnownToHaveNoEffect(fault) ? 'not-processed' : 'ambiguous';
  }
  if (presentation.issued.length === 0) {
    return 'refused';
  }
  // A process takes unwritten knowledge with it.
  return wasKilledIn(history, invocation) && !isStored(history, presentation) ? 'killed' : 'granted';
};

interface Replays {
  readonly redeemedTwice: number;
  readonly ambiguousReplays: number;
  readonly isTooOften: boolean;
}

const judgeReplays = (history: History): Replays => {
  const presentations = entriesOf(history, 'presentation').map((presentation) => ({
    ...presentation,
    knowledge: knowledgeOf(history, presentation),
  }));
  const attemptsWithReplay = new Set<number>();
  let redeemedTwice = 0;
  let isTooOften = false;
  for (const [index, { token, attempt }] of presentations.entries()) {
    const earlier = presentations.slice(0, index).filter((other) => other.token === token);
    const isUnclear = ({ knowledge }: (typeof earlier)[number]) =>
      knowledge === 'ambiguous' || knowledge === 'killed';
    if (earlier.some(({ knowledge }) => knowledge === 'granted')) {
      redeemedTwice += 1;
    } else if (earlier.some(isUnclear)) {
      attemptsWithReplay.add(attempt);
    }
    const inThisAttempt = earlier.filter((other) => other.attempt === attempt);
    const firstUnclear = inThisAttempt.findIndex(isUnclear);
    isTooOften ||= firstUnclear !== -1 && inThisAttempt.length - firstUnclear > 1;
  }
  return { redeemedTwice, ambiguousReplays: attemptsWithReplay.size, isTooOften };
};

/** Why a pair that was granted is in no version of the secret. */
const causeOfLoss = (history: History, presentation: Presentation): UnavoidableName | undefined => {
  const { fault } = presentation.call;
  switch (knowledgeOf(history, presentation)) {
    case 'ambiguous':
      return 'grant-answer-lost';
    case 'killed':
      return fault === undefined || isAnswered(fault) ? 'killed-before-write' : 'killed-before-grant-answer';
    default:
      return undefined;
  }
};

const judgeLoss = (
  history: History,
): { failures: readonly CheckName[]; unavoidable: UnavoidableName | undefined } => {
  const lost = entriesOf(history, 'presentation').find(
    (presentation) => presentation.issued.length > 0 && !isStored(history, presentation),
  );
  const cause = lost === undefined ? undefined : causeOfLoss(history, lost);
  const ends = entriesOf(history, 'attempt-end');
  const isLost = ends.some(({ isPairReachable }) => !isPairReachable);
  const lostAt = history.entries.findIndex((entry) => entry.type === 'attempt-end' && !entry.isPairReachable);
  const isMendedUnasked = history.entries
    .slice(lostAt)
    .some((entry) => entry.type === 'act' && entry.login !== undefined);
  const alarms = entriesOf(history, 'invocation').filter(
    ({ end }) => !end.ok && end.errorType === 'ReauthorizationRequiredError',
  );
  const failures: CheckName[] = [];
  if (isLost && cause === undefined) {
    failures.push('pair-lost');
  }
  const isTold = alarms.length > 0 || history.isReplacementTold;
  if (isLost && !isTold && !isMendedUnasked) {
    failures.push('silent-loss');
  }
  if (alarms.some(({ isPairReachable }) => isPairReachable)) {
    failures.push('false-alarm');
  }
  if (ends.some(({ hasLiveToken }) => !hasLiveToken)) {
    const killed = history.tokens > 1 && isKilledAnywhere(history) ? 'killed-before-promotion' : undefined;
    const unavoidable = isLost ? cause : killed;
    if (history.tokens > 1 && unavoidable === undefined) {
      failures.push('no-live-token');
    }
    return { failures, unavoidable };
  }
  return { failures, unavoidable: undefined };
};

const judgePromotions = ({ entries }: History): readonly CheckName[] => {
  const failures: CheckName[] = [];
  const logins = new Map<number, string>();
  for (const entry of entries) {
    if (entry.type === 'act' && entry.login !== undefined) {
      logins.set(entry.secret, entry.login);
    }
    if (entry.type === 'promotion') {
      if (!entry.isLive) {
        failures.push('dead-promotion');
      }
      const login = logins.get(entry.secret);
      if (login !== undefined && entry.login !== login && entry.isNewestLoginLive) {
        failures.push('person-overridden');
      }
    }
  }
  return failures;
};

/** Judges a case by what happened in it. */
export const judge = (history: History): Verdict => {
  const { redeemedTwice, ambiguousReplays, isTooOften } = judgeReplays(history);
  const { failures: losses, unavoidable } = judgeLoss(history);
  const needed = LIMITS.GENESYS_TIMEOUT_MS + LIMITS.WRITE_BUDGET_MS;
  const failed: readonly (readonly [boolean, CheckName])[] = [
    [redeemedTwice > 0, 'redeemed-twice'],
    [isTooOften, 'replayed-too-often'],
    [entriesOf(history, 'presentation').some(({ leftMs }) => leftMs < needed), 'spent-without-time'],
    [history.leaks.length > 0, 'secret-in-output'],
    [history.end === 'stuck', 'stuck'],
    [
      entriesOf(history, 'invocation').some(({ end }) => !end.ok && end.errorType === 'Sandbox.Timedout'),
      'beyond-deadline',
    ],
    [history.misbehaviour !== undefined, 'misbehaviour'],
  ];
  const failures = new Set([
    ...losses,
    ...judgePromotions(history),
    ...failed.flatMap(([isFailed, name]) => (isFailed ? [name] : [])),
  ]);
  return { failures: [...failures], redeemedTwice, ambiguousReplays, unavoidable };
};
