import { randomUUID } from 'node:crypto';
import {
  PutSecretValueCommand,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import type { LocalAws } from '../../aws';
import { ACCOUNT_ID, REGION } from './settings';

/** The role under which a person's calls are made; faults strike the function only. */
export const PERSON_ARN = `arn:aws:iam::${ACCOUNT_ID}:role/person`;

/** What an operator or a service user does at the secret. */
export class Person {
  readonly #aws: LocalAws;
  readonly #secretArn: string;

  constructor(aws: LocalAws, secretArn: string) {
    this.#aws = aws;
    this.#secretArn = secretArn;
  }

  /** Writes a value and puts the labels on it. */
  async write(text: string, stages: readonly string[]): Promise<void> {
    await this.#withClient((client) =>
      client.send(
        new PutSecretValueCommand({
          SecretId: this.#secretArn,
          ClientRequestToken: randomUUID(),
          SecretString: text,
          VersionStages: [...stages],
        }),
      ),
    );
  }

  /** Takes AWSPENDING away from whatever version has it, unless that one is AWSCURRENT. */
  async releasePending(): Promise<void> {
    const stuck = this.#aws.secretsManager
      .secret(this.#secretArn)
      .versions.find(({ stages }) => stages.includes('AWSPENDING') && !stages.includes('AWSCURRENT'));
    if (stuck !== undefined) {
      await this.#withClient((client) =>
        client.send(
          new UpdateSecretVersionStageCommand({
            SecretId: this.#secretArn,
            VersionStage: 'AWSPENDING',
            RemoveFromVersionId: stuck.versionId,
          }),
        ),
      );
    }
  }

  async #withClient(act: (client: SecretsManagerClient) => Promise<unknown>): Promise<void> {
    const client = new SecretsManagerClient({
      endpoint: this.#aws.origin,
      region: REGION,
      credentials: this.#aws.issueCredentials(PERSON_ARN),
      systemClockOffset: this.#aws.clock.now() - Date.now(),
    });
    try {
      await act(client);
    } finally {
      client.destroy();
    }
  }
}
