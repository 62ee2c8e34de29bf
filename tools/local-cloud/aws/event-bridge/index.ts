export { EventBus } from './bus';
export { EventBridge } from './event-bridge';
export {
  InputTransformationError,
  InputTransformer,
  type InputTransformerDefinition,
  InvalidInputTransformerError,
} from './input-transformer';
export { EventPattern, InvalidEventPatternError } from './pattern';
export { InvalidRuleError, type RetryPolicy, type RuleDefinition, type TargetDefinition } from './rule';
