import { LambdaPermission } from '@cdktf/provider-aws/lib/lambda-permission';
import { SecretsmanagerSecret } from '@cdktf/provider-aws/lib/secretsmanager-secret';
import { SecretsmanagerSecretPolicy } from '@cdktf/provider-aws/lib/secretsmanager-secret-policy';
import { SecretsmanagerSecretRotation } from '@cdktf/provider-aws/lib/secretsmanager-secret-rotation';
import { Construct } from 'constructs';
import type { BundledFunction } from './functions/bundled-function';
import type { Surroundings } from './module-context';
import { denyInsecureTransport, policyDocument } from './policy';

/** What the secret is told. */
export interface TokenSecretProps {
  readonly surroundings: Surroundings;
  readonly keyArn: string;
  readonly existingSecretArn: string | undefined;
}

/** When the secret is rotated. */
export interface RotationProps {
  readonly scheduleExpression: string;
  readonly windowHours: number;
}

/**
 * The secret that holds the token pair, without a value.
 *
 * Terraform never makes a version of it: after two rotations it would bring the stale token back.
 */
export class TokenSecret extends Construct {
  readonly arn: string;
  readonly #surroundings: Surroundings;

  constructor(scope: Construct, id: string, { surroundings, keyArn, existingSecretArn }: TokenSecretProps) {
    super(scope, id);
    this.#surroundings = surroundings;
    if (existingSecretArn !== undefined) {
      this.arn = existingSecretArn;
      return;
    }
    const secret = new SecretsmanagerSecret(this, 'secret', {
      name: surroundings.named('token'),
      description:
        'OAuth client and token pair for Genesys Cloud; its versions are made by people and by rotation only',
      kmsKeyId: keyArn,
      recoveryWindowInDays: 30,
      ...surroundings.tags,
      ...surroundings.destroyGuard,
    });
    this.arn = secret.arn;
    new SecretsmanagerSecretPolicy(this, 'policy', {
      secretArn: secret.arn,
      blockPublicPolicy: true,
      policy: policyDocument('secret policy', [denyInsecureTransport('secretsmanager', '*')]),
    });
  }

  /** Has the secret rotated by a function, which gets what it needs to be called first. */
  rotateBy(rotation: BundledFunction, { scheduleExpression, windowHours }: RotationProps): void {
    const permission = new LambdaPermission(this, 'rotation_permission', {
      statementId: 'RotationOfTheSecret',
      action: 'lambda:InvokeFunction',
      functionName: rotation.functionName,
      principal: 'secretsmanager.amazonaws.com',
      sourceArn: this.arn,
      sourceAccount: this.#surroundings.accountId,
    });
    new SecretsmanagerSecretRotation(this, 'rotation', {
      secretId: this.arn,
      rotationLambdaArn: rotation.arn,
      // A first deployment has no token yet: there is nothing to rotate.
      rotateImmediately: false,
      rotationRules: { scheduleExpression, duration: `${windowHours}h` },
      // Secrets Manager tries the function at once, so permission and rights have to be there.
      dependsOn: [permission, rotation.rights],
    });
  }
}
