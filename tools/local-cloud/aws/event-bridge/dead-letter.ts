/** Why EventBridge gave up on a delivery that it had retried. */
export type ExhaustedRetryCondition = 'MaximumRetryAttempts' | 'MaximumEventAgeInSeconds';

/** A delivery that has failed for good. */
export interface FailedDelivery {
  readonly ruleArn: string;
  readonly targetArn: string;
  readonly errorCode: string;
  readonly errorMessage: string;
  /** Undefined for an error that is not retried. */
  readonly exhaustedRetryCondition: ExhaustedRetryCondition | undefined;
  readonly retryAttempts: number;
}

/**
 * The message attributes, all of type String, that EventBridge puts on a dead letter.
 *
 * Source: "Using dead-letter queues to process undelivered events", EventBridge user guide.
 */
export const deadLetterAttributes = (failure: FailedDelivery): Readonly<Record<string, string>> => ({
  RULE_ARN: failure.ruleArn,
  TARGET_ARN: failure.targetArn,
  ERROR_CODE: failure.errorCode,
  ERROR_MESSAGE: failure.errorMessage,
  ...(failure.exhaustedRetryCondition === undefined
    ? {}
    : { EXHAUSTED_RETRY_CONDITION: failure.exhaustedRetryCondition }),
  RETRY_ATTEMPTS: String(failure.retryAttempts),
});
