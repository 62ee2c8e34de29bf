import { InputTransformer, type InputTransformerDefinition } from './input-transformer';
import { EventPattern } from './pattern';

/** How long EventBridge tries to reach a target. */
export interface RetryPolicy {
  /** 0 to 185. @default 185 */
  readonly maximumRetryAttempts?: number;
  /** 60 to 86,400. @default 86400 */
  readonly maximumEventAgeSeconds?: number;
}

export interface TargetDefinition {
  readonly arn: string;
  /** @default - the target gets the event itself */
  readonly inputTransformer?: InputTransformerDefinition;
  /** ARN of the queue that takes events which could not be delivered. @default - they are dropped */
  readonly deadLetterArn?: string;
  readonly retryPolicy?: RetryPolicy;
}

export interface RuleDefinition {
  readonly name: string;
  /** Event pattern as JSON text, at most 2,048 characters. */
  readonly eventPattern: string;
  /** @default 'ENABLED' */
  readonly state?: 'ENABLED' | 'DISABLED';
  /** 1 to 5. */
  readonly targets: readonly TargetDefinition[];
}

export interface Target {
  readonly arn: string;
  readonly transformer: InputTransformer | undefined;
  readonly deadLetterArn: string | undefined;
  readonly maximumRetryAttempts: number;
  readonly maximumEventAgeMs: number;
}

export interface Rule {
  readonly name: string;
  readonly arn: string;
  readonly enabled: boolean;
  readonly pattern: EventPattern;
  readonly targets: readonly Target[];
}

/** A rule that `PutRule` or `PutTargets` would refuse for another reason than its pattern or input transformer. */
export class InvalidRuleError extends Error {
  override readonly name = 'InvalidRuleError';
}

const RULE_NAME = /^[.\-_A-Za-z0-9]{1,64}$/;
/** Quotas of EventBridge ("Amazon EventBridge quotas", user guide). */
const MAXIMUM_PATTERN_CHARACTERS = 2048;
const MAXIMUM_TARGETS = 5;
const MAXIMUM_RETRY_ATTEMPTS = 185;
const MAXIMUM_EVENT_AGE_SECONDS = 86_400;
const MINIMUM_EVENT_AGE_SECONDS = 60;

const checkRange = (what: string, value: number, minimum: number, maximum: number): void => {
  if (!Number.isInteger(value) || value < minimum || value > maximum) {
    throw new InvalidRuleError(
      `${what} is ${value}, but must be a whole number from ${minimum} to ${maximum}`,
    );
  }
};

const readTarget = ({ arn, inputTransformer, deadLetterArn, retryPolicy = {} }: TargetDefinition): Target => {
  const {
    maximumRetryAttempts = MAXIMUM_RETRY_ATTEMPTS,
    maximumEventAgeSeconds = MAXIMUM_EVENT_AGE_SECONDS,
  } = retryPolicy;
  checkRange('the maximum of retry attempts', maximumRetryAttempts, 0, MAXIMUM_RETRY_ATTEMPTS);
  checkRange(
    'the maximum event age in seconds',
    maximumEventAgeSeconds,
    MINIMUM_EVENT_AGE_SECONDS,
    MAXIMUM_EVENT_AGE_SECONDS,
  );
  return {
    arn,
    transformer: inputTransformer && new InputTransformer(inputTransformer),
    deadLetterArn,
    maximumRetryAttempts,
    maximumEventAgeMs: maximumEventAgeSeconds * 1000,
  };
};

/**
 * Reads a rule as `PutRule` and `PutTargets` would.
 *
 * @throws InvalidRuleError, InvalidEventPatternError or InvalidInputTransformerError, each saying what is wrong.
 */
export const readRule = (definition: RuleDefinition, arn: string): Rule => {
  const { name, eventPattern, state = 'ENABLED', targets } = definition;
  if (!RULE_NAME.test(name)) {
    throw new InvalidRuleError(`"${name}" is no rule name: 1 to 64 letters, digits, ".", "-" and "_"`);
  }
  if (eventPattern.length > MAXIMUM_PATTERN_CHARACTERS) {
    throw new InvalidRuleError(
      `the event pattern of "${name}" has ${eventPattern.length} characters, at most ${MAXIMUM_PATTERN_CHARACTERS} are allowed`,
    );
  }
  checkRange(`the number of targets of "${name}"`, targets.length, 1, MAXIMUM_TARGETS);
  return {
    name,
    arn,
    enabled: state === 'ENABLED',
    pattern: new EventPattern(eventPattern),
    targets: targets.map(readTarget),
  };
};
