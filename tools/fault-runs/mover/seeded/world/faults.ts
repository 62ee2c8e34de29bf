import type { Fault, FaultSource, OutsideCall } from '../../../../local-cloud/faults';
import type { Draw } from '../../../draw';
import type { Deaths } from './deaths';
import { faultKindsOf, faultOf } from './fault-kinds';
import type { Subjects } from './subjects';

/** Options of {@link MoverFaults}. */
export interface MoverFaultsOptions {
  readonly draw: Draw;
  /** The share of calls that go wrong, 0 to 1. */
  readonly share: number;
  readonly subjects: Subjects;
  readonly deaths: Deaths;
  /** Whether a call is the mover's: no other call goes wrong. */
  readonly isMovers: (call: OutsideCall) => boolean;
}

/** The same call may be made by several containers, so that their tries mix. */
const TRIES_BETWEEN_REFUSALS = 4;

/** A process that is about to be killed gets no answer any more. */
const NO_ANSWER = { kind: 'hang' } as const;

/**
 * What goes wrong in a run, call by call. Decided by seed, voicemail, kind of call and the how many-th such call it is, so
 * that it does not depend on what happens to other voicemails at the same time.
 */
export class MoverFaults implements FaultSource {
  readonly #options: MoverFaultsOptions;
  readonly #tries = new Map<string, number>();
  readonly #lastRefusedTry = new Map<string, number>();
  readonly #counts = new Map<string, number>();

  constructor(options: MoverFaultsOptions) {
    this.#options = options;
  }

  /** How often each kind struck. */
  get counts(): ReadonlyMap<string, number> {
    return this.#counts;
  }

  decide(call: OutsideCall): Fault | undefined {
    const { draw, share, subjects, deaths, isMovers } = this.#options;
    if (!isMovers(call)) {
      return undefined;
    }
    const subject = subjects.in(call.resource);
    const name = callName(call, subject);
    const tries = (this.#tries.get(name) ?? 0) + 1;
    this.#tries.set(name, tries);
    const key = [name, tries];
    if (subject !== undefined && deaths.strikes(subject)) {
      const effect = draw.number(...key, 'dies after') < 0.5 ? 'applied' : 'none';
      return this.#count('process killed', { effect, answer: NO_ANSWER });
    }
    if (draw.number(...key, 'faulty') >= share) {
      return undefined;
    }
    const kind = draw.oneOf(faultKindsOf(call), ...key, 'kind');
    // Two refusals in a row say that there is no usable token; a refused try is repeated with one that is.
    if (kind === '401' && tries - (this.#lastRefusedTry.get(name) ?? -Infinity) <= TRIES_BETWEEN_REFUSALS) {
      return undefined;
    }
    return this.#count(kind, faultOf(kind, { draw, key }));
  }

  ended(call: OutsideCall, status: number): void {
    const name = callName(call, this.#options.subjects.in(call.resource));
    if (status === 401) {
      this.#lastRefusedTry.set(name, this.#tries.get(name) ?? 0);
    }
  }

  #count(kind: string, fault: Fault): Fault {
    this.#counts.set(kind, (this.#counts.get(kind) ?? 0) + 1);
    return fault;
  }
}

/** A call by what it does to what, in words that are the same in every run. */
const callName = (
  { system, service, operation, resource }: OutsideCall,
  subject: number | undefined,
): string => {
  const extension =
    service === 's3' && subject !== undefined ? resource.slice(resource.lastIndexOf('.')) : '';
  const path = system === 'genesys' && subject === undefined ? resource : '';
  return `${service} ${operation} ${subject ?? ''}${extension}${path}`;
};
