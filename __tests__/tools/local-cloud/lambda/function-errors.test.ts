import { LambdaHost } from '../../../../tools/local-cloud/lambda';
import { createFunction } from './create-function';

let host: LambdaHost;

beforeAll(async () => {
  host = await LambdaHost.start({ initTimeoutSeconds: 2 });
});

afterAll(() => host.close());

describe('an error of the handler', () => {
  test('is logged with every property that it carries, as the runtime does', async () => {
    const { logs, requestId } = await createFunction(host, 'errors.throws').invoke({});

    expect(logs).toEqual([expect.stringContaining(`\t${requestId}\tERROR\tInvoke Error \t`)]);
    expect(logs[0]).toContain('"orderNumber":7');
  });
});

describe('an error that nobody handles', () => {
  test.each([
    ['errors.rejectsInBackground', 'Runtime.UnhandledPromiseRejection', 'Error: nobody waits for this'],
    ['errors.rejectsAndReturns', 'Runtime.UnhandledPromiseRejection', 'Error: nobody waits for this'],
    ['errors.throwsInBackground', 'Error', 'thrown from a timer'],
  ])('in %s ends the invocation and its container', async (handler, errorType, errorMessage) => {
    const lambdaFunction = createFunction(host, handler);

    expect(await lambdaFunction.invoke({})).toMatchObject({ outcome: 'error', errorType, errorMessage });
    expect((await lambdaFunction.invoke({})).coldStart).toBe(true);
  });
});

describe('a process that ends during an invocation', () => {
  test.each([
    [3, 'Runtime exited with error: exit status 3'],
    [0, 'Runtime exited without providing a reason'],
  ])('with exit code %d is a Runtime.ExitError', async (exitCode, reason) => {
    const exits = createFunction(host, 'errors.exits');

    expect(await exits.invoke({ exitCode }, { requestId: 'request' })).toMatchObject({
      outcome: 'error',
      errorType: 'Runtime.ExitError',
      errorMessage: `RequestId: request Error: ${reason}`,
    });
    expect((await exits.invoke({ exitCode })).coldStart).toBe(true);
  });

  test('because nothing is left that could settle its promise is no success', async () => {
    expect(await createFunction(host, 'errors.neverSettles').invoke({})).toMatchObject({
      outcome: 'error',
      errorType: 'Runtime.ExitError',
    });
  });
});

describe('an init phase that fails', () => {
  test.each([
    ['no-such-file.handler', 'Runtime.ImportModuleError', /Cannot find module/],
    ['missing-import.handler', 'Runtime.ImportModuleError', /a-package-that-nobody-installed/],
    ['errors.noSuchExport', 'Runtime.HandlerNotFound', /errors\.noSuchExport is undefined or not exported/],
    ['errors.notAFunction', 'Runtime.HandlerNotFound', /errors\.notAFunction is not a function/],
    ['noDot', 'Runtime.MalformedHandlerName', /noDot/],
    ['errors.withCallback', 'Runtime.CallbackHandlerDeprecated', /callback/],
    ['throws-at-load.handler', 'RangeError', /refuses to load/],
  ])('for %s is reported as %s', async (handler, errorType, errorMessage) => {
    expect(await createFunction(host, handler).invoke({})).toMatchObject({
      outcome: 'error',
      errorType,
      errorMessage: expect.stringMatching(errorMessage),
    });
  });
});
