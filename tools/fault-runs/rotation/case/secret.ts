import { randomUUID } from 'node:crypto';
import * as v from 'valibot';
import type { LocalAws } from '../../../local-cloud/aws';
import type { SecretVersion } from '../../../local-cloud/aws/secrets-manager';

const pair = v.object({ refreshToken: v.string() });

/** The refresh token that a version holds; `undefined` where it holds none. */
export const refreshTokenIn = ({ value }: Pick<SecretVersion, 'value'>): string | undefined => {
  if (value === undefined || !('SecretString' in value)) {
    return undefined;
  }
  const parsed = v.safeParse(pair, JSON.parse(value.SecretString));
  return parsed.success ? parsed.output.refreshToken : undefined;
};

/** One secret of Secrets Manager, seen from the inside. */
export class SecretView {
  readonly #aws: LocalAws;
  readonly #secretArn: string;

  constructor(aws: LocalAws, secretArn: string) {
    this.#aws = aws;
    this.#secretArn = secretArn;
  }

  get versions(): readonly SecretVersion[] {
    return this.#aws.secretsManager.secret(this.#secretArn).versions;
  }

  /** The version that carries a label. */
  holderOf(label: string): SecretVersion | undefined {
    return this.versions.find(({ stages }) => stages.includes(label));
  }

  /** Whether the labels are as after a rotation without faults. */
  get isAsUsual(): boolean {
    return (
      this.holderOf('AWSCURRENT') === this.holderOf('LATEST_GRANT') &&
      this.holderOf('AWSPENDING') === undefined
    );
  }
}

/** Acts of an operator or a service user at the secret: in process, so that no fault strikes them and they count as no call. */
export class Person {
  readonly #aws: LocalAws;
  readonly #secretArn: string;

  constructor(aws: LocalAws, secretArn: string) {
    this.#aws = aws;
    this.#secretArn = secretArn;
  }

  /** Writes a value and puts the labels on it. */
  write(text: string, stages: readonly string[]): Promise<void> {
    return this.#call('PutSecretValue', {
      ClientRequestToken: randomUUID(),
      SecretString: text,
      VersionStages: stages,
    });
  }

  /** Takes AWSPENDING away from whatever version has it, unless that one is AWSCURRENT. */
  async releasePending(): Promise<void> {
    const stuck = this.#aws.secretsManager
      .secret(this.#secretArn)
      .versions.find(({ stages }) => stages.includes('AWSPENDING') && !stages.includes('AWSCURRENT'));
    if (stuck !== undefined) {
      await this.#call('UpdateSecretVersionStage', {
        VersionStage: 'AWSPENDING',
        RemoveFromVersionId: stuck.versionId,
      });
    }
  }

  /** Removes the secret: its case is over. */
  deleteSecret(): Promise<void> {
    return this.#call('DeleteSecret', { ForceDeleteWithoutRecovery: true });
  }

  async #call(operation: string, input: object): Promise<void> {
    const { secretsManager, region } = this.#aws;
    await secretsManager.handle(
      {
        method: 'POST',
        rawPath: '/',
        query: new URLSearchParams(),
        headers: {},
        body: Buffer.from(JSON.stringify({ SecretId: this.#secretArn, ...input })),
        region,
        principal: '',
      },
      { name: operation, resource: this.#secretArn },
    );
  }
}
