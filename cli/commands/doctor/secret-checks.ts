import { DescribeSecretCommand, GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { descendsFrom } from '../../../functions/refresh-auth-token/contract/operator';
import { ClassifiedError } from '../../../functions/shared/errors';
import { parseTokenSecret, STAGE, secretTextOf } from '../../../functions/shared/token-secret';
import { errorCodeOf } from '../../errors';
import { type Check, finding, type Look, learnedBy, ok, tokenCommand } from './check';

const date = (value: Date | undefined): string => value?.toISOString() ?? 'never';

/** A rotation may take its whole window, an hour by default, and another hour of retries. */
const OVERDUE_MS = 60 * 60_000;

/**
 * Whether the functions can decrypt the secret: they have rights on the deployment's key, and `aws/secretsmanager` needs
 * none.
 *
 * @param keyId `KmsKeyId` of `DescribeSecret`: ARN, id or alias; absent for `aws/secretsmanager`.
 */
export const lookAtKey = (keyId: string | undefined, deploymentKeyArn: string): Look => {
  if (keyId === undefined || keyId.endsWith('alias/aws/secretsmanager')) {
    return ok('is encrypted with aws/secretsmanager, which needs no right');
  }
  if (keyId === deploymentKeyArn || deploymentKeyArn.endsWith(`:key/${keyId}`)) {
    return ok("is encrypted with the deployment's key");
  }
  return keyId.includes('alias/')
    ? ok(`is encrypted with ${keyId}, which has to be an alias of ${deploymentKeyArn}`)
    : finding(
        `the secret is encrypted with ${keyId}, and the functions have rights on ${deploymentKeyArn} alone`,
        'name that key as existingKeyArn, or encrypt the secret with the other one: aws secretsmanager update-secret --kms-key-id',
      );
};

/** The token secret and its rotation. */
export const secretChecks: readonly Check[] = [
  {
    name: 'secret',
    needs: [],
    async look(examination) {
      const { learned } = examination;
      const { aws, outputs } = examination.deployment;
      try {
        const value = await aws.secretsManager.send(
          new GetSecretValueCommand({ SecretId: outputs.secret_arn, VersionStage: STAGE.current }),
        );
        learned.tokenSecret = parseTokenSecret(secretTextOf(value));
        return ok('holds a well-formed token pair');
      } catch (error) {
        if (error instanceof ClassifiedError) {
          return finding(
            error.message,
            `run ${tokenCommand('authorize', examination)}, or ${tokenCommand('heal', examination)} where it was overwritten by mistake`,
          );
        }
        if (errorCodeOf(error) === 'ResourceNotFoundException') {
          return finding(
            'the token secret holds no value yet, or does not exist',
            `deploy, then run ${tokenCommand('authorize', examination)}`,
          );
        }
        throw error;
      }
    },
  },
  {
    name: 'latest-grant',
    needs: ['secret'],
    async look(examination) {
      const { learned } = examination;
      const { aws, outputs } = examination.deployment;
      const value = await aws.secretsManager
        .send(new GetSecretValueCommand({ SecretId: outputs.secret_arn, VersionStage: STAGE.latestGrant }))
        .catch((error: unknown) => {
          if (errorCodeOf(error) === 'ResourceNotFoundException') {
            return undefined;
          }
          throw error;
        });
      const current = learnedBy(learned.tokenSecret, 'secret');
      if (value === undefined || !descendsFrom(parseTokenSecret(secretTextOf(value)), current)) {
        return ok(`${STAGE.current} is the newest pair`);
      }
      return finding(
        `the newest pair that was granted, at ${STAGE.latestGrant}, is not ${STAGE.current}`,
        `run ${tokenCommand('heal', examination)}, which asks Genesys Cloud which of the two lives; the next rotation goes on from it by itself`,
      );
    },
  },
  {
    name: 'secret-key',
    needs: [],
    async look({ deployment: { aws, outputs } }) {
      const { KmsKeyId } = await aws.secretsManager.send(
        new DescribeSecretCommand({ SecretId: outputs.secret_arn }),
      );
      return lookAtKey(KmsKeyId, outputs.key_arn);
    },
  },
  {
    name: 'rotation',
    needs: ['secret'],
    async look(examination) {
      const { nowMs } = examination;
      const { aws, outputs } = examination.deployment;
      const described = await aws.secretsManager.send(
        new DescribeSecretCommand({ SecretId: outputs.secret_arn }),
      );
      const { RotationEnabled, RotationLambdaARN, LastRotatedDate, NextRotationDate } = described;
      if (RotationEnabled !== true || RotationLambdaARN !== outputs.refresh_function_arn) {
        return finding(
          RotationEnabled === true
            ? `the secret is rotated by ${RotationLambdaARN ?? 'nothing'} instead of ${outputs.refresh_function_arn}`
            : 'the rotation of the secret is off; the token dies within a day',
          'deploy again',
        );
      }
      const stages = Object.values(described.VersionIdsToStages ?? {});
      if (stages.some((labels) => labels.includes(STAGE.pending) && !labels.includes(STAGE.current))) {
        return finding(
          `a rotation has not finished: ${STAGE.pending} is on another version than ${STAGE.current}`,
          `the log of ${outputs.refresh_function_arn} says why; Secrets Manager tries again by itself; where the login is lost, run ${tokenCommand('authorize', examination)}, which also clears this`,
        );
      }
      const dates = `last ${date(LastRotatedDate)}, next by ${date(NextRotationDate)}`;
      return NextRotationDate !== undefined && NextRotationDate.getTime() + OVERDUE_MS < nowMs
        ? finding(
            `the rotation is overdue: ${dates}`,
            `the log of ${outputs.refresh_function_arn} says why; aws secretsmanager rotate-secret --secret-id ${outputs.secret_arn} tries at once`,
          )
        : ok(dates);
    },
  },
];
