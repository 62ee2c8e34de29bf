import { writeSync } from 'node:fs';
import { join } from 'node:path';
import { Command, CommanderError, Option } from 'commander';
import { Listr, ListrLogger, PRESET_TIMER, ProcessOutput } from 'listr2';
import { failureLine, failureOf } from '../../../cli/failure';
import { wholeNumber } from '../../../cli/whole-number';
import { fileProblem } from '../../../modules/deployment/file-problem';
import { LocalRun } from './local-run';
import { CannotBeginError, RunFailedError } from './run-failed';

interface Arguments {
  readonly voicemails: number;
  readonly deployment: string;
  readonly keep?: true;
  readonly json?: true;
  readonly awsPort?: number;
  readonly controlPort?: number;
  readonly pagePort?: number;
  readonly open?: true;
}

const program = (): Command =>
  new Command('npm start --')
    .description(
      'Runs the whole module on this machine, without a cloud: synthesizes the stack, makes it real in a local AWS and a ' +
        'Genesys Cloud simulator, rotates the token and moves voicemails through the real bundles.',
    )
    .addOption(
      new Option('--voicemails <number>', 'voicemails to leave; the last one appears late')
        .argParser(wholeNumber(1, 1000))
        .default(3),
    )
    .option(
      '--deployment <name>',
      'the deployment to run, a file in deployments/ without its ending',
      'local',
    )
    .option('--keep', 'leave everything running afterwards, with a page to watch it by; end with Ctrl-C')
    .option('--open', 'the same, and open the page in a browser')
    .addOption(new Option('--page-port <number>', 'port of the page').argParser(wholeNumber(1, 65_535)))
    .option(
      '--json',
      'print one JSON object on the last line of standard output; progress goes to standard error',
    )
    .addOption(new Option('--aws-port <number>', 'port of the local AWS').argParser(wholeNumber(1, 65_535)))
    .addOption(
      new Option('--control-port <number>', "port of the simulator's control interface").argParser(
        wholeNumber(1, 65_535),
      ),
    );

const tasksOf = (run: LocalRun, voicemails: number, json: boolean): Listr => {
  const step = (title: string, act: () => Promise<string | readonly string[]>) => ({
    title,
    task: async (_context: unknown, task: { output: string }) => {
      const lines = await act();
      task.output = typeof lines === 'string' ? lines : lines.join('\n');
    },
    rendererOptions: { persistentOutput: true, outputBar: Number.POSITIVE_INFINITY, timer: PRESET_TIMER },
  });
  const moves = Array.from({ length: voicemails }, (_, index) => {
    const number = index + 1;
    const title =
      number === voicemails
        ? `Voicemail ${number} of ${voicemails}, which Genesys is slow to publish`
        : `Voicemail ${number} of ${voicemails}`;
    return step(title, () => run.moveVoicemail(number));
  });
  return new Listr(
    [
      step('Bundle the functions and synthesize the stack', () => run.synthesize()),
      step('Start the local AWS, Genesys Cloud and Lambda from the stack', () => run.start()),
      step('Authorize once: the first token pair', () => run.authorize()),
      step('Rotate the secret', () => run.rotate()),
      ...moves,
      step('The same event again', () => run.repeatEvent()),
    ],
    {
      exitOnError: true,
      registerSignalListeners: false,
      // Standard output belongs to the JSON then.
      ...(json
        ? {
            fallbackRendererCondition: true,
            fallbackRendererOptions: {
              timer: PRESET_TIMER,
              logger: new ListrLogger({ processOutput: new ProcessOutput(process.stderr, process.stderr) }),
            },
          }
        : { fallbackRendererOptions: { timer: PRESET_TIMER } }),
    },
  );
};

const SHOW_CURSOR = '\u001b[?25h';

/** Ends at once. What has to be removed is, because its owner listens to the end of the process. */
const stop = (): never => {
  // Past Listr, which keeps what is written meanwhile until it has drawn.
  writeSync(2, process.stderr.isTTY === true ? `${SHOW_CURSOR}\nstopped\n` : 'stopped\n');
  process.exit(130);
};

const untilInterrupted = (): Promise<void> =>
  new Promise((resolve) => {
    // A signal listener alone does not keep Node running; the servers do.
    process.off('SIGINT', stop);
    process.once('SIGINT', () => {
      process.once('SIGINT', stop);
      resolve();
    });
    process.once('SIGTERM', () => resolve());
  });

const keepRunning = async (run: LocalRun, opensPage: boolean): Promise<void> => {
  const page = await run.servePage();
  const lines = [
    ...run.addresses(),
    `the page               ${page}`,
    '',
    ...run.keep(),
    '',
    ...run.makeLogin(),
    '',
    'running; end with Ctrl-C',
  ];
  process.stderr.write(`${lines.join('\n')}\n`);
  if (opensPage) {
    const { default: openInBrowser } = await import('open');
    await openInBrowser(page).catch(() => undefined);
  }
  await untilInterrupted();
};

const wordsOf = (error: unknown): string =>
  fileProblem(error) ?? (error instanceof Error ? error.message : String(error));

/** Why a run did not hold, in the words of every command's `--json`. */
const reasonOf = (failure: unknown) => ({
  error: failure instanceof CannotBeginError ? 'CannotBegin' : 'RunFailed',
  message: failure === undefined ? 'not all held; the counts say what' : wordsOf(failure),
  exitCode: 1,
});

const nextStep = (isOk: boolean, stays: boolean): string => {
  if (!isOk) {
    return 'Next: the log above says what did not hold; npm test tells whether this machine can run it.';
  }
  return stays
    ? 'Next: the page and the commands below; docs/set-up.md for your own organization.'
    : 'Next: npm start -- --open to watch it in a browser, or docs/set-up.md for your own organization.';
};

/** Reads the command line; `undefined` where there is nothing to run, which is said then. */
const readArguments = (): Arguments | undefined => {
  try {
    return program().exitOverride().parse().opts<Arguments>();
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) {
      return undefined;
    }
    const failure = failureOf(error, 1);
    if (process.argv.includes('--json')) {
      process.stdout.write(`${failureLine(failure)}\n`);
    }
    process.exitCode = failure.exitCode;
    return undefined;
  }
};

const main = async (): Promise<void> => {
  const options = readArguments();
  if (options === undefined) {
    return;
  }
  const { voicemails, deployment, keep, json, awsPort, controlPort, pagePort, open } = options;
  process.once('SIGINT', stop);
  const run = new LocalRun({
    projectFolder: join(__dirname, '../../..'),
    deployment,
    voicemails,
    ports: {
      ...(awsPort === undefined ? {} : { aws: awsPort }),
      ...(controlPort === undefined ? {} : { control: controlPort }),
      ...(pagePort === undefined ? {} : { page: pagePort }),
    },
  });
  const fail = (error: unknown): void => {
    process.exitCode = 1;
    if (error instanceof RunFailedError) {
      process.stderr.write(run.logs.map((line) => `${line}\n`).join(''));
    }
    process.stderr.write(`${wordsOf(error)}\n`);
  };
  let failure: unknown;
  try {
    run.begin();
    await tasksOf(run, voicemails, json === true).run();
  } catch (error) {
    failure = error;
    fail(error);
  }
  const report = run.report(failure !== undefined);
  const stays = keep === true || open === true;
  const { left, stored, alreadyStored } = report.voicemails;
  if (json === true) {
    process.stdout.write(`${JSON.stringify(report.ok ? report : { ...report, ...reasonOf(failure) })}\n`);
  } else if (!(failure instanceof CannotBeginError)) {
    const lines = [
      ...(failure === undefined ? ['To listen to:', ...run.recordings(), ''] : []),
      `${report.ok ? 'All held' : 'Not all held'}: ${left} left, ${stored} stored, ${alreadyStored} already stored.`,
      nextStep(report.ok, stays),
    ];
    process.stdout.write(lines.map((line) => `${line}\n`).join(''));
  }
  process.exitCode = report.ok ? 0 : 1;
  if (stays && failure === undefined) {
    await keepRunning(run, open === true).catch(fail);
  }
  await run.close();
};

// The SDK says on every start that it will leave Node 20 in 2027; the lockfile holds the version that does not.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';
void main();
