import type { Secret, SecretValue, SecretVersion } from './secret';

const DAY_MS = 86_400_000;

/** A moment in the JSON protocol: seconds since the Unix epoch, milliseconds behind the point. */
export const wireTime = (epochMs: number): number => epochMs / 1000;

/** The API tells the day of the last access, not the time. */
const wireDay = (epochMs: number): number => wireTime(Math.floor(epochMs / DAY_MS) * DAY_MS);

const optionalTime = (epochMs: number | undefined): number | undefined => epochMs && wireTime(epochMs);

/** The answer of DescribeSecret: labelled versions only. */
export const describeSecret = (secret: Secret) => {
  const labelled = secret.versions.filter(({ stages }) => stages.length > 0);
  const { rotation } = secret;
  return {
    ARN: secret.arn,
    Name: secret.name,
    Description: secret.description,
    KmsKeyId: secret.kmsKeyId,
    Tags: secret.tags,
    RotationEnabled: rotation && true,
    RotationLambdaARN: rotation?.functionArn,
    RotationRules: rotation?.rules,
    NextRotationDate: optionalTime(rotation?.next?.endsAtMs),
    LastRotatedDate: optionalTime(secret.lastRotatedAtMs),
    LastChangedDate: wireTime(secret.lastChangedAtMs),
    LastAccessedDate: secret.lastAccessedAtMs && wireDay(secret.lastAccessedAtMs),
    CreatedDate: wireTime(secret.createdAtMs),
    VersionIdsToStages:
      labelled.length === 0
        ? undefined
        : Object.fromEntries(labelled.map(({ versionId, stages }) => [versionId, stages])),
  };
};

/** The answer of GetSecretValue. */
export const getSecretValueOutput = (
  secret: Secret,
  version: SecretVersion & { readonly value: SecretValue },
) => ({
  ARN: secret.arn,
  Name: secret.name,
  VersionId: version.versionId,
  ...version.value,
  VersionStages: version.stages,
  CreatedDate: wireTime(version.createdAtMs),
});

/** The answer of ListSecretVersionIds, all on one page. */
export const listSecretVersionIds = (
  secret: Secret,
  { IncludeDeprecated }: { readonly IncludeDeprecated?: boolean | undefined },
) => ({
  ARN: secret.arn,
  Name: secret.name,
  Versions: secret.versions
    .filter(({ stages }) => IncludeDeprecated === true || stages.length > 0)
    .map((version) => ({
      VersionId: version.versionId,
      VersionStages: version.stages.length === 0 ? undefined : version.stages,
      CreatedDate: wireTime(version.createdAtMs),
    })),
});
