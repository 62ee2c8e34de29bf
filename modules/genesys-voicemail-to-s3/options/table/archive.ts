import {
  bucketName,
  choice,
  flag,
  keyPrefix,
  listOf,
  type ObjectRule,
  type OptionTable,
  tags,
  wholeNumber,
} from '../rule';

const transition: ObjectRule = {
  kind: 'object',
  name: 'ArchiveTransition',
  doc: 'A move of stored voicemail to a cheaper storage class.',
  fields: {
    days: { doc: 'Days after which an object moves.', rule: wholeNumber(0, 36_500, 'days') },
    storageClass: {
      doc: 'The S3 storage class it moves to, for example `STANDARD_IA` or `GLACIER_IR`.',
      rule: choice([
        'STANDARD_IA',
        'ONEZONE_IA',
        'INTELLIGENT_TIERING',
        'GLACIER_IR',
        'GLACIER',
        'DEEP_ARCHIVE',
      ]),
    },
  },
  allowed: 'an object with days and storageClass',
};

/** The bucket, and how long it keeps what. */
export const ARCHIVE_OPTIONS = {
  retentionDays: {
    doc: 'Days after which stored voicemail is deleted. Either this or `retainForever` has to be given: how long voices are kept is a decision, not a default.',
    rule: wholeNumber(1, 36_500, 'days'),
    leftOut: '`retainForever` has to be true',
    literal: true,
  },
  retainForever: {
    doc: 'Whether stored voicemail is kept until somebody deletes it.',
    rule: flag,
    byDefault: false,
    leftOut: '`retentionDays` has to be given',
    literal: true,
  },
  noncurrentRetentionDays: {
    doc: 'Days for which a deleted or replaced object can still be brought back. It is gone for good after the sum of `retentionDays` and this.',
    rule: wholeNumber(1, 36_500, 'days'),
    byDefault: 30,
  },
  transitions: {
    doc: 'Moves to cheaper storage classes. Objects below 128 KB stay where they are, which are the sidecars and short voicemail: the cheaper classes bill each of them as 128 KB or more, so that a move would cost more than it saves.',
    rule: listOf(transition, 'objects with days and storageClass'),
    byDefault: [],
    leftOut: 'objects stay in `STANDARD`',
    literal: 'entries',
  },
  keyPrefix: {
    doc: "Prefix of every object's key: empty, or ending in `/`.",
    rule: keyPrefix,
    byDefault: '',
  },
  objectTags: {
    doc: 'Tags of every stored recording, at most 10.',
    rule: tags(10),
    byDefault: {},
    leftOut: 'recordings bear no tags',
    // They are written percent-encoded, which Terraform could not do later.
    literal: true,
  },
  accessLogBucketName: {
    doc: "Name of a bucket in the same account and region that receives the archive's server access logs.",
    rule: bucketName,
    leftOut: 'no access log is written',
  },
  accessLogPrefix: {
    doc: "Prefix of the access logs' keys.",
    rule: keyPrefix,
    leftOut: 'the name of the archive and `/`',
  },
  objectLockDays: {
    doc: 'Days, at most `retentionDays`, for which only who may bypass it deletes a version for good (S3 Object Lock, governance mode): `erase --bypass-lock`. Holds for what is stored from then on. S3 never takes it off a bucket again, only the days.',
    rule: wholeNumber(1, 36_500, 'days'),
    leftOut: 'no version is locked',
  },
  catalog: {
    doc: 'Whether Athena can ask the archive: a Glue table over the sidecars with partitions that nobody has to add, and a workgroup whose results are kept encrypted for a day. An `existingKeyArn` has to allow it to `encryption.athena.amazonaws.com`.',
    rule: flag,
    byDefault: false,
    literal: true,
  },
  existingBucketName: {
    doc: "Name of a bucket in the same account that takes the voicemail. Its settings and its lifecycle stay its owner's: the module makes no bucket and changes none.",
    rule: bucketName,
    leftOut: 'a bucket is created',
  },
} as const satisfies OptionTable;
