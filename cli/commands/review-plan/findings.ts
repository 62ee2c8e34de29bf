import { taking } from './one-of';
import type { ParsedPlan, PlannedChange } from './plan';
import { type PlanFacts, type Planned, RULES, type Rule, type Subject } from './rules';
import { accountOf } from './rules/policy-document';
import { sensitiveHider, stepInto } from './sensitive';

/** Stops a plan, unless its address is allowed. */
export interface Stop {
  readonly address: string;
  readonly type: string;
  /** The name of the rule, for example `retention`. */
  readonly rule: string;
  /** Says what the plan would do and what would be lost; one line, without any sensitive value. */
  readonly message: string;
  /** Whether the caller allowed it by its address. */
  readonly allowed: boolean;
}

/** Worth a reviewer's look, but stops nothing. */
export interface Warning {
  /** The resource that it is about; none when it is about the whole plan. */
  readonly address?: string;
  readonly message: string;
}

/** The account of what a resource says of itself: its own ARN, which for a target is that of somebody else. */
const accountIn = ({ type, before }: Planned): readonly string[] => {
  const arn = type === 'aws_cloudwatch_event_target' ? undefined : stepInto(before, 'arn');
  const account = typeof arn === 'string' ? accountOf(arn) : undefined;
  return account === undefined || account === '*' ? [] : [account];
};

const factsOf = (resources: readonly Planned[]): PlanFacts => {
  const caller = resources.flatMap(({ type, before }) => {
    const account = stepInto(before, 'account_id');
    return type === 'aws_caller_identity' && typeof account === 'string' ? [account] : [];
  });
  return {
    ownAccounts: new Set(caller.length > 0 ? caller : resources.flatMap(accountIn)),
    resources,
  };
};

/** What the rules look at, and how it is told. */
type Looked = Subject & {
  readonly data: boolean;
  /** Puts what a rule has found into its sentence. */
  readonly tell: (found: string) => string;
};

const NOW = (found: string): string => found;
const LATER = (found: string): string => `${found} by a later plan, to which this one defers it`;
const LEFT = (found: string): string =>
  `stays as somebody changed it outside Terraform, for which a plan would be stopped: ${found}`;

/** Resources that were there before the plan, data sources included. */
const resourcesOf = (module: unknown): readonly Omit<Looked, 'facts'>[] => [
  ...[stepInto(module, 'resources') ?? []].flat().map((resource) => ({
    address: String(stepInto(resource, 'address')),
    type: String(stepInto(resource, 'type')),
    data: true,
    tell: NOW,
    action: 'none' as const,
    deposed: false,
    deletedOutside: false,
    before: stepInto(resource, 'values'),
    after: stepInto(resource, 'values'),
    unknown: {},
  })),
  ...[stepInto(module, 'child_modules') ?? []].flat().flatMap(resourcesOf),
];

/** @param all - what `some` is part of, with which it is compared */
const withFacts = (
  some: readonly Omit<Looked, 'facts'>[],
  all: readonly Omit<Looked, 'facts'>[],
): readonly Looked[] => {
  const facts = factsOf(all);
  return some.map((one) => ({ ...one, before: taking(one, all), facts }));
};

/** Everything that the rules look at: what this plan changes, what a later one will, and what only the state holds. */
const subjectsOf = ({ plan, document }: ParsedPlan, which: 'planned' | 'drifted'): readonly Looked[] => {
  const deleted = new Map(
    plan.resource_drift
      .filter(({ change }) => change.actions === 'destroy')
      .map(({ address, change }) => [address, change.before]),
  );
  const subject = (
    { address, previous_address, type, mode, deposed, change }: PlannedChange,
    tell: Looked['tell'],
  ) => {
    const gone = [address, previous_address ?? address].find((name) => deleted.has(name));
    const deletedOutside = change.actions === 'add' && gone !== undefined;
    return {
      address,
      type,
      data: mode !== 'managed',
      tell,
      action: change.actions,
      deposed: deposed !== undefined,
      deletedOutside,
      // Compares a resource that was deleted outside with what it was.
      before: (deletedOutside ? deleted.get(gone) : change.before) ?? null,
      after: change.after ?? null,
      unknown: change.after_unknown,
    };
  };
  const planned = [
    ...plan.resource_changes.filter(({ mode }) => mode !== 'ephemeral').map((change) => subject(change, NOW)),
    ...plan.deferred_changes.map(({ resource_change }) => subject(resource_change, LATER)),
  ];
  const addresses = new Set(planned.map(({ address }) => address));
  const state = ['prior_state', 'values', 'root_module'].reduce<unknown>(stepInto, document);
  const all = [...planned, ...resourcesOf(state).filter(({ address }) => !addresses.has(address))];
  if (which === 'planned') {
    return withFacts(all, all);
  }
  const touched = new Set(planned.filter(({ action }) => action !== 'none').map(({ address }) => address));
  const left = plan.resource_drift
    .filter(({ address, change }) => change.actions === 'change' && !touched.has(address))
    .map((change) => subject(change, LEFT));
  const drifted = new Set(left.map(({ address }) => address));
  return withFacts(left, [...left, ...all.filter(({ address }) => !drifted.has(address))]);
};

type Finding = Omit<Stop, 'allowed'>;

const findingsOf = (
  parsed: ParsedPlan,
  verdict: Rule['verdict'],
  which: 'planned' | 'drifted' = 'planned',
): readonly Finding[] => {
  const rules = Object.values(RULES)
    .flat()
    .filter((rule) => rule.verdict === verdict);
  const hide = sensitiveHider(parsed.document);
  return subjectsOf(parsed, which).flatMap((subject) =>
    rules.flatMap((rule) => {
      const { address, type, data, tell } = subject;
      const looks = rule.types.test(type) && (!data || rule.alsoData === true);
      const found = looks ? rule.find(subject) : undefined;
      return found === undefined
        ? []
        : [{ address, type, rule: rule.id, message: hide(`${tell(found)}; lost: ${rule.loss}`) }];
    }),
  );
};

/** Finds what stops a plan. */
export const findStops = (parsed: ParsedPlan, allow: readonly string[]): readonly Stop[] =>
  findingsOf(parsed, 'stop').map((finding) => ({ ...finding, allowed: allow.includes(finding.address) }));

/** Finds what a reviewer should look at. */
export const findWarnings = (
  parsed: ParsedPlan,
  stops: readonly Stop[],
  allow: readonly string[],
): readonly Warning[] => {
  const { plan } = parsed;
  return [
    ...(plan.complete
      ? []
      : [{ message: 'the plan is not complete (-target, or deferred changes), so another one will follow' }]),
    ...[...findingsOf(parsed, 'note'), ...findingsOf(parsed, 'stop', 'drifted')].map(
      ({ address, message }) => ({ address, message }),
    ),
    ...plan.resource_drift
      .filter(({ change }) => change.actions === 'destroy')
      .map(({ address }) => ({ address, message: 'was deleted outside Terraform' })),
    ...plan.action_invocations.map(({ address, type }) => ({
      address,
      message: `this plan runs an action${type === '' ? '' : `, ${type}`}: what it does is in no plan`,
    })),
    ...plan.deferred_action_invocations.map(({ action_invocation: { address } }) => ({
      address,
      message: 'a later plan runs this action: what it does is in no plan',
    })),
    ...allow
      .filter((allowed) => stops.every(({ address }) => address !== allowed))
      .map((address) => ({
        address,
        message: 'is allowed, but this plan does nothing there that needs it: take the allowance away',
      })),
  ];
};
