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
  /** ARN of the queue that takes events which could not be delivered. @default - an undelivered event fails the run */
  readonly deadLetterArn?: string;
  /** Shown, and of no effect: nothing here is worth a retry. */
  readonly retryPolicy?: RetryPolicy;
}

export interface RuleDefinition {
  readonly name: string;
  /** Event pattern as JSON text, at most 2,048 characters. */
  readonly eventPattern: string;
  /** @default 'ENABLED' */
  readonly state?: 'ENABLED' | 'DISABLED';
  readonly targets: readonly TargetDefinition[];
}

export interface Target {
  readonly arn: string;
  readonly transformer: InputTransformer | undefined;
  readonly deadLetterArn: string | undefined;
}

export interface Rule {
  readonly name: string;
  readonly arn: string;
  readonly enabled: boolean;
  readonly pattern: EventPattern;
  readonly targets: readonly Target[];
}

/** A rule that `PutRule` would refuse for another reason than its pattern or input transformer. */
export class InvalidRuleError extends Error {
  override readonly name = 'InvalidRuleError';
}

/** Source: "Amazon EventBridge quotas", user guide. */
const MAXIMUM_PATTERN_CHARACTERS = 2048;

/**
 * Reads a rule as `PutRule` and `PutTargets` would.
 *
 * @throws InvalidRuleError, InvalidEventPatternError or InvalidInputTransformerError, each saying what is wrong.
 */
export const readRule = (definition: RuleDefinition, arn: string): Rule => {
  const { name, eventPattern, state = 'ENABLED', targets } = definition;
  if (eventPattern.length > MAXIMUM_PATTERN_CHARACTERS) {
    throw new InvalidRuleError(
      `the event pattern of "${name}" has ${eventPattern.length} characters, at most ${MAXIMUM_PATTERN_CHARACTERS} are allowed`,
    );
  }
  return {
    name,
    arn,
    enabled: state === 'ENABLED',
    pattern: new EventPattern(eventPattern),
    targets: targets.map((target) => ({
      arn: target.arn,
      transformer: target.inputTransformer && new InputTransformer(target.inputTransformer),
      deadLetterArn: target.deadLetterArn,
    })),
  };
};
