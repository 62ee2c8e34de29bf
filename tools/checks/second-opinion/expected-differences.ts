import type { ExpectedDifference } from './compare';
import type { EmulatorName } from './emulator';

const SECRETS_MANAGER = 'https://docs.aws.amazon.com/secretsmanager/latest/apireference';
const S3 = 'https://docs.aws.amazon.com/AmazonS3/latest/API';
const S3_CHECKSUMS = 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html';
const SIGNATURES = 'https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html';

/** It let through what AWS refuses. */
const ACCEPTED = /Received promise resolved instead of rejected/;
/** A list of versions or labels that is longer than it should be. */
const ONE_MORE = /^- Expected {2}- 0\n\+ Received {2}\+ 1$/m;

/** Differences of both emulators, each for itself. */
const BOTH: readonly ExpectedDifference[] = [
  {
    promise: 'API_PutSecretValue: a value of 65,536 bytes is taken, one more is refused',
    because: 'it sets no limit to a value',
    source: `${SECRETS_MANAGER}/API_PutSecretValue.html`,
    shows: ACCEPTED,
  },
  {
    promise: 'API_UpdateSecretVersionStage: AWSCURRENT moves, but cannot be removed',
    because: 'it lets AWSCURRENT be taken away from the only version that has it',
    source: `${SECRETS_MANAGER}/API_UpdateSecretVersionStage.html`,
    shows: ACCEPTED,
  },
  {
    promise:
      'API_ListSecretVersionIds: a version without a label is deprecated: listed with IncludeDeprecated only',
    because: 'it always lists every version',
    source: `${SECRETS_MANAGER}/API_ListSecretVersionIds.html`,
    shows: ONE_MORE,
  },
  {
    promise: 'API_RotateSecret: a secret without a rotation function is InvalidRequestException',
    because: 'it rotates without a function: it promotes a copy or an empty version',
    source: `${SECRETS_MANAGER}/API_RotateSecret.html`,
    shows: ACCEPTED,
  },
  {
    promise: 'adopts a pair that another run wrote meanwhile, which nothing may write over',
    because: 'it overwrites a pending version that has a value, where AWS answers ResourceExistsException',
    source: `${SECRETS_MANAGER}/API_PutSecretValue.html`,
    shows: /expect\(received\)\.toBe\(expected\)/,
  },
  {
    promise: 'nobody gets in with a wrong secret key',
    because: 'it does not check signatures (MiniStack with AUTH=true looks the key id up, and no more)',
    source: SIGNATURES,
    shows: ACCEPTED,
  },
];

const MINISTACK: readonly ExpectedDifference[] = [
  {
    promise:
      'API_CreateSecret: a secret with a value has one version, AWSCURRENT, whose id is the ClientRequestToken',
    because: 'its CreateSecret ignores the ClientRequestToken',
    source: `${SECRETS_MANAGER}/API_CreateSecret.html`,
    shows: /^- Expected {2}- 1\n\+ Received {2}\+ 1$/m,
  },
  {
    promise:
      'API_CreateSecret: a secret without a value has no version, and reading it is ResourceNotFoundException',
    because: 'it gives a secret without a value an empty AWSCURRENT',
    source: `${SECRETS_MANAGER}/API_CreateSecret.html`,
    shows: /\+\s+"AWSCURRENT",/,
  },
  {
    promise: 'API_PutSecretValue: several labels move to the new version in one step',
    because: 'its PutSecretValue takes no label but AWSCURRENT away from the version before',
    source: `${SECRETS_MANAGER}/API_PutSecretValue.html`,
    shows: /\+\s+"AWSPENDING",\n\+\s+"LATEST_GRANT",/,
  },
  {
    promise: 'API_PutSecretValue: the first version gets AWSCURRENT',
    because: 'the empty AWSCURRENT of its CreateSecret keeps the label',
    source: `${SECRETS_MANAGER}/API_PutSecretValue.html`,
    shows: /Received array: +\["AWSPENDING"\]/,
  },
  {
    promise: 'API_PutSecretValue: the same token with the same data changes nothing',
    because: 'its PutSecretValue writes the version anew and gives it its labels back',
    source: `${SECRETS_MANAGER}/API_PutSecretValue.html`,
    shows: /\+\s+"AWSPENDING",/,
  },
  {
    promise:
      'API_PutSecretValue: the same token with other data is ResourceExistsException, and the value stays',
    because: 'its PutSecretValue overwrites any version',
    source: `${SECRETS_MANAGER}/API_PutSecretValue.html`,
    shows: ACCEPTED,
  },
  {
    promise: 'API_PutSecretValue: a token of fewer than 32 characters is refused',
    because: 'it takes a token of any length',
    source: `${SECRETS_MANAGER}/API_PutSecretValue.html`,
    shows: ACCEPTED,
  },
  {
    promise:
      'API_GetSecretValue: a version id with a stage that it does not carry is InvalidRequestException',
    because: 'its GetSecretValue ignores the stage where a version id is named',
    source: `${SECRETS_MANAGER}/API_GetSecretValue.html`,
    shows: ACCEPTED,
  },
  {
    promise: 'the pending version cannot be read while it is empty: ResourceNotFoundException',
    because: 'it answers an empty version without a value; the function takes both for "empty"',
    source: `${SECRETS_MANAGER}/API_GetSecretValue.html`,
    shows: ACCEPTED,
  },
  {
    promise: 'takes LATEST_GRANT away from the version before',
    because: 'its PutSecretValue takes no label but AWSCURRENT away from the version before',
    source: `${SECRETS_MANAGER}/API_PutSecretValue.html`,
    shows: ONE_MORE,
  },
  {
    promise: 'takes AWSCURRENT and LATEST_GRANT with one write',
    because: 'its PutSecretValue with AWSCURRENT drops every other label of the same call',
    source: `${SECRETS_MANAGER}/API_PutSecretValue.html`,
    shows: /^- Expected {2}- 1\n\+ Received {2}\+ 1$/m,
  },
  {
    promise: 'is encrypted through the bucket key',
    because: 'it does not say BucketKeyEnabled in any answer',
    source: `${S3}/API_HeadObject.html`,
    shows: /Expected: true\nReceived: undefined/,
  },
  {
    promise: 'carries the tags of the deployment as well',
    because: 'it loses the tags of an upload in parts',
    source: `${S3}/API_CreateMultipartUpload.html`,
    shows: /\+ Object \{\}/,
  },
];

const MOTO: readonly ExpectedDifference[] = [
  {
    promise: 'API_PutSecretValue: several labels move to the new version in one step',
    because: 'its DescribeSecret names versions without labels, too',
    source: `${SECRETS_MANAGER}/API_DescribeSecret.html`,
    shows: ONE_MORE,
  },
  {
    promise: 'API_PutSecretValue: the same token with the same data changes nothing',
    because: 'its DescribeSecret names versions without labels, too',
    source: `${SECRETS_MANAGER}/API_DescribeSecret.html`,
    shows: ONE_MORE,
  },
  {
    promise: 'API_DescribeSecret: only versions with labels are named',
    because: 'its DescribeSecret names versions without labels, too',
    source: `${SECRETS_MANAGER}/API_DescribeSecret.html`,
    shows: ONE_MORE,
  },
  {
    promise: 'API_UpdateSecretVersionStage: moving AWSCURRENT takes AWSPREVIOUS to the version that lost it',
    because: 'after the move, a GetSecretValue without a stage still answers the old value',
    source: `${SECRETS_MANAGER}/API_GetSecretValue.html`,
    shows: /Expected: "two"\nReceived: "one"/,
  },
  {
    promise: 'takes AWSCURRENT and LATEST_GRANT with one write',
    because: 'a PutSecretValue after a moved AWSCURRENT leaves that label on both versions',
    source: `${SECRETS_MANAGER}/API_PutSecretValue.html`,
    shows: ONE_MORE,
  },
  {
    promise: 'wins: the next rotation starts from their pair',
    because:
      'AWSCURRENT is on two versions (see above), and reading it answers the older one: the rotation takes that for a login that came between',
    source: `${SECRETS_MANAGER}/API_PutSecretValue.html`,
    shows: /Expected: 1\nReceived: 0|RotationSuperseded/,
  },
  {
    promise: 'S3 keeps a declared SHA-256, whose algorithm nothing else names',
    because:
      'it overlooks x-amz-checksum-sha256 without x-amz-sdk-checksum-algorithm, which the suite adds for the mover',
    source: `${S3}/API_PutObject.html`,
    shows: /Received: undefined/,
  },
  {
    promise: 'S3 refuses bytes that do not have the declared SHA-256',
    because: 'it keeps a declared checksum without checking it',
    source: S3_CHECKSUMS,
    shows: ACCEPTED,
  },
  {
    promise: 'S3 refuses a part that does not have the declared SHA-256',
    because: 'it keeps a declared checksum without checking it',
    source: S3_CHECKSUMS,
    shows: ACCEPTED,
  },
  {
    promise: 'has the composite SHA-256 of its parts from S3 itself',
    because: 'it answers a composite checksum without the number of parts and without a ChecksumType',
    source: S3_CHECKSUMS,
    shows: /-\s+"ChecksumType": "COMPOSITE",/,
  },
  {
    promise: 'nobody gets in with a key that was never issued',
    because: 'it takes any key until it is told to check them, and then for S3 alone by resource',
    source: SIGNATURES,
    shows: ACCEPTED,
  },
];

/**
 * Where each emulator does not do as AWS documents it: the promise, what it does, why, and how that shows.
 *
 * The list is held to from both sides: any other difference fails the second opinion, and so does one that has vanished.
 */
export const EXPECTED_DIFFERENCES: Readonly<Record<EmulatorName, readonly ExpectedDifference[]>> = {
  ministack: [...BOTH, ...MINISTACK],
  moto: [...BOTH, ...MOTO],
};
