import { setMaxListeners } from 'node:events';
import type { Clock } from '../../clock';
import { invalidValue, queueDoesNotExist } from './errors';
import type { Message } from './message';
import { Queue, type ReceivedMessage } from './queue';
import { allowsRedriveFrom, parseQueueSettings, type QueueSettings } from './queue-settings';

/** Options of the local SQS. */
export interface SqsOptions {
  readonly clock: Clock;
  /** Twelve digits. */
  readonly accountId: string;
  readonly region: string;
  /** The origin under which queue URLs stand; asked for when a queue is created. */
  readonly origin: () => string;
}

/** A queue to create. */
export interface CreateQueueRequest {
  /** 1 to 80 of letters, digits, `-` and `_`. */
  readonly name: string;
  /** By the names and in the text form of CreateQueue, for example `{ VisibilityTimeout: '60' }`. */
  readonly attributes?: Readonly<Record<string, string>>;
}

/** Input of one ReceiveMessage. */
interface ReceiveRequest {
  /** 1 to 10. */
  readonly maximum: number;
  /** Undefined means the queue's own. */
  readonly visibilityTimeoutSeconds: number | undefined;
  /** Seconds of real time to wait for a message. */
  readonly waitSeconds: number;
}

/**
 * Milliseconds of real time after which a long poll looks at the clock again: a clock that is moved forward tells nobody.
 */
const CLOCK_LOOK_MS = 50;

/** The queues of one account in one region, and what goes on between them: redrive and long polls. */
export class Queues {
  readonly #options: SqsOptions;
  readonly #queues = new Map<string, Queue>();
  readonly #closing = new AbortController();

  constructor(options: SqsOptions) {
    this.#options = options;
    // Each waiting ReceiveMessage listens.
    setMaxListeners(0, this.#closing.signal);
  }

  /** Milliseconds since the Unix epoch. */
  now(): number {
    return this.#options.clock.now();
  }

  /** The ARN of a queue with this name, whether it exists or not. */
  arnOf(name: string): string {
    return `arn:aws:sqs:${this.#options.region}:${this.#options.accountId}:${name}`;
  }

  /** @throws AwsError where there is no such queue. */
  byArn(arn: string): Queue {
    const queue = this.#queues.get(arn);
    if (queue === undefined) {
      throw queueDoesNotExist();
    }
    return queue;
  }

  /** The queue under a URL, if there is one. */
  byUrl(url: string): Queue | undefined {
    return [...this.#queues.values()].find((queue) => queue.url === url);
  }

  /** @throws AwsError for a bad attribute, and for a dead letter queue that is missing or does not allow it. */
  create({ name, attributes = {} }: CreateQueueRequest): { readonly arn: string; readonly url: string } {
    const arn = this.arnOf(name);
    const settings = parseQueueSettings(attributes);
    this.#requireDeadLetterQueue(arn, settings);
    const url = `${this.#options.origin()}/${this.#options.accountId}/${name}`;
    this.#queues.set(arn, new Queue({ arn, url, settings, createdAtMs: this.now() }));
    return { arn, url };
  }

  /** Receives messages; moves those that were received too often to the dead letter queue, and waits as long as it is told. */
  async receive(queue: Queue, request: ReceiveRequest): Promise<readonly ReceivedMessage[]> {
    // The wait is a caller's real time, whatever the clock says.
    const giveUpAt = performance.now() + request.waitSeconds * 1000;
    for (;;) {
      const received = queue.receive(request, this.now(), (message) => this.#redrive(queue, message));
      const leftMs = giveUpAt - performance.now();
      if (received.length > 0 || leftMs <= 0 || this.#closing.signal.aborted) {
        return received;
      }
      await queue.arrival(Math.min(leftMs, CLOCK_LOOK_MS), this.#closing.signal);
    }
  }

  /** Ends every waiting receive. */
  close(): void {
    this.#closing.abort();
  }

  #requireDeadLetterQueue(sourceArn: string, { redrivePolicy }: QueueSettings): void {
    if (redrivePolicy === undefined) {
      return;
    }
    const { deadLetterTargetArn } = redrivePolicy;
    const deadLetterQueue = this.#queues.get(deadLetterTargetArn);
    if (deadLetterQueue === undefined) {
      throw invalidValue(deadLetterTargetArn, 'RedrivePolicy', 'Dead letter target does not exist.');
    }
    if (!allowsRedriveFrom(deadLetterQueue.settings.redriveAllowPolicy, sourceArn)) {
      throw invalidValue(
        deadLetterTargetArn,
        'RedrivePolicy',
        'The dead letter queue does not allow this source queue.',
      );
    }
  }

  #redrive(queue: Queue, message: Message): void {
    const target = queue.settings.redrivePolicy?.deadLetterTargetArn;
    if (target !== undefined) {
      this.byArn(target).takeDeadLetter(message, queue.arn, this.now());
    }
  }
}
