import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { Command, Option } from 'commander';
import { Listr, ListrLogger, PRESET_TIMER, ProcessOutput } from 'listr2';
import { wholeNumber } from '../../../cli/whole-number';
import { LocalRun } from './local-run';
import { RunFailedError } from './run-failed';

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

const untilInterrupted = (): Promise<void> =>
  new Promise((resolve) => {
    // A signal listener alone does not keep Node running; the servers do.
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });

const main = async (): Promise<void> => {
  const { voicemails, deployment, keep, json, awsPort, controlPort, pagePort, open } = program()
    .parse()
    .opts<Arguments>();
  const projectFolder = join(__dirname, '../../..');
  rmSync(join(projectFolder, '.local', 'archive'), { recursive: true, force: true });
  const run = new LocalRun({
    projectFolder,
    deployment,
    voicemails,
    ports: {
      ...(awsPort === undefined ? {} : { aws: awsPort }),
      ...(controlPort === undefined ? {} : { control: controlPort }),
      ...(pagePort === undefined ? {} : { page: pagePort }),
    },
  });
  let failure: unknown;
  try {
    await tasksOf(run, voicemails, json === true).run();
  } catch (error) {
    failure = error;
  }
  const report = run.report(failure !== undefined);
  process.exitCode = report.ok ? 0 : 1;
  if (failure instanceof RunFailedError) {
    process.stderr.write(`${run.logs.join('\n')}\n`);
  }
  if (failure !== undefined) {
    process.stderr.write(`${failure instanceof Error ? failure.message : String(failure)}\n`);
  }
  const { left, stored, alreadyStored } = report.voicemails;
  process.stdout.write(
    json === true
      ? `${JSON.stringify(report)}\n`
      : `${report.ok ? 'All held' : 'Not all held'}: ${left} left, ${stored} stored, ${alreadyStored} already stored.\n`,
  );
  if ((keep === true || open === true) && failure === undefined) {
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
    if (open === true) {
      const { default: openInBrowser } = await import('open');
      await openInBrowser(page).catch(() => undefined);
    }
    await untilInterrupted();
  }
  await run.close();
};

// The SDK says on every start that it will leave Node 20 in 2027; the lockfile holds the version that does not.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';
void main();
