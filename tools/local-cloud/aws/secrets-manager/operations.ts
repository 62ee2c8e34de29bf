import { randomBytes } from 'node:crypto';
import type * as v from 'valibot';
import type { Clock } from '../../clock';
import { AwsError } from '../service';
import { invalidParameter, invalidRequest, resourceExists } from './errors';
import type {
  CreateSecretInput,
  GetSecretValueInput,
  PutSecretValueInput,
  RotateSecretInput,
  UpdateSecretVersionStageInput,
} from './inputs';
import { getSecretValueOutput } from './outputs';
import type { Rotations } from './rotation';
import { parseRotationRules } from './rotation-schedule';
import { findStage, findVersion, type Secret, type SecretValue, STAGE } from './secret';
import { putSecretValue, readVersion, updateSecretVersionStage } from './staging';
import type { SecretStore } from './store';

const SECRET_NAME = /^[\w/+=.@!-]+$/;
const FUNCTION_ARN = /^arn:aws[a-z-]*:lambda:[a-z0-9-]+:\d{12}:function:[\w-]+(:[\w$-]+)?$/;
const SUFFIX_ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

const randomSuffix = (): string =>
  Array.from(randomBytes(6), (byte) => SUFFIX_ALPHABET.charAt(byte % SUFFIX_ALPHABET.length)).join('');

/** @throws AwsError where there is none: SDKs make one up, bare callers have to. */
export const requireToken = (token: string | undefined): string => {
  if (token === undefined) {
    throw invalidRequest('You must provide a ClientRequestToken value. We recommend a UUID-type value.');
  }
  return token;
};

const pickValue = (input: {
  readonly SecretString?: string | undefined;
  readonly SecretBinary?: string | undefined;
}): SecretValue | undefined => {
  const { SecretString, SecretBinary } = input;
  if (SecretString !== undefined && SecretBinary !== undefined) {
    throw invalidParameter("You can't specify both a binary secret value and a string secret value.");
  }
  if (SecretString !== undefined) {
    return { SecretString };
  }
  return SecretBinary === undefined ? undefined : { SecretBinary };
};

/** State that the operations work on. */
interface SecretOperationsOptions {
  readonly clock: Clock;
  /** Beginning of every secret's ARN. */
  readonly arnPrefix: string;
  readonly store: SecretStore;
  readonly rotations: Rotations;
}

/** The operations that change or read a secret's value, each with its answer. @throws AwsError as AWS documents them. */
export class SecretOperations {
  readonly #clock: Clock;
  readonly #arnPrefix: string;
  readonly #store: SecretStore;
  readonly #rotations: Rotations;

  constructor({ clock, arnPrefix, store, rotations }: SecretOperationsOptions) {
    this.#clock = clock;
    this.#arnPrefix = arnPrefix;
    this.#store = store;
    this.#rotations = rotations;
  }

  /** CreateSecret. Not modelled: a repetition with the same token. */
  create(input: v.InferOutput<typeof CreateSecretInput>, token: string) {
    const { Name: name } = input;
    if (!SECRET_NAME.test(name)) {
      throw new AwsError(
        'ValidationException',
        'Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!',
      );
    }
    const value = pickValue(input);
    if (this.#store.lookUp(name) !== undefined) {
      throw resourceExists(`The operation failed because the secret ${name} already exists.`);
    }
    const nowMs = this.#clock.now();
    const empty: Secret = {
      arn: `${this.#arnPrefix}${name}-${randomSuffix()}`,
      name,
      description: input.Description,
      kmsKeyId: input.KmsKeyId,
      tags: input.Tags,
      versions: [],
      rotation: undefined,
      createdAtMs: nowMs,
      lastChangedAtMs: nowMs,
      lastAccessedAtMs: undefined,
      lastRotatedAtMs: undefined,
    };
    const secret =
      value === undefined
        ? empty
        : putSecretValue(empty, { versionId: token, value, stages: undefined, nowMs });
    this.#store.add(secret);
    return { ARN: secret.arn, Name: name, ...(value === undefined ? {} : { VersionId: token }) };
  }

  /** GetSecretValue. */
  get({ SecretId, VersionId, VersionStage }: v.InferOutput<typeof GetSecretValueInput>) {
    const secret = this.#store.findForRead(SecretId);
    const version = readVersion(secret, VersionId, VersionStage);
    const lastAccessedAtMs = this.#clock.now();
    this.#store.annotate(secret.arn, (current) => ({
      ...current,
      lastAccessedAtMs,
      versions: current.versions.map((other) =>
        other.versionId === version.versionId ? { ...other, lastAccessedAtMs } : other,
      ),
    }));
    return getSecretValueOutput(secret, version);
  }

  /** PutSecretValue. */
  put(input: v.InferOutput<typeof PutSecretValueInput>) {
    const versionId = requireToken(input.ClientRequestToken);
    const value = pickValue(input);
    if (value === undefined) {
      throw invalidRequest('You must provide either SecretString or SecretBinary.');
    }
    const { arn } = this.#store.find(input.SecretId);
    const before = findStage(this.#store.find(arn), STAGE.current)?.versionId;
    const secret = this.#store.update(arn, (current) =>
      putSecretValue(current, {
        versionId,
        value,
        stages: input.VersionStages,
        nowMs: this.#clock.now(),
      }),
    );
    const isNewCurrent = before !== versionId && findStage(secret, STAGE.current)?.versionId === versionId;
    if (isNewCurrent) {
      // A value that a person puts counts as a rotation: API Reference, RotationRulesType.
      this.#store.annotate(arn, (current) =>
        current.rotation === undefined
          ? current
          : { ...current, rotation: { ...current.rotation, next: this.#rotations.nextWindow(current) } },
      );
    }
    const stages = findVersion(secret, versionId)?.stages ?? [];
    return { ARN: arn, Name: secret.name, VersionId: versionId, VersionStages: stages };
  }

  /** UpdateSecretVersionStage. */
  updateStage(input: v.InferOutput<typeof UpdateSecretVersionStageInput>) {
    const { arn, name } = this.#store.find(input.SecretId);
    this.#store.update(arn, (secret) =>
      updateSecretVersionStage(secret, {
        stage: input.VersionStage,
        removeFromVersionId: input.RemoveFromVersionId,
        moveToVersionId: input.MoveToVersionId,
        nowMs: this.#clock.now(),
      }),
    );
    return { ARN: arn, Name: name };
  }

  /** RotateSecret: with the token of a rotation that is known it changes nothing. */
  rotate(input: v.InferOutput<typeof RotateSecretInput>, token: string) {
    const secret = this.#store.find(input.SecretId);
    const answer = { ARN: secret.arn, Name: secret.name, VersionId: token };
    if (this.#rotations.knows(secret.arn, token)) {
      return answer;
    }
    const functionArn = input.RotationLambdaARN ?? secret.rotation?.functionArn;
    if (functionArn === undefined) {
      throw invalidRequest('No Lambda rotation function ARN is associated with this secret.');
    }
    if (!FUNCTION_ARN.test(functionArn)) {
      throw invalidParameter('The RotationLambdaARN is not the ARN of a Lambda function.');
    }
    const rules = input.RotationRules ?? secret.rotation?.rules;
    const nowMs = this.#clock.now();
    const next = parseRotationRules(rules ?? {})?.nextWindow(nowMs);
    this.#rotations.checkPermission(functionArn, secret.arn);
    this.#rotations.start(secret.arn, token, input.RotateImmediately === false ? 'test' : 'rotation', {
      functionArn,
      rules,
      next,
    });
    return answer;
  }
}
