import { randomUUID } from 'node:crypto';
import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  type GetSecretValueCommandOutput,
  PutSecretValueCommand,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { MovableClock } from '../../../tools/local-cloud/clock';
import {
  RunningRotation,
  type RunningRotationParts,
  rotationSecretText,
  startRotationGenesys,
  startRotationParts,
} from '../../functions/refresh-auth-token/running-rotation';
import type { StandIn } from './stand-in';

/** The rotation function with a secret of its own in a stand-in, all of it seen through the API. */
export class RotationAt extends RunningRotation {
  readonly #standIn: StandIn;

  private constructor(standIn: StandIn, rotation: RunningRotationParts) {
    super(rotation);
    this.#standIn = standIn;
  }

  static async start(standIn: StandIn): Promise<RotationAt> {
    const surroundings = await startRotationGenesys(new MovableClock());
    const secretArn = await standIn.rotation.createSecret(
      `genesys-token-${randomUUID()}`,
      rotationSecretText(surroundings.firstPair),
    );
    const { functionOrigin: origin, accountId, region, credentials } = standIn;
    const aws = { origin, accountId, region, credentials, secretArn };
    return new RotationAt(standIn, await startRotationParts(surroundings, aws));
  }

  /** Up to the empty pending version, as RotateSecret leaves it. Returns the version's id. */
  begin(): Promise<string> {
    return this.#standIn.rotation.begin(this.secretArn);
  }

  getValue(by: { VersionId?: string; VersionStage?: string }): Promise<GetSecretValueCommandOutput> {
    return this.#standIn.secretsManager.send(new GetSecretValueCommand({ SecretId: this.secretArn, ...by }));
  }

  /** What a version holds, parsed. */
  async read(by: { VersionId?: string; VersionStage?: string }): Promise<Readonly<Record<string, unknown>>> {
    const { SecretString = '' } = await this.getValue(by);
    return JSON.parse(SecretString);
  }

  /** Writes a version. Returns its id. */
  async put(content: object, stages: readonly string[], versionId: string = randomUUID()): Promise<string> {
    await this.#standIn.secretsManager.send(
      new PutSecretValueCommand({
        SecretId: this.secretArn,
        ClientRequestToken: versionId,
        SecretString: JSON.stringify(content),
        VersionStages: [...stages],
      }),
    );
    return versionId;
  }

  async takeAway(stage: string, versionId: string): Promise<void> {
    await this.#standIn.secretsManager.send(
      new UpdateSecretVersionStageCommand({
        SecretId: this.secretArn,
        VersionStage: stage,
        RemoveFromVersionId: versionId,
      }),
    );
  }

  /** The labels of a version, sorted. */
  async stagesOf(versionId: string): Promise<readonly string[]> {
    const { VersionIdsToStages = {} } = await this.#describe();
    return [...(VersionIdsToStages[versionId] ?? [])].sort();
  }

  /** The versions that carry a label: at most one, in AWS. */
  async holdersOf(stage: string): Promise<readonly string[]> {
    const { VersionIdsToStages = {} } = await this.#describe();
    return Object.entries(VersionIdsToStages).flatMap(([versionId, stages]) =>
      stages.includes(stage) ? [versionId] : [],
    );
  }

  #describe() {
    return this.#standIn.secretsManager.send(new DescribeSecretCommand({ SecretId: this.secretArn }));
  }
}
