import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import pRetry from 'p-retry';
import { secretTextOf } from '../../shared/token-secret';
import { SecretsManagerError } from '../errors';
import type { TimeBudget } from '../time-budget';
import { hasCode, isTransient, toSecretsManagerError } from './secrets-manager-errors';

/** Repeats of a read or of a label move that failed in passing, and of a read that may lag behind a write. */
const RETRIES = 2;

/** A version as it was read. */
export interface StoredVersion {
  readonly versionId: string;
  /** When it was written; milliseconds since the Unix epoch. */
  readonly createdMs: number;
  /** Its text; `undefined` where it has none. */
  readonly text: string | undefined;
}

/** Which version to read. A stage is always named: without one, Secrets Manager answers with AWSCURRENT. */
export interface VersionSelector {
  readonly stage: string;
  /** The version that must carry the stage. @default - whichever carries it */
  readonly versionId?: string;
}

/** What `DescribeSecret` says of the rotation and of the labels. */
export interface SecretLabels {
  readonly rotationEnabled: boolean;
  /** The labels of a version; `undefined` where the secret has no such version. */
  stagesOf(versionId: string): readonly string[] | undefined;
}

/** One version to write. */
export interface NewVersion {
  readonly versionId: string;
  readonly text: string;
  readonly stages: readonly string[];
}

/** What a store needs besides the client. */
export interface SecretStoreOptions {
  /** ARN of the secret. */
  readonly secretId: string;
  /** The event's RotationToken, passed on to every write. */
  readonly rotationToken: string | undefined;
  readonly time: TimeBudget;
  /** Milliseconds after which a call is given up. */
  readonly timeoutMs: number;
  /** Milliseconds before the first retry. */
  readonly retryBaseMs: number;
}

/** Makes the client. The SDK's own retries are off: every try is one that we decide on and count. */
export const createSecretsManagerClient = (): SecretsManagerClient =>
  new SecretsManagerClient({ maxAttempts: 1 });

/**
 * The token secret in Secrets Manager.
 *
 * Every method throws a {@link SecretsManagerError}; reads and label moves repeat what fails in passing, writes do not.
 */
export class SecretStore {
  readonly #client: SecretsManagerClient;
  readonly #options: SecretStoreOptions;

  constructor(client: SecretsManagerClient, options: SecretStoreOptions) {
    this.#client = client;
    this.#options = options;
  }

  /** Reads the labels. */
  async describe(): Promise<SecretLabels> {
    const answer = await this.#repeating(isTransient, () =>
      this.#call('DescribeSecret', (options) =>
        this.#client.send(new DescribeSecretCommand({ SecretId: this.#options.secretId }), options),
      ),
    );
    const stages = new Map(Object.entries(answer.VersionIdsToStages ?? {}));
    return {
      rotationEnabled: answer.RotationEnabled === true,
      stagesOf: (versionId) => stages.get(versionId),
    };
  }

  /** Reads a version; `undefined` means that Secrets Manager has no such version or value, as far as this read sees. */
  async read(selector: VersionSelector): Promise<StoredVersion | undefined> {
    try {
      return await this.#repeating(isTransient, () => this.#get(selector));
    } catch (error) {
      return this.#undefinedIfNotFound(error);
    }
  }

  /**
   * Reads a version as {@link read} does, but believes in "not there" only once it has been said three times, with pauses:
   * Secrets Manager is eventually consistent, and a value that a read does not see yet must not look like none.
   */
  async readPatiently(selector: VersionSelector): Promise<StoredVersion | undefined> {
    const isNotFound = (error: unknown) => hasCode(error, 'ResourceNotFoundException');
    try {
      return await this.#repeating(isNotFound, () => this.#repeating(isTransient, () => this.#get(selector)));
    } catch (error) {
      return this.#undefinedIfNotFound(error);
    }
  }

  /** Writes a version, once: whoever writes decides how long to insist. */
  async put({ versionId, text, stages }: NewVersion): Promise<void> {
    const { secretId, rotationToken } = this.#options;
    await this.#call('PutSecretValue', (options) =>
      this.#client.send(
        new PutSecretValueCommand({
          SecretId: secretId,
          ClientRequestToken: versionId,
          SecretString: text,
          VersionStages: [...stages],
          ...(rotationToken === undefined ? {} : { RotationToken: rotationToken }),
        }),
        options,
      ),
    );
  }

  /** Moves a label, once. Secrets Manager refuses it unless `from` carries the label, so it cannot race another move. */
  async moveStage(stage: string, from: string, to: string): Promise<void> {
    await this.#call('UpdateSecretVersionStage', (options) =>
      this.#client.send(
        new UpdateSecretVersionStageCommand({
          SecretId: this.#options.secretId,
          VersionStage: stage,
          RemoveFromVersionId: from,
          MoveToVersionId: to,
        }),
        options,
      ),
    );
  }

  /** Takes a label away from a version; one that the version does not carry (any more) is no error. */
  async removeStage(stage: string, from: string): Promise<void> {
    try {
      await this.#repeating(isTransient, () =>
        this.#call('UpdateSecretVersionStage', (options) =>
          this.#client.send(
            new UpdateSecretVersionStageCommand({
              SecretId: this.#options.secretId,
              VersionStage: stage,
              RemoveFromVersionId: from,
            }),
            options,
          ),
        ),
      );
    } catch (error) {
      if (!hasCode(error, 'InvalidParameterException')) {
        throw error;
      }
    }
  }

  async #get({ stage, versionId }: VersionSelector): Promise<StoredVersion> {
    const answer = await this.#call('GetSecretValue', (options) =>
      this.#client.send(
        new GetSecretValueCommand({
          SecretId: this.#options.secretId,
          VersionStage: stage,
          ...(versionId === undefined ? {} : { VersionId: versionId }),
        }),
        options,
      ),
    );
    if (answer.VersionId === undefined) {
      throw new SecretsManagerError('GetSecretValue', 'VersionIdMissing', true);
    }
    return {
      versionId: answer.VersionId,
      createdMs: answer.CreatedDate?.getTime() ?? Date.now(),
      text: secretTextOf(answer),
    };
  }

  #undefinedIfNotFound(error: unknown): undefined {
    if (!hasCode(error, 'ResourceNotFoundException')) {
      throw error;
    }
    return undefined;
  }

  #repeating<Answer>(
    isWorthIt: (error: unknown) => boolean,
    attempt: () => Promise<Answer>,
  ): Promise<Answer> {
    const { time, retryBaseMs } = this.#options;
    return pRetry(attempt, {
      retries: RETRIES,
      minTimeout: retryBaseMs,
      maxRetryTime: time.leftMs(),
      randomize: true,
      shouldRetry: ({ error }) => isWorthIt(error),
    });
  }

  async #call<Answer>(
    operation: string,
    send: (options: { readonly abortSignal: AbortSignal }) => Promise<Answer>,
  ): Promise<Answer> {
    const { time, timeoutMs } = this.#options;
    try {
      return await send({ abortSignal: AbortSignal.timeout(time.callTimeoutMs(timeoutMs)) });
    } catch (error) {
      throw toSecretsManagerError(operation, error);
    }
  }
}
