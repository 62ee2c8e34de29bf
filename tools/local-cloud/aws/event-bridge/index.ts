export { EventBus, type EventBusOptions, type PutPartnerEventResult } from './bus';
export { EventBridge, type EventBridgeOptions, type EventSourceState } from './event-bridge';
export {
  InputTransformationError,
  InputTransformer,
  type InputTransformerDefinition,
  InvalidInputTransformerError,
} from './input-transformer';
export { EventPattern, InvalidEventPatternError } from './pattern';
export { InvalidRuleError, type RetryPolicy, type RuleDefinition, type TargetDefinition } from './rule';
