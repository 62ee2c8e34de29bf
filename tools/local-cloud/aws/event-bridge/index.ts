export { EventBus, type EventBusOptions, InvalidPartnerEventError, type PutPartnerEventResult } from './bus';
export type { ExhaustedRetryCondition, FailedDelivery } from './dead-letter';
export { EventBridge, type EventBridgeOptions, type EventSourceState } from './event-bridge';
export {
  InputTransformationError,
  InputTransformer,
  type InputTransformerDefinition,
  InvalidInputTransformerError,
  type TransformationContext,
} from './input-transformer';
export { EventPattern, InvalidEventPatternError } from './pattern';
export { InvalidRuleError, type RetryPolicy, type RuleDefinition, type TargetDefinition } from './rule';
