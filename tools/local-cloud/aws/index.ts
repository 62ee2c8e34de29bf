export type { IssuedCredentials } from './credentials';

export { Journal } from './journal';
export { type LocalAws, type LocalAwsOptions, startLocalAws } from './local-aws';
export { AwsError, type AwsOperation, type AwsRequest, type AwsResponse, type AwsService } from './service';
