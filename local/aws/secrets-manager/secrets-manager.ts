import { randomBytes, randomUUID } from 'node:crypto';
import type * as v from 'valibot';
import type { Clock } from '../../clock';
import { JsonService, jsonOperation } from '../json-protocol';
import { AwsError } from '../service';
import { invalidParameter, invalidRequest, resourceExists } from './errors';
import {
  CreateSecretInput,
  DeleteSecretInput,
  DescribeSecretInput,
  GetSecretValueInput,
  ListSecretVersionIdsInput,
  PutSecretValueInput,
  RotateSecretInput,
  UpdateSecretVersionStageInput,
} from './inputs';
import { describeSecret, getSecretValueOutput, listSecretVersionIds, wireTime } from './outputs';
import { type RotationAttempt, type RotationBehaviour, type RotationInvoker, Rotations } from './rotation';
import { parseRotationRules } from './rotation-schedule';
import { findStage, findVersion, type Secret, type SecretValue, STAGE } from './secret';
import { putSecretValue, readVersion, removeVersion, updateSecretVersionStage } from './staging';
import { SecretStore } from './store';

/** What the local Secrets Manager needs. */
export interface SecretsManagerOptions extends RotationBehaviour {
  readonly clock: Clock;
  /** Twelve digits. */
  readonly accountId: string;
  readonly region: string;
}

/** What CreateSecret takes; called in process, a missing `ClientRequestToken` is made up. */
export type CreateSecretRequest = v.InferInput<typeof CreateSecretInput>;
/** What RotateSecret takes; called in process, a missing `ClientRequestToken` is made up. */
export type RotateSecretRequest = v.InferInput<typeof RotateSecretInput>;

const SECRET_NAME = /^[\w/+=.@!-]+$/;
const FUNCTION_ARN = /^arn:aws[a-z-]*:lambda:[a-z0-9-]+:\d{12}:function:[\w-]+(:[\w$-]+)?$/;
const SUFFIX_ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

const randomSuffix = (): string =>
  Array.from(randomBytes(6), (byte) => SUFFIX_ALPHABET.charAt(byte % SUFFIX_ALPHABET.length)).join('');

const requireToken = (token: string | undefined): string => {
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

/**
 * A local AWS Secrets Manager with real staging rules and real rotation.
 *
 * Where AWS leaves something open the options of {@link RotationBehaviour} choose. Not modelled: resource policies,
 * replicas, recovery after deletion, encryption (the key id is kept and reported).
 */
export class SecretsManager extends JsonService {
  readonly signingName = 'secretsmanager';
  protected readonly protocolVersion = '1.1';
  protected readonly targetPrefix = 'secretsmanager';
  readonly #clock: Clock;
  readonly #arnPrefix: string;
  readonly #store = new SecretStore();
  readonly #rotations: Rotations;

  constructor(options: SecretsManagerOptions) {
    super();
    this.#clock = options.clock;
    this.#arnPrefix = `arn:aws:secretsmanager:${options.region}:${options.accountId}:secret:`;
    this.#rotations = new Rotations({ ...options, store: this.#store });
  }

  protected readonly operations = {
    CreateSecret: jsonOperation(CreateSecretInput, {
      resource: ({ Name }) => `${this.#arnPrefix}${Name}-*`,
      run: (input) => this.#create(input, requireToken(input.ClientRequestToken)),
    }),
    DescribeSecret: jsonOperation(DescribeSecretInput, {
      resource: ({ SecretId }) => this.#arn(SecretId),
      run: ({ SecretId }) => describeSecret(this.#store.findForRead(SecretId)),
    }),
    GetSecretValue: jsonOperation(GetSecretValueInput, {
      resource: ({ SecretId }) => this.#arn(SecretId),
      context: ({ VersionId, VersionStage }) => ({
        ...(VersionId === undefined ? {} : { 'secretsmanager:VersionId': VersionId }),
        ...(VersionStage === undefined ? {} : { 'secretsmanager:VersionStage': VersionStage }),
      }),
      run: (input) => this.#get(input),
    }),
    PutSecretValue: jsonOperation(PutSecretValueInput, {
      resource: ({ SecretId }) => this.#arn(SecretId),
      run: (input) => this.#put(input),
    }),
    UpdateSecretVersionStage: jsonOperation(UpdateSecretVersionStageInput, {
      resource: ({ SecretId }) => this.#arn(SecretId),
      context: ({ VersionStage }) => ({ 'secretsmanager:VersionStage': VersionStage }),
      run: (input) => this.#updateStage(input),
    }),
    RotateSecret: jsonOperation(RotateSecretInput, {
      resource: ({ SecretId }) => this.#arn(SecretId),
      context: ({ RotationLambdaARN: functionArn }) =>
        functionArn === undefined ? {} : { 'secretsmanager:RotationLambdaARN': functionArn },
      run: (input) => this.#rotate(input, requireToken(input.ClientRequestToken)),
    }),
    ListSecretVersionIds: jsonOperation(ListSecretVersionIdsInput, {
      resource: ({ SecretId }) => this.#arn(SecretId),
      run: (input) => listSecretVersionIds(this.#store.find(input.SecretId), input),
    }),
    DeleteSecret: jsonOperation(DeleteSecretInput, {
      resource: ({ SecretId }) => this.#arn(SecretId),
      run: ({ SecretId }) => {
        const { arn, name } = this.#store.find(SecretId);
        this.#store.remove(arn);
        return { ARN: arn, Name: name, DeletionDate: wireTime(this.#clock.now()) };
      },
    }),
  };

  /**
   * Says how rotation functions are invoked. Until then every RotateSecret is refused as AWS does without a permission.
   *
   * @param mayInvoke - whether the function's own policy lets Secrets Manager invoke it for this secret; by default it does
   */
  useRotationInvoker(
    invoke: RotationInvoker,
    mayInvoke: (functionArn: string, secretArn: string) => boolean = () => true,
  ): void {
    this.#rotations.useInvoker(invoke, mayInvoke);
  }

  /** CreateSecret, in process. @throws AwsError as the operation does. */
  createSecret(request: CreateSecretRequest): { readonly arn: string; readonly name: string } {
    const { ARN, Name } = this.#create(request, request.ClientRequestToken ?? randomUUID());
    return { arn: ARN, name: Name };
  }

  /** RotateSecret, in process. @throws AwsError as the operation does. */
  rotateSecret(request: RotateSecretRequest): { readonly versionId: string } {
    return { versionId: this.#rotate(request, request.ClientRequestToken ?? randomUUID()).VersionId };
  }

  /** A secret as it is now, versions and values included. @throws AwsError where there is none. */
  secret(secretId: string): Secret {
    return this.#store.find(secretId);
  }

  /** Every rotation attempt that has ended, oldest first. */
  get rotationAttempts(): readonly RotationAttempt[] {
    return this.#rotations.attempts;
  }

  /** Resolves once no rotation is running. */
  rotationsIdle(): Promise<void> {
    return this.#rotations.idle();
  }

  /**
   * Attempts a secret's unfinished rotation again at once, with the same version.
   *
   * @returns the attempt, or `undefined` where nothing is left to retry.
   * @throws AwsError where there is no such secret.
   */
  async retryRotation(secretId: string): Promise<RotationAttempt | undefined> {
    return await this.#rotations.retry(this.#store.find(secretId).arn);
  }

  /** The earliest moment at which a rotation or a retry is due, in milliseconds since the Unix epoch. */
  nextDueAt(): number | undefined {
    return this.#rotations.nextDueAt();
  }

  /** Runs every rotation and retry that the clock has made due, and waits for them. */
  runDue(): Promise<readonly RotationAttempt[]> {
    return this.#rotations.runDue();
  }

  /** Lets the next `count` calls of DescribeSecret and GetSecretValue see secrets as they were before their last change. */
  serveStaleReads(count: number): void {
    this.#store.serveStaleReads(count);
  }

  /** Removes the versions without a label, as Secrets Manager may at any time. @throws AwsError where there is no such secret. */
  removeDeprecatedVersions(secretId: string): void {
    this.#store.update(this.#store.find(secretId).arn, (secret) =>
      secret.versions
        .filter(({ stages }) => stages.length === 0)
        .reduce((next, { versionId }) => removeVersion(next, versionId), secret),
    );
  }

  #arn(secretId: string): string {
    return this.#store.lookUp(secretId)?.arn ?? secretId;
  }

  #create(input: v.InferOutput<typeof CreateSecretInput>, token: string) {
    const { Name: name } = input;
    if (!SECRET_NAME.test(name)) {
      throw new AwsError(
        'ValidationException',
        'Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!',
      );
    }
    const value = pickValue(input);
    const namesake = this.#store.lookUp(name);
    if (namesake !== undefined) {
      return this.#createdAlready(namesake, token, value);
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

  /** CreateSecret repeated with the same token and data changes nothing. */
  #createdAlready(secret: Secret, token: string, value: SecretValue | undefined) {
    if (value === undefined || findVersion(secret, token) === undefined) {
      throw resourceExists(`The operation failed because the secret ${secret.name} already exists.`);
    }
    putSecretValue(secret, { versionId: token, value, stages: undefined, nowMs: this.#clock.now() });
    return { ARN: secret.arn, Name: secret.name, VersionId: token };
  }

  #get({ SecretId, VersionId, VersionStage }: v.InferOutput<typeof GetSecretValueInput>) {
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

  #put(input: v.InferOutput<typeof PutSecretValueInput>) {
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

  #updateStage(input: v.InferOutput<typeof UpdateSecretVersionStageInput>) {
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

  #rotate(input: v.InferOutput<typeof RotateSecretInput>, token: string) {
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
    const next = parseRotationRules(rules ?? {}, nowMs)?.nextWindow(nowMs);
    this.#rotations.checkPermission(functionArn, secret.arn);
    this.#rotations.start(secret.arn, token, input.RotateImmediately === false ? 'test' : 'rotation', {
      functionArn,
      rules,
      next,
    });
    return answer;
  }
}
