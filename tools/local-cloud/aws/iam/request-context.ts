import type { RequestContext } from './condition';
import type { Caller } from './evaluate';

/** On whose resource's behalf a service acts. */
export interface ServiceSource {
  /** The ARN of the rule, the secret... */
  readonly sourceArn: string;
  /** Its owner, twelve digits. */
  readonly sourceAccount: string;
}

/** Condition keys that every request carries. */
export interface RequestFacts {
  readonly caller: Caller;
  readonly source?: ServiceSource | undefined;
  /** The owner of caller and resource, twelve digits. */
  readonly accountId: string;
  readonly region: string;
  /** Milliseconds since the Unix epoch. */
  readonly nowMs: number;
}

const callerContext = ({ caller, source, accountId }: RequestFacts): RequestContext =>
  caller.type === 'role'
    ? {
        'aws:PrincipalArn': caller.arn,
        'aws:PrincipalAccount': accountId,
        'aws:PrincipalType': 'AssumedRole',
        'aws:PrincipalIsAWSService': 'false',
        'aws:ViaAWSService': 'false',
        'aws:SourceIp': '127.0.0.1',
      }
    : {
        'aws:PrincipalServiceName': caller.name,
        'aws:PrincipalIsAWSService': 'true',
        ...(source === undefined
          ? {}
          : { 'aws:SourceArn': source.sourceArn, 'aws:SourceAccount': source.sourceAccount }),
      };

/** Documented for principals of an account; what KMS sees of a service on its own behalf is not. */
const PRINCIPALS_ONLY = ['kms:ViaService', 'kms:CallerAccount', 'aws:ViaAWSService'];

/**
 * What the conditions of policies see of a request: what every request carries, and `specific` to this one.
 *
 * `aws:SecureTransport` is true although the local listener speaks plain HTTP: AWS's own endpoints, which it stands for,
 * are called over TLS by every SDK, and on the loopback interface nobody stands in between. Were it false, each
 * deny of plain HTTP would refuse every call, right or wrong. That such a deny works is for the evaluator's tests.
 *
 * A call that a service forwards in its caller's name has no `aws:SourceIp`.
 *
 * Source: IAM User Guide, "AWS global condition context keys".
 */
export const requestContext = (facts: RequestFacts, specific: RequestContext): RequestContext => {
  const context: RequestContext = {
    'aws:SecureTransport': 'true',
    'aws:RequestedRegion': facts.region,
    'aws:ResourceAccount': facts.accountId,
    'aws:CurrentTime': new Date(facts.nowMs).toISOString(),
    'aws:EpochTime': String(Math.floor(facts.nowMs / 1000)),
    ...callerContext(facts),
    ...specific,
  };
  const hidden = [
    ...(facts.caller.type === 'service' ? PRINCIPALS_ONLY : []),
    ...(specific['aws:ViaAWSService'] === 'true' ? ['aws:SourceIp'] : []),
  ];
  return Object.fromEntries(Object.entries(context).filter(([key]) => !hidden.includes(key)));
};
