import type { Call, DescribeResource, RequiredAction, ServiceActions } from './call';
import { eventsActions, logsActions, monitoringActions } from './events';
import { lambdaActions, stsActions } from './invocation';
import { s3Actions } from './s3';
import { secretsManagerActions } from './secrets-manager';
import { sqsActions } from './sqs';

/** An operation whose rights nobody has written down here: it is refused, never let through. */
export class UnknownRightsError extends Error {
  override readonly name = 'UnknownRightsError';

  constructor(service: string, operation: string) {
    super(`the rights that ${service} ${operation} needs are not known here; add them to required-actions/`);
  }
}

const SERVICES: Readonly<Record<Call['service'], ServiceActions>> = {
  s3: s3Actions,
  sqs: sqsActions,
  secretsmanager: secretsManagerActions,
  events: eventsActions,
  monitoring: monitoringActions,
  lambda: lambdaActions,
  logs: logsActions,
  sts: stsActions,
};

/**
 * The rights that AWS asks of the caller of an operation, each of which must be allowed, in the order in which AWS asks.
 *
 * Out of reach of the local run, and so of this list: what Lambda and its runtime do as the function's role by other
 * services than these (log streams of CloudWatch Logs, segments of X-Ray, decryption of the environment).
 *
 * @throws UnknownRightsError for an operation that is not in the list.
 */
export const requiredActions = (call: Call, describe: DescribeResource): readonly RequiredAction[] => {
  const operations = SERVICES[call.service];
  const rights = Object.hasOwn(operations, call.operation) ? operations[call.operation] : undefined;
  if (rights === undefined) {
    throw new UnknownRightsError(call.service, call.operation);
  }
  return rights(call, describe);
};
