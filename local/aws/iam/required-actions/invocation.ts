import type { Call, RequiredAction, ServiceActions } from './call';

const withoutMore =
  (action: string) =>
  ({ resource, context }: Call): readonly RequiredAction[] => [{ action, resource, context }];

/** AWS Lambda. Source: Service Authorization Reference, "Actions, resources, and condition keys for AWS Lambda". */
export const lambdaActions: ServiceActions = { Invoke: withoutMore('lambda:InvokeFunction') };

/** AWS STS: who may assume a role. Source: Service Authorization Reference, "... for AWS Security Token Service". */
export const stsActions: ServiceActions = { AssumeRole: withoutMore('sts:AssumeRole') };
