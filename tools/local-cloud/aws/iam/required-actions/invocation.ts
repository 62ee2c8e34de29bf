import type { Call, DescribeResource, RequiredAction, ServiceActions } from './call';
import { viaKms } from './kms';

const withoutMore =
  (action: string) =>
  ({ resource, context }: Call): readonly RequiredAction[] => [{ action, resource, context }];

/** AWS Lambda. Source: Service Authorization Reference, "Actions, resources, and condition keys for AWS Lambda". */
export const lambdaActions: ServiceActions = {
  Invoke: withoutMore('lambda:InvokeFunction'),
  // Who may not decrypt gets the configuration without its variables; here that is a refusal, so that it shows.
  GetFunctionConfiguration: (call: Call, describe: DescribeResource) => [
    ...withoutMore('lambda:GetFunctionConfiguration')(call),
    ...viaKms(call, describe(call.resource)?.kmsKeyArn, { 'aws:lambda:FunctionArn': call.resource }, [
      'Decrypt',
    ]),
  ],
  ListEventSourceMappings: withoutMore('lambda:ListEventSourceMappings'),
};

/**
 * AWS STS: who may assume a role. Nobody needs a right to learn who they are, and nobody can be denied it: STS API Reference,
 * "GetCallerIdentity".
 *
 * Source: Service Authorization Reference, "... for AWS Security Token Service".
 */
export const stsActions: ServiceActions = {
  AssumeRole: withoutMore('sts:AssumeRole'),
  GetCallerIdentity: () => [],
};
