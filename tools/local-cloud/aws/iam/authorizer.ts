import type { Clock } from '../../clock';
import { AwsError, type AwsOperation, type AwsRequest, type AwsService } from '../service';
import { denialError } from './access-denied';
import type { AccessRecord } from './access-record';
import { parseArn, policyHolder } from './arn';
import { type AccessRequest, type Caller, type Decision, evaluate } from './evaluate';
import { type Policy, type PolicyKind, type PolicySource, parsePolicy } from './policy';
import { requestContext, type ServiceSource } from './request-context';
import { type Call, type DescribeResource, type RequiredAction, requiredActions } from './required-actions';
import { type Grant, unusedGrants } from './unused-grants';

/** A role and what it may do. */
export interface Role {
  readonly arn: string;
  /** The name of its sessions; Lambda takes the function's name. @default 'session' */
  readonly sessionName?: string;
  /** Inline and attached policies alike. @default - none yet */
  readonly policies?: readonly PolicySource[];
}

/** A call made outside the front door, such as those that Lambda makes as a function's role. */
export interface RoleCall extends Pick<Call, 'service' | 'operation' | 'resource'> {
  /** The ARN of the role. */
  readonly principal: string;
  /** Condition keys of the service. @default - none */
  readonly context?: Readonly<Record<string, string>>;
}

/** A call that a service makes on its own behalf, such as EventBridge's deliveries. */
export interface ServiceCall extends Pick<Call, 'service' | 'operation' | 'resource'>, ServiceSource {
  /** For example `events.amazonaws.com`. */
  readonly principal: string;
}

/** Options of the authorizer. */
export interface AuthorizerOptions {
  readonly clock: Clock;
  /** Twelve digits. */
  readonly accountId: string;
  readonly region: string;
  /** Says which key encrypts a bucket, queue or secret, and which function rotates a secret. */
  readonly describeResource: DescribeResource;
}

interface KnownRole {
  readonly caller: Extract<Caller, { type: 'role' }>;
  readonly policies: readonly Policy[];
}

const EMPTY_REQUEST = { headers: {}, query: new URLSearchParams(), body: Buffer.alloc(0) } as const;

/** S3 says that an object is not there only to those who may list the bucket. */
const ABSENCE_OPERATIONS = ['GetObject', 'HeadObject'];

/**
 * Authorizes the calls of the local run as AWS would, by the policies of roles and resources, and records each decision.
 *
 * Whoever has no policy may do nothing: the caller of a test or a tool needs a role with policies too.
 */
export class Authorizer {
  readonly #options: AuthorizerOptions;
  readonly #roles = new Map<string, KnownRole>();
  readonly #resourcePolicies = new Map<string, Policy>();
  #decisions: AccessRecord[] = [];

  constructor(options: AuthorizerOptions) {
    this.#options = options;
  }

  /** Creates a role, or replaces one whole. @throws PolicyInvalidError for a policy that AWS would refuse. */
  putRole({ arn, sessionName, policies = [] }: Role): void {
    this.#roles.set(arn, {
      caller: { type: 'role', arn, ...(sessionName === undefined ? {} : { sessionName }) },
      policies: policies.map((policy) => parsePolicy('identity', policy)),
    });
  }

  /**
   * Sets the policy of a bucket, queue, secret, function or key, or the trust policy of a role.
   *
   * A key without a policy can be used by nobody: AWS gives it one that trusts the account, here that must be said.
   *
   * @throws PolicyInvalidError for a policy that AWS would refuse.
   */
  putResourcePolicy(resourceArn: string, source: PolicySource): void {
    const isRole = parseArn(resourceArn)?.service === 'iam';
    const kind: PolicyKind = isRole ? 'trust' : 'resource';
    this.#resourcePolicies.set(resourceArn, parsePolicy(kind, source));
  }

  /** Every decision so far, oldest first. */
  get decisions(): readonly AccessRecord[] {
    return this.#decisions;
  }

  /** Forgets the decisions so far, so that a long run does not keep them all. */
  clearDecisions(): void {
    this.#decisions = [];
  }

  /** The rights that policies give their roles and that no decision so far needed. */
  unusedGrants(): readonly Grant[] {
    return [...this.#roles].flatMap(([arn, { policies }]) => unusedGrants(arn, policies, this.#decisions));
  }

  /** Decides on a request that no call made; it is not recorded. */
  decide(request: AccessRequest): Decision {
    const role = request.caller.type === 'role' ? this.#roles.get(request.caller.arn) : undefined;
    return evaluate(request, {
      identity: role?.policies ?? [],
      resource: this.#resourcePolicies.get(policyHolder(request.resource)),
    });
  }

  /** The service, with every call authorized before it is carried out. */
  guard(service: AwsService): AwsService {
    return {
      signingName: service.signingName,
      identify: (request) => service.identify(request),
      errorResponse: (error, requestId) => service.errorResponse(error, requestId),
      handle: async (request, operation) => {
        const call = this.#callOf(service, request, operation);
        const caller = this.#roleCaller(request.principal);
        this.#authorize(call, caller);
        try {
          return await service.handle(request, operation);
        } catch (error) {
          throw this.#disclosable(error, call, caller);
        }
      },
    };
  }

  /**
   * Authorizes a call that a role makes outside the front door.
   *
   * @throws AwsError in the form of the service, naming the action and the resource.
   */
  authorize({ principal, ...call }: RoleCall): void {
    this.#authorize(this.#plainCall(call), this.#roleCaller(principal));
  }

  /**
   * Authorizes a call that a service makes on its own behalf: EventBridge's to a queue, Secrets Manager's to a rotation
   * function, Lambda's to assume a role.
   *
   * @throws AwsError in the form of the called service, naming the action and the resource.
   */
  authorizeService({ principal, sourceArn, sourceAccount, ...call }: ServiceCall): void {
    this.#authorize(
      this.#plainCall(call),
      { type: 'service', name: principal },
      { sourceArn, sourceAccount },
    );
  }

  #plainCall(call: Omit<RoleCall, 'principal'>): Call {
    const { accountId, region } = this.#options;
    return { ...EMPTY_REQUEST, context: {}, ...call, accountId, region };
  }

  #callOf(service: AwsService, request: AwsRequest, operation: AwsOperation): Call {
    const { headers, query, body, region } = request;
    return {
      service: service.signingName,
      operation: operation.name,
      resource: operation.resource,
      context: operation.context ?? {},
      accountId: this.#options.accountId,
      region,
      headers,
      query,
      body,
    };
  }

  #roleCaller(arn: string): Caller {
    return this.#roles.get(arn)?.caller ?? { type: 'role', arn };
  }

  #authorize(call: Call, caller: Caller, source?: ServiceSource): void {
    for (const required of requiredActions(call, this.#options.describeResource)) {
      const request = this.#accessRequest(call, caller, required, source);
      const decision = this.decide(request);
      this.#record(call, request, decision, 'call');
      if (decision.decision !== 'allow') {
        throw denialError(call.service, request, decision);
      }
    }
  }

  /**
   * The error that a caller sees in the place of the one that the service raised.
   *
   * Source: S3 API Reference, "GetObject" and "HeadObject", "Permissions": an object that is not there is a 404 for those
   * with `s3:ListBucket`, a 403 for others. That question carries no `s3:prefix` here, so a right to list that is bound
   * to a prefix does not count: AWS leaves this open, and the strict reading is taken.
   */
  #disclosable(error: unknown, call: Call, caller: Caller): unknown {
    const isAbsence =
      error instanceof AwsError &&
      error.status === 404 &&
      error.code !== 'NoSuchBucket' &&
      call.service === 's3' &&
      ABSENCE_OPERATIONS.includes(call.operation);
    if (!isAbsence) {
      return error;
    }
    const request = this.#accessRequest(call, caller, {
      action: 's3:ListBucket',
      resource: policyHolder(call.resource),
      context: {},
    });
    const decision = this.decide(request);
    this.#record(call, request, decision, 'tell-absence');
    return decision.decision === 'allow' ? error : denialError('s3', request, decision);
  }

  #accessRequest(
    call: Call,
    caller: Caller,
    required: RequiredAction,
    source?: ServiceSource,
  ): AccessRequest {
    const { accountId, clock } = this.#options;
    const facts = { caller, source, accountId, region: call.region, nowMs: clock.now() };
    return {
      caller,
      action: required.action,
      resource: required.resource,
      context: requestContext(facts, required.context),
    };
  }

  #record(call: Call, request: AccessRequest, decision: Decision, purpose: AccessRecord['purpose']): void {
    const { caller, action, resource, context } = request;
    this.#decisions.push({
      principal: caller.type === 'role' ? caller.arn : caller.name,
      operation: call.operation,
      action,
      resource,
      context,
      decision: decision.decision,
      statements: decision.statements,
      purpose,
      atMs: this.#options.clock.now(),
    });
  }
}
