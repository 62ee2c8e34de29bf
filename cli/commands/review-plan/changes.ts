import { isDeepStrictEqual } from 'node:util';
import type { Action, PlannedChange } from './plan';
import { hasUnknown } from './rules/rule';
import { isObject, stepInto } from './sensitive';

/** One resource that a plan touches, without any value. */
export interface ReviewedChange {
  readonly address: string;
  readonly type: string;
  readonly action: Action;
  /** The address of before, when the resource moves. */
  readonly movedFrom?: string;
  /** Whether an object that exists already comes under Terraform. */
  readonly imported: boolean;
  /** Whether this is the old object that an interrupted replacement has left behind. */
  readonly deposed: boolean;
  /** Why, in words; for example why a resource is deleted. */
  readonly reason?: string;
  /** The attributes that force the replacement. */
  readonly forcedBy: readonly string[];
  /** The top-level attributes whose value changes or is not known yet; empty unless it is a change or replacement. */
  readonly attributes: readonly string[];
}

/** Terraform's words for `action_reason`, for people. One that is not here is left out: it only explains. */
const REASONS: ReadonlyMap<string, string> = new Map([
  ['replace_because_cannot_update', 'cannot be changed in place'],
  ['replace_because_tainted', 'marked as tainted'],
  ['replace_by_request', 'asked for with -replace'],
  ['replace_by_triggers', 'triggered by another resource'],
  ['delete_because_no_resource_config', 'no longer in the configuration'],
  ['delete_because_no_module', 'its module is no longer in the configuration'],
  ['delete_because_wrong_repetition', 'count or for_each was added or removed'],
  ['delete_because_count_index', 'beyond the count'],
  ['delete_because_each_key', 'no longer a key of for_each'],
  ['delete_because_no_move_target', 'moved to an address that is not in the configuration'],
]);

const changedAttributes = ({ before, after, after_unknown }: PlannedChange['change']): readonly string[] => {
  const names = new Set(
    [before, after, after_unknown].filter(isObject).flatMap((value) => Object.keys(value)),
  );
  return [...names]
    .filter(
      (name) =>
        !isDeepStrictEqual(stepInto(before, name), stepInto(after, name)) ||
        hasUnknown(stepInto(after_unknown, name)),
    )
    .sort();
};

/**
 * An attribute's path as Terraform writes it.
 *
 * The first step is a name from the provider's schema. What follows may be a key of a map, so it ends where the value
 * becomes sensitive: there the key is too.
 */
const writePath = (
  [name, ...steps]: readonly (string | number)[],
  { before_sensitive, after_sensitive }: PlannedChange['change'],
): string => {
  let marks = [before_sensitive, after_sensitive].map((mark) => stepInto(mark, name ?? ''));
  let path = String(name ?? '');
  for (const step of steps) {
    if (marks.includes(true)) {
      return path;
    }
    path += typeof step === 'string' && /^[a-z_]\w*$/i.test(step) ? `.${step}` : `[${JSON.stringify(step)}]`;
    marks = marks.map((mark) => stepInto(mark, step));
  }
  return path;
};

/** One planned change in a review: names, never values. */
export const reviewChange = ({
  address,
  previous_address: movedFrom,
  type,
  deposed,
  action_reason,
  change,
}: PlannedChange): ReviewedChange => {
  const action = change.actions;
  const reason = REASONS.get(action_reason ?? '');
  return {
    address,
    type,
    action,
    ...(movedFrom === undefined || movedFrom === address ? {} : { movedFrom }),
    imported: change.importing !== undefined && change.importing !== null,
    deposed: deposed !== undefined,
    ...(reason === undefined ? {} : { reason }),
    forcedBy: [...new Set((change.replace_paths ?? []).map((path) => writePath(path, change)))],
    attributes: action === 'change' || action === 'replace' ? changedAttributes(change) : [],
  };
};
