import fc from 'fast-check';
import { findStage, type Secret, STAGE } from '../../../../../tools/local-cloud/aws/secrets-manager/secret';
import {
  putSecretValue,
  registerPendingVersion,
  updateSecretVersionStage,
} from '../../../../../tools/local-cloud/aws/secrets-manager/staging';
import { AwsError } from '../../../../../tools/local-cloud/aws/service';

const HOUR_MS = 3_600_000;

const empty: Secret = {
  arn: 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:token-AbCdEf',
  name: 'token',
  description: undefined,
  kmsKeyId: undefined,
  tags: undefined,
  versions: [],
  rotation: undefined,
  createdAtMs: 0,
  lastChangedAtMs: 0,
  lastAccessedAtMs: undefined,
  lastRotatedAtMs: undefined,
};

const put = (secret: Secret, versionId: string, stages?: string[], value = versionId, nowMs = 0): Secret =>
  putSecretValue(secret, { versionId, value: { SecretString: value }, stages, nowMs });

const codeOf = (act: () => unknown): string => {
  try {
    act();
    return 'none';
  } catch (error) {
    return error instanceof AwsError ? error.code : String(error);
  }
};

/** Applies an operation; a refusal leaves the secret as it is. */
const attempt = (secret: Secret, act: (secret: Secret) => Secret): Secret => {
  try {
    return act(secret);
  } catch (error) {
    if (error instanceof AwsError) {
      return secret;
    }
    throw error;
  }
};

const id = fc.constantFrom('v1', 'v2', 'v3', 'v4');
const stage = fc.constantFrom('AWSCURRENT', 'AWSPENDING', 'AWSPREVIOUS', 'LATEST_GRANT');
const operation: fc.Arbitrary<(secret: Secret) => Secret> = fc.oneof(
  fc
    .tuple(
      id,
      fc.option(fc.uniqueArray(stage, { minLength: 1 }), { nil: undefined }),
      fc.constantFrom('a', 'b'),
    )
    .map(
      ([versionId, stages, value]) =>
        (secret: Secret) =>
          put(secret, versionId, stages, value),
    ),
  fc.tuple(stage, fc.option(id, { nil: undefined }), fc.option(id, { nil: undefined })).map(
    ([moved, removeFromVersionId, moveToVersionId]) =>
      (secret: Secret) =>
        updateSecretVersionStage(secret, { stage: moved, removeFromVersionId, moveToVersionId, nowMs: 0 }),
  ),
  id.map((versionId) => (secret: Secret) => registerPendingVersion(secret, versionId, undefined, 0)),
);

describe('the staging rules, whatever is asked for in whatever order', () => {
  const history = fc.array(operation, { maxLength: 30 });

  it('AWSCURRENT, once there, never disappears', () => {
    fc.assert(
      fc.property(history, (operations) => {
        let secret = empty;
        for (const next of operations) {
          const had = findStage(secret, STAGE.current) !== undefined;
          secret = attempt(secret, next);
          expect(had && findStage(secret, STAGE.current) === undefined).toBe(false);
        }
      }),
    );
  });

  it('AWSPREVIOUS follows each move of AWSCURRENT', () => {
    fc.assert(
      fc.property(history, (operations) => {
        let secret = empty;
        for (const next of operations) {
          const before = findStage(secret, STAGE.current)?.versionId;
          secret = attempt(secret, next);
          const after = findStage(secret, STAGE.current)?.versionId;
          if (before !== undefined && before !== after) {
            expect(findStage(secret, STAGE.previous)?.versionId).toBe(before);
          }
        }
      }),
    );
  });
});

describe('the quotas of a secret', () => {
  it('holds twenty labels in all', () => {
    const labels = Array.from({ length: 19 }, (_, index) => `LABEL_${index}`);
    const full = put(put(empty, 'v1'), 'v2', labels);
    expect(codeOf(() => put(full, 'v3', ['ONE_MORE']))).toBe('LimitExceededException');
    expect(codeOf(() => put(full, 'v3', ['LABEL_1']))).toBe('none');
  });

  it('holds a hundred versions; those without a label make room after a day', () => {
    let secret = empty;
    for (let index = 0; index < 100; index += 1) {
      secret = put(secret, `v${index}`);
    }
    expect(codeOf(() => put(secret, 'one-more', undefined, 'x', 23 * HOUR_MS))).toBe(
      'LimitExceededException',
    );
    const next = put(secret, 'one-more', undefined, 'x', 24 * HOUR_MS);
    expect(next.versions).toHaveLength(100);
    expect(next.versions.at(0)?.versionId).toBe('v1');
  });
});
