import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { removeSynthesis, stopDeployments } from '../../../cli/local-deployment';
import { launchChromium } from '../../../helpers/chromium';
import { type RunningPage, startPage } from './running-page';

jest.setTimeout(60_000);

const SCREENSHOTS = join(__dirname, '../../../../.local/screenshots');

let browser: Browser;
let running: RunningPage;
beforeAll(async () => {
  mkdirSync(SCREENSHOTS, { recursive: true });
  browser = await launchChromium();
  running = await startPage();
});
afterAll(async () => {
  await running?.close();
  await browser?.close();
  await stopDeployments();
  removeSynthesis();
});

test.each(['light', 'dark'] as const)(
  'a person with a keyboard leaves a voicemail and sees it arrive (%s)',
  async (colorScheme) => {
    const page = await browser.newPage({ colorScheme, viewport: { width: 1100, height: 1200 } });
    const problems: string[] = [];
    page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
    page.on('pageerror', (error) => problems.push(error.message));
    await page.goto(running.origin);
    const before = Number(await page.locator('#stored').innerText());
    await page.keyboard.press('Tab');
    expect(await page.locator(':focus').innerText()).toBe('Leave a voicemail');
    await page.keyboard.press('Enter');
    await page.getByRole('status').filter({ hasText: 'was left' }).waitFor();
    while (Number(await page.locator('#stored').innerText()) === before) {
      await page.waitForTimeout(50);
    }
    const player = page.locator('audio').first();
    expect(await player.getAttribute('aria-label')).toMatch(/^Recording of \d+ bytes$/);
    // In the page's own words: the project's types know no browser.
    const seconds = await page.evaluate<number>(`new Promise((resolve) => {
      const audio = document.querySelector('audio');
      audio.addEventListener('loadedmetadata', () => resolve(audio.duration));
      audio.preload = 'metadata';
      audio.load();
    })`);
    expect(seconds).toBeGreaterThan(1);
    expect(
      await page
        .locator('dd')
        .filter({ hasText: 'call back' })
        .or(page.locator('dd').filter({ hasText: 'call me back' }))
        .count(),
    ).toBeGreaterThan(0);
    await page.screenshot({ path: join(SCREENSHOTS, `page-${colorScheme}.png`), fullPage: true });
    // As docs/pictures/ has it.
    await page.screenshot({ path: join(SCREENSHOTS, `page-${colorScheme}.jpg`), type: 'jpeg', quality: 40 });
    expect(problems).toEqual([]);
    await page.close();
  },
);
