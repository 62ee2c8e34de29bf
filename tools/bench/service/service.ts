import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import { makeCertificate } from './certificate';
import type { ServiceCounts, ServiceOrigins } from './server';

const started = v.object({
  origins: v.object({ genesys: v.string(), media: v.string(), s3: v.string(), secretsManager: v.string() }),
});
const count = v.number();
const counted = v.object({
  counts: v.object({
    genesys: count,
    media: count,
    s3: count,
    secretsManager: count,
    stored: count,
    longestPauseMs: count,
    refused: v.array(v.string()),
  }),
});

/** The service ended before its time. */
export class ServiceEndedError extends Error {
  override readonly name = 'ServiceEndedError';

  constructor() {
    super('the service that answers the peers ended; see what it wrote above');
  }
}

/**
 * Genesys Cloud, S3 and Secrets Manager over TLS on this machine, in a process of their own, so that their work is not counted
 * as that of who is measured.
 */
export class Service {
  readonly origins: ServiceOrigins;
  /** For `NODE_EXTRA_CA_CERTS`. */
  readonly certificatePath: string;
  /** An empty folder that a peer may call its home, so that no one's settings are read. */
  readonly folder: string;
  readonly #process: ChildProcess;

  private constructor(origins: ServiceOrigins, certificatePath: string, folder: string, child: ChildProcess) {
    this.origins = origins;
    this.certificatePath = certificatePath;
    this.folder = folder;
    this.#process = child;
  }

  /** @throws CertificateError, ServiceEndedError */
  static async start(): Promise<Service> {
    const folder = mkdtempSync(join(tmpdir(), 'bench-service-'));
    try {
      const { keyPath, certificatePath } = makeCertificate(folder);
      const child = fork(join(__dirname, 'main.ts'), [keyPath, certificatePath], {
        execArgv: ['--require', createRequire(__filename).resolve('tsx/cjs')],
      });
      const { origins } = v.parse(started, await answerOf(child));
      return new Service(origins, certificatePath, folder, child);
    } catch (error) {
      rmSync(folder, { recursive: true, force: true });
      throw error;
    }
  }

  /** Requests to the service since the last call. */
  async takeCounts(): Promise<ServiceCounts> {
    const answer = answerOf(this.#process);
    this.#process.send({});
    return v.parse(counted, await answer).counts;
  }

  /** Ends the process and removes its files. */
  async stop(): Promise<void> {
    if (this.#process.exitCode === null && this.#process.signalCode === null) {
      const exit = once(this.#process, 'exit');
      this.#process.kill();
      await exit;
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}

const answerOf = (child: ChildProcess): Promise<unknown> =>
  new Promise((resolve, reject) => {
    const ended = (): void => reject(new ServiceEndedError());
    child.once('exit', ended);
    child.once('message', (message) => {
      child.off('exit', ended);
      resolve(message);
    });
  });
