import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import * as v from 'valibot';
import { CheckImpossibleError, EXIT_CODE } from '../python/errors';
import type { EmulatorName } from './emulator';

const ROOT = join(__dirname, '../../..');
const JEST = join(ROOT, 'node_modules/jest/bin/jest.js');
const CONFIG = join(ROOT, '__tests__/tools/second-opinion/jest.config.mjs');

/** The contract's second group always asks the local AWS, so it says nothing about anybody else. */
const ASKS_THE_ENDPOINT = '^(?!rotation rules, against a local AWS)';

const report = v.object({
  testResults: v.array(
    v.object({
      name: v.string(),
      message: v.string(),
      assertionResults: v.array(
        v.object({
          title: v.string(),
          status: v.picklist(['passed', 'failed', 'pending', 'skipped', 'todo', 'disabled', 'focused']),
          failureMessages: v.nullish(v.array(v.string()), []),
        }),
      ),
    }),
  ),
});

/** Outcome of one promise: a test, named by its title. */
export interface PromiseResult {
  readonly title: string;
  /** Jest's message where it was not kept. @default - it was kept */
  readonly broken?: string;
}

/** Asks an emulator at its origin, or, without one, our own local AWS. */
export interface Asked {
  readonly name: EmulatorName;
  readonly origin: string;
}

/** Nothing of the caller's own AWS may be used, and what an emulator answers is consistent at once. */
const environmentFor = (asked: Asked | undefined): NodeJS.ProcessEnv => ({
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(AWS|SECOND_OPINION)_/.test(name))),
  ...(asked === undefined
    ? {}
    : {
        SECOND_OPINION_OF: asked.name,
        AWS_ENDPOINT_URL: asked.origin,
        AWS_REGION: 'eu-central-1',
        AWS_ACCESS_KEY_ID: 'test',
        AWS_SECRET_ACCESS_KEY: 'test',
        CONTRACT_PATIENCE_MS: '0',
      }),
});

/**
 * Reads jest's report.
 *
 * @throws CheckImpossibleError where it is none, where a file of tests did not run, or where two tests have one title.
 */
export const parseReport = (text: string): readonly PromiseResult[] => {
  const { testResults } = v.parse(report, JSON.parse(text));
  const results = testResults.flatMap(({ name, message, assertionResults }) => {
    const ran = assertionResults.filter(({ status }) => status === 'passed' || status === 'failed');
    if (ran.length === 0) {
      throw new CheckImpossibleError(EXIT_CODE.notRun, `no test of ${name} ran:\n${message}`);
    }
    return ran.map(({ title, status, failureMessages }) => ({
      title,
      ...(status === 'failed'
        ? { broken: stripVTControlCharacters((failureMessages ?? []).join('\n')) || 'no message' }
        : {}),
    }));
  });
  const titles = results.map(({ title }) => title);
  const twice = titles.find((title, index) => titles.indexOf(title) !== index);
  if (twice !== undefined) {
    throw new CheckImpossibleError(EXIT_CODE.notRun, `two tests are called ${JSON.stringify(twice)}`);
  }
  return results;
};

/**
 * Runs the scenarios and the contract of Secrets Manager.
 *
 * @param reportFile Where jest writes its report.
 * @throws CheckImpossibleError where they do not run to their end.
 */
export const runSuite = async (
  asked: Asked | undefined,
  reportFile: string,
): Promise<readonly PromiseResult[]> => {
  const options = ['--config', CONFIG, '--json', '--outputFile', reportFile, '--silent'];
  const jest = spawn(process.execPath, [JEST, ...options, '--testNamePattern', ASKS_THE_ENDPOINT], {
    cwd: ROOT,
    env: environmentFor(asked),
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let output = '';
  jest.stderr.on('data', (chunk: Buffer) => {
    output += chunk;
  });
  const [status] = await once(jest, 'exit');
  const text = await readFile(reportFile, 'utf8').catch(() => undefined);
  if (text === undefined) {
    throw new CheckImpossibleError(
      EXIT_CODE.notRun,
      `jest ended with status ${status} and without a report:\n${output.slice(-4_000)}`,
    );
  }
  return parseReport(text);
};
