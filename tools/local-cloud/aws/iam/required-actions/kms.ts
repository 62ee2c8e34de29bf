import type { RequestContext } from '../condition';
import type { Call, RequiredAction } from './call';

/** The two operations that services ask of KMS in the caller's name. */
export type KmsOperation = 'Decrypt' | 'GenerateDataKey';

/**
 * The rights on a key that a service uses in its caller's name.
 *
 * KMS sees the caller, the service by `kms:ViaService`, and each pair of the encryption context by a key of its own.
 *
 * Source: KMS Developer Guide, "AWS KMS condition keys" (`kms:ViaService`, `kms:CallerAccount`,
 * `kms:EncryptionContext:context-key`, `kms:EncryptionContextKeys`); IAM User Guide, "AWS global condition context keys"
 * (`aws:ViaAWSService`).
 */
export const viaKms = (
  { service, region, accountId }: Call,
  keyArn: string | undefined,
  encryptionContext: Readonly<Record<string, string>>,
  operations: readonly KmsOperation[],
): readonly RequiredAction[] => {
  if (keyArn === undefined) {
    return [];
  }
  const context: RequestContext = {
    'kms:ViaService': `${service}.${region}.amazonaws.com`,
    'kms:CallerAccount': accountId,
    'kms:EncryptionContextKeys': Object.keys(encryptionContext),
    'aws:ViaAWSService': 'true',
    ...Object.fromEntries(
      Object.entries(encryptionContext).map(([name, value]) => [`kms:EncryptionContext:${name}`, value]),
    ),
  };
  return operations.map((operation) => ({ action: `kms:${operation}`, resource: keyArn, context }));
};

/**
 * The ARN of a customer managed key from what a request may name it by; `undefined` for a key that AWS manages.
 *
 * @throws RangeError for an alias of the customer's own, which the local AWS does not keep.
 */
export const keyArnOf = ({ region, accountId }: Call, keyId: string): string | undefined => {
  if (/(^|:)alias\/aws\//.test(keyId)) {
    return undefined;
  }
  if (/(^|:)alias\//.test(keyId)) {
    throw new RangeError(`the local AWS knows keys by id and ARN, not by the alias ${JSON.stringify(keyId)}`);
  }
  return keyId.startsWith('arn:') ? keyId : `arn:aws:kms:${region}:${accountId}:key/${keyId}`;
};
