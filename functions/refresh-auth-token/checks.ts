import { STAGE } from '../shared/token-secret';
import { RotationRefusedError } from './errors';
import type { Rotation } from './rotation';

/** Result of the checks: the step may go on, or an earlier attempt has finished the rotation. */
export type CheckResult = 'go-on' | 'already-finished';

/** Looks again this often: the labels of a version that was made a moment ago may not be visible yet. */
const RETRIES = 2;

/**
 * The checks that come before every step.
 *
 * AWS's own templates take a version that is AWSCURRENT for a finished one. Here createSecret promotes, so a version counts
 * as finished once Secrets Manager has taken AWSPENDING away from it besides.
 *
 * @throws RotationRefusedError where rotation is off, the version is unknown, or it is not the pending one.
 */
export const checkRotation = ({ store, versionId, time }: Rotation): Promise<CheckResult> => {
  const check = async (): Promise<CheckResult> => {
    const labels = await store.describe();
    if (!labels.rotationEnabled) {
      throw new RotationRefusedError(
        'rotation is not enabled for the secret; deploy the module again to enable it',
      );
    }
    const stages = labels.stagesOf(versionId);
    if (stages === undefined) {
      throw new RotationRefusedError(
        `the secret has no version ${versionId}; only Secrets Manager starts a rotation`,
      );
    }
    if (stages.includes(STAGE.pending)) {
      return 'go-on';
    }
    if (stages.includes(STAGE.current)) {
      return 'already-finished';
    }
    throw new RotationRefusedError(
      `version ${versionId} is not ${STAGE.pending} (any more): another rotation or a person took the label away, so ` +
        'this rotation ends here; the next one starts anew',
    );
  };
  return time.repeat(check, {
    retries: RETRIES,
    isWorthIt: (error) => error instanceof RotationRefusedError,
  });
};
