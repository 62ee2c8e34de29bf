import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import { type LocalAws, type LocalAwsOptions, startLocalAws } from '../../../../tools/local-cloud/aws';
import { MovableClock } from '../../../../tools/local-cloud/clock';

export const ACCOUNT_ID = '111122223333';
export const REGION = 'eu-central-1';
export const ROLE_ARN = `arn:aws:iam::${ACCOUNT_ID}:role/tester`;

/** A local AWS with a movable clock, and the real SDK's clients for it. */
export interface Fixture {
  readonly aws: LocalAws;
  readonly clock: MovableClock;
  readonly secretsManager: SecretsManagerClient;
  readonly sqs: SQSClient;
  /** Moves the clock forward, and the clients' with it: they would find out by a refused call. */
  advance(ms: number): void;
  close(): Promise<void>;
}

export const startFixture = async (options: Partial<LocalAwsOptions> = {}): Promise<Fixture> => {
  const clock = new MovableClock();
  const aws = await startLocalAws({ clock, accountId: ACCOUNT_ID, region: REGION, ...options });
  const configuration = {
    endpoint: aws.origin,
    region: REGION,
    credentials: aws.issueCredentials(ROLE_ARN),
    maxAttempts: 1,
  };
  const secretsManager = new SecretsManagerClient(configuration);
  const sqs = new SQSClient(configuration);
  return {
    aws,
    clock,
    secretsManager,
    sqs,
    advance: (ms) => {
      clock.advance(ms);
      secretsManager.config.systemClockOffset = clock.offsetMs;
      sqs.config.systemClockOffset = clock.offsetMs;
    },
    close: async () => {
      secretsManager.destroy();
      sqs.destroy();
      await aws.close();
    },
  };
};

/** What a call was refused with. */
export const refusal = async (call: Promise<unknown>): Promise<{ name: string; message: string }> => {
  try {
    await call;
  } catch (error) {
    // Errors of Node itself belong to another realm under jest, so instanceof does not know them.
    return { name: String(Object(error).name), message: String(Object(error).message) };
  }
  throw new Error('the call was expected to be refused');
};

/** Runs `use` with a fixture of its own, and closes that whatever happens: an open listener would keep jest alive. */
export const withFixture = async (
  options: Partial<LocalAwsOptions>,
  use: (fixture: Fixture) => Promise<void>,
): Promise<void> => {
  const fixture = await startFixture(options);
  try {
    await use(fixture);
  } finally {
    await fixture.close();
  }
};
