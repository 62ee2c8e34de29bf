export type { AccessRecord } from './access-record';
export { Authorizer, type Role } from './authorizer';
export { ConditionUndefinedError, type ContextValue, type RequestContext } from './condition';
export {
  type AccessRequest,
  type ApplicablePolicies,
  type Caller,
  CrossAccountError,
  type Decision,
  evaluate,
  type StatementName,
} from './evaluate';
export { type LambdaPermission, lambdaPermissionPolicy } from './lambda-permission';
export { type Policy, type PolicyKind, type PolicySource, parsePolicy, type Statement } from './policy';
export { PolicyInvalidError } from './policy-invalid-error';
export { type DescribeResource, type ResourceFacts, UnknownRightsError } from './required-actions';
export type { Grant } from './unused-grants';
