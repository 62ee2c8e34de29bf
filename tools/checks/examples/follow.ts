import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MovableClock } from '../../local-cloud/clock';
import {
  type LocalStack,
  SHORT_WAITS,
  type SynthesizedStack,
  startLocalStack,
} from '../../local-cloud/stack';
import { VOICEMAIL_SAMPLES } from '../../local-cloud/voicemails';

/** The command line. */
export const COMMANDS = join(__dirname, '../../../cli/bin.cjs');

/** Output and exit code of a command. */
export interface CommandRun {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** An example that was followed to the end. */
export interface FollowedExample {
  readonly authorized: CommandRun;
  readonly examined: CommandRun;
  readonly found: CommandRun;
  /** The voicemail that a caller left. */
  readonly voicemailId: string;
}

/** The parts of an example that are followed. */
export interface ExampleOptions {
  readonly stack: SynthesizedStack;
  /** Makes the file that its user has, from what the stack is. */
  readonly outputsFile: (stack: LocalStack) => Promise<unknown> | unknown;
  /** How its user logs in. @default - a pair that is there already, on standard input */
  readonly authorize?: (stack: LocalStack, outputs: string) => Promise<CommandRun>;
  /** Value of `--deployment`. @default - the option is left out */
  readonly deployment?: string;
}

/** What a program is run with, beside the credentials of the stack's operator. */
export interface ProgramOptions {
  readonly folder?: string;
  readonly variables?: Readonly<Record<string, string>>;
  /** What is on its standard input. */
  readonly input?: string;
  /** Called with all that it has said on standard error, whenever there is more. */
  readonly onStandardError?: (said: string) => void;
}

/** Runs a program as the operator of a stack. */
export const runAsOperator = (
  { aws, operatorCredentials }: LocalStack,
  [program = '', ...args]: readonly string[],
  { folder, variables, input = '', onStandardError }: ProgramOptions = {},
): Promise<CommandRun> =>
  new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      ...(folder === undefined ? {} : { cwd: folder }),
      env: {
        PATH: process.env['PATH'],
        AWS_ENDPOINT_URL: aws.origin,
        AWS_ACCESS_KEY_ID: operatorCredentials.accessKeyId,
        AWS_SECRET_ACCESS_KEY: operatorCredentials.secretAccessKey,
        AWS_SESSION_TOKEN: operatorCredentials.sessionToken,
        ...variables,
      },
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk) => {
      stdout += chunk;
    });
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
      onStandardError?.(stderr);
    });
    child.once('error', reject);
    child.once('close', (exitCode) => resolve({ exitCode, stdout, stderr }));
    child.stdin.end(input);
  });

/** Makes the stack of an example real on this machine, and does what its user does next: authorize, doctor, find. */
export const followExample = async ({
  stack: synthesized,
  outputsFile,
  deployment,
  authorize,
}: ExampleOptions): Promise<FollowedExample> => {
  const stack = await startLocalStack({
    stack: synthesized,
    clock: new MovableClock(),
    extraVariables: SHORT_WAITS,
  });
  const folder = await mkdtemp(join(tmpdir(), 'example-'));
  try {
    const outputs = join(folder, 'outputs.json');
    await writeFile(outputs, JSON.stringify(await outputsFile(stack)));
    const [queueId = ''] = stack.queueIds;
    for (const id of stack.queueIds) {
      stack.genesys.createQueue({ id });
    }
    await stack.aws.secretsManager.rotationsIdle();
    const common = ['--outputs', outputs, ...(deployment === undefined ? [] : ['--deployment', deployment])];
    const run = (args: readonly string[], input = ''): Promise<CommandRun> =>
      runAsOperator(stack, [process.execPath, COMMANDS, ...args, ...common], { input });
    const authorized =
      (await authorize?.(stack, outputs)) ??
      (await run(['authorize', '--tokens-from-stdin'], JSON.stringify(stack.genesys.grantFirstPair())));
    const sample = VOICEMAIL_SAMPLES.find(({ format }) => format === 'WEBM');
    const { event, messageId } = stack.genesys.leaveVoicemail({
      queueId,
      audio: { WEBM: await readFile(sample?.path ?? '') },
      durationMs: sample?.durationMs ?? 0,
    });
    await stack.bus.putPartnerEvent(event);
    await stack.mapping.pollOnce();
    const examined = await run(['doctor']);
    const found = await run(['find', '--queue', queueId]);
    return { authorized, examined, found, voicemailId: messageId };
  } finally {
    await rm(folder, { recursive: true, force: true });
    await stack.close();
  }
};
