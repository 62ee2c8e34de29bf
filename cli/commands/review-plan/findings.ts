import type { ParsedPlan, PlannedChange } from './plan';
import { type PlanFacts, RULES, type Rule, type Subject } from './rules';
import { isObject, sensitiveHider, stepInto } from './sensitive';

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

/** A resource as a state holds it. */
interface StateResource {
  readonly address: string;
  readonly type: string;
  readonly values: unknown;
}

const resourcesOf = (module: unknown): readonly StateResource[] => {
  const list = (name: string): readonly unknown[] => {
    const found = stepInto(module, name);
    return Array.isArray(found) ? found : [];
  };
  return [
    ...list('resources').map((resource) => ({
      address: String(stepInto(resource, 'address')),
      type: String(stepInto(resource, 'type')),
      values: stepInto(resource, 'values'),
    })),
    ...list('child_modules').flatMap(resourcesOf),
  ];
};

/** Resources that were there before the plan, data sources included. */
const stateOf = (document: unknown): readonly StateResource[] =>
  resourcesOf(['prior_state', 'values', 'root_module'].reduce<unknown>(stepInto, document));

/** The accounts in what a resource says of itself: its ARNs and account ids, but not its policies. */
const accountsIn = (values: unknown): readonly string[] =>
  Object.entries(isObject(values) ? values : {}).flatMap(([name, value]) => {
    const text = typeof value === 'string' ? value : '';
    const [, ofArn] = /^arn:[^:]*:[^:]*:[^:]*:(\d{12}):/.exec(text) ?? [];
    return name === 'arn' || name.endsWith('_arn')
      ? ofArn === undefined
        ? []
        : [ofArn]
      : name === 'source_account' && /^\d{12}$/.test(text)
        ? [text]
        : [];
  });

const factsOf = ({ plan, document }: ParsedPlan): PlanFacts => {
  const state = stateOf(document);
  const known = [
    ...state,
    ...plan.resource_changes.map(({ address, type, change }) => ({ address, type, values: change.before })),
  ];
  const caller = known.flatMap(({ type, values }) => {
    const account = stepInto(values, 'account_id');
    return type === 'aws_caller_identity' && typeof account === 'string' ? [account] : [];
  });
  const madeAnew = new Set(
    plan.resource_changes
      .filter(({ change }) => change.actions === 'add' || change.actions === 'replace')
      .map(({ address }) => address),
  );
  return {
    ownAccounts: new Set(caller.length > 0 ? caller : known.flatMap(({ values }) => accountsIn(values))),
    existingBuckets: new Set(
      known
        .filter(({ address, type }) => type === 'aws_s3_bucket' && !madeAnew.has(address))
        .map(({ values }) => stepInto(values, 'bucket')),
    ),
    makesBucket: plan.resource_changes.some(
      ({ address, type }) => type === 'aws_s3_bucket' && madeAnew.has(address),
    ),
  };
};

/** Everything that the rules look at: what this plan changes, what a later one will, and what only the state holds. */
const subjectsOf = ({
  plan,
  document,
}: ParsedPlan): readonly (Subject & { readonly data: boolean; readonly later: boolean })[] => {
  const facts = factsOf({ plan, document });
  const deleted = new Map(
    plan.resource_drift
      .filter(({ change }) => change.actions === 'destroy')
      .map(({ address, change }) => [address, change.before]),
  );
  const subject = ({ address, type, mode, deposed, change }: PlannedChange, later: boolean) => {
    const deletedOutside = change.actions === 'add' && deleted.has(address);
    return {
      address,
      type,
      data: mode !== 'managed',
      later,
      action: change.actions,
      deposed: deposed !== undefined,
      deletedOutside,
      // Compares a resource that was deleted outside with what it was.
      before: (deletedOutside ? deleted.get(address) : change.before) ?? null,
      after: change.after ?? null,
      unknown: change.after_unknown,
      facts,
    };
  };
  const planned = [
    ...plan.resource_changes
      .filter(({ mode }) => mode !== 'ephemeral')
      .map((change) => subject(change, false)),
    ...plan.deferred_changes.map(({ resource_change }) => subject(resource_change, true)),
  ];
  const addresses = new Set(planned.map(({ address }) => address));
  const onlyInState = stateOf(document)
    .filter(({ address }) => !addresses.has(address))
    .map(({ address, type, values }) => ({
      address,
      type,
      data: true,
      later: false,
      action: 'none' as const,
      deposed: false,
      deletedOutside: false,
      before: values,
      after: values,
      unknown: {},
      facts,
    }));
  return [...planned, ...onlyInState];
};

interface Finding {
  readonly rule: Rule;
  readonly address: string;
  readonly type: string;
  readonly message: string;
}

const findingsOf = (parsed: ParsedPlan, verdict: Rule['verdict']): readonly Finding[] => {
  const rules = Object.values(RULES)
    .flat()
    .filter((rule) => rule.verdict === verdict);
  const hide = sensitiveHider(parsed.document);
  return subjectsOf(parsed).flatMap((subject) =>
    rules.flatMap((rule) => {
      const looks =
        (rule.types.length === 0 || rule.types.includes(subject.type)) &&
        (!subject.data || rule.alsoData === true);
      const found = looks ? rule.find(subject) : undefined;
      const when = subject.later ? ' by a later plan, to which this one defers it' : '';
      return found === undefined
        ? []
        : [
            {
              rule,
              address: subject.address,
              type: subject.type,
              message: hide(`${found}${when}; lost: ${rule.loss}`),
            },
          ];
    }),
  );
};

/** Finds what stops a plan. */
export const findStops = (parsed: ParsedPlan, allow: readonly string[]): readonly Stop[] =>
  findingsOf(parsed, 'stop').map(({ rule, address, type, message }) => ({
    address,
    type,
    rule: rule.id,
    message,
    allowed: allow.includes(address),
  }));

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
    ...findingsOf(parsed, 'note').map(({ address, message }) => ({ address, message })),
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
