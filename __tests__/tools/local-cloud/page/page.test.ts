import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PageState } from '../../../../tools/local-cloud/page/page-state';
import { removeSynthesis, seed, stopDeployments } from '../../../cli/local-deployment';
import { type RunningPage, startPage } from './running-page';

let page: RunningPage;
beforeAll(async () => {
  page = await startPage();
});
afterAll(async () => {
  await page.close();
  await stopDeployments();
  removeSynthesis();
});

const state = async (): Promise<PageState> =>
  (await fetch(`${page.origin}/state`)).json() as Promise<PageState>;

const press = async (name: string): Promise<string> => {
  const answer = await fetch(`${page.origin}/actions/${name}`, { method: 'POST' });
  const { said } = (await answer.json()) as { readonly said: string };
  return said;
};

/** The state once it is as wanted; a second look costs nothing. */
const until = async (isWanted: (seen: PageState) => boolean): Promise<PageState> => {
  for (;;) {
    const seen = await state();
    if (isWanted(seen)) {
      return seen;
    }
    await sleep(50);
  }
};

test('a voicemail that is left arrives in the archive, can be listened to, and its sidecar is shown', async () => {
  const before = await state();
  expect(await press('leave')).toMatch(/^voicemail [0-9a-f-]{36} was left$/);
  const { archive, counts, log } = await until(({ counts: { stored } }) => stored > before.counts.stored);
  expect(counts.events).toBe(before.counts.events + 1);
  const [newest] = archive;
  expect(newest?.sidecar).toMatchObject({ format: 'WEBM', sizeBytes: newest?.sizeBytes });
  expect(log.join('\n')).toContain('stored');
  const recording = await fetch(`${page.origin}/recording?key=${encodeURIComponent(newest?.key ?? '')}`);
  expect(recording.headers.get('content-type')).toBe('audio/webm');
  expect((await recording.arrayBuffer()).byteLength).toBe(newest?.sizeBytes);
});

test('an outage is shown, keeps a voicemail waiting, and ends', async () => {
  expect(await press('outage')).toContain('503');
  await press('leave');
  const during = await until(({ counts }) => counts.working > 0);
  expect(during.trouble).toEqual([expect.stringContaining('api fails')]);
  expect(await press('outage')).toBe('Genesys answers again');
  expect((await state()).trouble).toEqual([]);
  await press('later');
  await until(({ counts }) => counts.working + counts.waiting === 0);
});

test('a rotation moves the labels, and no value of the secret is in the page', async () => {
  const current = ({ labels }: PageState) =>
    labels.find(({ stages }) => stages.includes('AWSCURRENT'))?.version;
  const before = current(await state());
  expect(await press('rotate')).toBe('the rotation succeeded');
  const text = JSON.stringify(await state());
  expect(current(JSON.parse(text))).not.toBe(before);
  expect(page.deployment.stack.genesys.issuedSecrets().filter((secret) => text.includes(secret))).toEqual([]);
  expect(text).not.toContain('+1555');
});

test('the token that the secret holds is revoked, that of a later login too, and the next rotation fails', async () => {
  expect(await press('revoke')).toMatch(/^[1-9]\d* tokens were revoked; the deployment needs a new login/);
  expect(await press('revoke')).toMatch(/^the token was revoked already/);
  // As authorize does, with the login of another user.
  await seed(page.deployment);
  expect(await press('rotate')).toBe('the rotation succeeded');
  expect(await press('revoke')).toMatch(/^[1-9]\d* tokens were revoked/);
  expect(await press('rotate')).toContain('ReauthorizationRequired');
});

describe('what does not belong to the page', () => {
  test('another host name, another origin, an unknown key and an unknown button are refused', async () => {
    const { port } = new URL(page.origin);
    const statusOf = (path: string, headers: Record<string, string>, method = 'GET') =>
      new Promise<number | undefined>((resolve, reject) => {
        request({ host: '127.0.0.1', port, path, headers, method }, (answer) => {
          resolve(answer.statusCode);
          answer.resume();
        })
          .once('error', reject)
          .end();
      });
    expect(await statusOf('/state', { host: `attacker.example:${port}` })).toBe(403);
    expect(await statusOf('/actions/leave', { origin: 'https://attacker.example' }, 'POST')).toBe(403);
    expect(await statusOf('/recording?key=../secret', {})).toBe(404);
    expect(await statusOf('/actions/constructor', {}, 'POST')).toBe(404);
  });

  test('it loads nothing from elsewhere', async () => {
    const answer = await fetch(page.origin);
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(await answer.text()).not.toMatch(/(?:src|href)="https?:/);
  });
});
