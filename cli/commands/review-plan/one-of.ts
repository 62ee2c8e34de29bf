import { at, isSet, type Planned } from './rules/rule';

/** Types of which a bucket, queue, secret or key has one: a second one, at another address, takes the place of the first. */
const ONE_OF =
  /^aws_(?:s3_bucket_(?!object$|inventory|analytics|metric|intelligent)\w+|sqs_queue_\w+|secretsmanager_secret_(?:policy|rotation)|kms_key_policy)$/;

/** The arguments by which they name it. */
const HOLDERS = ['bucket', 'queue_url', 'secret_arn', 'secret_id', 'key_id'];
/** The attributes by which it is named. */
const NAMES = ['bucket', 'url', 'arn', 'key_id'];

/**
 * What is there before a resource is made: what it takes the place of, be it a resource of its type at another address or
 * the policy that a resource holds itself.
 */
export const taking = (made: Planned, all: readonly Planned[]): unknown => {
  const held = HOLDERS.map((name) => at(made.after, name)).find(isSet);
  const isOf = (side: unknown, names: readonly string[]): boolean =>
    names.some((name) => at(side, name) === held);
  if (made.before !== null || held === undefined || !ONE_OF.test(made.type)) {
    return made.before;
  }
  const first = all.find(({ type, before }) => type === made.type && isOf(before, HOLDERS));
  const owner = all.find(
    ({ type, before }) =>
      made.type === `${type}_policy` && isOf(before, NAMES) && isSet(at(before, 'policy')),
  );
  return first?.before ?? (owner === undefined ? null : { policy: at(owner.before, 'policy') });
};
