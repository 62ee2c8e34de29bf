import { join } from 'node:path';
import type {
  LambdaFunction,
  LambdaFunctionConfiguration,
  LambdaHost,
} from '../../../../tools/local-cloud/lambda';

export const FIXTURES = join(__dirname, 'fixtures');

/** A function of the fixtures, for example `echo.handler`. */
export const createFunction = (
  host: LambdaHost,
  handler: string,
  overrides: Partial<LambdaFunctionConfiguration> = {},
): LambdaFunction =>
  host.createFunction({
    functionName: 'FunctionUnderTest',
    codePath: FIXTURES,
    handler,
    environment: {},
    timeoutSeconds: 30,
    memorySizeMb: 256,
    credentials: {
      accessKeyId: 'AKIDEXAMPLE',
      secretAccessKey: 'example-secret',
      sessionToken: 'example-session',
    },
    region: 'eu-central-1',
    accountId: '123456789012',
    ...overrides,
  });
