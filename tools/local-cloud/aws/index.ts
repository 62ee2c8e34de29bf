export { type IssuedCredentials, PrincipalInvalidError } from './credentials';
export type { JournalEntry } from './journal';
export { Journal } from './journal';
export { AccountIdInvalidError, type LocalAws, type LocalAwsOptions, startLocalAws } from './local-aws';
export { AwsError, type AwsOperation, type AwsRequest, type AwsResponse, type AwsService } from './service';
