import { mkdirSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { authorize, redirectUriOf } from '../../cli/commands/authorize';
import { launchChromium } from '../helpers/chromium';
import {
  freePort,
  type LocalDeployment,
  removeSynthesis,
  seed,
  startDeployment,
  stopDeployments,
} from './local-deployment';
import { RecordingTerminal } from './recording-terminal';

/** `npm run test:browser`: the login of a person in a real browser. Not part of `npm test`, which needs no browser. */

// A browser's first start takes its time.
jest.setTimeout(60_000);

const SCREENSHOTS = join(__dirname, '../../.local/screenshots');

let browser: Browser;
beforeAll(async () => {
  mkdirSync(SCREENSHOTS, { recursive: true });
  browser = await launchChromium();
});
afterEach(stopDeployments);
afterAll(async () => {
  await browser?.close();
  removeSynthesis();
});

/** What the person at the browser has before them. */
interface Sight {
  readonly page: Page;
  readonly deployment: LocalDeployment;
  readonly redirectUri: string;
  readonly email: string;
  readonly password: string;
  /** Keeps a picture of the page, as a light and as a dark desktop show it. */
  shot(step: string): Promise<void>;
}

/** The labels and values of every version, to compare before and after. */
const versionsOf = ({ stack, outputs }: LocalDeployment): string =>
  JSON.stringify(
    stack.aws.secretsManager
      .secret(outputs.secret_arn)
      .versions.map(({ versionId, stages, value }) => [versionId, stages, value]),
  );

/** An authorized deployment, on which the command is run once more; `act` is what the person does from the login page on. */
const runWith = async (
  name: string,
  act: (sight: Sight) => Promise<void>,
  { clientSecret, port }: { readonly clientSecret?: string; readonly port?: number } = {},
) => {
  const deployment = await startDeployment();
  await seed(deployment);
  const before = versionsOf(deployment);
  const { genesys } = deployment.stack;
  const usedPort = port ?? (await freePort());
  const redirectUri = redirectUriOf(usedPort);
  const client = genesys.createOAuthClient({ name: 'Voicemail archive', redirectUris: [redirectUri] });
  const { email, password } = genesys.createUser({ name: 'Voicemail archive user' });
  const page = await browser.newPage({ viewport: { width: 900, height: 640 } });
  const shot = async (step: string) => {
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await page.screenshot({ path: join(SCREENSHOTS, `${name}-${step}-${colorScheme}.png`) });
    }
  };
  let person: Promise<void> = Promise.resolve();
  const terminal = new RecordingTerminal({
    answers: [client.id, clientSecret ?? client.secret],
    browse: (url) => {
      person = (async () => {
        await page.goto(url);
        await shot('1-login');
        await act({ page, deployment, redirectUri, email, password, shot });
        await page.waitForLoadState();
        await shot('3-end');
      })();
      return person;
    },
  });
  const outcome = await authorize(
    deployment,
    terminal,
    {},
    { port: usedPort, pollMs: 50, loginTimeoutMs: 60_000 },
  ).then(
    ({ json }) => json,
    (error: unknown) => error,
  );
  await person;
  const text = await page.innerText('body');
  const url = page.url();
  await page.close();
  return { deployment, outcome, text, url, isUnchanged: versionsOf(deployment) === before };
};

const logIn = async ({ page, email, password, shot }: Sight) => {
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.getByRole('button', { name: 'Allow' }).waitFor();
  await shot('2-consent');
};

const allow = async (sight: Sight) => {
  await logIn(sight);
  await sight.page.getByRole('button', { name: 'Allow' }).click();
};

test('login page, consent and local page lead to a live pair in the secret', async () => {
  const { deployment, outcome, text } = await runWith('allowed', async (sight) => {
    await allow(sight);
    await sight.page.getByRole('heading', { name: 'Authorized' }).waitFor();
  });
  expect(outcome).toMatchObject({ ok: true });
  expect(text).toContain('You can close this tab');
  const { versions } = deployment.stack.aws.secretsManager.secret(deployment.outputs.secret_arn);
  const current = versions.find(({ stages }) => stages.includes('AWSCURRENT'))?.value;
  const pair = JSON.parse(
    current !== undefined && 'SecretString' in current ? String(current.SecretString) : '{}',
  );
  const me = await fetch(`${deployment.stack.genesys.origins.api}/api/v2/users/me`, {
    headers: { authorization: `Bearer ${pair.accessToken}` },
  });
  expect([me.status, await me.json()]).toEqual([
    200,
    expect.objectContaining({ name: 'Voicemail archive user' }),
  ]);
});

/** A login that goes wrong: what the person does, and what page and terminal then say. */
const REFUSED: readonly {
  readonly what: string;
  readonly code: string;
  readonly said: string;
  readonly clientSecret?: string;
  readonly act: (sight: Sight) => Promise<void>;
}[] = [
  {
    what: 'a denied consent',
    code: 'ConsentDenied',
    said: 'access was denied',
    act: async (sight) => {
      await logIn(sight);
      await sight.page.getByRole('button', { name: 'Deny' }).click();
    },
  },
  {
    what: 'a wrong state',
    code: 'StateMismatch',
    said: 'does not belong to this login',
    act: async ({ page, redirectUri }) => {
      // What a page of somebody else could have the browser open.
      await page.goto(`${redirectUri}?code=of-another-login&state=guessed`);
    },
  },
  {
    what: 'an expired code',
    code: 'CodeRefused',
    said: 'expired',
    act: async (sight) => {
      // The answer to the consent, which brings the code, takes longer than the code lives.
      await sight.page.route('**/oauth/consent', async (route) => {
        const response = await route.fetch({ maxRedirects: 0 });
        sight.deployment.clock.advance(301_000);
        await route.fulfill({ response });
      });
      await allow(sight);
    },
  },
  {
    what: 'a wrong client secret',
    code: 'ClientRefused',
    said: 'client secret',
    clientSecret: 'not the secret',
    act: allow,
  },
];

test.each(REFUSED)(
  '$what is told on the page and in the terminal, and leaves the secret as it was',
  async (refused) => {
    const { outcome, text, isUnchanged } = await runWith(
      refused.what.replaceAll(' ', '-'),
      async (sight) => {
        await refused.act(sight);
        await sight.page.getByRole('heading', { name: 'Not authorized' }).waitFor();
      },
      refused,
    );
    expect(outcome).toMatchObject({ code: refused.code, message: expect.stringContaining(refused.said) });
    expect(text).toContain(refused.said);
    expect(isUnchanged).toBe(true);
  },
);

test('a port in use is told in the terminal before the browser opens, and leaves the secret as it was', async () => {
  const other = createServer();
  const port = await freePort();
  await new Promise<void>((resolve) => other.listen(port, '127.0.0.1', resolve));
  try {
    const { outcome, url, isUnchanged } = await runWith('port-in-use', async () => undefined, { port });
    expect(outcome).toMatchObject({ code: 'PortInUse', message: expect.stringContaining(`port ${port}`) });
    expect(url).toBe('about:blank');
    expect(isUnchanged).toBe(true);
  } finally {
    other.close();
  }
});
