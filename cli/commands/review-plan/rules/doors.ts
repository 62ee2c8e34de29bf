import { isObject } from '../sensitive';
import { accountOf, json } from './policy-document';
import { isArchive, isForNew, knowsBucket, ownAccount } from './principals';
import { at, blocks, gone, hasUnknown, isSet, leaves, ofType, type Rule, stop, turnedOff } from './rule';

const PUBLIC_GROUP = /\/(?:AllUsers|AuthenticatedUsers)$/;
/** The canonical user to whom CloudFront's logs belong: its developer guide, "Permissions required to configure logging". */
const LOG_DELIVERY = 'c4c1ede66af53448b93c283ce9448c4ba468c9432aa01d700d3878632f77d2d0';

const publicAcl: Rule['find'] = ({ before, after }) => {
  const open = (side: unknown): readonly string[] => {
    const access = at(side, 'access_control_policy');
    const owners = [
      LOG_DELIVERY,
      at(access, 'owner', 'id'),
      at(before, 'access_control_policy', 'owner', 'id'),
    ];
    return [
      ...[at(side, 'acl')].map(String).filter((acl) => /^(?:public-|authenticated-)/.test(acl)),
      ...[...blocks(side, 'grant'), ...blocks(access, 'grant')].flatMap((grant) => {
        const [uri, id, mail] = ['uri', 'id', 'email_address'].map(
          (name) => at(grant, 'grantee', name) ?? at(grant, name),
        );
        return [
          ...(PUBLIC_GROUP.test(String(uri)) ? [String(uri)] : []),
          ...[id, mail].filter((name) => isSet(name) && !owners.includes(name)).map(String),
        ];
      }),
    ];
  };
  const found = open(after).find((grant) => !open(before).includes(grant));
  return found === undefined ? undefined : `would grant ${found}`;
};

/** The four settings of a public access block. */
export const PUBLIC_ACCESS_BLOCK: readonly string[] = [
  'block_public_acls',
  'block_public_policy',
  'ignore_public_acls',
  'restrict_public_buckets',
];

/** Whether an access point blocks less than all. */
const isOpen = (side: unknown): boolean =>
  [at(side, 'public_access_block_configuration'), at(side, 'details', 'public_access_block')].some((block) =>
    PUBLIC_ACCESS_BLOCK.some((name) => at(block, name) === false),
  );

/** Arguments that name no receiver and no caller, or whose policies another rule reads. */
const NO_DOOR =
  /^(?:tags\w*|description|layers|environment|\w*policy|event_pattern|dashboard_body|\w+_actions|input\w*)$/;
/** Arguments that name one even where the plan does not tell whose account it is. */
const DOOR = /^(?:principal|grantee_principal|account_id|account|destination_arn)$/;

/** Every text in a value, JSON in a text included, with the argument that holds it. */
const textsIn = (value: unknown, name = ''): readonly (readonly [name: string, text: string])[] => {
  if (NO_DOOR.test(name)) {
    return [];
  }
  if (Array.isArray(value)) {
    return value.flatMap((item) => textsIn(item, name));
  }
  if (isObject(value)) {
    return Object.entries(value).flatMap(([key, item]) => textsIn(item, key));
  }
  return typeof value !== 'string' ? [] : /^[[{]/.test(value) ? textsIn(json(value)) : [[name, value]];
};

/** Types that copy what they get into the bucket that they name. */
const COPIES =
  /^aws_(?:s3_bucket(?:$|_replication|_inventory|_analytics)|kinesis_firehose|cloudwatch_log_delivery|datasync_location|athena_workgroup)/;
/** Types that send what they get to the URL that they name. */
const SENDERS = /^aws_(?:cloudwatch_event_api_destination|kinesis_firehose_delivery_stream)$/;
/** ARNs of a way out of AWS, and of calls that a schedule or a state machine makes by itself. */
const WAY_OUT = /:api-destination\/|:aws-sdk:(?:s3|sqs|kms|secretsmanager|eventbridge|lambda|iam):/i;
/** The bucket in its ARN or address. */
const BUCKET = /^(?:arn:[^:]*:s3:::|s3:\/\/)([^/]+)/;
/** Types that show a bucket to callers whom no policy of the bucket names. */
const FRONTS = /^aws_(?:cloudfront_distribution|api_gateway_integration|storagegateway_\w+)$/;
/** The bucket behind one of them. */
const BEHIND =
  /^(?:arn:[^:]*:s3:::|arn:[^:]*:apigateway:[^:]*:s3:path\/|(?=[^:/]+\.s3[.-]))([^/]+?)(?:\.s3[.-]|\/|$)/;

/** Another account, or a way out, that a plan names for the first time; or a bucket of nobody knows whom that gets copies. */
const foreignDoor: Rule['find'] = (subject) => {
  const { type, before, after } = subject;
  const old = new Set(textsIn(before).map(([, text]) => text));
  const fresh = textsIn(after).filter(([, text]) => !old.has(text));
  const isStranger = (name: string, text: string): boolean => {
    const account = accountOf(text);
    return (
      account !== undefined &&
      account !== '*' &&
      (account !== text || /account|owner|principal/i.test(name)) &&
      !ownAccount(account, subject) &&
      (subject.facts.ownAccounts.size > 0 || DOOR.test(name))
    );
  };
  const held = textsIn(after).some(
    ([name, text]) => /^(?:account(?:_id)?|expected_bucket_owner)$/.test(name) && ownAccount(text, subject),
  );
  const isElsewhere = (text: string): boolean => {
    const [copy, source] = [BUCKET, BEHIND].map((pattern) => pattern.exec(text)?.[1]);
    return (
      (copy !== undefined && !held && COPIES.test(type) && !knowsBucket(copy, subject)) ||
      (source !== undefined && FRONTS.test(type) && isArchive(source, subject)) ||
      (SENDERS.test(type) && /^https?:/.test(text)) ||
      WAY_OUT.test(text)
    );
  };
  const found = fresh.find(
    ([name, text]) => (name === 'principal' && text === '*') || isStranger(name, text) || isElsewhere(text),
  );
  return found === undefined
    ? undefined
    : `would ${isElsewhere(found[1]) ? 'open a way to' : 'let in'} ${found[1]} (${found[0]})`;
};

/** What holds the callers of a function. */
const HOLDS = ['source_arn', 'source_account', 'principal_org_id', 'event_source_token'];

const unheld: Rule['find'] = ({ type, before, after, unknown }) => {
  const holds = (name: string): boolean => isSet(at(after, name)) || hasUnknown(at(unknown, name));
  const lost = HOLDS.find((name) => isSet(at(before, name)) && isObject(after) && !holds(name));
  if (lost !== undefined) {
    return `would no longer ask for a ${lost}`;
  }
  const principal = String(at(after, 'principal'));
  return type === 'aws_lambda_permission' &&
    before === null &&
    /\.amazon(?:aws)?\.com/.test(principal) &&
    !HOLDS.some(holds)
    ? `would let in ${principal} for whoever asks it`
    : undefined;
};

const answersAll: Rule['find'] = ({ before, after, unknown }) =>
  (at(after, 'authorization_type') === 'NONE' || hasUnknown(at(unknown, 'authorization_type'))) &&
  at(before, 'authorization_type') !== 'NONE'
    ? 'would answer everybody'
    : undefined;

/** Doors that open without a policy. */
export const DOOR_RULES: readonly Rule[] = [
  stop(
    'public-access-block',
    /^aws_(?:s3_bucket_public_access_block|s3_account_public_access_block)$/,
    'the public access block is destroyed, weakened or forgotten',
    'the refusal of every policy and ACL that would make voicemail public',
    gone,
    ({ action }) => (action === 'forget' ? 'would be forgotten: whoever lifts it is in no plan' : undefined),
    ...PUBLIC_ACCESS_BLOCK.map((name) => turnedOff(`would turn ${name} off`, name)),
  ),
  stop(
    'ownership',
    /^aws_s3_bucket_ownership_controls$/,
    'the ownership controls are destroyed, or ACLs count again',
    'the rule that ACLs count for nothing and every object is yours',
    gone,
    leaves('BucketOwnerEnforced', 'would let ACLs count', 'rule', 'object_ownership'),
  ),
  stop(
    'acl',
    /^aws_(?:s3_bucket|s3_bucket_acl|s3_object_acl)$/,
    'an ACL lets in everybody or another account',
    'the privacy of every voicemail',
    publicAcl,
  ),
  stop(
    'public-door',
    /^aws_(?:s3_access_point|s3control_multi_region_access_point|s3_bucket_website_configuration)$/,
    'an access point blocks less than all public access, or a bucket that is there becomes a website',
    'the privacy of every voicemail',
    ({ before, after }) =>
      isOpen(after) && !isOpen(before) ? 'would block less than all public access' : undefined,
    ofType('aws_s3_bucket_website_configuration', (subject) =>
      subject.before === null && !isForNew(subject) ? 'would make its bucket a website' : undefined,
    ),
  ),
  stop(
    'open-door',
    /^/,
    'another account is named for the first time, as caller or receiver (permission, grant, share, target, pipe, replication, inventory, subscription); everybody gets a URL or permission; one has no source; or a way leads out: an unknown bucket, a URL, unseen calls of AWS, CloudFront, an API, a gateway',
    'the rule that only this deployment calls it, and that what it holds stays in your account',
    unheld,
    answersAll,
    foreignDoor,
  ),
];
