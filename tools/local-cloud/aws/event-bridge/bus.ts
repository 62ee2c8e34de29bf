import * as v from 'valibot';
import type { Clock } from '../../clock';
import { AwsError } from '../service';
import { deadLetterAttributes, type FailedDelivery } from './dead-letter';
import { InputTransformationError } from './input-transformer';
import { InvalidRuleError, type Rule, type RuleDefinition, readRule, type Target } from './rule';

export interface EventBusOptions {
  readonly clock: Clock;
  /** The partner event source, which is also the bus's name: `aws.partner/genesys.com/cloud/<org>/<suffix>`. */
  readonly partnerSource: string;
  /** 12 digits. */
  readonly accountId: string;
  readonly region: string;
  /** Sends a body to a target. @throws AwsError when the target refuses it. */
  deliver(targetArn: string, body: string, ruleArn: string): Promise<void>;
  /** Sends an undeliverable event to a dead-letter queue. @throws AwsError when the queue refuses it. */
  sendDeadLetter(queueArn: string, body: string, attributes: Readonly<Record<string, string>>): Promise<void>;
}

export interface PutPartnerEventResult {
  /** Names of the rules that matched, in the order in which they were put. */
  readonly matchedRules: readonly string[];
}

/** An event that this bus does not take. */
export class InvalidPartnerEventError extends Error {
  override readonly name = 'InvalidPartnerEventError';
}

/** An undelivered event that is due to be tried again. */
interface PendingDelivery {
  readonly rule: Rule;
  readonly target: Target;
  readonly eventJson: string;
  readonly receivedAtMs: number;
  readonly retries: number;
  readonly dueAtMs: number;
  readonly lastError: DeliveryFailure;
}

interface DeliveryFailure {
  readonly code: string;
  readonly message: string;
  readonly retried: boolean;
}

/** Source: `DeactivateEventSource`, EventBridge API reference. */
const PARTNER_SOURCE = /^aws\.partner(\/[.\-_A-Za-z0-9]+){2,}$/;
const MAXIMUM_PARTNER_SOURCE_CHARACTERS = 256;
/** Source: "Amazon EventBridge quotas", user guide: an entry of PutPartnerEvents. */
const MAXIMUM_EVENT_BYTES = 256 * 1024;
/** The guide says "exponential back off and jitter" without numbers; these double from a second up to a quarter of an hour. */
const FIRST_RETRY_MS = 1000;
const LONGEST_RETRY_MS = 15 * 60_000;

const Envelope = v.strictObject({
  version: v.literal('0'),
  id: v.pipe(v.string(), v.uuid()),
  'detail-type': v.pipe(v.string(), v.minLength(1)),
  source: v.string(),
  account: v.string(),
  time: v.pipe(v.string(), v.isoTimestamp()),
  region: v.string(),
  resources: v.array(v.string()),
  detail: v.record(v.string(), v.unknown()),
});

/**
 * A partner event bus with its rules.
 *
 * Time passes by the clock only: a failed delivery waits until somebody calls `runDue` at or after `nextDueAt`. Not
 * modelled: archives, replays, bus policies, input paths, targets that are other buses.
 */
export class EventBus {
  readonly #options: EventBusOptions;
  readonly #rules = new Map<string, { readonly definition: RuleDefinition; readonly rule: Rule }>();
  readonly #dropped: FailedDelivery[] = [];
  #pending: PendingDelivery[] = [];

  constructor(options: EventBusOptions) {
    const { partnerSource } = options;
    if (!PARTNER_SOURCE.test(partnerSource) || partnerSource.length > MAXIMUM_PARTNER_SOURCE_CHARACTERS) {
      throw new RangeError(
        `"${partnerSource}" is no partner event source like aws.partner/genesys.com/cloud/<org>/<suffix>`,
      );
    }
    this.#options = options;
  }

  /** The bus's name, which is its source's. */
  get name(): string {
    return this.#options.partnerSource;
  }

  /** The rules as they were put. */
  get rules(): readonly RuleDefinition[] {
    return [...this.#rules.values()].map(({ definition }) => definition);
  }

  /** Events that reached neither their target nor a dead-letter queue. */
  get dropped(): readonly FailedDelivery[] {
    return this.#dropped;
  }

  /**
   * Adds a rule. A name that is taken is refused: the service would replace the rule, which here is always a mistake.
   *
   * @returns the rule's ARN.
   * @throws InvalidRuleError, InvalidEventPatternError or InvalidInputTransformerError, each saying what is wrong.
   */
  putRule(definition: RuleDefinition): string {
    const { accountId, region, partnerSource } = this.#options;
    if (this.#rules.has(definition.name)) {
      throw new InvalidRuleError(`the bus has a rule "${definition.name}" already`);
    }
    const arn = `arn:aws:events:${region}:${accountId}:rule/${partnerSource}/${definition.name}`;
    this.#rules.set(definition.name, { definition, rule: readRule(definition, arn) });
    return arn;
  }

  /** Takes a rule away. */
  deleteRule(name: string): void {
    this.#rules.delete(name);
  }

  /**
   * Takes an event from the partner and tries every target of every enabled rule that matches once.
   *
   * @throws InvalidPartnerEventError for an event that is malformed, too large or from another source.
   */
  async putPartnerEvent(event: unknown): Promise<PutPartnerEventResult> {
    const eventJson = this.#readEvent(event);
    const receivedAtMs = this.#options.clock.now();
    const matched = [...this.#rules.values()]
      .map(({ rule }) => rule)
      .filter(({ enabled, pattern }) => enabled && pattern.matches(eventJson));
    for (const rule of matched) {
      for (const target of rule.targets) {
        await this.#attempt({ rule, target, eventJson, receivedAtMs, retries: 0 });
      }
    }
    return { matchedRules: matched.map(({ name }) => name) };
  }

  /** When the next retry is due, in milliseconds since the Unix epoch; `undefined` when nothing waits. */
  nextDueAt(): number | undefined {
    return this.#pending.length === 0 ? undefined : Math.min(...this.#pending.map(({ dueAtMs }) => dueAtMs));
  }

  /** Retries every delivery that is due by now, and gives up on those that are too old. */
  async runDue(): Promise<void> {
    const now = this.#options.clock.now();
    const due = this.#pending.filter(({ dueAtMs }) => dueAtMs <= now);
    this.#pending = this.#pending.filter(({ dueAtMs }) => dueAtMs > now);
    for (const delivery of due) {
      if (now >= delivery.receivedAtMs + delivery.target.maximumEventAgeMs) {
        await this.#giveUp(delivery, delivery.lastError, 'MaximumEventAgeInSeconds');
      } else {
        await this.#attempt({ ...delivery, retries: delivery.retries + 1 });
      }
    }
  }

  #readEvent(event: unknown): string {
    const { accountId, region, partnerSource } = this.#options;
    const envelope = v.safeParse(Envelope, event);
    if (!envelope.success) {
      throw new InvalidPartnerEventError(
        `the event's envelope is not valid: ${v.summarize(envelope.issues)}`,
      );
    }
    for (const [name, expected] of [
      ['source', partnerSource],
      ['account', accountId],
      ['region', region],
    ] as const) {
      if (envelope.output[name] !== expected) {
        throw new InvalidPartnerEventError(
          `the event's ${name} is "${envelope.output[name]}", the bus takes "${expected}" only`,
        );
      }
    }
    const eventJson = JSON.stringify(event);
    if (Buffer.byteLength(eventJson) > MAXIMUM_EVENT_BYTES) {
      throw new InvalidPartnerEventError(`the event is larger than ${MAXIMUM_EVENT_BYTES} bytes`);
    }
    return eventJson;
  }

  async #attempt(delivery: Omit<PendingDelivery, 'dueAtMs' | 'lastError'>): Promise<void> {
    const failure = await this.#deliver(delivery);
    if (failure === undefined) {
      return;
    }
    if (!failure.retried) {
      return this.#giveUp(delivery, failure);
    }
    if (delivery.retries >= delivery.target.maximumRetryAttempts) {
      return this.#giveUp(delivery, failure, 'MaximumRetryAttempts');
    }
    const waitMs = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** delivery.retries);
    const tooOldAtMs = delivery.receivedAtMs + delivery.target.maximumEventAgeMs;
    const dueAtMs = Math.min(this.#options.clock.now() + waitMs, tooOldAtMs);
    this.#pending.push({ ...delivery, dueAtMs, lastError: failure });
  }

  async #deliver(
    delivery: Omit<PendingDelivery, 'dueAtMs' | 'lastError'>,
  ): Promise<DeliveryFailure | undefined> {
    const { rule, target, eventJson, receivedAtMs } = delivery;
    const context = { ruleArn: rule.arn, ruleName: rule.name, ingestionTimeMs: receivedAtMs };
    try {
      await this.#options.deliver(
        target.arn,
        target.transformer?.transform(eventJson, context) ?? eventJson,
        rule.arn,
      );
      return undefined;
    } catch (error) {
      return deliveryFailure(error);
    }
  }

  async #giveUp(
    { rule, target, eventJson, retries }: Omit<PendingDelivery, 'dueAtMs' | 'lastError'>,
    { code, message }: DeliveryFailure,
    exhaustedRetryCondition?: FailedDelivery['exhaustedRetryCondition'],
  ): Promise<void> {
    const failure: FailedDelivery = {
      ruleArn: rule.arn,
      targetArn: target.arn,
      errorCode: code,
      errorMessage: message,
      exhaustedRetryCondition,
      retryAttempts: retries,
    };
    if (target.deadLetterArn === undefined) {
      this.#dropped.push(failure);
      return;
    }
    try {
      await this.#options.sendDeadLetter(target.deadLetterArn, eventJson, deadLetterAttributes(failure));
    } catch (error) {
      if (!(error instanceof AwsError)) {
        throw error;
      }
      this.#dropped.push(failure);
    }
  }
}

/**
 * What EventBridge makes of a target's error. It documents no list of codes; `NO_RESOURCE`, `NO_PERMISSIONS` and
 * `ERROR_FROM_TARGET` are those seen in dead letters, `INVALID_JSON` is a guess. Whatever is no AWS error is a fault of the
 * local run itself and is thrown.
 */
const deliveryFailure = (error: unknown): DeliveryFailure => {
  if (error instanceof InputTransformationError) {
    return { code: 'INVALID_JSON', message: error.message, retried: false };
  }
  if (!(error instanceof AwsError)) {
    throw error;
  }
  const { code, message } = error;
  if (/NonExistent|DoesNotExist|NotFound/.test(code)) {
    return { code: 'NO_RESOURCE', message, retried: false };
  }
  if (/AccessDenied/.test(code)) {
    return { code: 'NO_PERMISSIONS', message, retried: false };
  }
  return { code: 'ERROR_FROM_TARGET', message, retried: true };
};
