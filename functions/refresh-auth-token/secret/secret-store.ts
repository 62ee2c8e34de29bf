import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { parseTokenSecret, secretTextOf, type TokenSecret } from '../../shared/token-secret';
import { hasCode, isTransient, SecretsManagerError } from '../errors';
import type { TimeBudget } from '../time-budget';

/** Repeats of a read or of a label move that failed in passing, and of a read that may lag behind a write. */
const RETRIES = 2;

/** A version as it was read; it has a value. */
export interface StoredVersion {
  readonly versionId: string;
  /** When it was written; milliseconds since the Unix epoch. */
  readonly createdMs: number;
  /** Its text. @throws ConfigurationInvalidError where it holds bytes. */
  text(): string | undefined;
  /** Its pair. @throws NotAuthorizedYetError, ConfigurationInvalidError where it holds none. */
  pair(): TokenSecret;
}

/** Which version to read: the one that carries a label, or one by its id. */
export type VersionSelector = { readonly stage: string } | { readonly versionId: string };

/** Rotation and labels as `DescribeSecret` answers them. */
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

/** Options of a store besides the client. */
export interface SecretStoreOptions {
  /** ARN of the secret. */
  readonly secretId: string;
  /** The event's RotationToken, passed on to every write. */
  readonly rotationToken: string | undefined;
  readonly time: TimeBudget;
  /** Milliseconds after which a call is given up. */
  readonly timeoutMs: number;
}

/** Makes the client. The SDK's own retries are off: every try is one that we decide on and count. */
export const createSecretsManagerClient = (): SecretsManagerClient =>
  new SecretsManagerClient({ maxAttempts: 1 });

/** Every success names the version; without one the answer was somebody else's, and may be different the next time. */
const requireVersionId = (
  operation: string,
  { VersionId }: { readonly VersionId?: string | undefined },
): string => {
  if (VersionId === undefined) {
    throw new SecretsManagerError(operation, 'VersionIdMissing', true);
  }
  return VersionId;
};

/**
 * The token secret in Secrets Manager.
 *
 * Every method throws a {@link SecretsManagerError}; reads repeat what fails in passing, writes and label moves do not.
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
  read(selector: VersionSelector): Promise<StoredVersion | undefined> {
    return this.#undefinedIfNotFound(this.#repeating(isTransient, () => this.#get(selector)));
  }

  /**
   * Reads a version as {@link read} does, but believes in "not there" only once it has been said three times, with pauses:
   * Secrets Manager is eventually consistent, and a value that a read does not see yet must not look like none.
   */
  readPatiently(selector: VersionSelector): Promise<StoredVersion | undefined> {
    const isNotFound = (error: unknown) => hasCode(error, 'ResourceNotFoundException');
    return this.#undefinedIfNotFound(
      this.#repeating(isNotFound, () => this.#repeating(isTransient, () => this.#get(selector))),
    );
  }

  /** Writes a version, once: whoever writes decides how long to insist. */
  async put({ versionId, text, stages }: NewVersion): Promise<void> {
    const { secretId, rotationToken } = this.#options;
    const answer = await this.#call('PutSecretValue', (options) =>
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
    requireVersionId('PutSecretValue', answer);
  }

  /** Moves a label, once. Secrets Manager refuses it unless `from` carries the label, so it cannot race another move. */
  moveStage(stage: string, from: string, to: string): Promise<void> {
    return this.#updateStage({ VersionStage: stage, RemoveFromVersionId: from, MoveToVersionId: to });
  }

  /** Takes a label away from a version; one that the version does not carry (any more) is no error. */
  async removeStage(stage: string, from: string): Promise<void> {
    try {
      await this.#repeating(isTransient, () =>
        this.#updateStage({ VersionStage: stage, RemoveFromVersionId: from }),
      );
    } catch (error) {
      if (!hasCode(error, 'InvalidParameterException')) {
        throw error;
      }
    }
  }

  async #updateStage(move: {
    readonly VersionStage: string;
    readonly RemoveFromVersionId: string;
    readonly MoveToVersionId?: string;
  }): Promise<void> {
    await this.#call('UpdateSecretVersionStage', (options) =>
      this.#client.send(
        new UpdateSecretVersionStageCommand({ SecretId: this.#options.secretId, ...move }),
        options,
      ),
    );
  }

  async #get(selector: VersionSelector): Promise<StoredVersion> {
    const which = 'stage' in selector ? { VersionStage: selector.stage } : { VersionId: selector.versionId };
    const answer = await this.#call('GetSecretValue', (options) =>
      this.#client.send(new GetSecretValueCommand({ SecretId: this.#options.secretId, ...which }), options),
    );
    const versionId = requireVersionId('GetSecretValue', answer);
    // Stand-ins of Secrets Manager, MiniStack among them, answer an empty version where AWS says that there is no value.
    if (answer.SecretString === undefined && answer.SecretBinary === undefined) {
      throw new SecretsManagerError('GetSecretValue', 'ResourceNotFoundException', false);
    }
    return {
      versionId,
      createdMs: answer.CreatedDate?.getTime() ?? Date.now(),
      text: () => secretTextOf(answer),
      pair: () => parseTokenSecret(secretTextOf(answer)),
    };
  }

  async #undefinedIfNotFound(read: Promise<StoredVersion>): Promise<StoredVersion | undefined> {
    try {
      return await read;
    } catch (error) {
      if (!hasCode(error, 'ResourceNotFoundException')) {
        throw error;
      }
      return undefined;
    }
  }

  #repeating<Answer>(
    isWorthIt: (error: unknown) => boolean,
    attempt: () => Promise<Answer>,
  ): Promise<Answer> {
    return this.#options.time.repeat(attempt, { retries: RETRIES, isWorthIt });
  }

  async #call<Answer>(
    operation: string,
    send: (options: { readonly abortSignal: AbortSignal }) => Promise<Answer>,
  ): Promise<Answer> {
    const { time, timeoutMs } = this.#options;
    try {
      return await send({ abortSignal: AbortSignal.timeout(time.callTimeoutMs(timeoutMs)) });
    } catch (error) {
      throw SecretsManagerError.of(operation, error);
    }
  }
}
