import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { terminalPicture } from './documentation/pictures';

const ROOT = join(__dirname, '../..');
const LONGEST_LINE = 132;

/* Draws what `npm start` prints, for the README. Ids, ports and times are those of this run, so no test compares it. */
const main = async (): Promise<void> => {
  const { stdout, stderr } = await promisify(execFile)('npm', ['start'], { cwd: ROOT, encoding: 'utf8' });
  const lines = `${stdout}\n${stderr}`
    .replaceAll(`${ROOT}/`, '')
    .split('\n')
    // Each step is told when it begins and when it ends.
    .filter((line) => !/^(❯|>|\s*$)/.test(line))
    .map((line) => (line.length <= LONGEST_LINE ? line : `${line.slice(0, LONGEST_LINE - 1)}…`));
  const picture = terminalPicture('What npm start prints', ['$ npm start', ...lines]);
  await writeFile(join(ROOT, 'docs/pictures/run.svg'), picture);
};

void main();
