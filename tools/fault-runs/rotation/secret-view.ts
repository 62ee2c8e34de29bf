import * as v from 'valibot';
import type { LocalAws } from '../../local-cloud/aws';
import type { SecretVersion } from '../../local-cloud/aws/secrets-manager';

const pair = v.object({ refreshToken: v.string() });

/** The refresh token that a version holds; `undefined` where it holds none. */
export const refreshTokenIn = ({ value }: Pick<SecretVersion, 'value'>): string | undefined => {
  if (value === undefined || !('SecretString' in value)) {
    return undefined;
  }
  const parsed = v.safeParse(pair, JSON.parse(value.SecretString));
  return parsed.success ? parsed.output.refreshToken : undefined;
};

/** What Secrets Manager holds of one secret, seen from the inside. */
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
