import { randomUUID } from 'node:crypto';
import {
  ROTATION_STEPS,
  type RotationAttempt,
  type RotationEvent,
  type RotationInvoker,
  type RotationStep,
  type RotationStepResult,
} from './rotation-contract';

const STEPS_OF: Readonly<Record<RotationAttempt['kind'], readonly RotationStep[]>> = {
  rotation: ROTATION_STEPS,
  test: ['testSecret'],
};

/** The step at which an attempt ended, and why. */
export type FailedStep = Pick<RotationAttempt, 'failedStep' | 'errorType' | 'errorMessage'>;

const invokeStep = async (
  invoke: RotationInvoker,
  functionArn: string,
  event: RotationEvent,
): Promise<RotationStepResult> => {
  try {
    return await invoke(functionArn, event);
  } catch (error) {
    return {
      ok: false,
      errorType: 'InvocationFailed',
      errorMessage: error instanceof Error ? error.message : String(error),
    };
  }
};

/**
 * Invokes the steps of one attempt, one after the other, until one fails.
 *
 * @returns the step that failed; `undefined` where all answered well.
 */
export const invokeSteps = async (
  invoke: RotationInvoker,
  functionArn: string,
  { secretArn, versionId, kind }: Pick<RotationAttempt, 'secretArn' | 'versionId' | 'kind'>,
): Promise<FailedStep | undefined> => {
  const rotationToken = randomUUID();
  for (const step of STEPS_OF[kind]) {
    const result = await invokeStep(invoke, functionArn, {
      Step: step,
      SecretId: secretArn,
      ClientRequestToken: versionId,
      RotationToken: rotationToken,
    });
    if (!result.ok) {
      return { failedStep: step, errorType: result.errorType, errorMessage: result.errorMessage };
    }
  }
  return undefined;
};
