import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  DescribeSecretCommand,
  type DescribeSecretResponse,
  PutSecretValueCommand,
  RotateSecretCommand,
  type SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { STAGE } from '../../../functions/shared/token-secret';
import { awsProblem, errorCodeOf, OperatorError } from '../../errors';
import type { AuthorizedPair } from './client-credentials';

/** The version that was written. */
export interface StoredPair {
  readonly versionId: string;
  /** Versions that a stuck rotation had left pending, and that are not any more. */
  readonly pendingTakenFrom: readonly string[];
}

const describe = (secretsManager: SecretsManagerClient, secretArn: string): Promise<DescribeSecretResponse> =>
  secretsManager.send(new DescribeSecretCommand({ SecretId: secretArn }));

/** While AWSPENDING is on another version, Secrets Manager repeats that version's rotation instead of a fresh one. */
const takePendingAway = async (
  secretsManager: SecretsManagerClient,
  secretArn: string,
  ownVersionId: string,
): Promise<readonly string[]> => {
  const { VersionIdsToStages = {} } = await describe(secretsManager, secretArn);
  const stuck = Object.entries(VersionIdsToStages)
    .filter(([versionId, stages]) => versionId !== ownVersionId && stages.includes(STAGE.pending))
    .map(([versionId]) => versionId);
  for (const versionId of stuck) {
    await secretsManager.send(
      new UpdateSecretVersionStageCommand({
        SecretId: secretArn,
        VersionStage: STAGE.pending,
        RemoveFromVersionId: versionId,
      }),
    );
  }
  return stuck;
};

/**
 * Stores a person's pair as the current one and as the latest grant, without `basedOn`: so the rotation goes on from it,
 * whatever it held before. A version that a stuck rotation left pending loses that label.
 *
 * @throws OperatorError
 */
export const storePair = async (
  secretsManager: SecretsManagerClient,
  secretArn: string,
  pair: AuthorizedPair,
): Promise<StoredPair> => {
  const { clientId, clientSecret, accessToken, refreshToken } = pair;
  const versionId = randomUUID();
  await secretsManager
    .send(
      new PutSecretValueCommand({
        SecretId: secretArn,
        // The same token makes the SDK's retries one write.
        ClientRequestToken: versionId,
        SecretString: JSON.stringify({ clientId, clientSecret, accessToken, refreshToken }),
        VersionStages: [STAGE.current, STAGE.latestGrant],
      }),
    )
    .catch((error: unknown) => {
      throw awsProblem('writing the token pair', error);
    });
  try {
    return { versionId, pendingTakenFrom: await takePendingAway(secretsManager, secretArn, versionId) };
  } catch (error) {
    throw awsProblem('the pair is stored and in use, but taking AWSPENDING away from a stuck version', error);
  }
};

/** How long a rotation is watched, in milliseconds. */
export interface RotationWatch {
  readonly timeoutMs: number;
  readonly pollMs: number;
}

/**
 * Asks Secrets Manager for one rotation and watches it finish: that proves the whole chain.
 *
 * @returns the version that the rotation made current.
 * @throws OperatorError `RotationNotProven`
 */
export const proveRotation = async (
  secretsManager: SecretsManagerClient,
  secretArn: string,
  refreshFunctionArn: string,
  { timeoutMs, pollMs }: RotationWatch,
): Promise<string> => {
  const versionId = randomUUID();
  const watch = () =>
    describe(secretsManager, secretArn).catch((error: unknown) => {
      throw awsProblem('the pair is stored and in use, but watching its rotation', error);
    });
  const before = await watch();
  await secretsManager
    .send(new RotateSecretCommand({ SecretId: secretArn, ClientRequestToken: versionId }))
    .catch((error: unknown) => {
      throw new OperatorError(
        'RotationNotProven',
        `the pair is stored and in use, but Secrets Manager refused to rotate it (${errorCodeOf(error)}); run "genesys-voicemail doctor"`,
      );
    });
  const giveUpAtMs = Date.now() + timeoutMs;
  for (;;) {
    const { VersionIdsToStages, LastRotatedDate } = await watch();
    const stages = VersionIdsToStages?.[versionId] ?? [];
    // createSecret promotes, and the test comes after it. Secrets Manager then takes AWSPENDING away, or leaves it and only
    // notes the date.
    const isOver =
      !stages.includes(STAGE.pending) || LastRotatedDate?.getTime() !== before.LastRotatedDate?.getTime();
    if (stages.includes(STAGE.current) && isOver) {
      return versionId;
    }
    if (Date.now() >= giveUpAtMs) {
      throw new OperatorError(
        'RotationNotProven',
        `the pair is stored and in use, but its rotation did not finish within ${Math.round(timeoutMs / 1000)} seconds; ` +
          `the log of ${refreshFunctionArn} says why; run "genesys-voicemail doctor"`,
      );
    }
    await sleep(pollMs);
  }
};
