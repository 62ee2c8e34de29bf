import { invalidParameter, invalidRequest, limitExceeded, resourceExists, resourceNotFound } from './errors';
import { findStage, findVersion, type Secret, type SecretValue, type SecretVersion, STAGE } from './secret';

/**
 * The rules by which versions and staging labels change: pure functions from one secret to the next.
 *
 * Source, where nothing else is said: AWS Secrets Manager API Reference, the page of the operation that a function is
 * named after.
 */

const HOUR_MS = 3_600_000;
/** User Guide, "AWS Secrets Manager quotas". */
const MOST_VERSIONS = 100;
const MOST_STAGES = 20;
const SAFE_AGE_MS = 24 * HOUR_MS;

const without = (stages: readonly string[], stage: string): string[] =>
  stages.filter((other) => other !== stage);

const checkStageQuota = (secret: Secret): Secret => {
  const count = secret.versions.reduce((sum, { stages }) => sum + stages.length, 0);
  if (count > MOST_STAGES) {
    throw limitExceeded(`The secret would have ${count} staging labels; the quota is ${MOST_STAGES}.`);
  }
  return secret;
};

/** Moves one label. Where it is AWSCURRENT, AWSPREVIOUS follows to the version that lost it. */
const moveStage = (secret: Secret, stage: string, toVersionId: string): Secret => {
  const from = findStage(secret, stage);
  const moved: Secret = {
    ...secret,
    versions: secret.versions.map((version) => ({
      ...version,
      stages:
        version.versionId === toVersionId
          ? [...without(version.stages, stage), stage]
          : without(version.stages, stage),
    })),
  };
  const isPromotion = stage === STAGE.current && from !== undefined && from.versionId !== toVersionId;
  return isPromotion ? moveStage(moved, STAGE.previous, from.versionId) : moved;
};

/** Adds a version, where the quota allows; deprecated versions older than a day make room. */
const addVersion = (secret: Secret, version: SecretVersion): Secret => {
  const surplus = secret.versions.length + 1 - MOST_VERSIONS;
  const removable = secret.versions
    .filter(
      ({ stages, createdAtMs }) => stages.length === 0 && version.createdAtMs - createdAtMs >= SAFE_AGE_MS,
    )
    .slice(0, Math.max(0, surplus));
  if (removable.length < surplus) {
    throw limitExceeded(`The secret has ${secret.versions.length} versions; the quota is ${MOST_VERSIONS}.`);
  }
  return {
    ...secret,
    versions: [...secret.versions.filter((old) => !removable.includes(old)), version],
  };
};

const sameValue = (left: SecretValue, right: SecretValue): boolean =>
  'SecretString' in left
    ? 'SecretString' in right && left.SecretString === right.SecretString
    : 'SecretBinary' in right && left.SecretBinary === right.SecretBinary;

/** Input of PutSecretValue. */
export interface PutRequest {
  readonly versionId: string;
  readonly value: SecretValue;
  /** @default AWSCURRENT */
  readonly stages: readonly string[] | undefined;
  readonly nowMs: number;
}

/**
 * PutSecretValue.
 *
 * A version that a rotation has registered takes its value here. The first version of a secret gets AWSCURRENT whatever
 * was asked for.
 *
 * @throws AwsError `ResourceExistsException` where the version has another value already.
 */
export const putSecretValue = (secret: Secret, request: PutRequest): Secret => {
  const existing = findVersion(secret, request.versionId);
  if (existing?.value !== undefined) {
    if (!sameValue(existing.value, request.value)) {
      throw resourceExists(
        "You can't use ClientRequestToken because that value is already in use for a version of this secret with other data.",
      );
    }
    return secret;
  }

  const filled: Secret =
    existing === undefined
      ? addVersion(secret, {
          versionId: request.versionId,
          value: request.value,
          stages: [],
          createdAtMs: request.nowMs,
          lastAccessedAtMs: undefined,
        })
      : {
          ...secret,
          versions: secret.versions.map((version) =>
            version === existing ? { ...version, value: request.value } : version,
          ),
        };
  const asked = new Set(request.stages ?? [STAGE.current]);
  const getsCurrent = asked.delete(STAGE.current) || secret.versions.length === 0;
  // AWSCURRENT goes last, so that AWSPREVIOUS follows it even where the request names AWSPREVIOUS, too.
  const stages = [...asked, ...(getsCurrent ? [STAGE.current] : [])];
  const labelled = stages.reduce((next, stage) => moveStage(next, stage, request.versionId), filled);
  return checkStageQuota({ ...labelled, lastChangedAtMs: request.nowMs });
};

/** Input of UpdateSecretVersionStage. */
export interface StageRequest {
  readonly stage: string;
  readonly removeFromVersionId: string | undefined;
  readonly moveToVersionId: string | undefined;
  readonly nowMs: number;
}

/**
 * UpdateSecretVersionStage.
 *
 * @throws AwsError `InvalidParameterException` where the label sits on another version than RemoveFromVersionId says, or
 * AWSCURRENT would be left on none; `ResourceNotFoundException` for a version that is not there.
 */
export const updateSecretVersionStage = (secret: Secret, request: StageRequest): Secret => {
  const { stage, removeFromVersionId, moveToVersionId, nowMs } = request;
  for (const versionId of [removeFromVersionId, moveToVersionId]) {
    if (versionId !== undefined && findVersion(secret, versionId) === undefined) {
      throw resourceNotFound(`Secrets Manager can't find the specified secret version: ${versionId}.`);
    }
  }
  if (removeFromVersionId === undefined && moveToVersionId === undefined) {
    throw invalidParameter('You must provide RemoveFromVersionId, MoveToVersionId or both.');
  }

  const holder = findStage(secret, stage)?.versionId;
  const takesFromAnother = holder !== undefined && holder !== moveToVersionId;
  if (takesFromAnother && removeFromVersionId !== holder) {
    throw invalidParameter(
      `Staging label ${stage} is currently attached to version ${holder}, so you must explicitly reference that version in RemoveFromVersionId.`,
    );
  }
  if (removeFromVersionId !== undefined && removeFromVersionId !== holder) {
    throw invalidParameter(`Staging label ${stage} is not attached to version ${removeFromVersionId}.`);
  }
  if (moveToVersionId === undefined && stage === STAGE.current) {
    throw invalidParameter(
      "You can only move staging label AWSCURRENT to a different secret version. It can't be completely removed.",
    );
  }

  const next =
    moveToVersionId === undefined ? removeStage(secret, stage) : moveStage(secret, stage, moveToVersionId);
  return checkStageQuota({ ...next, lastChangedAtMs: nowMs });
};

/** Takes a label away from whatever version carries it. */
export const removeStage = (secret: Secret, stage: string): Secret => ({
  ...secret,
  versions: secret.versions.map((version) => ({ ...version, stages: without(version.stages, stage) })),
});

/**
 * GetSecretValue: finds the version that is asked for.
 *
 * @throws AwsError `ResourceNotFoundException` for no such version, and for one that has no value yet;
 * `InvalidRequestException` where the version does not carry the label that is asked for with it.
 */
export const readVersion = (
  secret: Secret,
  versionId: string | undefined,
  stage: string | undefined,
): SecretVersion & { readonly value: SecretValue } => {
  const wanted = stage ?? (versionId === undefined ? STAGE.current : undefined);
  const version =
    versionId === undefined ? findStage(secret, wanted ?? STAGE.current) : findVersion(secret, versionId);
  if (version !== undefined && wanted !== undefined && !version.stages.includes(wanted)) {
    throw invalidRequest('You provided a VersionStage that is not associated to the provided VersionId.');
  }
  if (version?.value === undefined) {
    const by = versionId === undefined ? `staging label: ${wanted}` : `VersionId: ${versionId}`;
    throw resourceNotFound(`Secrets Manager can't find the specified secret value for ${by}`);
  }
  return { ...version, value: version.value };
};

/**
 * The version with which a rotation begins: AWSPENDING, and empty but for a test-only run.
 *
 * @throws AwsError `InvalidRequestException` while AWSPENDING sits on a version other than AWSCURRENT's.
 */
export const registerPendingVersion = (
  secret: Secret,
  versionId: string,
  value: SecretValue | undefined,
  nowMs: number,
): Secret => {
  const pending = findStage(secret, STAGE.pending);
  if (pending !== undefined && !pending.stages.includes(STAGE.current)) {
    throw invalidRequest("A previous rotation isn't complete. That rotation will be reattempted.");
  }
  if (findVersion(secret, versionId) !== undefined) {
    throw invalidRequest('The ClientRequestToken is the id of a version that no rotation has made.');
  }
  const added = addVersion(secret, {
    versionId,
    value,
    stages: [],
    createdAtMs: nowMs,
    lastAccessedAtMs: undefined,
  });
  return checkStageQuota(moveStage(added, STAGE.pending, versionId));
};

/** Removes a version altogether: the temporary one of a test-only run, or a deprecated one. */
export const removeVersion = (secret: Secret, versionId: string): Secret => ({
  ...secret,
  versions: secret.versions.filter((version) => version.versionId !== versionId),
});
