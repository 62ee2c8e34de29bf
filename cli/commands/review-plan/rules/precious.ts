import { isObject, stepInto } from '../sensitive';
import { at, changed, hasUnknown, isSet, newly, type Rule, stop, turnedOff } from './rule';

const KEYS = /^aws_kms_(?:replica_)?(?:external_)?key$/;

/** Resources that cannot be made again: their types, their name for people with its article, and what is lost with one. */
const PRECIOUS: readonly (readonly [types: RegExp, what: string, loss: string])[] = [
  [/^aws_s3_bucket$/, 'a bucket', 'every voicemail in it'],
  [
    /^aws_secretsmanager_secret$/,
    'a secret',
    'the Genesys token pair in it, so that a person has to authorize anew',
  ],
  [KEYS, 'a KMS key', 'everything that is encrypted with it, for ever'],
  [
    /^aws_cloudwatch_event_bus$/,
    'an event bus',
    'events, which Genesys drops without a trace while it is gone',
  ],
  [/^aws_sqs_queue$/, 'a queue', 'the voicemails whose messages wait in it'],
];

const lost: Rule['find'] = ({ action, deposed, deletedOutside }) => {
  if (action === 'destroy') {
    return deposed
      ? 'would be destroyed: the object that an interrupted replacement has left behind'
      : 'would be destroyed';
  }
  if (action === 'replace') {
    return 'would be replaced by a new and empty one';
  }
  return action === 'add' && deletedOutside
    ? 'was deleted outside Terraform and would be made anew and empty; restore it first if you can'
    : undefined;
};

/** Variables whose value is the secret itself, not its name, ARN or age. */
const SECRET_NAME =
  /(?:^|_)(?:SECRET|SECRET_(?:ACCESS_)?KEY|PASSWORD|PASSWD|PASSPHRASE|API_?KEY|PRIVATE_KEY|CREDENTIALS?|TOKEN)(?:_(?:VALUE|STRING|JSON|PEM|\d+))?$/i;

const secretCopied: Rule['find'] = ({ type, before, after, unknown }) => {
  if (type === 'aws_ssm_parameter') {
    const isNew = before === null ? isSet(at(after, 'value')) : at(before, 'value') !== at(after, 'value');
    return at(after, 'type') === 'SecureString' && (isNew || hasUnknown(at(unknown, 'value')))
      ? "would keep a parameter's secret value in the state"
      : undefined;
  }
  const [was, is] = [before, after].map((side) => at(side, 'environment', 'variables'));
  const found = Object.entries(isObject(is) ? is : {}).find(
    ([name, value]) =>
      SECRET_NAME.test(name) && isSet(value) && !/^arn:/.test(String(value)) && value !== stepInto(was, name),
  );
  return found === undefined ? undefined : `would keep ${found[0]} in the state`;
};

/** Rules about resources that hold voicemail, the token, or the key to both. */
export const PRECIOUS_RULES: readonly Rule[] = [
  ...PRECIOUS.map(
    ([types, what, loss]): Rule =>
      stop(
        `${what.replace(/^an? /, '').replaceAll(' ', '-').toLowerCase()}-lost`,
        types,
        `${what} is destroyed, replaced, or made anew after somebody deleted it outside`,
        loss,
        lost,
      ),
  ),
  stop(
    'force-destroy',
    /^aws_s3_bucket$/,
    '`force_destroy` is turned on',
    'the refusal to destroy a bucket that holds voicemail',
    ({ action, before, after, unknown }) =>
      action !== 'add' &&
      at(before, 'force_destroy') !== true &&
      (at(after, 'force_destroy') === true || hasUnknown(at(unknown, 'force_destroy')))
        ? 'would take force_destroy'
        : undefined,
  ),
  stop(
    'key-off',
    KEYS,
    'a KMS key is disabled, its rotation turned off, or its material gets a date at which it expires',
    'the reading and writing of what it encrypts, or the yearly change of its material',
    turnedOff('would be disabled', 'is_enabled'),
    turnedOff('would be disabled', 'enabled'),
    turnedOff('would rotate no longer', 'enable_key_rotation'),
    newly('would lose its material on a date', 'valid_to'),
    changed('would lose its material on another date', 'valid_to'),
  ),
  {
    ...stop(
      'secret-value',
      /^aws_secretsmanager_secret_version$/,
      "a secret's value is in the plan or the state, as a resource or as a data source",
      'the secrecy of the value, which the state holds in clear, and with a resource the pair that rotation keeps',
      ({ action }) =>
        action === 'destroy' || action === 'forget' ? undefined : "would keep a secret's value in the state",
    ),
    alsoData: true,
  },
  stop(
    'secret-copied',
    /^aws_(?:lambda_function|ssm_parameter)$/,
    'a variable of a function that is named like a secret, or a `SecureString` parameter, gets a value',
    'the secrecy of the value, which the state holds in clear; the functions read theirs from Secrets Manager',
    secretCopied,
  ),
];
