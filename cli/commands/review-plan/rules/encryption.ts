import {
  at,
  becomes,
  changed,
  firstOf,
  goesOn,
  gone,
  isSet,
  notKnown,
  type Rule,
  stop,
  taken,
  turnedOff,
  where,
} from './rule';

/** A key that is set becomes another one or none. The ARN of a key that is there is known. */
const otherKey = (...path: readonly string[]): Rule['find'] =>
  firstOf(
    notKnown('would be encrypted with another key', ...path),
    taken('would be encrypted with no key of yours', ...path),
    changed('would be encrypted with another key', ...path),
  );

const DEFAULT = ['rule', 'apply_server_side_encryption_by_default'];

const weakerAlgorithm: Rule['find'] = (subject) => {
  const [before, after] = [subject.before, subject.after].map((side) =>
    at(side, ...DEFAULT, 'sse_algorithm'),
  );
  const byKms = (algorithm: unknown): boolean =>
    typeof algorithm === 'string' && algorithm.startsWith('aws:kms');
  return goesOn(subject) && byKms(before) && !byKms(after)
    ? 'would be encrypted with no key of yours'
    : undefined;
};

const sqsOff = where(
  ({ after }) => !isSet(at(after, 'kms_master_key_id')),
  becomes(false, 'would not be encrypted at all', 'sqs_managed_sse_enabled'),
);

const encryption = (id: string, what: string, types: RegExp, ...looks: readonly Rule['find'][]): Rule =>
  stop(
    id,
    types,
    `${what} is encrypted with another key or with none`,
    'the hold that your key has on what comes from now on; readers may lack the other key',
    ...looks,
  );

/** Rules about encryption: what the deployment's key encrypts stays encrypted with it. */
export const ENCRYPTION_RULES: readonly Rule[] = [
  encryption(
    'bucket-encryption',
    'the bucket',
    /^aws_s3_bucket_server_side_encryption_configuration$/,
    gone,
    weakerAlgorithm,
    otherKey(...DEFAULT, 'kms_master_key_id'),
    turnedOff(
      'would lose its bucket key, by which the functions may use the key',
      'rule',
      'bucket_key_enabled',
    ),
  ),
  encryption('queue-encryption', 'a queue', /^aws_sqs_queue$/, otherKey('kms_master_key_id'), sqsOff),
  encryption('secret-encryption', 'the secret', /^aws_secretsmanager_secret$/, otherKey('kms_key_id')),
  encryption(
    'other-encryption',
    'a log group, a function, the bus, the archive of events, a result of Athena or what an alias of a key names',
    /^aws_(?:cloudwatch_log_group|lambda_function|cloudwatch_event_bus|cloudwatch_event_archive|kms_alias|athena_workgroup)$/,
    turnedOff('would let each query choose', 'configuration', 'enforce_workgroup_configuration'),
    otherKey('configuration', 'managed_query_results_configuration', 'encryption_configuration', 'kms_key'),
    otherKey('configuration', 'result_configuration', 'encryption_configuration', 'kms_key_arn'),
    ...['kms_key_id', 'kms_key_arn', 'kms_key_identifier', 'target_key_id'].map((name) => otherKey(name)),
  ),
];
