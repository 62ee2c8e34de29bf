import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { authorize, redirectUriOf } from '../../cli/authorize';
import { freePort, removeSynthesis, startDeployment, stopDeployments } from './local-deployment';
import { RecordingTerminal } from './recording-terminal';

/** `npm run test:browser`: the login of a person in a real browser. Not part of `npm test`, which needs no browser. */

const CANDIDATES = [
  process.env['CHROMIUM_PATH'] ?? '',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
];
const SCREENSHOTS = join(__dirname, '../../.local/screenshots');

let browser: Browser;
beforeAll(async () => {
  const executablePath = CANDIDATES.find((path) => path !== '' && existsSync(path));
  if (executablePath === undefined) {
    throw new Error(
      'no Chromium found; install it ("apt-get install chromium" on Debian) or name one in CHROMIUM_PATH; this test installs nothing',
    );
  }
  mkdirSync(SCREENSHOTS, { recursive: true });
  // Chromium refuses its sandbox to root, as whom containers run.
  browser = await chromium.launch({ executablePath, args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] });
});
afterEach(stopDeployments);
afterAll(async () => {
  await browser?.close();
  removeSynthesis();
});

/** Starts the command; `act` is what the person does from the login page on. */
const runWith = async (
  name: string,
  act: (page: Page, user: { email: string; password: string }) => Promise<void>,
  clientSecret?: string,
) => {
  const deployment = await startDeployment();
  const { genesys } = deployment.stack;
  const port = await freePort();
  const client = genesys.createOAuthClient({ redirectUris: [redirectUriOf(port)] });
  const user = genesys.createUser({ name: 'Voicemail archive user' });
  const page = await browser.newPage({ viewport: { width: 900, height: 640 } });
  const shot = (step: string) => page.screenshot({ path: join(SCREENSHOTS, `${name}-${step}.png`) });
  let person: Promise<void> = Promise.resolve();
  const terminal = new RecordingTerminal({
    answers: [client.id, clientSecret ?? client.secret],
    browse: async (url) => {
      person = (async () => {
        await page.goto(url);
        await shot('1-login');
        await act(page, user);
      })();
      await person;
    },
  });
  const outcome = await authorize(
    deployment,
    terminal,
    {},
    { port, pollMs: 50, loginTimeoutMs: 60_000 },
  ).then(
    ({ json }) => json,
    (error: unknown) => error,
  );
  await person;
  await page.waitForLoadState();
  await shot('3-end');
  const text = await page.innerText('body');
  await page.close();
  const { versions } = deployment.stack.aws.secretsManager.secret(deployment.outputs.secret_arn);
  const current = versions.find(({ stages }) => stages.includes('AWSCURRENT'))?.value;
  return { deployment, outcome, text, versions, current };
};

const logIn = async (page: Page, { email, password }: { email: string; password: string }, name: string) => {
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.getByRole('button', { name: 'Allow' }).waitFor();
  await page.screenshot({ path: join(SCREENSHOTS, `${name}-2-consent.png`) });
};

test('login page, consent and local page lead to a live pair in the secret', async () => {
  const { deployment, outcome, text, current } = await runWith('allowed', async (page, user) => {
    await logIn(page, user, 'allowed');
    await page.getByRole('button', { name: 'Allow' }).click();
    await page.getByText('Authorised').first().waitFor();
  });
  expect(outcome).toMatchObject({ ok: true });
  expect(text).toContain('You can close this tab');
  const pair = JSON.parse(
    current !== undefined && 'SecretString' in current ? String(current.SecretString) : '{}',
  );
  const me = await fetch(`${deployment.stack.genesys.origins.api}/api/v2/users/me`, {
    headers: { authorization: `Bearer ${pair.accessToken}` },
  });
  expect(me.status).toBe(200);
});

test('a denied consent is told on the page and writes nothing', async () => {
  const { outcome, text, current } = await runWith('denied', async (page, user) => {
    await logIn(page, user, 'denied');
    await page.getByRole('button', { name: 'Deny' }).click();
    await page.getByText('Not authorised').first().waitFor();
  });
  expect(outcome).toMatchObject({ code: 'ConsentDenied' });
  expect(text).toContain('access was denied');
  expect(current).toBeUndefined();
});

test('a wrong client secret is told on the page and writes nothing', async () => {
  const { outcome, text, current } = await runWith(
    'wrong-secret',
    async (page, user) => {
      await logIn(page, user, 'wrong-secret');
      await page.getByRole('button', { name: 'Allow' }).click();
      await page.getByText('Not authorised').first().waitFor();
    },
    'not the secret',
  );
  expect(outcome).toMatchObject({ code: 'ClientRefused' });
  expect(text).toContain('client secret');
  expect(current).toBeUndefined();
});
