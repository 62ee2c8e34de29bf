import { MovableClock } from '../../../../tools/local-cloud/clock';
import { LambdaHost } from '../../../../tools/local-cloud/lambda';
import { createFunction } from './create-function';

const HOUR_MS = 60 * 60 * 1000;

let clock: MovableClock;
let host: LambdaHost;

beforeEach(async () => {
  clock = new MovableClock();
  host = await LambdaHost.start({ clock });
});

afterEach(() => host.close());

/** Invokes `time.now`, and says between which moments of the host's clock that was. */
const invokeNow = async (lambdaFunction: ReturnType<typeof createFunction>) => {
  const from = clock.now();
  const { payload } = Object(await lambdaFunction.invoke({}));
  return { payload, from, to: clock.now() };
};

test('a bundle sees the host’s time from its first line on, however it asks for it', async () => {
  clock.advance(50 * 24 * HOUR_MS);

  const { payload, from, to } = await invokeNow(createFunction(host, 'time.now'));

  for (const moment of [payload.loadedAt, payload.now, Date.parse(payload.constructed), payload.subclass]) {
    expect(moment).toBeGreaterThanOrEqual(from);
    expect(moment).toBeLessThanOrEqual(to);
  }
  // `Date()` as a function tells whole seconds.
  expect(Math.abs(payload.text - payload.now)).toBeLessThan(2_000);
});

test('a warm container follows a clock that was moved between two invocations', async () => {
  const now = createFunction(host, 'time.now');
  const before = await invokeNow(now);

  clock.advance(6 * HOUR_MS);
  const after = await invokeNow(now);

  expect(after.payload.loadedAt).toBe(before.payload.loadedAt);
  expect(after.payload.now).toBeGreaterThanOrEqual(after.from);
  expect(after.payload.now).toBeLessThanOrEqual(after.to);
});

test('the deadline lies in the host’s time, so the time that is left does not jump', async () => {
  const now = createFunction(host, 'time.now', { timeoutSeconds: 20 });
  await invokeNow(now);
  clock.advance(HOUR_MS);

  const { payload } = await invokeNow(now);

  expect(payload.remainingMs).toBeGreaterThan(0);
  expect(payload.remainingMs).toBeLessThanOrEqual(20_000);
});
