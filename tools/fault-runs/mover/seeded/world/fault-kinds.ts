import type { Fault, FaultAnswer, OutsideCall } from '../../../../local-cloud/faults';
import type { Draw, DrawKey } from '../../../draw';

/** The name of something that can go wrong with a call. */
export type FaultKind =
  | '429'
  | '500'
  | '503'
  | '504'
  | 'reset'
  | 'stall'
  | 'cut body'
  | 'wrong length'
  | '401'
  | 'media URL expired'
  | 'S3 503'
  | 'S3 409'
  | 'secret throttled';

/** Where a fault is decided: what is left to chance is drawn under the key of the call. */
interface Chance {
  readonly draw: Draw;
  readonly key: DrawKey;
}

const ANY_SERVICE: readonly FaultKind[] = ['500', '503', '504', 'reset', 'stall'];
/** Faults of an answer's body need a body that somebody reads. */
const GENESYS: readonly FaultKind[] = ['429', ...ANY_SERVICE, 'cut body', 'wrong length'];
/** The ways to write an object: S3 documents 409 for those that carry a condition. */
const CONDITIONAL_WRITES = new Set(['PutObject', 'CompleteMultipartUpload']);

/** Faults of a call. */
export const faultKindsOf = ({ system, service, operation }: OutsideCall): readonly FaultKind[] => {
  if (system === 'genesys') {
    return service === 'media' ? [...GENESYS, 'media URL expired'] : [...GENESYS, '401'];
  }
  switch (service) {
    case 's3':
      return CONDITIONAL_WRITES.has(operation)
        ? [...ANY_SERVICE, 'S3 503', 'S3 409']
        : [...ANY_SERVICE, 'S3 503'];
    case 'secretsmanager':
      return [...ANY_SERVICE, 'secret throttled'];
    default:
      return ANY_SERVICE;
  }
};

const refused = (status: number, code?: string, retryAfterSeconds?: number): Fault => ({
  effect: 'none',
  answer: {
    kind: 'error',
    status,
    ...(code === undefined ? {} : { code }),
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  },
});

/** A call that loses its answer may have taken effect or not. */
const lost = ({ draw, key }: Chance, answer: FaultAnswer): Fault => ({
  effect: draw.number(...key, 'took effect') < 0.5 ? 'applied' : 'none',
  answer,
});

/** How much of a body arrives: some of it, never all. */
const fraction = ({ draw, key }: Chance): number => 0.05 + 0.9 * draw.number(...key, 'fraction');

/** A fault of a kind. */
export const faultOf = (kind: FaultKind, chance: Chance): Fault => {
  const { draw, key } = chance;
  switch (kind) {
    case '429':
      return refused(429, undefined, draw.whole(0, 5, ...key, 'retry after'));
    case '500':
    case '503':
    case '504':
      return refused(Number(kind));
    case '401':
      return refused(401, 'bad.credentials');
    case 'media URL expired':
      return refused(403, 'AccessDenied');
    case 'S3 503':
      return refused(503, 'SlowDown');
    case 'S3 409':
      return refused(409, 'ConditionalRequestConflict');
    case 'secret throttled':
      return refused(400, 'ThrottlingException');
    case 'reset':
      return lost(chance, { kind: 'reset' });
    case 'stall':
      return draw.number(...key, 'stalls in body') < 0.5
        ? lost(chance, { kind: 'hang' })
        : { effect: 'applied', answer: { kind: 'stall-body', fraction: fraction(chance) } };
    case 'cut body':
      return { effect: 'applied', answer: { kind: 'cut-body', fraction: fraction(chance) } };
    case 'wrong length':
      return { effect: 'applied', answer: { kind: 'wrong-length', fraction: fraction(chance) } };
  }
};
