import { stepInto } from '../sensitive';
import { isForNew } from './principals';
import {
  at,
  blocks,
  destroyed,
  gone,
  hasUnknown,
  isSet,
  leaves,
  ofType,
  type Rule,
  shortened,
  stop,
  turnedOff,
} from './rule';

/** Filter of a lifecycle rule. It covers another one that is about some of the same objects. */
interface Scope {
  readonly prefix: string;
  readonly tags: readonly string[];
  /** Bytes between which an object is. */
  readonly sizes: readonly [least: number, most: number];
}

/** One way in which an enabled lifecycle rule deletes objects. */
interface Expiry {
  readonly kind: 'current' | 'noncurrent';
  readonly scope: Scope;
  /** Days until the deletion; below zero for a date. Undefined where only the apply will know. */
  readonly days: number | undefined;
  /** How many older versions it leaves. */
  readonly kept: number;
}

const numberAt = (value: unknown, name: string): number | undefined => {
  const found = at(value, name);
  return isSet(found) && Number.isFinite(Number(found)) ? Number(found) : undefined;
};

const textAt = (value: unknown, name: string): string => {
  const found = at(value, name);
  return typeof found === 'string' ? found : '';
};

const scopeOf = (rule: unknown): Scope => {
  const places = [rule, at(rule, 'filter'), at(rule, 'filter', 'and')];
  const tags = places.flatMap((place) => [
    ...blocks(place, 'tag').map((tag) => `${textAt(tag, 'key')}=${textAt(tag, 'value')}`),
    ...Object.entries(at(place, 'tags') ?? {}).map(([key, value]) => `${key}=${value}`),
  ]);
  const sizes = (name: string): readonly number[] =>
    places.flatMap((place) => numberAt(place, name) ?? []).filter((size) => size > 0);
  return {
    prefix: places.map((place) => textAt(place, 'prefix')).find((prefix) => prefix !== '') ?? '',
    tags: [...new Set(tags)].sort(),
    sizes: [
      Math.max(0, ...sizes('object_size_greater_than')),
      Math.min(Number.POSITIVE_INFINITY, ...sizes('object_size_less_than')),
    ],
  };
};

const covers = (wide: Scope, narrow: Scope): boolean =>
  narrow.prefix.startsWith(wide.prefix) &&
  wide.tags.every((tag) => narrow.tags.includes(tag)) &&
  wide.sizes[0] <= narrow.sizes[0] &&
  wide.sizes[1] >= narrow.sizes[1];

/** The day of a date, below zero: whatever the date, it comes once and for all, so any number of days is later. */
const dayOf = (date: string): number | undefined => {
  const day = Date.parse(date) / 86_400_000;
  return Number.isNaN(day) ? undefined : day - 1_000_000;
};

/** The rules of a lifecycle configuration, or of a bucket that holds its own, as older configurations have them. */
const lifecycleRules = (side: unknown): readonly unknown[] => [
  ...blocks(side, 'rule'),
  ...blocks(side, 'lifecycle_rule'),
];

const expiriesOf = (configuration: unknown, unknown: unknown): readonly Expiry[] => {
  const unknownRules = lifecycleRules(unknown);
  return lifecycleRules(configuration).flatMap((rule, index): readonly Expiry[] => {
    if (at(rule, 'status') === 'Disabled' || at(rule, 'enabled') === false) {
      return [];
    }
    const scope = scopeOf(rule);
    const expiry = (block: string, names: readonly string[]): number | undefined | 'none' => {
      const days = names.map((name) => numberAt(at(rule, block), name)).find((found) => found !== undefined);
      return days !== undefined
        ? days
        : names.some((name) => hasUnknown(at(unknownRules[index], block, name)))
          ? undefined
          : 'none';
    };
    const marker = at(rule, 'expiration', 'expired_object_delete_marker') === true;
    const date = dayOf(textAt(at(rule, 'expiration'), 'date'));
    const until = date ?? (marker ? 'none' : expiry('expiration', ['days', 'date']));
    const kept = numberAt(at(rule, 'noncurrent_version_expiration'), 'newer_noncurrent_versions') ?? 0;
    const older = expiry('noncurrent_version_expiration', ['noncurrent_days', 'days']);
    return [
      // A rule that only removes delete markers has zero days.
      ...(until === 'none' || until === 0 ? [] : [{ kind: 'current' as const, scope, days: until, kept: 0 }]),
      ...(older === 'none' && kept === 0
        ? []
        : [{ kind: 'noncurrent' as const, scope, days: older === 'none' ? 0 : older, kept }]),
    ];
  });
};

const inTime = (days: number): string =>
  days < 0 ? 'on a date' : Number.isFinite(days) ? `after ${days} ${days === 1 ? 'day' : 'days'}` : 'never';

const lessRetention: Rule['find'] = (subject) => {
  const { action, before, after, unknown, facts } = subject;
  // On a bucket of the same plan, as one is whose name is not known yet, there is nothing that a new rule could delete.
  if (action === 'destroy' || isForNew(subject)) {
    return undefined;
  }
  if (stepInto(unknown, 'rule') === true) {
    return 'would delete what only the apply will know';
  }
  // What counts is the bucket: rules may come to it from another one, or from another address.
  const bucket = at(after, 'bucket') ?? at(before, 'bucket');
  const was = facts.resources
    .filter(
      (other) =>
        other.type === subject.type &&
        (isSet(bucket) ? at(other.before, 'bucket') === bucket : other.address === subject.address),
    )
    .flatMap((other) => expiriesOf(other.before, undefined));
  for (const { kind, scope, days: until, kept } of expiriesOf(after, unknown)) {
    const same = was.filter((old) => old.kind === kind && covers(old.scope, scope));
    const today = Math.min(Number.POSITIVE_INFINITY, ...same.map((old) => old.days ?? 0));
    const what = kind === 'current' ? 'voicemail' : 'older versions';
    const where = scope.prefix === '' ? '' : ` under ${scope.prefix}`;
    if (until === undefined) {
      return `would delete ${what}${where} after a time that only the apply will know, today ${inTime(today)}`;
    }
    if (until < today) {
      return `would delete ${what}${where} ${inTime(until)}, today ${inTime(today)}`;
    }
    // A rule that covers this one and keeps fewer deletes as many already.
    if (kept < Math.min(...same.filter((old) => old.days === today).map((old) => old.kept))) {
      return `would keep only ${kept} older versions${where}`;
    }
  }
  return undefined;
};

const lockShorter: Rule['find'] = (subject) => {
  const [was = 0, is = 0] = [subject.before, subject.after].map((side) => {
    const retention = at(side, 'rule', 'default_retention');
    return Math.max(numberAt(retention, 'days') ?? 0, (numberAt(retention, 'years') ?? 0) * 365);
  });
  return is < was ? 'would lock new voicemail for a shorter time' : undefined;
};

/** Rules about retention: a shorter time loses more than most deletions. */
export const RETENTION_RULES: readonly Rule[] = [
  stop(
    'retention',
    /^aws_(?:s3_bucket_lifecycle_configuration|s3_bucket)$/,
    'a lifecycle rule deletes earlier than now, more than now, or anew on a bucket that is there, to which it may have moved',
    'everything older, within a day',
    lessRetention,
  ),
  stop(
    'versioning',
    /^aws_(?:s3_bucket_versioning|s3_bucket)$/,
    'versioning is suspended, loses its MFA, or is replaced or no longer managed',
    'the way back from a deletion or an overwriting',
    ofType('aws_s3_bucket_versioning', gone),
    turnedOff('would suspend versioning', 'versioning', 'enabled'),
    leaves('Enabled', 'would suspend versioning', 'versioning_configuration', 'status'),
    leaves('Enabled', 'would take deletions without MFA', 'versioning_configuration', 'mfa_delete'),
  ),
  stop(
    'object-lock',
    /^aws_s3_bucket_object_lock_configuration$/,
    "Object Lock's time is shortened, its mode weakened, or it is replaced or no longer managed",
    'the proof that nobody can delete new voicemail',
    gone,
    lockShorter,
    leaves('COMPLIANCE', 'would lock new voicemail less strictly', 'rule', 'default_retention', 'mode'),
  ),
  stop(
    'queue-retention',
    /^aws_sqs_queue$/,
    "a queue's `message_retention_seconds` is shortened",
    'messages that wait longer than that, without a trace',
    // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html: four days.
    shortened('would keep messages for fewer seconds:', 'message_retention_seconds', { byDefault: 345_600 }),
  ),
  stop(
    'deletion-window',
    /^aws_kms_(?:replica_)?(?:external_)?key$/,
    "a key's `deletion_window_in_days` is shortened",
    'days in which a deletion can be taken back',
    shortened('would shorten its deletion window', 'deletion_window_in_days', { byDefault: 30 }),
  ),
  stop(
    'recovery-window',
    /^aws_secretsmanager_secret$/,
    "a secret's `recovery_window_in_days` is shortened",
    'days in which a deletion can be taken back',
    shortened('would shorten its recovery window', 'recovery_window_in_days', { byDefault: 30 }),
  ),
  stop(
    'event-archive',
    /^aws_cloudwatch_event_archive$/,
    'the archive of events is destroyed, replaced or keeps events for less time',
    'events from which a lost voicemail could be replayed',
    destroyed,
    ({ action }) => (action === 'replace' ? 'would be replaced by a new and empty one' : undefined),
    shortened('would keep events for fewer days:', 'retention_days', { byDefault: 0, zeroIsForEver: true }),
  ),
];
