import { ACCESS_TOKEN } from './genesys';

/** The version that a rotation is asked to test. */
export const PENDING_VERSION_ID = '00000000-0000-4000-8000-00000000000b';

const CURRENT_VERSION_ID = '00000000-0000-4000-8000-00000000000a';

/** ARN of the secret. */
export const SECRET_ARN = 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:bench-AbCdEf';

const pair = JSON.stringify({
  clientId: 'bench-client-id',
  clientSecret: 'bench-client-secret',
  accessToken: ACCESS_TOKEN,
  refreshToken: 'bench-refresh-token',
});

/**
 * What Secrets Manager answers to an operation; `undefined` for one that no peer needs. The pending version carries the
 * current value, as in a test-only run of a rotation, so that its test spends nothing and may be repeated.
 */
export const secretsManagerAnswer = (target: string, body: string): object | undefined => {
  switch (target) {
    case 'secretsmanager.DescribeSecret':
      return {
        ARN: SECRET_ARN,
        Name: 'bench',
        RotationEnabled: true,
        VersionIdsToStages: { [CURRENT_VERSION_ID]: ['AWSCURRENT'], [PENDING_VERSION_ID]: ['AWSPENDING'] },
      };
    case 'secretsmanager.GetSecretValue': {
      const isPending = body.includes('"AWSPENDING"');
      return {
        ARN: SECRET_ARN,
        Name: 'bench',
        CreatedDate: 1_768_000_000,
        SecretString: pair,
        VersionId: isPending ? PENDING_VERSION_ID : CURRENT_VERSION_ID,
        VersionStages: [isPending ? 'AWSPENDING' : 'AWSCURRENT'],
      };
    }
    default:
      return undefined;
  }
};
