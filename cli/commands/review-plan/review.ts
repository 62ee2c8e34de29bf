import { createHash } from 'node:crypto';
import { type ReviewedChange, reviewChange } from './changes';
import { findStops, findWarnings, type Stop, type Warning } from './findings';
import type { Action, ParsedPlan, Plan } from './plan';
import { isObject, withoutSensitive } from './sensitive';

/** How many resources each action touches. A resource that moves or is imported may be changed as well. */
export interface Counts {
  readonly add: number;
  readonly change: number;
  readonly replace: number;
  readonly destroy: number;
  readonly import: number;
  readonly move: number;
  readonly forget: number;
  readonly read: number;
}

/** Review of a plan: what it would do, without any value, and whether it may be applied. */
export interface Review {
  /** False when a stop is not allowed. */
  readonly ok: boolean;
  readonly counts: Counts;
  /** The resources that the plan touches, in the plan's order. */
  readonly changes: readonly ReviewedChange[];
  /** The names of the outputs that change. */
  readonly outputs: readonly string[];
  /** Changes made outside Terraform since the last apply, as far as they matter to this plan. */
  readonly drift: readonly ReviewedChange[];
  readonly stops: readonly Stop[];
  readonly warnings: readonly Warning[];
  /**
   * SHA-256, as hex, of everything that the plan changes. Two plans with the same one do the same.
   *
   * Sensitive values are left out, so that nobody can guess them from it.
   */
  readonly digest: string;
}

/** Settings of {@link reviewPlan}. */
export interface ReviewOptions {
  /** The addresses at which this plan may do what would stop it. */
  readonly allow?: readonly string[];
}

/** The same text for the same content, whatever the order of its keys. */
const canonical = (value: unknown): unknown => {
  if (Array.isArray(value)) {
    return value.map(canonical);
  }
  return isObject(value)
    ? Object.fromEntries(
        Object.entries(value)
          .sort(([one], [other]) => (one < other ? -1 : 1))
          .map(([key, item]) => [key, canonical(item)]),
      )
    : value;
};

const digestOf = ({ resource_changes, output_changes, action_invocations }: Plan): string => {
  const change = ({
    before,
    before_sensitive,
    after,
    after_sensitive,
    ...rest
  }: Plan['output_changes'][string]) => ({
    ...rest,
    before: withoutSensitive(before, before_sensitive),
    after: withoutSensitive(after, after_sensitive),
    before_sensitive,
    after_sensitive,
  });
  const content = {
    resources: resource_changes.map((resource) => ({ ...resource, change: change(resource.change) })),
    outputs: Object.entries(output_changes).map(([name, output]) => [name, change(output)]),
    ...(action_invocations.length === 0 ? {} : { action_invocations }),
  };
  return createHash('sha256')
    .update(JSON.stringify(canonical(content)))
    .digest('hex');
};

const count = (changes: readonly ReviewedChange[]): Counts => {
  const of = (action: Action): number => changes.filter((change) => change.action === action).length;
  return {
    add: of('add'),
    change: of('change'),
    replace: of('replace'),
    destroy: of('destroy'),
    import: changes.filter(({ imported }) => imported).length,
    move: changes.filter(({ movedFrom }) => movedFrom !== undefined).length,
    forget: of('forget'),
    read: of('read'),
  };
};

/** Those of a plan's changes that touch their resource. */
const touched = (planned: Plan['resource_changes']): readonly ReviewedChange[] =>
  planned
    .map(reviewChange)
    .filter(({ action, imported, movedFrom }) => action !== 'none' || imported || movedFrom !== undefined);

/** Reviews a plan: what it would do, and whether the rules let it pass. */
export const reviewPlan = (parsed: ParsedPlan, { allow = [] }: ReviewOptions = {}): Review => {
  const { plan } = parsed;
  const stops = findStops(parsed, allow);
  return {
    ok: stops.every(({ allowed }) => allowed),
    counts: count(touched(plan.resource_changes)),
    changes: touched(plan.resource_changes),
    outputs: Object.entries(plan.output_changes)
      .filter(([, { actions }]) => actions !== 'none')
      .map(([name]) => name),
    drift: touched(plan.resource_drift),
    stops,
    warnings: findWarnings(parsed, stops, allow),
    digest: digestOf(plan),
  };
};
