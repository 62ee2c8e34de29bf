import type { Fault, FaultAnswer } from '../../../../tools/local-cloud/faults';
import { tokenHash } from '../../../../tools/local-cloud/genesys';
import { json, mediaUrl, refresh, refusal, type Scene, startScene, stopAll } from './helpers';

afterEach(stopAll);

const error = (status: number): FaultAnswer => ({ kind: 'error', status });
const none = (answer: FaultAnswer): Fault => ({ effect: 'none', answer });
const applied = (answer: FaultAnswer): Fault => ({ effect: 'applied', answer });

const REFRESH = 'POST /oauth/token';

/** Resolves once `check` holds. */
const eventually = async (check: () => boolean): Promise<void> => {
  const givenUpAt = performance.now() + 20_000;
  while (!check()) {
    if (performance.now() > givenUpAt) {
      throw new Error('it never happened');
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
};

describe('a fault rule', () => {
  test('lets as many calls through as it says, and is gone once it has struck as often as it says', async () => {
    const { api, genesys } = await startScene();
    genesys.injectFault({ skip: 1, times: 2, fault: none(error(500)) });
    const statuses: number[] = [];
    for (let call = 0; call < 4; call += 1) {
      statuses.push((await api('/api/v2/tokens/me')).status);
    }
    expect(statuses).toEqual([200, 500, 500, 200]);
    expect(genesys.faults()).toEqual([]);
  });
});

describe('an injected error', () => {
  test('has the shape of the service that it strikes', async () => {
    const scene = await startScene();
    const url = await mediaUrl(scene, scene.leave().messageId);
    scene.genesys.injectFault({ fault: none({ kind: 'error', status: 503, retryAfterSeconds: 7 }) });
    const api = await scene.api('/api/v2/tokens/me');
    expect(api.headers.get('retry-after')).toBe('7');
    expect(await refusal(api)).toEqual([503, 'service.unavailable']);
    expect(await json(await refresh(scene))).toMatchObject({ error: 'temporarily_unavailable' });
    expect(await (await fetch(url)).text()).toContain('<Code>SlowDown</Code>');
  });
});

describe('the effect of a faulty call', () => {
  const answers: readonly FaultAnswer[] = [
    error(500),
    { kind: 'hang' },
    { kind: 'reset' },
    { kind: 'cut-body', fraction: 0.5 },
    { kind: 'stall-body', fraction: 0.5 },
    { kind: 'wrong-length', fraction: 0.5 },
  ];

  /** Has one refresh struck by a fault, and tells how often its token was redeemed. */
  const struckRefresh = async (scene: Scene, fault: Fault): Promise<number | undefined> => {
    scene.genesys.injectFault({ operation: REFRESH, times: 1, fault });
    const use = () => scene.genesys.counters().refreshTokens[tokenHash(scene.pair.refreshToken)];
    refresh(scene).catch(() => undefined);
    await eventually(() => use()?.presented === 1);
    return use()?.redeemed;
  };

  test.each(answers)('is none where the fault says so: refresh, %j', async (answer) => {
    const scene = await startScene();
    expect(await struckRefresh(scene, none(answer))).toBe(0);
    expect((await scene.api('/api/v2/tokens/me')).status).toBe(200);
    expect((await refresh(scene)).status).toBe(200);
  });

  test.each(answers)('is whole where the fault says applied: refresh, %j', async (answer) => {
    const scene = await startScene();
    expect(await struckRefresh(scene, applied(answer))).toBe(1);
    expect((await scene.api('/api/v2/tokens/me')).status).toBe(401);
    expect((await refresh(scene)).status).toBe(400);
  });
});

describe('a spoilt answer', () => {
  const spoilt = async (answer: FaultAnswer) => {
    const scene = await startScene();
    const left = scene.leave({ audio: { WEBM: { sizeBytes: 200_000 } } });
    const url = await mediaUrl(scene, left.messageId);
    scene.genesys.injectFault({ service: 'media', fault: none(answer) });
    return { scene, url };
  };

  /** The bytes that arrive, and whether the body then ended well, broke off, or went silent until `signal` gave up. */
  const readAll = async (response: Response): Promise<{ bytes: number; whole: boolean }> => {
    let bytes = 0;
    try {
      for await (const chunk of response.body ?? []) {
        bytes += chunk.length;
      }
      return { bytes, whole: true };
    } catch {
      return { bytes, whole: false };
    }
  };

  test('with cut-body promises the whole length and breaks off after the fraction', async () => {
    const { url } = await spoilt({ kind: 'cut-body', fraction: 0.25 });
    const response = await fetch(url);
    expect([response.status, response.headers.get('content-length')]).toEqual([200, '200000']);
    expect(await readAll(response)).toEqual({ bytes: 50_000, whole: false });
  });

  test('with wrong-length is well-formed but short', async () => {
    const { url } = await spoilt({ kind: 'wrong-length', fraction: 0.25 });
    const response = await fetch(url);
    expect(response.headers.get('content-length')).toBe('50000');
    expect(await readAll(response)).toEqual({ bytes: 50_000, whole: true });
  });

  test('with stall-body sends the fraction and then nothing until the client gives up', async () => {
    const { url, scene } = await spoilt({ kind: 'stall-body', fraction: 0.25 });
    const abort = new AbortController();
    const response = await fetch(url, { signal: abort.signal });
    let bytes = 0;
    const reading = (async () => {
      for await (const chunk of response.body ?? []) {
        bytes += chunk.length;
      }
    })();
    reading.catch(() => undefined);
    await eventually(() => bytes === 50_000);
    expect(await Promise.race([reading, scene.api('/api/v2/tokens/me')])).toMatchObject({ status: 200 });
    abort.abort();
    await expect(reading).rejects.toThrow();
  });

  test('with hang never comes, and does not keep the simulator from closing', async () => {
    const { url, scene } = await spoilt({ kind: 'hang' });
    const answer = fetch(url);
    answer.catch(() => undefined);
    expect(await Promise.race([answer, scene.api('/api/v2/tokens/me')])).toMatchObject({
      url: expect.stringContaining('tokens/me'),
    });
    await scene.genesys.close();
    await expect(answer).rejects.toThrow();
  });
});
