import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { launchChromium } from '../helpers/chromium';
import { leaveMachine, runInit, startMachine } from './init-run';
import { freePort, removeSynthesis, stopDeployments } from './local-deployment';
import { RecordingTerminal } from './recording-terminal';

jest.setTimeout(60_000);

const folder = mkdtempSync(join(tmpdir(), 'init-browser-'));
let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterEach(async () => {
  leaveMachine();
  await stopDeployments();
});
afterAll(async () => {
  await browser?.close();
  removeSynthesis();
  rmSync(folder, { recursive: true, force: true });
});

test('init goes on in the terminal after one login in the browser, and writes the deployment', async () => {
  const deployment = await startMachine();
  const { genesys } = deployment.stack;
  const port = await freePort();
  const client = genesys.createOAuthClient({ redirectUris: [`http://127.0.0.1:${port}/callback`] });
  const { email, password } = genesys.createUser({ name: 'Voicemail mover' });
  const page = await browser.newPage();
  const terminal = new RecordingTerminal({
    answers: ['calls', 'mypurecloud.de', client.id, client.secret, 'Sales', '90', 'none', 'none'],
    browse: async (url) => {
      await page.goto(url);
      await page.getByLabel('Email').fill(email);
      await page.getByLabel('Password').fill(password);
      await page.getByRole('button', { name: 'Log in' }).click();
      await page.getByRole('button', { name: 'Allow' }).click();
      await page.getByRole('heading', { name: 'Logged in' }).waitFor();
    },
  });
  expect(await runInit(deployment, terminal, folder, { port })).toMatchObject({ exitCode: 0 });
  await terminal.browsed;
  expect(await page.innerText('body')).toContain('The terminal goes on');
  expect(existsSync(join(folder, 'deployments/calls.json'))).toBe(true);
});
