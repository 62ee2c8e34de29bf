export type { Call, DescribeResource, RequiredAction, ResourceFacts } from './call';
export { requiredActions, UnknownRightsError } from './required-actions';
