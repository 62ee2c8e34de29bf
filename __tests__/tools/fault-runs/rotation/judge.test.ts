import type { FaultKind } from '../../../../tools/fault-runs/rotation/case/fault-kinds';
import type {
  AttemptEnd,
  Call,
  History,
  HistoryEntry,
  Invocation,
  Presentation,
} from '../../../../tools/fault-runs/rotation/case/history';
import { judge } from '../../../../tools/fault-runs/rotation/judge';

const call = (number: number, operation: string, fault?: FaultKind): Call => ({
  type: 'call',
  number,
  invocation: number < 10 ? 1 : 2,
  system: operation.startsWith('POST') ? 'genesys' : 'aws',
  operation,
  fault,
});

const presentation = (
  number: number,
  token: string,
  issued: readonly string[],
  fault?: FaultKind,
): Presentation => ({
  type: 'presentation',
  call: call(number, 'POST /oauth/token', fault),
  attempt: number < 10 ? 1 : 2,
  token,
  issued,
  leftMs: 46_000,
});

const attemptEnd = (isPairReachable: boolean, hasLiveToken = isPairReachable): AttemptEnd => ({
  type: 'attempt-end',
  attempt: 1,
  outcome: 'failed',
  errorType: 'Error',
  isPairReachable,
  hasLiveToken,
  isAsUsual: true,
});

const invocation = (errorType: string, isPairReachable = false): Invocation => ({
  type: 'invocation',
  index: 1,
  attempt: 1,
  versionId: 'v',
  step: 'createSecret',
  end: { ok: false, errorType, errorMessage: '' },
  isPairReachable,
});

const history = (entries: readonly HistoryEntry[], differences: Partial<History> = {}): History => ({
  tokens: 1,
  entries,
  stored: new Set(['first']),
  end: 'rotated',
  isReplacementTold: false,
  leaks: [],
  misbehaviour: undefined,
  ...differences,
});

const GRANTED = presentation(1, 'first', ['second']);
const KILLED_AT_WRITE = call(2, 'PutSecretValue', 'killed-before');
const ALARM = [invocation('ReauthorizationRequiredError'), attemptEnd(false)];

test('a rotation as it should be fails no check', () => {
  const verdict = judge(
    history([GRANTED, call(2, 'PutSecretValue'), attemptEnd(true)], { stored: new Set(['first', 'second']) }),
  );
  expect(verdict).toEqual({ failures: [], redeemedTwice: 0, ambiguousReplays: 0, unavoidable: undefined });
});

test('a refresh token that is presented again after a good answer was redeemed twice', () => {
  const { failures, redeemedTwice } = judge(history([GRANTED, presentation(11, 'first', []), ...ALARM]));
  expect(redeemedTwice).toBe(1);
  expect(failures).toContain('redeemed-twice');
});

test.each([
  'error-before',
  'error-after',
  'reset-after',
  'hang-before',
  'hang-after',
  'killed-before',
  'killed-after',
] as const)('a refresh token that is presented again after %s is an ambiguous replay', (fault) => {
  const verdict = judge(
    history([presentation(1, 'first', [], fault), presentation(11, 'first', ['second']), attemptEnd(true)], {
      stored: new Set(['first', 'second']),
    }),
  );
  expect(verdict).toEqual({ failures: [], redeemedTwice: 0, ambiguousReplays: 1, unavoidable: undefined });
});

test('after a 429 nothing is ambiguous', () => {
  const { ambiguousReplays } = judge(
    history([
      presentation(1, 'first', [], 'throttled'),
      presentation(2, 'first', ['second']),
      attemptEnd(true),
    ]),
  );
  expect(ambiguousReplays).toBe(0);
});

test('a second replay in the same attempt is too many', () => {
  const { failures } = judge(
    history([
      presentation(1, 'first', [], 'hang-before'),
      presentation(2, 'first', [], 'hang-before'),
      presentation(3, 'first', ['second']),
      attemptEnd(true),
    ]),
  );
  expect(failures).toContain('replayed-too-often');
});

test('a process killed between the answer and the write loses the pair unavoidably, and its replay is ambiguous', () => {
  const verdict = judge(
    history([GRANTED, KILLED_AT_WRITE, attemptEnd(false), presentation(11, 'first', []), ...ALARM]),
  );
  expect(verdict).toEqual({
    failures: [],
    redeemedTwice: 0,
    ambiguousReplays: 1,
    unavoidable: 'killed-before-write',
  });
});

test.each([
  ['error-after', 'grant-answer-lost'],
  ['reset-after', 'grant-answer-lost'],
  ['hang-after', 'grant-answer-lost'],
  ['killed-after', 'killed-before-grant-answer'],
] as const)('a grant that ends in %s loses the pair unavoidably: %s', (fault, name) => {
  const { failures, unavoidable } = judge(history([presentation(1, 'first', ['second'], fault), ...ALARM]));
  expect(failures).toEqual([]);
  expect(unavoidable).toBe(name);
});

test('a pair that was granted, answered and not written without a kill was lost for nothing', () => {
  const { failures, unavoidable } = judge(
    history([GRANTED, call(2, 'PutSecretValue', 'error-before'), ...ALARM]),
  );
  expect(failures).toEqual(['pair-lost']);
  expect(unavoidable).toBeUndefined();
});

test('a kill in another invocation than the grant excuses nothing', () => {
  const { failures } = judge(history([GRANTED, call(11, 'GetSecretValue', 'killed-before'), ...ALARM]));
  expect(failures).toEqual(['pair-lost']);
});

test('a loss that nobody is told of fails, unless a person logs in by themselves or an alarm tells of the older login', () => {
  const lost = [GRANTED, KILLED_AT_WRITE, attemptEnd(false)];
  const login = { type: 'act', what: 'a person logs in again', secret: 1, login: 'login 2' } as const;
  expect(judge(history(lost)).failures).toEqual(['silent-loss']);
  expect(judge(history([...lost, login])).failures).toEqual([]);
  expect(judge(history(lost, { isReplacementTold: true })).failures).toEqual([]);
});

test('an alarm while a pair is reachable is a false one', () => {
  const { failures } = judge(history([invocation('ReauthorizationRequiredError', true)]));
  expect(failures).toEqual(['false-alarm']);
});

test('with two tokens a lost pair leaves no voicemail behind, unless the other one is not live either', () => {
  const lost = [GRANTED, KILLED_AT_WRITE, invocation('ReauthorizationRequiredError')];
  const two = (end: AttemptEnd, entries: readonly HistoryEntry[] = lost) =>
    judge(history([...entries, end], { tokens: 2 }));
  expect(two(attemptEnd(false, true))).toMatchObject({ failures: [], unavoidable: undefined });
  expect(two(attemptEnd(false, false))).toMatchObject({ failures: [], unavoidable: 'killed-before-write' });
  expect(two(attemptEnd(true, false))).toMatchObject({
    failures: [],
    unavoidable: 'killed-before-promotion',
  });
  expect(two(attemptEnd(true, false), [call(2, 'GetSecretValue')]).failures).toEqual(['no-live-token']);
});

test.each(['slow', 'odd-success', 'overlap'] as const)(
  'a presentation that is answered (%s) was granted, so that another one of its token is one too many',
  (fault) => {
    const { redeemedTwice } = judge(
      history([presentation(1, 'first', ['second'], fault), presentation(11, 'first', []), ...ALARM]),
    );
    expect(redeemedTwice).toBe(1);
  },
);

test('a promotion of a spent pair, and one over the pair of a person, fail', () => {
  const promotion = {
    type: 'promotion',
    secret: 1,
    versionId: 'v',
    isLive: true,
    login: 'login 1',
    isNewestLoginLive: true,
  } as const;
  const login = { type: 'act', what: 'a person logs in again', secret: 1, login: 'login 2' } as const;
  expect(judge(history([{ ...promotion, isLive: false }])).failures).toEqual(['dead-promotion']);
  expect(judge(history([promotion, login])).failures).toEqual([]);
  expect(judge(history([login, promotion])).failures).toEqual(['person-overridden']);
  expect(judge(history([login, { ...promotion, isNewestLoginLive: false }])).failures).toEqual([]);
  expect(judge(history([login, { ...promotion, secret: 2 }])).failures).toEqual([]);
});

test('a grant with too little time left, a leak, a stuck secret, a missed deadline and a misbehaviour each fail', () => {
  expect(judge(history([{ ...GRANTED, leftMs: 44_999 }], { stored: new Set(['second']) })).failures).toEqual([
    'spent-without-time',
  ]);
  expect(judge(history([], { leaks: ['the rotation token'] })).failures).toEqual(['secret-in-output']);
  expect(judge(history([], { end: 'stuck' })).failures).toEqual(['stuck']);
  expect(judge(history([], { misbehaviour: 'two calls at once' })).failures).toEqual(['misbehaviour']);
  expect(judge(history([invocation('Sandbox.Timedout')])).failures).toEqual(['beyond-deadline']);
});
