import { randomUUID } from 'node:crypto';
import {
  CreateSecretCommand,
  DescribeSecretCommand,
  PutSecretValueCommand,
  RotateSecretCommand,
  type SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import type { LocalAws } from '../../../tools/local-cloud/aws';

/**
 * Brings a secret to where Secrets Manager begins a rotation: an empty version that carries AWSPENDING, and no other
 * version that does. The scenario then calls the steps itself.
 *
 * No emulator's RotateSecret does this as AWS does, and no API call of AWS makes an empty version, so each driver goes a
 * way of its own emulator. What none of them can prepare: Secrets Manager calling the steps by itself, its retries, its
 * refusal while another rotation is pending, the check of the RotationToken, and the labels that it clears up at the end.
 */
export interface RotationDriver {
  /** Makes a secret with rotation enabled, whose AWSCURRENT holds `text`. Returns its ARN. */
  createSecret(name: string, text: string): Promise<string>;
  /** Begins a rotation. Returns the id of the empty pending version. */
  begin(secretArn: string): Promise<string>;
}

const FUNCTION_ARN = 'arn:aws:lambda:eu-central-1:123456789012:function:refresh-auth-token';
const PENDING = 'AWSPENDING';

const stagesIn = async (
  client: SecretsManagerClient,
  secretArn: string,
): Promise<ReadonlyMap<string, readonly string[]>> => {
  const { VersionIdsToStages = {} } = await client.send(new DescribeSecretCommand({ SecretId: secretArn }));
  return new Map(Object.entries(VersionIdsToStages));
};

const takeAway = async (client: SecretsManagerClient, secretArn: string, stage: string): Promise<void> => {
  for (const [versionId, stages] of await stagesIn(client, secretArn)) {
    if (stages.includes(stage)) {
      await client.send(
        new UpdateSecretVersionStageCommand({
          SecretId: secretArn,
          VersionStage: stage,
          RemoveFromVersionId: versionId,
        }),
      );
    }
  }
};

/** Our own: RotateSecret as it is, with a function that leaves the steps to the scenario. */
export const driveLocalAws = ({ secretsManager }: LocalAws): RotationDriver => {
  secretsManager.useRotationInvoker(async () => ({
    ok: false,
    errorType: 'NotRun',
    errorMessage: 'the scenario runs the steps itself',
  }));
  return {
    createSecret: async (name, text) => secretsManager.createSecret({ Name: name, SecretString: text }).arn,
    begin: async (secretArn) => {
      const versionId = randomUUID();
      secretsManager.rotateSecret({
        SecretId: secretArn,
        ClientRequestToken: versionId,
        RotationLambdaARN: FUNCTION_ARN,
        RotationRules: { AutomaticallyAfterDays: 1 },
      });
      await secretsManager.rotationsIdle();
      return versionId;
    },
  };
};

/**
 * moto: RotateSecret registers the empty pending version and enables rotation before it looks for the function; where that
 * is unknown, it ends with ResourceNotFoundException and undoes nothing, which happens to be the state that is wanted.
 * It counts rules in days only.
 */
export const driveMoto = (client: SecretsManagerClient): RotationDriver => ({
  createSecret: async (name, text) => {
    const { ARN = '' } = await client.send(new CreateSecretCommand({ Name: name, SecretString: text }));
    return ARN;
  },
  begin: async (secretArn) => {
    await takeAway(client, secretArn, PENDING);
    const versionId = randomUUID();
    await client
      .send(
        new RotateSecretCommand({
          SecretId: secretArn,
          ClientRequestToken: versionId,
          RotationLambdaARN: FUNCTION_ARN,
          RotationRules: { AutomaticallyAfterDays: 1 },
        }),
      )
      .catch((error: unknown) => {
        if (!(error instanceof Error && error.name === 'ResourceNotFoundException')) {
          throw error;
        }
      });
    return versionId;
  },
});

/** Rotations of one secret that the MiniStack driver can begin. */
const SPARE_VERSIONS = 3;

const spareStage = (versionId: string): string => `SPARE_${versionId}`;

/**
 * MiniStack: RotateSecret copies the current value and promotes the copy at once. On a secret without a value, that makes
 * an empty version, so the driver makes spare ones before the first value is written, keeps each by a label of its own, and
 * later puts AWSPENDING onto one of them.
 */
export const driveMiniStack = (client: SecretsManagerClient): RotationDriver => {
  const spares = new Map<string, string[]>();
  const label = async (secretArn: string, versionId: string, stage: string): Promise<void> => {
    await client.send(
      new UpdateSecretVersionStageCommand({
        SecretId: secretArn,
        VersionStage: stage,
        MoveToVersionId: versionId,
      }),
    );
  };
  return {
    createSecret: async (name, text) => {
      const { ARN: secretArn = '' } = await client.send(new CreateSecretCommand({ Name: name }));
      const versionIds = Array.from({ length: SPARE_VERSIONS }, () => randomUUID());
      for (const versionId of versionIds) {
        await client.send(
          new RotateSecretCommand({
            SecretId: secretArn,
            ClientRequestToken: versionId,
            RotationLambdaARN: FUNCTION_ARN,
            RotationRules: { AutomaticallyAfterDays: 1 },
          }),
        );
        await label(secretArn, versionId, spareStage(versionId));
      }
      await client.send(new PutSecretValueCommand({ SecretId: secretArn, SecretString: text }));
      await takeAway(client, secretArn, 'AWSPREVIOUS');
      spares.set(secretArn, versionIds);
      return secretArn;
    },
    begin: async (secretArn) => {
      const versionId = spares.get(secretArn)?.shift();
      if (versionId === undefined) {
        throw new Error(`${secretArn} has no spare version left; SPARE_VERSIONS is ${SPARE_VERSIONS}`);
      }
      await takeAway(client, secretArn, PENDING);
      await label(secretArn, versionId, PENDING);
      await takeAway(client, secretArn, spareStage(versionId));
      return versionId;
    },
  };
};
