import * as v from 'valibot';

/**
 * The inputs of the operations.
 *
 * Source: AWS Secrets Manager API Reference. What serves replicas, partner secrets and recovery is left out, and so
 * refused.
 */

const text = (minimum: number, maximum: number) =>
  v.pipe(
    v.string(),
    v.minLength(minimum, `Member must have length greater than or equal to ${minimum}`),
    v.maxLength(maximum, `Member must have length less than or equal to ${maximum}`),
  );

const secretId = text(1, 2048);
const versionId = text(32, 64);
const stage = text(1, 256);
const rotationToken = text(36, 256);
const kmsKeyId = text(0, 2048);

const LARGEST_VALUE_BYTES = 65_536;
const TOO_LARGE = `Member must have length less than or equal to ${LARGEST_VALUE_BYTES}`;

const secretString = v.pipe(
  v.string(),
  v.minLength(1, 'Member must have length greater than or equal to 1'),
  v.maxBytes(LARGEST_VALUE_BYTES, TOO_LARGE),
);

const secretBinary = v.pipe(
  v.string(),
  v.base64('Member must be base64'),
  v.check((encoded) => {
    const { length } = Buffer.from(encoded, 'base64');
    return length > 0 && length <= LARGEST_VALUE_BYTES;
  }, TOO_LARGE),
);

const tag = v.strictObject({ Key: text(1, 128), Value: text(0, 256) });

export const CreateSecretInput = v.strictObject({
  Name: text(1, 512),
  ClientRequestToken: v.optional(versionId),
  Description: v.optional(text(0, 2048)),
  KmsKeyId: v.optional(kmsKeyId),
  SecretString: v.optional(secretString),
  SecretBinary: v.optional(secretBinary),
  Tags: v.optional(v.array(tag)),
});

export const DescribeSecretInput = v.strictObject({ SecretId: secretId });

export const GetSecretValueInput = v.strictObject({
  SecretId: secretId,
  VersionId: v.optional(versionId),
  VersionStage: v.optional(stage),
});

export const PutSecretValueInput = v.strictObject({
  SecretId: secretId,
  ClientRequestToken: v.optional(versionId),
  SecretString: v.optional(secretString),
  SecretBinary: v.optional(secretBinary),
  VersionStages: v.optional(
    v.pipe(
      v.array(stage),
      v.minLength(1, 'Member must have length greater than or equal to 1'),
      v.maxLength(20, 'Member must have length less than or equal to 20'),
    ),
  ),
  // Says who calls when roles are assumed on the way; the local AWS knows its callers by their keys.
  RotationToken: v.optional(rotationToken),
});

export const UpdateSecretVersionStageInput = v.strictObject({
  SecretId: secretId,
  VersionStage: stage,
  RemoveFromVersionId: v.optional(versionId),
  MoveToVersionId: v.optional(versionId),
});

export const RotateSecretInput = v.strictObject({
  SecretId: secretId,
  ClientRequestToken: v.optional(versionId),
  RotationLambdaARN: v.optional(text(0, 2048)),
  RotationRules: v.optional(
    v.strictObject({
      AutomaticallyAfterDays: v.optional(
        v.pipe(
          v.number(),
          v.integer('Member must be a whole number'),
          v.minValue(1, 'Member must have value greater than or equal to 1'),
          v.maxValue(1000, 'Member must have value less than or equal to 1000'),
        ),
      ),
      Duration: v.optional(
        v.pipe(v.string(), v.regex(/^\d{1,2}h$/, 'Member must satisfy regular expression pattern: [0-9h]+')),
      ),
      ScheduleExpression: v.optional(text(1, 256)),
    }),
  ),
  RotateImmediately: v.optional(v.boolean()),
});

export const ListSecretVersionIdsInput = v.strictObject({
  SecretId: secretId,
  IncludeDeprecated: v.optional(v.boolean()),
});

/** Only the deletion without recovery: a recovery window would need RestoreSecret besides. */
export const DeleteSecretInput = v.strictObject({
  SecretId: secretId,
  ForceDeleteWithoutRecovery: v.literal(
    true,
    'the local AWS deletes a secret without recovery only, with ForceDeleteWithoutRecovery: true',
  ),
});
