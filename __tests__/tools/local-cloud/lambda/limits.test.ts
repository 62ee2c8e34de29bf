import { LambdaHost } from '../../../../tools/local-cloud/lambda';
import { createFunction } from './create-function';

let host: LambdaHost;

beforeAll(async () => {
  host = await LambdaHost.start();
});

afterAll(() => host.close());

describe('the timeout', () => {
  test.each(['waits.forever', 'waits.spins'])('kills %s and names the limit', async (handler) => {
    const lambdaFunction = createFunction(host, handler, { timeoutSeconds: 1 });

    expect(await lambdaFunction.invoke({}, { requestId: 'slow' })).toMatchObject({
      outcome: 'error',
      functionError: 'Unhandled',
      errorType: 'Sandbox.Timedout',
      errorMessage: 'RequestId: slow Error: Task timed out after 1.00 seconds',
    });
    expect(lambdaFunction.runningRequestIds).toEqual([]);
  });

  test('keeps what the handler wrote until then, an unfinished line too', async () => {
    const { logs } = await createFunction(host, 'waits.forever', { timeoutSeconds: 1 }).invoke({});

    expect(logs).toEqual(['a last line without a break']);
  });
});

// Only Linux tells a process' memory; elsewhere the heap's own limit is all there is.
if (process.platform === 'linux') {
  describe('the memory limit', () => {
    test('kills a container whose resident memory grows beyond it, Buffers included', async () => {
      const buffers = createFunction(host, 'memory.buffers', { memorySizeMb: 128 });

      expect(await buffers.invoke({ megabytes: 200 }, { requestId: 'large' })).toMatchObject({
        outcome: 'error',
        errorType: 'Runtime.OutOfMemory',
        errorMessage: 'RequestId: large Error: Runtime exited with error: signal: killed',
      });
    });
  });
}
