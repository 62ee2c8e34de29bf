import type { Fault, OutsideCall } from '../../../local-cloud/faults';

/** Faults of one call. `before` and `after` say whether it takes effect. */
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
    // Secrets Manager names no waiting time; Genesys has no policy that could refuse for a moment.
    return kind === 'throttled-long' ? system === 'genesys' : kind !== 'refused' || system === 'aws';
  });

/** Whether the process is killed at the call. */
export const isKill = (kind: FaultKind): boolean => kind === 'killed-before' || kind === 'killed-after';

/** Whether the caller knows from the answer that the call took no effect. */
export const isKnownToHaveNoEffect = (kind: FaultKind): boolean =>
  kind === 'throttled' || kind === 'throttled-long' || kind === 'refused';

const THROTTLED_SECONDS = 2;
/** The longest time that the function waits for, so that as little as possible is left of the invocation afterwards. */
const THROTTLED_LONG_SECONDS = 15;

/** The fault as the services understand it. For a kill, the answer never comes and the container has to be ended besides. */
export const faultOf = (kind: FaultKind, { system }: CallSite): Fault => {
  switch (kind) {
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
