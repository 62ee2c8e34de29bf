import { randomUUID } from 'node:crypto';
import { invalidValue } from './errors';
import { checkMessage, type Message, type NewMessage } from './message';
import type { QueueSettings } from './queue-settings';
import { issueReceiptHandle, readReceiptHandle } from './receipt-handle';

/** A message as a consumer gets it. */
export interface ReceivedMessage {
  readonly message: Message;
  readonly receiptHandle: string;
}

const SECOND_MS = 1000;
const LONGEST_VISIBILITY_SECONDS = 43_200;

/**
 * One standard queue.
 *
 * Time comes in with each call, so nothing happens by itself. Where SQS only promises little, this queue is the strict
 * one: messages come out in the order in which they became visible, and the handle of an earlier receive has lost its
 * power, whereas SQS may still honour it.
 *
 * Source: SQS API Reference and Developer Guide, "Amazon SQS visibility timeout" and "Using dead-letter queues".
 */
export class Queue {
  readonly arn: string;
  readonly url: string;
  readonly settings: QueueSettings;
  readonly createdAtMs: number;
  readonly #messages = new Map<string, Message>();
  readonly #arrivals = new Set<() => void>();

  constructor(identity: { arn: string; url: string; settings: QueueSettings; createdAtMs: number }) {
    this.arn = identity.arn;
    this.url = identity.url;
    this.settings = identity.settings;
    this.createdAtMs = identity.createdAtMs;
  }

  /** Every message that is left, oldest first. */
  messages(nowMs: number): readonly Message[] {
    this.#dropExpired(nowMs);
    return [...this.#messages.values()];
  }

  /**
   * SendMessage.
   *
   * @throws AwsError that names the broken rule.
   */
  send(message: NewMessage, nowMs: number): Message {
    checkMessage(message, this.settings.maximumMessageBytes);
    const delaySeconds = message.delaySeconds ?? this.settings.delaySeconds;
    return this.#put({
      messageId: randomUUID(),
      body: message.body,
      attributes: message.attributes,
      senderId: message.senderId,
      sentAtMs: nowMs,
      visibleAtMs: nowMs + delaySeconds * SECOND_MS,
      isDelayed: delaySeconds > 0,
      receiveCount: 0,
      firstReceivedAtMs: undefined,
      lastReceive: undefined,
      deadLetterSourceArn: undefined,
    });
  }

  /** Takes in a message that another queue gave up, under its own id, time and receive count. */
  takeDeadLetter(message: Message, sourceArn: string, nowMs: number): void {
    this.#put({
      ...message,
      visibleAtMs: nowMs,
      isDelayed: false,
      lastReceive: undefined,
      deadLetterSourceArn: sourceArn,
    });
  }

  /**
   * ReceiveMessage, without waiting.
   *
   * @param giveUp - takes a message that was received too often already
   */
  receive(
    request: { readonly maximum: number; readonly visibilityTimeoutSeconds: number | undefined },
    nowMs: number,
    giveUp: (message: Message) => void,
  ): readonly ReceivedMessage[] {
    const timeoutSeconds = request.visibilityTimeoutSeconds ?? this.settings.visibilityTimeoutSeconds;
    const received: ReceivedMessage[] = [];
    for (const message of this.#visible(nowMs)) {
      if (received.length === request.maximum) {
        break;
      }
      if (
        message.receiveCount >= (this.settings.redrivePolicy?.maxReceiveCount ?? Number.POSITIVE_INFINITY)
      ) {
        this.#messages.delete(message.messageId);
        giveUp(message);
        continue;
      }
      const { handle, receiveId } = issueReceiptHandle(this.arn, message.messageId);
      const inFlight: Message = {
        ...message,
        isDelayed: false,
        receiveCount: message.receiveCount + 1,
        firstReceivedAtMs: message.firstReceivedAtMs ?? nowMs,
        visibleAtMs: nowMs + timeoutSeconds * SECOND_MS,
        lastReceive: { receiveId, atMs: nowMs },
      };
      this.#messages.set(message.messageId, inFlight);
      received.push({ message: inFlight, receiptHandle: handle });
    }
    return received;
  }

  /**
   * DeleteMessage. Succeeds without effect where the message is gone, or was received again since.
   *
   * @throws AwsError `ReceiptHandleIsInvalid` for text that is no handle of this queue.
   */
  delete(receiptHandle: string): void {
    const message = this.#heldBy(receiptHandle);
    if (message !== undefined) {
      this.#messages.delete(message.messageId);
    }
  }

  /**
   * ChangeMessageVisibility. It works after the timeout has ended, too, until the message is received again.
   *
   * @throws AwsError `InvalidParameterValue` where the handle has lost its power, or the message would stay invisible for
   * more than twelve hours since it was received; `ReceiptHandleIsInvalid` for text that is no handle of this queue.
   */
  changeVisibility(receiptHandle: string, timeoutSeconds: number, nowMs: number): void {
    this.#dropExpired(nowMs);
    const message = this.#heldBy(receiptHandle);
    if (message?.lastReceive === undefined) {
      throw invalidValue(
        receiptHandle,
        'ReceiptHandle',
        'Message does not exist or is not available for visibility timeout change.',
      );
    }
    const visibleAtMs = nowMs + timeoutSeconds * SECOND_MS;
    if (visibleAtMs > message.lastReceive.atMs + LONGEST_VISIBILITY_SECONDS * SECOND_MS) {
      throw invalidValue(
        timeoutSeconds,
        'VisibilityTimeout',
        `Total VisibilityTimeout for the message is beyond the limit [${LONGEST_VISIBILITY_SECONDS} seconds]`,
      );
    }
    this.#put({ ...message, visibleAtMs });
  }

  /** The earliest moment at which some message can be received: past if one can be now, `undefined` if there is none. */
  nextVisibleAt(nowMs: number): number | undefined {
    const moments = this.messages(nowMs).map(({ visibleAtMs }) => visibleAtMs);
    return moments.length === 0 ? undefined : Math.min(...moments);
  }

  /** Resolves when a message arrives or its visibility changes, `timeoutMs` have passed, or `signal` is aborted. */
  async arrival(timeoutMs: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) {
      return;
    }
    await new Promise<void>((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', end);
        this.#arrivals.delete(end);
        resolve();
      };
      const timer = setTimeout(end, timeoutMs);
      signal.addEventListener('abort', end);
      this.#arrivals.add(end);
    });
  }

  #put(message: Message): Message {
    this.#messages.set(message.messageId, message);
    for (const wake of this.#arrivals) {
      wake();
    }
    return message;
  }

  #visible(nowMs: number): readonly Message[] {
    return this.messages(nowMs)
      .filter(({ visibleAtMs }) => visibleAtMs <= nowMs)
      .sort((left, right) => left.visibleAtMs - right.visibleAtMs);
  }

  /** SQS drops a message silently when its retention ends, even one in flight. */
  #dropExpired(nowMs: number): void {
    const oldestMs = nowMs - this.settings.retentionSeconds * SECOND_MS;
    for (const { messageId, sentAtMs } of this.#messages.values()) {
      if (sentAtMs <= oldestMs) {
        this.#messages.delete(messageId);
      }
    }
  }

  #heldBy(receiptHandle: string): Message | undefined {
    const { messageId, receiveId } = readReceiptHandle(receiptHandle, this.arn);
    const message = this.#messages.get(messageId);
    return message?.lastReceive?.receiveId === receiveId ? message : undefined;
  }
}
