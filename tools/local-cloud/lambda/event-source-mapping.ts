import { setTimeout as sleep } from 'node:timers/promises';
import { type Clock, systemClock } from '../clock';
import { failedMessageIds } from './batch-response';
import { InvalidParameterValueError, requireWholeNumber, TooManyRequestsError } from './errors';
import type { InvocationResult } from './invocation';
import { type SqsMessage, sqsEvent } from './sqs-event';

/** The operations of its queue that a mapping uses. */
export interface SqsQueuePort {
  /** Receives up to `maximum` (at most 10) messages and hides them for the visibility timeout; none where none waits. */
  receive(maximum: number): Promise<readonly SqsMessage[]>;
  delete(receiptHandle: string): Promise<void>;
}

/** The part of its function that a mapping uses; `LambdaFunction` has it. */
export interface InvocableFunction {
  invoke(event: unknown): Promise<InvocationResult>;
}

/** An SQS event source mapping, in the terms of `CreateEventSourceMapping`. */
export interface EventSourceMappingOptions {
  readonly queue: SqsQueuePort;
  readonly queueArn: string;
  readonly function: InvocableFunction;
  /** Messages of one invocation: up to 10, or up to 10,000 with a batching window. @default 10 */
  readonly batchSize?: number;
  /** Seconds that {@link EventSourceMapping.run} may gather a batch: 0 to 300. @default 0 */
  readonly maximumBatchingWindowSeconds?: number;
  /** Invocations at once: 2 to 1,000. @default 5, with which Lambda begins */
  readonly maximumConcurrency?: number;
  /** @default - none: an answer of the function, whatever it says, deletes the whole batch */
  readonly functionResponseTypes?: readonly 'ReportBatchItemFailures'[];
  /** The time that the batching window goes by. @default systemClock */
  readonly clock?: Clock;
  /** Milliseconds of real time between two looks at an empty queue in {@link EventSourceMapping.run}. @default 50 */
  readonly pollIntervalMs?: number;
}

/** Outcome of one batch. */
export interface BatchReport {
  readonly deletedMessageIds: readonly string[];
  /** Messages that stay in the queue and come back after their visibility timeout. */
  readonly failedMessageIds: readonly string[];
  /** How the invocation ended. @default - none: the function was throttled */
  readonly invocation?: InvocationResult;
}

const RECEIVE_MAXIMUM = 10;

/** Polls a queue and invokes a function with what it finds, as Lambda's SQS event source mapping does. */
export class EventSourceMapping {
  readonly #queue: SqsQueuePort;
  readonly #queueArn: string;
  readonly #function: InvocableFunction;
  readonly #batchSize: number;
  readonly #windowMs: number;
  readonly #concurrency: number;
  readonly #reportsBatchItemFailures: boolean;
  readonly #clock: Clock;
  readonly #pollIntervalMs: number;
  #running: { readonly stop: AbortController; readonly ended: Promise<void> } | undefined;

  /** @throws InvalidParameterValueError for what `CreateEventSourceMapping` refuses. */
  constructor(options: EventSourceMappingOptions) {
    const { batchSize = 10, maximumBatchingWindowSeconds = 0, maximumConcurrency } = options;
    requireWholeNumber('MaximumBatchingWindowInSeconds', maximumBatchingWindowSeconds, 0, 300);
    requireWholeNumber('BatchSize', batchSize, 1, 10_000);
    if (batchSize > RECEIVE_MAXIMUM && maximumBatchingWindowSeconds === 0) {
      throw new InvalidParameterValueError(
        'BatchSize',
        `BatchSize ${batchSize} needs a MaximumBatchingWindowInSeconds of at least 1; without one it is at most ${RECEIVE_MAXIMUM}`,
      );
    }
    if (maximumConcurrency !== undefined) {
      requireWholeNumber('MaximumConcurrency', maximumConcurrency, 2, 1000);
    }
    this.#queue = options.queue;
    this.#queueArn = options.queueArn;
    this.#function = options.function;
    this.#batchSize = batchSize;
    this.#windowMs = maximumBatchingWindowSeconds * 1000;
    this.#concurrency = maximumConcurrency ?? 5;
    this.#reportsBatchItemFailures =
      options.functionResponseTypes?.includes('ReportBatchItemFailures') ?? false;
    this.#clock = options.clock ?? systemClock;
    this.#pollIntervalMs = options.pollIntervalMs ?? 50;
  }

  /**
   * One step: takes the messages that are visible now, up to one batch for each concurrent invocation, invokes the
   * function with all these batches at once and settles them. It does not wait for the batching window.
   *
   * @returns one report per batch; none where no message was visible.
   */
  async pollOnce(): Promise<readonly BatchReport[]> {
    const batches: SqsMessage[][] = [];
    while (batches.length < this.#concurrency) {
      const batch = await this.#receiveUpTo(this.#batchSize);
      if (batch.length === 0) {
        break;
      }
      batches.push(batch);
    }
    return Promise.all(batches.map((batch) => this.#process(batch)));
  }

  /**
   * Polls until {@link EventSourceMapping.stop}, or until the queue or the host fails.
   *
   * @returns when the last invocation has been settled.
   * @throws whatever the queue or the function's host throws.
   */
  run(): Promise<void> {
    if (this.#running === undefined) {
      const stop = new AbortController();
      const pollers = Array.from({ length: this.#concurrency }, () =>
        this.#pollUntil(stop.signal).finally(() => stop.abort()),
      );
      const ended = Promise.allSettled(pollers).then((ends) => {
        this.#running = undefined;
        const failure = ends.find((end) => end.status === 'rejected');
        if (failure !== undefined) {
          throw failure.reason;
        }
      });
      this.#running = { stop, ended };
    }
    return this.#running.ended;
  }

  /** Ends {@link EventSourceMapping.run}: nothing more is received; batches already received are settled first. */
  async stop(): Promise<void> {
    const running = this.#running;
    running?.stop.abort();
    await running?.ended;
  }

  async #pollUntil(stop: AbortSignal): Promise<void> {
    while (!stop.aborted) {
      const batch = await this.#gather(stop);
      if (batch.length > 0) {
        await this.#process(batch);
      } else {
        await this.#pause(stop);
      }
    }
  }

  /** Receives a batch, and more of it until it is full or the batching window is over. */
  async #gather(stop: AbortSignal): Promise<SqsMessage[]> {
    const batch = await this.#receiveUpTo(this.#batchSize);
    const windowEndsAtMs = this.#clock.now() + this.#windowMs;
    while (
      batch.length > 0 &&
      batch.length < this.#batchSize &&
      this.#clock.now() < windowEndsAtMs &&
      !stop.aborted
    ) {
      await this.#pause(stop);
      batch.push(...(await this.#receiveUpTo(this.#batchSize - batch.length)));
    }
    return batch;
  }

  async #receiveUpTo(maximum: number): Promise<SqsMessage[]> {
    const messages: SqsMessage[] = [];
    while (messages.length < maximum) {
      const received = await this.#queue.receive(Math.min(RECEIVE_MAXIMUM, maximum - messages.length));
      if (received.length === 0) {
        break;
      }
      messages.push(...received);
    }
    return messages;
  }

  async #process(batch: readonly SqsMessage[]): Promise<BatchReport> {
    const invocation = await this.#invoke(batch);
    const messageIds = batch.map(({ messageId }) => messageId);
    const failed = new Set(this.#failedOf(invocation, messageIds));
    const done = batch.filter(({ messageId }) => !failed.has(messageId));
    await Promise.all(done.map(({ receiptHandle }) => this.#queue.delete(receiptHandle)));
    return {
      deletedMessageIds: done.map(({ messageId }) => messageId),
      failedMessageIds: [...failed],
      ...(invocation !== undefined && { invocation }),
    };
  }

  async #invoke(batch: readonly SqsMessage[]): Promise<InvocationResult | undefined> {
    try {
      return await this.#function.invoke(sqsEvent(this.#queueArn, batch));
    } catch (error) {
      if (error instanceof TooManyRequestsError) {
        return undefined;
      }
      throw error;
    }
  }

  #failedOf(invocation: InvocationResult | undefined, messageIds: readonly string[]): readonly string[] {
    if (invocation?.outcome !== 'success') {
      return messageIds;
    }
    return this.#reportsBatchItemFailures ? failedMessageIds(invocation.payload, messageIds) : [];
  }

  async #pause(stop: AbortSignal): Promise<void> {
    // An aborted pause ends early; the loops see the signal themselves.
    await sleep(this.#pollIntervalMs, undefined, { signal: stop }).catch(() => undefined);
  }
}
