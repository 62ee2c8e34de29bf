import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { CheckImpossibleError, EXIT_CODE } from '../python/errors';

/** The emulator asked for a second opinion. */
export type EmulatorName = 'ministack' | 'moto';

const LOOPBACK = '127.0.0.1';
const START_MS = 30_000;
const END_MS = 5_000;
/** Starts that are tried: between looking for a free port and taking it, somebody else may be quicker. */
const ATTEMPTS = 3;

interface Launch {
  /** Arguments of the environment's Python. */
  readonly args: readonly string[];
  readonly variables: Readonly<Record<string, string>>;
}

const LAUNCH: Readonly<Record<EmulatorName, (port: number, folder: string) => Launch>> = {
  moto: (port) => ({
    args: ['-c', 'from moto.server import main; main()', '-H', LOOPBACK, '-p', String(port)],
    variables: {},
  }),
  ministack: (port, folder) => ({
    args: ['-m', 'ministack'],
    variables: {
      // Its default is every interface, and it runs whatever code it is sent.
      BIND_HOST: LOOPBACK,
      MINISTACK_HOST: LOOPBACK,
      GATEWAY_PORT: String(port),
      AUTH: 'true',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      STATE_DIR: folder,
      S3_DATA_DIR: folder,
    },
  }),
};

/** A running emulator, bound to 127.0.0.1. */
export interface Emulator {
  /** Value for `AWS_ENDPOINT_URL`. */
  readonly origin: string;
  /** Ends its process. */
  stop(): Promise<void>;
}

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, LOOPBACK);
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') {
    throw new CheckImpossibleError(EXIT_CODE.notRun, 'there is no free port on 127.0.0.1');
  }
  return address.port;
};

const hasEnded = ({ exitCode, signalCode }: ChildProcess): boolean =>
  exitCode !== null || signalCode !== null;

const end = async (child: ChildProcess): Promise<void> => {
  if (hasEnded(child)) {
    return;
  }
  const ended = once(child, 'exit');
  child.kill();
  const killer = setTimeout(() => child.kill('SIGKILL'), END_MS);
  await ended;
  clearTimeout(killer);
};

/** Whether it answers before its time is up, and is still our own process then. */
const answers = async (child: ChildProcess, origin: string): Promise<boolean> => {
  const untilMs = Date.now() + START_MS;
  while (!hasEnded(child) && Date.now() < untilMs) {
    const answered = await fetch(origin, { signal: AbortSignal.timeout(2_000) }).then(
      async (response) => {
        await response.arrayBuffer();
        return true;
      },
      () => false,
    );
    if (answered) {
      return !hasEnded(child);
    }
    await sleep(100);
  }
  return false;
};

/**
 * Starts an emulator on a free port of 127.0.0.1, with an environment that holds nothing of this process' own.
 *
 * @param python The Python of the environment that holds it.
 * @param folder An empty folder: its home, where it may write.
 * @throws CheckImpossibleError where it does not answer.
 */
export const startEmulator = async (
  name: EmulatorName,
  python: string,
  folder: string,
): Promise<Emulator> => {
  let output = '';
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const port = await freePort();
    const { args, variables } = LAUNCH[name](port, folder);
    const child = spawn(python, args, {
      cwd: folder,
      env: {
        PATH: process.env['PATH'],
        SYSTEMROOT: process.env['SYSTEMROOT'],
        HOME: folder,
        USERPROFILE: folder,
        TMPDIR: folder,
        PYTHONUTF8: '1',
        ...variables,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const endWithUs = () => child.kill('SIGKILL');
    process.once('exit', endWithUs);
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        // The end of what it says is enough to tell why it did not start.
        output = `${output}${chunk}`.slice(-4_000);
      });
    }
    child.on('error', (error) => {
      output = error.message;
    });
    const origin = `http://${LOOPBACK}:${port}`;
    if (await answers(child, origin)) {
      return {
        origin,
        stop: async () => {
          await end(child);
          process.off('exit', endWithUs);
        },
      };
    }
    await end(child);
    process.off('exit', endWithUs);
  }
  throw new CheckImpossibleError(
    EXIT_CODE.notRun,
    `${name} did not start in ${ATTEMPTS} attempts, so it WAS NOT ASKED; its last words:\n${output}`,
  );
};
