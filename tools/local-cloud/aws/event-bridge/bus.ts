import { AwsError } from '../service';
import { type Rule, type RuleDefinition, readRule, type Target } from './rule';

export interface EventBusOptions {
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

/**
 * The error codes of dead letters for what cannot be delivered. EventBridge documents no list of them; these were seen in dead
 * letters.
 */
const errorCodeOf = ({ code }: AwsError): string =>
  /AccessDenied/.test(code) ? 'NO_PERMISSIONS' : 'NO_RESOURCE';

/**
 * A partner event bus with its rules.
 *
 * A target is refused for what a retry would not mend, a missing right or a missing queue, so the event goes to the dead-letter
 * queue at once, as on AWS. Not modelled: retries, archives, replays, bus policies, input paths, targets that are other buses.
 */
export class EventBus {
  readonly #options: EventBusOptions;
  readonly #rules = new Map<string, { readonly definition: RuleDefinition; readonly rule: Rule }>();

  constructor(options: EventBusOptions) {
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

  /**
   * Adds a rule.
   *
   * @returns the rule's ARN.
   * @throws InvalidRuleError, InvalidEventPatternError or InvalidInputTransformerError, each saying what is wrong.
   */
  putRule(definition: RuleDefinition): string {
    const { accountId, region, partnerSource } = this.#options;
    const arn = `arn:aws:events:${region}:${accountId}:rule/${partnerSource}/${definition.name}`;
    this.#rules.set(definition.name, { definition, rule: readRule(definition, arn) });
    return arn;
  }

  /** Takes a rule away. */
  deleteRule(name: string): void {
    this.#rules.delete(name);
  }

  /** Takes an event from the partner and tries every target of every enabled rule that matches. */
  async putPartnerEvent(event: unknown): Promise<PutPartnerEventResult> {
    const eventJson = JSON.stringify(event);
    const matched = [...this.#rules.values()]
      .map(({ rule }) => rule)
      .filter(({ enabled, pattern }) => enabled && pattern.matches(eventJson));
    for (const rule of matched) {
      for (const target of rule.targets) {
        await this.#deliver(rule, target, eventJson);
      }
    }
    return { matchedRules: matched.map(({ name }) => name) };
  }

  /**
   * Attributes of a dead letter: "Using dead-letter queues to process undelivered events", EventBridge user guide.
   *
   * @throws whatever is no refusal of a target: it is a fault of the local run itself.
   */
  async #deliver({ arn }: Rule, target: Target, eventJson: string): Promise<void> {
    const { deliver, sendDeadLetter } = this.#options;
    const body = target.transformer?.transform(eventJson) ?? eventJson;
    try {
      await deliver(target.arn, body, arn);
    } catch (error) {
      if (!(error instanceof AwsError) || target.deadLetterArn === undefined) {
        throw error;
      }
      await sendDeadLetter(target.deadLetterArn, eventJson, {
        RULE_ARN: arn,
        TARGET_ARN: target.arn,
        ERROR_CODE: errorCodeOf(error),
        ERROR_MESSAGE: error.message,
        RETRY_ATTEMPTS: '0',
      });
    }
  }
}
