import type { Clock } from '../../local-cloud/clock';
import type { FaultSource, OutsideCall } from '../../local-cloud/faults';

/** What a voicemail is counted by: who was asked. Anything else would be a call that nobody expects. */
export type CallKind = 'genesys-api' | 'media' | 's3' | 'secrets-manager' | 'other';

/** A call of the mover. */
export interface CallRecord {
  readonly kind: CallKind;
  readonly operation: string;
  /** When it came, in milliseconds since the Unix epoch, by the clock of the stack. */
  readonly atMs: number;
}

const kindOf = ({ system, service }: OutsideCall): CallKind => {
  switch (`${system}/${service}`) {
    case 'genesys/api':
      return 'genesys-api';
    case 'genesys/media':
      return 'media';
    case 'aws/s3':
      return 's3';
    case 'aws/secretsmanager':
      return 'secrets-manager';
    default:
      return 'other';
  }
};

/** Listens to the local Genesys Cloud and AWS. Nothing goes wrong: it is a source of faults that decides for none. */
export class CallRecorder implements FaultSource {
  readonly #clock: Clock;
  readonly #functionName: string;
  #calls: CallRecord[] = [];

  /** @param functionName part of the role's ARN; calls of other principals at AWS are left out */
  constructor(clock: Clock, functionName: string) {
    this.#clock = clock;
    this.#functionName = functionName;
  }

  decide(call: OutsideCall): undefined {
    if (call.system === 'genesys' || call.principal.includes(this.#functionName)) {
      this.#calls.push({ kind: kindOf(call), operation: call.operation, atMs: this.#clock.now() });
    }
    return undefined;
  }

  /** The calls since the last time, in the order in which they came. */
  take(): readonly CallRecord[] {
    const calls = this.#calls;
    this.#calls = [];
    return calls;
  }
}
