import type { Fault, OutsideCall } from '../../../local-cloud/faults';

/**
 * Faults of one call. `before` and `after` say whether it takes effect.
 *
 * - `slow`: the answer takes as long as the function may wait for it.
 * - `stale`: a read sees the secret as it was before its last change; with `-current`, before AWSCURRENT last moved.
 * - `odd-success`: HTTP 201 where 200 is expected.
 * - `no-json`: HTTP 200 with a page of somebody on the way; the call takes no effect.
 * - `overlap`: another container begins the same step, and the call takes effect {@link OVERLAP_MS} later.
 */
export const FAULT_KINDS = [
  'error-before',
  'error-after',
  'reset-after',
  'hang-before',
  'hang-after',
  'throttled',
  'throttled-long',
  'refused',
  'killed-before',
  'killed-after',
  'slow',
  'stale',
  'stale-current',
  'odd-success',
  'no-json',
  'overlap',
] as const;

/** One way in which a call goes wrong. */
export type FaultKind = (typeof FAULT_KINDS)[number];

/** Kind of a call, whoever makes it. */
export type CallSite = Pick<OutsideCall, 'system' | 'operation'>;

/** The call that spends a refresh token. */
export const TOKEN_REQUEST = 'POST /oauth/token';

/** The calls that change something outside; after any other, a fault before and one after its effect are the same. */
const CALLS_WITH_EFFECT: ReadonlySet<string> = new Set([
  TOKEN_REQUEST,
  'PutSecretValue',
  'UpdateSecretVersionStage',
]);

/** The calls that read the secret. */
const READS: ReadonlySet<string> = new Set(['DescribeSecret', 'GetSecretValue']);

/** The kinds with which the right answer arrives, late or old as it may be. */
const ANSWERED: ReadonlySet<FaultKind> = new Set([
  'slow',
  'stale',
  'stale-current',
  'odd-success',
  'overlap',
]);

/** Milliseconds after which a call takes effect that another run overtakes: longer than any call to AWS is waited for. */
export const OVERLAP_MS = 6_000;

const ONLY_WITH_EFFECT: ReadonlySet<FaultKind> = new Set([
  'error-after',
  'reset-after',
  'hang-after',
  'killed-after',
]);

/** The kinds of fault that can strike a call. */
export const kindsFor = ({ system, operation }: CallSite): readonly FaultKind[] =>
  FAULT_KINDS.filter((kind) => {
    if (ONLY_WITH_EFFECT.has(kind)) {
      return CALLS_WITH_EFFECT.has(operation);
    }
    if (isStale(kind)) {
      return READS.has(operation);
    }
    if (kind === 'odd-success') {
      return system === 'genesys';
    }
    // Secrets Manager names no waiting time; Genesys has no policy that could refuse for a moment.
    return kind === 'throttled-long' ? system === 'genesys' : kind !== 'refused' || system === 'aws';
  });

/** Whether a read sees the secret as it was. */
export const isStale = (kind: FaultKind): kind is 'stale' | 'stale-current' =>
  kind === 'stale' || kind === 'stale-current';

/** Whether the call is held back; the exploration follows one such call in a case. */
export const isDelayed = (kind: FaultKind): boolean => kind === 'slow' || kind === 'overlap';

/** Whether the right answer arrives. */
export const isAnswered = (kind: FaultKind): boolean => ANSWERED.has(kind);

/** Whether the process is killed at the call. */
export const isKill = (kind: FaultKind): boolean => kind === 'killed-before' || kind === 'killed-after';

/** Whether the caller knows from the answer that the call took no effect. */
export const isKnownToHaveNoEffect = (kind: FaultKind): boolean =>
  kind === 'throttled' || kind === 'throttled-long' || kind === 'refused';

const THROTTLED_SECONDS = 2;
/** The longest time that the function waits for, so that as little as possible is left of the invocation afterwards. */
const THROTTLED_LONG_SECONDS = 15;

const PAGE = Buffer.from('<html><body>Please log in to the network</body></html>');

/**
 * The fault as the services understand it; `undefined` where they answer as ever. For a kill, the answer never comes and the
 * container has to be ended besides.
 */
export const faultOf = (kind: FaultKind, { system }: CallSite): Fault | undefined => {
  switch (kind) {
    case 'slow':
    case 'stale':
    case 'stale-current':
    case 'overlap':
      return undefined;
    case 'odd-success':
      return {
        effect: 'applied',
        answer: { kind: 'altered', alter: (answer) => ({ ...answer, status: 201 }) },
      };
    case 'no-json':
      return {
        effect: 'none',
        answer: {
          kind: 'altered',
          alter: ({ headers: { date } }) => ({
            status: 200,
            headers: { 'content-type': 'text/html', ...(date === undefined ? {} : { date }) },
            body: PAGE,
          }),
        },
      };
    case 'error-before':
    case 'error-after':
      return { effect: kind === 'error-after' ? 'applied' : 'none', answer: { kind: 'error', status: 500 } };
    case 'reset-after':
      return { effect: 'applied', answer: { kind: 'reset' } };
    case 'hang-before':
    case 'killed-before':
      return { effect: 'none', answer: { kind: 'hang' } };
    case 'hang-after':
    case 'killed-after':
      return { effect: 'applied', answer: { kind: 'hang' } };
    case 'refused':
      return { effect: 'none', answer: { kind: 'error', status: 400, code: 'AccessDeniedException' } };
    case 'throttled':
    case 'throttled-long': {
      const seconds = kind === 'throttled' ? THROTTLED_SECONDS : THROTTLED_LONG_SECONDS;
      return {
        effect: 'none',
        answer:
          system === 'aws'
            ? { kind: 'error', status: 400, code: 'ThrottlingException' }
            : { kind: 'error', status: 429, retryAfterSeconds: seconds },
      };
    }
  }
};
