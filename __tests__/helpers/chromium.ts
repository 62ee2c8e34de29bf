import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const CANDIDATES = [
  process.env['CHROMIUM_PATH'] ?? '',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
];

/** Starts the Chromium of this machine. @throws Error where there is none: the tests install nothing */
export const launchChromium = async (): Promise<Browser> => {
  const executablePath = CANDIDATES.find((path) => path !== '' && existsSync(path));
  if (executablePath === undefined) {
    throw new Error(
      'no Chromium found; install it ("apt-get install chromium" on Debian) or name one in CHROMIUM_PATH; this test installs nothing',
    );
  }
  // Chromium refuses its sandbox to root, as whom containers run.
  return chromium.launch({ executablePath, args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] });
};
