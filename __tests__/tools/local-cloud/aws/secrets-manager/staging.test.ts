import type { Secret } from '../../../../../tools/local-cloud/aws/secrets-manager/secret';
import { putSecretValue } from '../../../../../tools/local-cloud/aws/secrets-manager/staging';
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
