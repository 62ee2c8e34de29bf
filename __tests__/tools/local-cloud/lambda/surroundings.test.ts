import {
  InvalidParameterValueError,
  LambdaHost,
  LambdaHostClosedError,
} from '../../../../tools/local-cloud/lambda';
import { createFunction, FIXTURES } from './create-function';

let host: LambdaHost;

beforeAll(async () => {
  host = await LambdaHost.start({ environment: { AWS_ENDPOINT_URL: 'http://127.0.0.1:1' } });
});

afterAll(() => host.close());

describe('the environment of a function', () => {
  test('is exactly its own variables, the host’s, and what Lambda sets', async () => {
    const environment = createFunction(host, 'surroundings.environment', {
      environment: { ARCHIVE_BUCKET_NAME: 'archive' },
    });

    const { outcome, payload } = Object(await environment.invoke({}));
    expect(outcome).toBe('success');
    expect(payload).toEqual({
      ARCHIVE_BUCKET_NAME: 'archive',
      AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
      AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'example-secret',
      AWS_SESSION_TOKEN: 'example-session',
      AWS_REGION: 'eu-central-1',
      AWS_DEFAULT_REGION: 'eu-central-1',
      AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
      AWS_LAMBDA_FUNCTION_NAME: 'FunctionUnderTest',
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '256',
      AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
      AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/FunctionUnderTest',
      AWS_LAMBDA_LOG_STREAM_NAME: expect.stringMatching(/^\d{4}\/\d\d\/\d\d\/\[\$LATEST\][0-9a-f]{32}$/),
      AWS_LAMBDA_RUNTIME_API: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
      LAMBDA_TASK_ROOT: FIXTURES,
      LANG: 'en_US.UTF-8',
      PATH: '/usr/local/bin:/usr/bin:/bin',
      TZ: ':UTC',
      _HANDLER: 'surroundings.environment',
      _X_AMZN_TRACE_ID: expect.stringMatching(
        /^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=[01]$/,
      ),
    });
  });

  test.each([
    ['a reserved name', { AWS_REGION: 'eu-west-1', _HANDLER: 'other.handler' }, /AWS_REGION, _HANDLER/],
    ['a malformed name', { '1ST': 'value' }, /"1ST"/],
    ['more than 4 KB', { LONG: 'x'.repeat(4096) }, /4096 bytes/],
    [
      'a variable that the host sets too',
      { AWS_ENDPOINT_URL: 'http://127.0.0.1:2' },
      /both set AWS_ENDPOINT_URL/,
    ],
  ])('is refused with %s', (_what, environment, message) => {
    const create = () => createFunction(host, 'echo.handler', { environment });

    expect(create).toThrow(InvalidParameterValueError);
    expect(create).toThrow(message);
  });
});

describe('the logs of an invocation', () => {
  test('hold every line of both streams, those of a cold start first, an unfinished one too', async () => {
    const { logs, requestId } = await createFunction(host, 'logs.writes').invoke({ lines: 300 });

    expect(logs[0]).toContain('\tundefined\tINFO\twhile loading');
    expect(logs).toContainEqual(expect.stringContaining(`\t${requestId}\tINFO\ttwo\rlines with values`));
    expect(logs).toContainEqual(expect.stringContaining(`\t${requestId}\tERROR\tan error`));
    expect(logs).toContain('straight to standard error');
    expect(logs.filter((line) => /^line \d+ ä{500}$/.test(line))).toHaveLength(300);
    expect(logs).toContain('unfinished');
    expect(logs).toHaveLength(305);
  });
});

describe('a closed host', () => {
  test('has ended its containers and refuses invocations', async () => {
    const closing = await LambdaHost.start();
    const forever = createFunction(closing, 'waits.forever');
    const running = forever.invoke({});

    await closing.close();

    expect(await running).toMatchObject({ outcome: 'error', errorType: 'Runtime.ExitError' });
    await expect(forever.invoke({})).rejects.toThrow(LambdaHostClosedError);
  });
});
