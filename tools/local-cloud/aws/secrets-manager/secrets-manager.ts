import { randomUUID } from 'node:crypto';
import type * as v from 'valibot';
import type { Clock } from '../../clock';
import { JsonService, jsonOperation } from '../json-protocol';
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
import { requireToken, SecretOperations } from './operations';
import { describeSecret, listSecretVersionIds, wireTime } from './outputs';
import { Rotations } from './rotation';
import type { RotationAttempt, RotationBehaviour, RotationInvoker } from './rotation-contract';
import type { Secret } from './secret';
import { SecretStore } from './store';

/** Options of the local Secrets Manager. */
export interface SecretsManagerOptions extends RotationBehaviour {
  readonly clock: Clock;
  /** Twelve digits. */
  readonly accountId: string;
  readonly region: string;
}

/** Input of CreateSecret; called in process, a missing `ClientRequestToken` is made up. */
export type CreateSecretRequest = v.InferInput<typeof CreateSecretInput>;
/** Input of RotateSecret; called in process, a missing `ClientRequestToken` is made up. */
export type RotateSecretRequest = v.InferInput<typeof RotateSecretInput>;

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
  readonly #secrets: SecretOperations;

  constructor(options: SecretsManagerOptions) {
    super();
    this.#clock = options.clock;
    this.#arnPrefix = `arn:aws:secretsmanager:${options.region}:${options.accountId}:secret:`;
    this.#rotations = new Rotations({ ...options, store: this.#store });
    this.#secrets = new SecretOperations({
      clock: options.clock,
      arnPrefix: this.#arnPrefix,
      store: this.#store,
      rotations: this.#rotations,
    });
  }

  protected readonly operations = {
    CreateSecret: jsonOperation(CreateSecretInput, {
      resource: ({ Name }) => `${this.#arnPrefix}${Name}-*`,
      run: (input) => this.#secrets.create(input, requireToken(input.ClientRequestToken)),
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
      run: (input) => this.#secrets.get(input),
    }),
    PutSecretValue: jsonOperation(PutSecretValueInput, {
      resource: ({ SecretId }) => this.#arn(SecretId),
      run: (input) => this.#secrets.put(input),
    }),
    UpdateSecretVersionStage: jsonOperation(UpdateSecretVersionStageInput, {
      resource: ({ SecretId }) => this.#arn(SecretId),
      context: ({ VersionStage }) => ({ 'secretsmanager:VersionStage': VersionStage }),
      run: (input) => this.#secrets.updateStage(input),
    }),
    RotateSecret: jsonOperation(RotateSecretInput, {
      resource: ({ SecretId }) => this.#arn(SecretId),
      context: ({ RotationLambdaARN: functionArn }) =>
        functionArn === undefined ? {} : { 'secretsmanager:RotationLambdaARN': functionArn },
      run: (input) => this.#secrets.rotate(input, requireToken(input.ClientRequestToken)),
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
    const { ARN, Name } = this.#secrets.create(request, request.ClientRequestToken ?? randomUUID());
    return { arn: ARN, name: Name };
  }

  /** RotateSecret, in process. @throws AwsError as the operation does. */
  rotateSecret(request: RotateSecretRequest): { readonly versionId: string } {
    return { versionId: this.#secrets.rotate(request, request.ClientRequestToken ?? randomUUID()).VersionId };
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

  /**
   * Lets the next `count` calls of DescribeSecret and GetSecretValue see secrets as they were before their last change.
   *
   * @param view - what those calls see instead, as {@link secret} gave it earlier
   */
  serveStaleReads(count: number, view?: Secret): void {
    this.#store.serveStaleReads(count, view);
  }

  #arn(secretId: string): string {
    return this.#store.lookUp(secretId)?.arn ?? secretId;
  }
}
