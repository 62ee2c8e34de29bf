import type { Construct } from 'constructs';
import type { ResolvedOptions } from '../options/with-defaults';
import { BundledFunction, type CommonFunctionProps } from './bundled-function';
import { refreshEnvironment } from './function-environments';
import { rotationRights } from './permissions';

/** The folder of RefreshAuthToken, and the end of its name. */
export const REFRESH_AUTH_TOKEN = 'refresh-auth-token';

/** Creates RefreshAuthToken with the rights to rotate the secrets. */
export const createRefreshFunction = (
  scope: Construct,
  options: ResolvedOptions,
  common: CommonFunctionProps,
  secretArns: readonly string[],
): BundledFunction =>
  new BundledFunction(scope, 'refresh', {
    ...common,
    functionId: REFRESH_AUTH_TOKEN,
    description: 'Keeps the Genesys Cloud token alive by rotating its secret',
    environment: refreshEnvironment(options),
    statements: rotationRights({
      context: common.context,
      functionId: REFRESH_AUTH_TOKEN,
      secretArns,
      keyArn: common.keyArn,
    }),
    options: options.refreshAuthToken,
  });
