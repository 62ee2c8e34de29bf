import { invalidArgument, S3Error } from './s3-error';

/** How a bucket encrypts objects whose writer asks for nothing. */
export type BucketEncryption =
  | { readonly sseAlgorithm: 'AES256' }
  | {
      readonly sseAlgorithm: 'aws:kms';
      /** @default - the key that AWS manages for S3 */
      readonly kmsKeyArn?: string;
      /** @default false */
      readonly bucketKeyEnabled?: boolean;
    };

/** How an object is encrypted. */
export interface ObjectEncryption {
  readonly sseAlgorithm: 'AES256' | 'aws:kms';
  readonly kmsKeyArn: string | undefined;
  readonly bucketKeyEnabled: boolean;
}

/** Keys as S3 sees them. */
export interface KeyRing {
  readonly accountId: string;
  readonly region: string;
  /** ARNs of the customer keys that exist. */
  kmsKeyArns(): ReadonlySet<string>;
}

const HEADER = 'x-amz-server-side-encryption';
const KEY_HEADER = `${HEADER}-aws-kms-key-id`;
const BUCKET_KEY_HEADER = `${HEADER}-bucket-key-enabled`;

/** @throws S3Error where no such customer key exists; aliases and keys of other accounts are not known here. */
const existingKey = (keyId: string, { accountId, region, kmsKeyArns }: KeyRing): string => {
  const arn = keyId.startsWith('arn:') ? keyId : `arn:aws:kms:${region}:${accountId}:key/${keyId}`;
  if (!kmsKeyArns().has(arn)) {
    throw new S3Error('KMS.NotFoundException', 400, `Key '${arn}' does not exist`);
  }
  return arn;
};

/**
 * Works out how an object is encrypted: by its request's headers, else by its bucket's default.
 *
 * Not modelled, and so refused: keys that customers provide (SSE-C), dual-layer KMS, encryption contexts.
 *
 * @throws S3Error for headers that contradict each other and for keys that do not exist.
 */
export const resolveEncryption = (
  headers: ReadonlyMap<string, string>,
  bucketDefault: BucketEncryption,
  keys: KeyRing,
): ObjectEncryption => {
  const algorithm = headers.get(HEADER);
  const keyId = headers.get(KEY_HEADER);
  const bucketKey = headers.get(BUCKET_KEY_HEADER);
  if (algorithm !== undefined && algorithm !== 'AES256' && algorithm !== 'aws:kms') {
    throw invalidArgument(HEADER, algorithm, 'AES256 or aws:kms');
  }
  if (algorithm !== 'aws:kms' && keyId !== undefined) {
    throw invalidArgument(KEY_HEADER, keyId, `given with ${HEADER}: aws:kms only`);
  }
  const sseAlgorithm = algorithm ?? bucketDefault.sseAlgorithm;
  if (sseAlgorithm === 'AES256') {
    return { sseAlgorithm, kmsKeyArn: undefined, bucketKeyEnabled: false };
  }
  const kmsDefault = bucketDefault.sseAlgorithm === 'aws:kms' ? bucketDefault : undefined;
  const wantedKey = keyId ?? (algorithm === undefined ? kmsDefault?.kmsKeyArn : undefined);
  return {
    sseAlgorithm,
    kmsKeyArn:
      wantedKey === undefined
        ? `arn:aws:kms:${keys.region}:${keys.accountId}:key/aws-managed-key-for-s3`
        : existingKey(wantedKey, keys),
    bucketKeyEnabled: bucketKey === undefined ? kmsDefault?.bucketKeyEnabled === true : bucketKey === 'true',
  };
};

/** The headers by which S3 reports how an object is encrypted. */
export const encryptionHeaders = ({
  sseAlgorithm,
  kmsKeyArn,
  bucketKeyEnabled,
}: ObjectEncryption): Readonly<Record<string, string>> => ({
  [HEADER]: sseAlgorithm,
  ...(kmsKeyArn === undefined ? {} : { [KEY_HEADER]: kmsKeyArn }),
  ...(bucketKeyEnabled ? { [BUCKET_KEY_HEADER]: 'true' } : {}),
});
