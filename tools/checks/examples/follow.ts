import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MovableClock } from '../../local-cloud/clock';
import { type LocalStack, type SynthesizedStack, startLocalStack } from '../../local-cloud/stack';
import { VOICEMAIL_SAMPLES } from '../../local-cloud/voicemails';

const COMMANDS = join(__dirname, '../../../cli/bin.cjs');

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
  /** Makes the file that its user has, from the outputs of the stack. */
  readonly outputsFile: (outputs: LocalStack['outputs']) => unknown;
  /** Value of `--deployment`. @default - the option is left out */
  readonly deployment?: string;
}

const run = (
  { aws, operatorCredentials }: LocalStack,
  args: readonly string[],
  input = '',
): Promise<CommandRun> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [COMMANDS, ...args], {
      env: {
        PATH: process.env['PATH'],
        AWS_ENDPOINT_URL: aws.origin,
        AWS_ACCESS_KEY_ID: operatorCredentials.accessKeyId,
        AWS_SECRET_ACCESS_KEY: operatorCredentials.secretAccessKey,
        AWS_SESSION_TOKEN: operatorCredentials.sessionToken,
      },
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk) => {
      stdout += chunk;
    });
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
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
}: ExampleOptions): Promise<FollowedExample> => {
  const stack = await startLocalStack({
    stack: synthesized,
    clock: new MovableClock(),
    extraVariables: { RETRY_BASE_MS: '5', QUICK_RETRY_PAUSE_MS: '5' },
  });
  const folder = await mkdtemp(join(tmpdir(), 'example-'));
  try {
    const outputs = join(folder, 'outputs.json');
    await writeFile(outputs, JSON.stringify(outputsFile(stack.outputs)));
    const [queueId = ''] = stack.queueIds;
    for (const id of stack.queueIds) {
      stack.genesys.createQueue({ id });
    }
    await stack.aws.secretsManager.rotationsIdle();
    const common = ['--outputs', outputs, ...(deployment === undefined ? [] : ['--deployment', deployment])];
    const pair = JSON.stringify(stack.genesys.grantFirstPair());
    const authorized = await run(stack, ['authorize', '--tokens-from-stdin', ...common], pair);
    const sample = VOICEMAIL_SAMPLES.find(({ format }) => format === 'WEBM');
    const { event, messageId } = stack.genesys.leaveVoicemail({
      queueId,
      audio: { WEBM: await readFile(sample?.path ?? '') },
      durationMs: sample?.durationMs ?? 0,
    });
    await stack.bus.putPartnerEvent(event);
    await stack.mapping.pollOnce();
    const examined = await run(stack, ['doctor', ...common]);
    const found = await run(stack, ['find', '--queue', queueId, ...common]);
    return { authorized, examined, found, voicemailId: messageId };
  } finally {
    await rm(folder, { recursive: true, force: true });
    await stack.close();
  }
};
