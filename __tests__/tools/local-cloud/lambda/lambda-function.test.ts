import { createServer, type Server } from 'node:http';
import { LambdaHost, TooManyRequestsError } from '../../../../tools/local-cloud/lambda';
import { createFunction } from './create-function';

let host: LambdaHost;

beforeAll(async () => {
  host = await LambdaHost.start();
});

afterAll(() => host.close());

describe('an invocation', () => {
  test('starts cold once, then uses the warm container again', async () => {
    const echo = createFunction(host, 'echo.handler');

    const first = await echo.invoke({});
    const second = await echo.invoke({});

    expect([first.coldStart, second.coldStart]).toEqual([true, false]);
    expect(first.initDurationMs).toBeGreaterThan(0);
    expect(second.initDurationMs).toBeUndefined();
    expect(second).toMatchObject({ payload: { invocations: 2 } });
  });
});

describe('concurrent invocations', () => {
  let outside: Server;
  let url: string;
  /** Lets every call that waits at the outside server go on. */
  let release: () => void;
  let calls: number;
  let onCall: () => void;

  beforeEach(async () => {
    const waiting: (() => void)[] = [];
    calls = 0;
    onCall = () => undefined;
    release = () => {
      for (const answer of waiting.splice(0)) {
        answer();
      }
    };
    outside = createServer((_request, response) => {
      waiting.push(() => response.end());
      calls += 1;
      onCall();
    });
    await new Promise<void>((resolve) => {
      outside.listen(0, '127.0.0.1', resolve);
    });
    const address = outside.address();
    url = typeof address === 'object' ? `http://127.0.0.1:${address?.port}/` : '';
  });

  afterEach(
    () =>
      new Promise<void>((resolve) => {
        outside.close(() => resolve());
        outside.closeAllConnections();
      }),
  );

  const untilCalls = (expected: number): Promise<void> =>
    new Promise((resolve) => {
      onCall = () => {
        if (calls === expected) {
          resolve();
        }
      };
    });

  test('beyond the reserved concurrency are throttled, and accepted again when one has ended', async () => {
    const waits = createFunction(host, 'waits.callsOutside', { reservedConcurrency: 1 });

    const called = untilCalls(1);
    const first = waits.invoke({ url });
    await called;
    await expect(waits.invoke({ url })).rejects.toThrow(TooManyRequestsError);
    release();
    await first;

    const calledAgain = untilCalls(2);
    const second = waits.invoke({ url });
    await calledAgain;
    release();
    expect((await second).outcome).toBe('success');
  });

  test('end in Runtime.ExitError when the function is killed in the middle of an outside call', async () => {
    const waits = createFunction(host, 'waits.callsOutside');
    const killed = new Promise<void>((resolve) => {
      onCall = () => resolve(waits.kill());
    });

    const result = await waits.invoke({ url }, { requestId: 'killed-one' });
    await killed;

    expect(result).toMatchObject({
      outcome: 'error',
      functionError: 'Unhandled',
      errorType: 'Runtime.ExitError',
      errorMessage: 'RequestId: killed-one Error: Runtime exited with error: signal: killed',
    });
    expect(result.logs).toEqual([expect.stringContaining('before the call')]);
  });

  test('leave nothing of a killed container behind: its calls are cut and the next invocation starts cold', async () => {
    const waits = createFunction(host, 'waits.callsOutside');
    const cut = new Promise<void>((resolve) => {
      outside.once('connection', (socket) => socket.once('close', () => resolve()));
    });

    const called = untilCalls(1);
    const killed = waits.invoke({ url });
    await called;
    await waits.kill();
    await cut;
    await killed;

    const calledAgain = untilCalls(2);
    const next = waits.invoke({ url });
    await calledAgain;
    release();
    expect(await next).toMatchObject({ outcome: 'success', coldStart: true });
  });
});
