import { randomUUID } from 'node:crypto';
import type { InvocableFunction, InvocationResult, LambdaFunction } from '../../../../local-cloud/lambda';
import type { Draw } from '../../../draw';
import type { Subjects } from './subjects';

/** One message of a batch, as far as a death is decided by it. */
interface BatchRecord {
  readonly body: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** A process that is to be killed. */
interface Death {
  readonly requestId: string;
  /** Calls of its voicemail that it still survives. */
  callsLeft: number;
}

/** A whole move makes about six calls; a death later than the last one happens to nobody. */
const MOST_CALLS = 7;

/**
 * Deliveries that kill the process, as a share of the share of faulty calls. A killed process costs a cold start, warm code and the
 * deliveries of the batch once more, so deaths are drawn by delivery, not by call.
 */
const DEATHS_PER_FAULT = 0.008;

/** Kills the mover's process in the middle of its work, at a call of a voicemail that is drawn by the seed. */
export class Deaths {
  readonly #draw: Draw;
  readonly #share: number;
  readonly #subjects: Subjects;
  readonly #pending = new Map<number, Death>();
  #mover: LambdaFunction | undefined;
  #count = 0;

  constructor(draw: Draw, faults: number, subjects: Subjects) {
    this.#draw = draw;
    this.#share = faults * DEATHS_PER_FAULT;
    this.#subjects = subjects;
  }

  /** Processes killed so far. */
  get count(): number {
    return this.#count;
  }

  /** The mover, with the deaths of each batch decided before it begins. */
  around(mover: LambdaFunction, onBatch: (records: readonly BatchRecord[]) => void): InvocableFunction {
    this.#mover = mover;
    return {
      invoke: async (event) => {
        const requestId = randomUUID();
        const records = recordsOf(event);
        onBatch(records);
        this.#decide(requestId, records);
        try {
          return await this.#invoke(mover, event, requestId);
        } finally {
          this.#forget(requestId);
        }
      },
    };
  }

  /** Whether the process dies at this call of a voicemail; it is killed then. */
  strikes(subject: number): boolean {
    const death = this.#pending.get(subject);
    if (death === undefined) {
      return false;
    }
    death.callsLeft -= 1;
    if (death.callsLeft > 0) {
      return false;
    }
    this.#pending.delete(subject);
    this.#count += 1;
    void this.#mover?.kill(death.requestId);
    return true;
  }

  #invoke(mover: LambdaFunction, event: unknown, requestId: string): Promise<InvocationResult> {
    return mover.invoke(event, { requestId });
  }

  #decide(requestId: string, records: readonly BatchRecord[]): void {
    for (const { body, attributes } of records) {
      const subject = this.#subjects.in(body);
      const key = ['death', subject ?? -1, attributes['ApproximateReceiveCount'] ?? ''];
      if (subject !== undefined && this.#draw.number(...key) < this.#share) {
        this.#pending.set(subject, { requestId, callsLeft: this.#draw.whole(1, MOST_CALLS, ...key, 'at') });
      }
    }
  }

  #forget(requestId: string): void {
    for (const [subject, death] of this.#pending) {
      if (death.requestId === requestId) {
        this.#pending.delete(subject);
      }
    }
  }
}

const isRecord = (value: unknown): value is BatchRecord =>
  typeof value === 'object' &&
  value !== null &&
  'body' in value &&
  typeof value.body === 'string' &&
  'attributes' in value;

/** The messages of an SQS event. */
const recordsOf = (event: unknown): readonly BatchRecord[] =>
  typeof event === 'object' && event !== null && 'Records' in event && Array.isArray(event.Records)
    ? event.Records.filter(isRecord)
    : [];
