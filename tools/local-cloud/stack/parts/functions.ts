import { createHash, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type GenesysRegion, parseGenesysRegion } from '../../../../functions/shared/genesys-region';
import type { LocalAws } from '../../aws';
import type { LambdaApi } from '../../aws/lambda';
import type { LambdaFunction, LambdaHost } from '../../lambda';
import { StackError } from '../errors';
import * as schemas from '../schemas';
import type { StackResources } from '../stack-resources';
import { unpackBundle } from '../unpacked-bundle';

/** A function as the stack declares it. */
export type FunctionResource = ReturnType<typeof functionResources>[number];

/** The functions that the stack declares. */
export const functionResources = (resources: StackResources) =>
  resources.all('aws_lambda_function', schemas.functionSchema);

/** Where a function's lines go: the group that it names, or the one that Lambda takes without. */
export const logGroupOf = ({ function_name, logging_config }: FunctionResource): string =>
  logging_config?.log_group ?? `/aws/lambda/${function_name}`;

/** Creates the functions in a host, each with its own bundle and its role's credentials. By ARN. */
export const createFunctions = (
  declared: readonly FunctionResource[],
  resources: StackResources,
  {
    host,
    aws,
    stackFolder,
    codeFolder,
  }: { host: LambdaHost; aws: LocalAws; stackFolder: string; codeFolder: string },
): ReadonlyMap<string, LambdaFunction> => {
  const roles = new Set(resources.all('aws_iam_role', schemas.roleSchema).map(({ arn }) => arn));
  return new Map(
    declared.map((resource) => {
      if (!roles.has(resource.role)) {
        throw new StackError(resource.address, `its role ${resource.role} is not declared`);
      }
      const lambda = host.createFunction({
        functionName: resource.function_name,
        codePath: unpackBundle(
          join(stackFolder, resource.filename),
          join(codeFolder, resource.function_name),
          resource.address,
        ),
        handler: resource.handler,
        runtime: resource.runtime,
        environment: resource.environment.variables,
        timeoutSeconds: resource.timeout,
        memorySizeMb: resource.memory_size,
        credentials: aws.issueCredentials(resource.role),
        region: aws.region,
        accountId: aws.accountId,
        ...(resource.logging_config?.log_group === undefined
          ? {}
          : { logGroupName: resource.logging_config.log_group }),
        ...(resource.reserved_concurrent_executions === undefined
          ? {}
          : { reservedConcurrency: resource.reserved_concurrent_executions }),
      });
      return [resource.arn, lambda] as const;
    }),
  );
};

/** Lets Lambda's API show the functions, with every variable that they get, and what feeds them. */
export const showFunctions = (
  resources: StackResources,
  declared: readonly FunctionResource[],
  lambdaApi: LambdaApi,
  localVariables: Readonly<Record<string, string>>,
  stackFolder: string,
): void => {
  for (const { arn, function_name, runtime, timeout, memory_size, environment, filename } of declared) {
    lambdaApi.putFunction({
      arn,
      functionName: function_name,
      runtime,
      timeoutSeconds: timeout,
      memorySizeMb: memory_size,
      codeSha256: createHash('sha256')
        .update(readFileSync(join(stackFolder, filename)))
        .digest('base64'),
      environment: { ...environment.variables, ...localVariables },
    });
  }
  const mappings = resources.all('aws_lambda_event_source_mapping', schemas.mappingSchema);
  for (const { event_source_arn, function_name, batch_size } of mappings) {
    lambdaApi.addMapping({
      uuid: randomUUID(),
      functionArn: function_name,
      eventSourceArn: event_source_arn,
      batchSize: batch_size,
      state: 'Enabled',
    });
  }
};

/** The Genesys region that the functions are told; they have to agree. */
export const genesysRegionOf = (declared: readonly FunctionResource[]): GenesysRegion => {
  const [region, ...others] = new Set(
    declared.map(({ environment }) => environment.variables['GENESYS_REGION']),
  );
  if (region === undefined || others.length > 0) {
    throw new StackError('aws_lambda_function', 'the functions do not agree on one GENESYS_REGION');
  }
  return parseGenesysRegion(region);
};

/** The entries of a list in a function's environment. */
export const listedFor = (
  declared: readonly FunctionResource[],
  functionName: string,
  variable: string,
): readonly string[] =>
  declared
    .filter(({ function_name }) => function_name === functionName)
    .flatMap(({ environment }) => (environment.variables[variable] ?? '').split(','))
    .filter((entry) => entry !== '');
