import { AwsError } from '../service';
import { type AccessRequest, type Caller, type Decision, sessionArn } from './evaluate';
import type { Call } from './required-actions';

/** A decision that is no allow. */
export type Denial = Exclude<Decision, { readonly decision: 'allow' }>;

/** How AWS names a caller: a role by its session, a service by its principal. */
export const callerName = (caller: Caller): string =>
  caller.type === 'role' ? sessionArn(caller) : caller.name;

const reason = ({ decision, by }: Denial, action: string): string =>
  decision === 'explicit-deny'
    ? `with an explicit deny in ${by.startsWith('i') ? 'an' : 'a'} ${by}`
    : `because no ${by} allows the ${action} action`;

/** Source: IAM User Guide, "Troubleshoot access denied error messages". */
const denialMessage = ({ caller, action, resource }: AccessRequest, denial: Denial): string =>
  `User: ${callerName(caller)} is not authorized to perform: ${action} on resource: ${resource} ${reason(denial, action)}`;

/** SQS's code in its older protocol, which the SDKs show. Source: Smithy, "awsQueryCompatible trait". */
const queryError = (code: string): Readonly<Record<string, string>> => ({
  'x-amzn-query-error': `${code};Sender`,
});

/**
 * The refusal of a call in the words of the service that was called.
 *
 * A right on a key is refused in words of their own: by SQS as `KmsAccessDenied` (SQS API Reference), by Secrets Manager
 * as "Access to KMS is not allowed", to which the right is added here. That S3 answers with status 403 and
 * `AccessDenied` is in its API Reference; the statuses of the others are their usual ones.
 */
export const denialError = (service: Call['service'], request: AccessRequest, denial: Denial): AwsError => {
  const message = denialMessage(request, denial);
  const isKey = request.action.startsWith('kms:');
  switch (service) {
    case 's3':
      return new AwsError('AccessDenied', message, 403);
    case 'sqs':
      return isKey
        ? new AwsError('KmsAccessDenied', message, 400, queryError('KMS.AccessDeniedException'))
        : new AwsError('AccessDeniedException', message, 403, queryError('AccessDenied'));
    case 'secretsmanager':
      return new AwsError(
        'AccessDeniedException',
        isKey ? `Access to KMS is not allowed. ${message}` : message,
      );
    case 'lambda':
      return new AwsError('AccessDeniedException', message, 403);
    case 'events':
    case 'logs':
      return new AwsError('AccessDeniedException', message);
    case 'monitoring':
    case 'sts':
      return new AwsError('AccessDenied', message, 403);
  }
};
