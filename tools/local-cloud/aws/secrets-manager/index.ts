export {
  ROTATION_STEPS,
  type RotationAttempt,
  type RotationBehaviour,
  type RotationEvent,
  type RotationInvoker,
  type RotationStep,
  type RotationStepResult,
} from './rotation-contract';
export type { RotationRules } from './rotation-schedule';
export {
  type RotationConfiguration,
  type Secret,
  type SecretValue,
  type SecretVersion,
  STAGE,
} from './secret';
export { SecretsManager } from './secrets-manager';
