import * as v from 'valibot';
import type { RequestContext } from '../condition';
import type { Call, DescribeResource, RequiredAction, ServiceActions } from './call';
import { type KmsOperation, keyArnOf, viaKms } from './kms';

const createSecretBody = v.object({
  Name: v.string(),
  KmsKeyId: v.optional(v.string()),
  ClientRequestToken: v.optional(v.string()),
});
const versionBody = v.object({
  ClientRequestToken: v.optional(v.string()),
  VersionId: v.optional(v.string()),
});

/** The members of a JSON body; none of a body that the service is going to refuse anyway. */
const members = <const Schema extends v.GenericSchema>(
  schema: Schema,
  { body }: Call,
): v.InferOutput<Schema> | undefined => {
  const result = v.safeParse(v.pipe(v.string(), v.parseJson(), schema), body.toString('utf8'));
  return result.success ? result.output : undefined;
};

/** Condition keys of every operation on an existing secret. `secretsmanager:SecretId` is the ARN. */
const secretContext = (call: Call, describe: DescribeResource): RequestContext => {
  const rotationFunctionArn = describe(call.resource)?.rotationFunctionArn;
  return {
    ...call.context,
    'secretsmanager:SecretId': call.resource,
    ...(rotationFunctionArn === undefined
      ? {}
      : { 'secretsmanager:resource/AllowRotationLambdaArn': rotationFunctionArn }),
  };
};

const onSecret =
  (action: string, ...kms: readonly KmsOperation[]) =>
  (call: Call, describe: DescribeResource): readonly RequiredAction[] => {
    const { ClientRequestToken, VersionId } = members(versionBody, call) ?? {};
    const versionId = ClientRequestToken ?? VersionId;
    return [
      {
        action: `secretsmanager:${action}`,
        resource: call.resource,
        context: secretContext(call, describe),
      },
      ...viaKms(
        call,
        describe(call.resource)?.kmsKeyArn,
        // A read by label alone does not say which version it will be.
        { SecretARN: call.resource, ...(versionId === undefined ? {} : { SecretVersionId: versionId }) },
        kms,
      ),
    ];
  };

const createSecret = (call: Call): readonly RequiredAction[] => {
  const { Name, KmsKeyId, ClientRequestToken } = members(createSecretBody, call) ?? {};
  const keyArn = KmsKeyId === undefined ? undefined : keyArnOf(call, KmsKeyId);
  return [
    {
      action: 'secretsmanager:CreateSecret',
      resource: call.resource,
      context: {
        ...call.context,
        ...(Name === undefined ? {} : { 'secretsmanager:Name': Name }),
        ...(KmsKeyId === undefined ? {} : { 'secretsmanager:KmsKeyId': KmsKeyId }),
        ...(keyArn === undefined ? {} : { 'secretsmanager:KmsKeyArn': keyArn }),
      },
    },
    ...viaKms(
      call,
      keyArn,
      {
        SecretARN: call.resource,
        ...(ClientRequestToken === undefined ? {} : { SecretVersionId: ClientRequestToken }),
      },
      ['GenerateDataKey', 'Decrypt'],
    ),
  ];
};

/** Secrets Manager tries the caller's right to invoke the function before it turns rotation on. */
const rotateSecret = (call: Call, describe: DescribeResource): readonly RequiredAction[] => {
  const functionArn =
    call.context['secretsmanager:RotationLambdaARN'] ?? describe(call.resource)?.rotationFunctionArn;
  return [
    ...onSecret('RotateSecret')(call, describe),
    ...(functionArn === undefined
      ? []
      : [
          {
            action: 'lambda:InvokeFunction',
            resource: functionArn,
            context: { 'aws:ViaAWSService': 'true' },
          },
        ]),
  ];
};

/**
 * AWS Secrets Manager.
 *
 * `secretsmanager:VersionStage` and `secretsmanager:VersionId` are what the request says, not what the version carries:
 * GetSecretValue without a stage has no such key, although AWSCURRENT is what it reads (AWS's answer in aws/aws-cli#5031).
 *
 * Source: Service Authorization Reference, "Actions, resources, and condition keys for AWS Secrets Manager"; Secrets
 * Manager User Guide, "Secret encryption and decryption", "Permissions for the KMS key" (whoever changes a value needs
 * GenerateDataKey and Decrypt, whoever reads it Decrypt) and "Encryption context" (SecretARN, SecretVersionId).
 */
export const secretsManagerActions: ServiceActions = {
  CreateSecret: createSecret,
  DescribeSecret: onSecret('DescribeSecret'),
  GetSecretValue: onSecret('GetSecretValue', 'Decrypt'),
  PutSecretValue: onSecret('PutSecretValue', 'GenerateDataKey', 'Decrypt'),
  UpdateSecretVersionStage: onSecret('UpdateSecretVersionStage'),
  ListSecretVersionIds: onSecret('ListSecretVersionIds'),
  DeleteSecret: onSecret('DeleteSecret'),
  RotateSecret: rotateSecret,
};
