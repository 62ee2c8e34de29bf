/** The steps of a rotation, in order. */
export const ROTATION_STEPS = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'] as const;

/** One step of a rotation. */
export type RotationStep = (typeof ROTATION_STEPS)[number];

/** What Secrets Manager sends to a rotation function. Source: User Guide, "Lambda rotation functions". */
export interface RotationEvent {
  readonly Step: RotationStep;
  /** The ARN of the secret. */
  readonly SecretId: string;
  /** The id of the version that is pending. */
  readonly ClientRequestToken: string;
  readonly RotationToken: string;
}

/** How a rotation function answered. */
export type RotationStepResult =
  | { readonly ok: true }
  | { readonly ok: false; readonly errorType: string; readonly errorMessage: string };

/** Invokes a rotation function and waits for its answer. */
export type RotationInvoker = (functionArn: string, event: RotationEvent) => Promise<RotationStepResult>;

/** One attempt at a rotation. A retry is an attempt of its own with the same version. */
export interface RotationAttempt {
  readonly secretArn: string;
  readonly versionId: string;
  /** `test`: only testSecret ran, on a temporary version. */
  readonly kind: 'rotation' | 'test';
  /** 1 for the first attempt with this version. */
  readonly attempt: number;
  readonly startedAtMs: number;
  readonly outcome: 'succeeded' | 'failed';
  /** The step at which it failed; `undefined` where all steps answered well but AWSCURRENT was not moved. */
  readonly failedStep?: RotationStep;
  readonly errorType?: string;
  readonly errorMessage?: string;
}

/** How rotations behave where AWS leaves it open, or where a test wants to choose. */
export interface RotationBehaviour {
  /**
   * Milliseconds between a failed attempt and the next with the same version. AWS says that it retries several times, not
   * when; here it retries until AWSPENDING leaves the version.
   *
   * @default 300000
   */
  readonly retryDelayMs?: number;
  /**
   * Whether AWSPENDING stays on the version that became AWSCURRENT. AWS documents both as possible.
   *
   * @default 'removed'
   */
  readonly pendingStageAfterSuccess?: 'removed' | 'kept';
}
