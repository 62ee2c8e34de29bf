import { parseArn } from './arn';
import type { RequestContext } from './condition';
import type { Policy, Statement } from './policy';
import type { PolicyPrincipal } from './policy-principal';

/** The caller: a session of a role, or an AWS service on its own behalf. */
export type Caller =
  | {
      readonly type: 'role';
      readonly arn: string;
      /** @default 'session' */
      readonly sessionName?: string;
    }
  /** For example `events.amazonaws.com`. */
  | { readonly type: 'service'; readonly name: string };

/** One action on one resource: what policies decide about. */
export interface AccessRequest {
  readonly caller: Caller;
  /** For example `s3:PutObject`. */
  readonly action: string;
  /** An ARN; `*` for an action without resources. */
  readonly resource: string;
  readonly context: RequestContext;
}

/** The policies that have a say in a request. */
export interface ApplicablePolicies {
  /** Policies of the role; a service has none. */
  readonly identity: readonly Policy[];
  /** Policy of the resource: bucket, queue, secret, function, key or role. */
  readonly resource?: Policy | undefined;
}

/** A statement by the names of its policy and of itself. */
export interface StatementName {
  readonly policy: string;
  readonly statement: string;
}

/** The kind of policy that decided, as AWS's error messages name it. */
export type DecidingPolicy = 'identity-based policy' | 'resource-based policy';

/** Decision of the policies on a request. */
export type Decision =
  | { readonly decision: 'allow'; readonly statements: readonly StatementName[] }
  | {
      readonly decision: 'explicit-deny';
      readonly by: DecidingPolicy;
      readonly statements: readonly StatementName[];
    }
  | {
      readonly decision: 'implicit-deny';
      /** The kind of policy that would have had to allow. */
      readonly by: DecidingPolicy;
      readonly statements: readonly [];
    };

/** A question that needs the policies of two accounts: only one account is modelled. */
export class CrossAccountError extends Error {
  override readonly name = 'CrossAccountError';

  constructor(callerArn: string, resource: string) {
    super(`${callerArn} and ${resource} are of different accounts; the evaluator knows the rules within one`);
  }
}

const ASSUMED_ROLE_SESSION = 'session';

/** The ARN of a role's session, by which AWS names the caller. Source: IAM User Guide, "Role session principals". */
export const sessionArn = ({
  arn,
  sessionName = ASSUMED_ROLE_SESSION,
}: Extract<Caller, { type: 'role' }>): string => {
  const role = parseArn(arn);
  const roleName = role?.resource.split('/').at(-1);
  return `arn:${role?.partition}:sts::${role?.accountId}:assumed-role/${roleName}/${sessionName}`;
};

const appliesTo = ({ actions, resources, conditions }: Statement, request: AccessRequest): boolean =>
  actions.some((pattern) => pattern.matches(request.action)) &&
  resources.some((pattern) => pattern.matches(request.resource)) &&
  conditions.every((condition) => condition.holds(request.context));

const isMeant = (principal: PolicyPrincipal, caller: Caller): boolean => {
  if (principal.type === 'anyone') {
    return true;
  }
  if (caller.type === 'service') {
    return principal.type === 'service' && principal.name === caller.name;
  }
  switch (principal.type) {
    case 'account':
      return principal.accountId === parseArn(caller.arn)?.accountId;
    case 'role':
      return principal.arn === caller.arn;
    case 'service':
      return false;
  }
};

/** The statements of a policy that apply to a request, whatever their effect. */
const applicable = (policy: Policy, request: AccessRequest): readonly Statement[] =>
  policy.statements.filter(
    (statement) =>
      (statement.principals ?? [{ type: 'anyone' } as const]).some((principal) =>
        isMeant(principal, request.caller),
      ) && appliesTo(statement, request),
  );

const named = (policy: Policy, statements: readonly Statement[]): readonly StatementName[] =>
  statements.map(({ id }) => ({ policy: policy.name, statement: id }));

const withEffect = (
  policy: Policy,
  request: AccessRequest,
  effect: Statement['effect'],
): readonly Statement[] => applicable(policy, request).filter((statement) => statement.effect === effect);

/**
 * Whether the resource's own policy must have its say for a role of the same account: a key's (KMS Developer Guide, "Key
 * policies") and a role's trust policy (IAM User Guide, "Policy evaluation logic", "Requests within a single account").
 */
const resourcePolicyMustAllow = (action: string): boolean => /^(kms|sts):/i.test(action);

const names = (
  principals: readonly PolicyPrincipal[] | undefined,
  caller: Caller,
  types: readonly string[],
): boolean =>
  (principals ?? []).some((principal) => types.includes(principal.type) && isMeant(principal, caller));

const explicitDeny = (
  request: AccessRequest,
  { identity, resource }: ApplicablePolicies,
): Decision | undefined => {
  const layers: readonly (readonly [DecidingPolicy, readonly Policy[]])[] = [
    ['identity-based policy', identity],
    ['resource-based policy', resource === undefined ? [] : [resource]],
  ];
  for (const [by, policies] of layers) {
    const statements = policies.flatMap((policy) => named(policy, withEffect(policy, request, 'Deny')));
    if (statements.length > 0) {
      return { decision: 'explicit-deny', by, statements };
    }
  }
  return undefined;
};

const decideForRole = (request: AccessRequest, policies: ApplicablePolicies): Decision => {
  const { resource } = policies;
  const byIdentity = policies.identity.flatMap((policy) =>
    named(policy, withEffect(policy, request, 'Allow')),
  );
  const ofResource = resource === undefined ? [] : withEffect(resource, request, 'Allow');
  const naming = (types: readonly PolicyPrincipal['type'][]): readonly StatementName[] =>
    resource === undefined
      ? []
      : named(
          resource,
          ofResource.filter(({ principals }) => names(principals, request.caller, types)),
        );

  const direct = naming(['anyone', 'role']);
  const delegated = naming(['account']);
  const mustAllow = resourcePolicyMustAllow(request.action);
  const identityCounts = byIdentity.length > 0 && (!mustAllow || delegated.length > 0);
  if (direct.length > 0 || identityCounts) {
    return {
      decision: 'allow',
      statements: [...(identityCounts ? [...byIdentity, ...(mustAllow ? delegated : [])] : []), ...direct],
    };
  }
  const by = mustAllow && ofResource.length === 0 ? 'resource-based policy' : 'identity-based policy';
  return { decision: 'implicit-deny', by, statements: [] };
};

/**
 * Decides a request within one account, as AWS documents it.
 *
 * - An explicit deny of any policy wins; then an allow; else the request is denied implicitly.
 * - The policies of a role and of a resource add up: either may allow. Keys and trust are the exception: there the
 *   resource's policy must allow the caller, or the account, which lets the role's policies count.
 * - A service on its own behalf has the resource's policy alone.
 *
 * Source: IAM User Guide, "Policy evaluation logic" and "Policy evaluation for requests within a single account"; KMS Developer
 * Guide, "Key policies in AWS KMS". Not modelled: permissions boundaries, policies of an organization, session policies, VPC
 * endpoint policies, grants of KMS, ACLs, other accounts.
 *
 * @throws CrossAccountError where caller and resource are of different accounts.
 * @throws ConditionUndefinedError where a policy rests on what AWS leaves open.
 */
export const evaluate = (request: AccessRequest, policies: ApplicablePolicies): Decision => {
  const denied = explicitDeny(request, policies);
  const { caller } = request;
  if (caller.type === 'role') {
    const owner = parseArn(request.resource)?.accountId ?? '';
    if (owner !== '' && owner !== parseArn(caller.arn)?.accountId) {
      throw new CrossAccountError(caller.arn, request.resource);
    }
    return denied ?? decideForRole(request, policies);
  }
  const { resource } = policies;
  const allowing = resource === undefined ? [] : named(resource, withEffect(resource, request, 'Allow'));
  if (denied !== undefined) {
    return denied;
  }
  return allowing.length > 0
    ? { decision: 'allow', statements: allowing }
    : { decision: 'implicit-deny', by: 'resource-based policy', statements: [] };
};
