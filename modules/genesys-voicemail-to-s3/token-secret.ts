import { LambdaPermission } from '@cdktf/provider-aws/lib/lambda-permission';
import { SecretsmanagerSecret } from '@cdktf/provider-aws/lib/secretsmanager-secret';
import { SecretsmanagerSecretPolicy } from '@cdktf/provider-aws/lib/secretsmanager-secret-policy';
import { SecretsmanagerSecretRotation } from '@cdktf/provider-aws/lib/secretsmanager-secret-rotation';
import { Construct } from 'constructs';
import type { BundledFunction } from './functions/bundled-function';
import type { ModuleContext } from './module-context';
import { denyInsecureTransport, type PolicyStatement, policyDocument } from './policy';

/** Properties of `TokenSecret`. */
export interface TokenSecretProps {
  readonly context: ModuleContext;
  readonly keyArn: string;
  /** 1 for the first secret of the instance, which has no number in its name. */
  readonly number: number;
  readonly existingSecretArn: string | undefined;
  /** ARNs of the principals that alone may read the pair, the functions' roles among them; undefined leaves it to IAM. */
  readonly readers: readonly string[] | undefined;
}

/** `aws:PrincipalArn` is the ARN of the role, whatever its session is called. Everything but reading stays with IAM. */
const denyOtherReaders = (readers: readonly string[]): PolicyStatement => ({
  Sid: 'DenyOtherReaders',
  Effect: 'Deny',
  Principal: '*',
  Action: 'secretsmanager:GetSecretValue',
  Resource: '*',
  Condition: { StringNotEquals: { 'aws:PrincipalArn': readers } },
});

/** When Secrets Manager rotates the secret. */
export interface RotationProps {
  readonly scheduleExpression: string;
  readonly windowHours: number;
}

/**
 * The secret that holds the token pair. It is created without a value.
 *
 * Terraform never creates a version of it: after two rotations, the next apply would bring a spent token back.
 */
export class TokenSecret extends Construct {
  /** Undefined where the secret exists already. */
  readonly secret: SecretsmanagerSecret | undefined;
  readonly arn: string;
  readonly #context: ModuleContext;
  /** Ends every name that has to differ between the secrets of an instance. */
  readonly #number: string;

  constructor(
    scope: Construct,
    id: string,
    { context, keyArn, number, existingSecretArn, readers }: TokenSecretProps,
  ) {
    super(scope, id);
    this.#context = context;
    this.#number = number === 1 ? '' : String(number);
    if (existingSecretArn !== undefined) {
      this.arn = existingSecretArn;
      return;
    }
    const secret = new SecretsmanagerSecret(this, 'secret', {
      name: context.named(number === 1 ? 'token' : `token-${number}`),
      description:
        'OAuth client and token pair for Genesys Cloud; its versions are made by people and by rotation only',
      kmsKeyId: keyArn,
      recoveryWindowInDays: 30,
      ...context.tags,
      ...context.destroyGuard,
    });
    this.secret = secret;
    this.arn = secret.arn;
    new SecretsmanagerSecretPolicy(this, 'policy', {
      secretArn: secret.arn,
      blockPublicPolicy: true,
      policy: policyDocument('secret policy', [
        denyInsecureTransport('secretsmanager', '*'),
        ...(readers === undefined ? [] : [denyOtherReaders(readers)]),
      ]),
    });
  }

  /** Attaches the rotation. Secrets Manager first gets the permission to call the function. */
  rotateBy(rotation: BundledFunction, { scheduleExpression, windowHours }: RotationProps): void {
    const permission = new LambdaPermission(this, 'rotation_permission', {
      statementId: `RotationOfTheSecret${this.#number}`,
      action: 'lambda:InvokeFunction',
      functionName: rotation.functionName,
      principal: 'secretsmanager.amazonaws.com',
      sourceArn: this.arn,
      sourceAccount: this.#context.accountId,
    });
    new SecretsmanagerSecretRotation(this, 'rotation', {
      secretId: this.arn,
      rotationLambdaArn: rotation.arn,
      // A first deployment has no token yet: there is nothing to rotate.
      rotateImmediately: false,
      rotationRules: { scheduleExpression, duration: `${windowHours}h` },
      // Secrets Manager calls the function at once to test it: the permission and the policy have to be there before.
      dependsOn: [permission, rotation.rights],
    });
  }
}
