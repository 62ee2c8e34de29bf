import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { synthesize } from '../../../modules/deployment/synthesize';
import { buildFunctions } from '../../build/bundling';
import { type Clock, MovableClock } from '../../local-cloud/clock';
import type { FaultSource, OutsideCall } from '../../local-cloud/faults';
import type { LeftVoicemail, VoicemailEndEvent } from '../../local-cloud/genesys';
import { OutcomeCounts } from '../../local-cloud/run/outcome-counts';
import { type LocalStack, readSynthesizedStack, startLocalStack } from '../../local-cloud/stack';

/** Kinds of calls that a voicemail is counted by. Any other would be a call that nobody expects. */
export type CallKind = 'genesys-api' | 'media' | 's3' | 'secrets-manager' | 'other';

/** A call of the mover. */
export interface CallRecord {
  readonly kind: CallKind;
  readonly operation: string;
  /** When it came, in milliseconds since the Unix epoch, by the clock of the stack. */
  readonly atMs: number;
}

const kindOf = ({ system, service }: OutsideCall): CallKind => {
  switch (`${system}/${service}`) {
    case 'genesys/api':
      return 'genesys-api';
    case 'genesys/media':
      return 'media';
    case 'aws/s3':
      return 's3';
    case 'aws/secretsmanager':
      return 'secrets-manager';
    default:
      return 'other';
  }
};

/** Listens to the local Genesys Cloud and AWS. Nothing goes wrong: it is a source of faults that decides for none. */
export class CallRecorder implements FaultSource {
  readonly #clock: Clock;
  readonly #functionName: string;
  #calls: CallRecord[] = [];

  /** @param functionName part of the role's ARN; calls of other principals at AWS are left out */
  constructor(clock: Clock, functionName: string) {
    this.#clock = clock;
    this.#functionName = functionName;
  }

  decide(call: OutsideCall): undefined {
    if (call.system === 'genesys' || call.principal.includes(this.#functionName)) {
      this.#calls.push({ kind: kindOf(call), operation: call.operation, atMs: this.#clock.now() });
    }
    return undefined;
  }

  /** The calls since the last time, in the order in which they came. */
  take(): readonly CallRecord[] {
    const calls = this.#calls;
    this.#calls = [];
    return calls;
  }
}

/** The deployments of the benchmarks: one, with default options and three queues. */
export const BENCH_DEPLOYMENTS_FOLDER = join(__dirname, 'deployments');

/** The name of that deployment, and of its stack. */
export const BENCH_DEPLOYMENT = 'bench';

const MOVER = 'move-voicemail-to-s3';

/** A short message, and little enough that copying it costs no time beside the calls. */
const AUDIO_BYTES = 16 * 1024;
const DURATION_MS = 4_200;

/** A benchmark's voicemail did not get into the archive, so that its figures would be those of something else. */
export class VoicemailNotStoredError extends Error {
  override readonly name = 'VoicemailNotStoredError';

  constructor(stored: number, expected: number) {
    super(`${stored} of ${expected} voicemails were stored; a benchmark of moves needs all of them`);
  }
}

/** The deployment with default options on this machine, its token in place, and everything that the mover calls counted. */
export class MeasuredStack {
  readonly clock: MovableClock;
  readonly stack: LocalStack;
  readonly calls: CallRecorder;
  /** Outcomes of the voicemails so far. */
  readonly outcomes: OutcomeCounts;
  readonly #accessToken: string;
  #left = 0;

  /** @internal Use {@link withMeasuredStack}. */
  constructor(
    parts: Pick<MeasuredStack, 'clock' | 'stack' | 'calls' | 'outcomes'> & { readonly accessToken: string },
  ) {
    this.clock = parts.clock;
    this.stack = parts.stack;
    this.calls = parts.calls;
    this.outcomes = parts.outcomes;
    this.#accessToken = parts.accessToken;
  }

  /** Leaves a voicemail; nobody is told. */
  leave(queueId: string): LeftVoicemail {
    this.#left += 1;
    return this.stack.genesys.leaveVoicemail({
      queueId,
      audio: { WEBM: { sizeBytes: AUDIO_BYTES, seed: this.#left } },
      durationMs: DURATION_MS,
    });
  }

  /** Has the bus take an event. */
  async deliver(event: VoicemailEndEvent): Promise<void> {
    await this.stack.bus.putPartnerEvent(event);
  }

  /** Puts a message on the events queue past the bus, as reconcile does. */
  send(message: Readonly<Record<string, unknown>>): void {
    this.stack.aws.sqs.send(this.stack.eventsQueueArn, JSON.stringify(message));
  }

  /** Deletes a voicemail at Genesys, so that the next one meets the same backlog. */
  async remove(messageId: string): Promise<void> {
    const url = new URL(`/api/v2/voicemail/messages/${messageId}`, this.stack.genesys.origins.api);
    const headers = { authorization: `Bearer ${this.#accessToken}` };
    const { ok, status } = await fetch(url, { method: 'DELETE', headers });
    if (!ok) {
      throw new Error(`Genesys answered ${status} where a voicemail should be deleted`);
    }
  }
}

/**
 * Makes the deployment of the benchmarks real and hands it to `use`; stops and removes all of it afterwards.
 *
 * @param requestsPerMinute what Genesys allows the token. @default - far more than a benchmark sends
 */
export const withMeasuredStack = async <Result>(
  projectFolder: string,
  { requestsPerMinute = 1_000_000 }: { readonly requestsPerMinute?: number },
  use: (measured: MeasuredStack) => Promise<Result>,
): Promise<Result> => {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  let stack: LocalStack | undefined;
  try {
    await buildFunctions({ root: projectFolder });
    synthesize({ deploymentsFolder: BENCH_DEPLOYMENTS_FOLDER, outputFolder: folder });
    const clock = new MovableClock();
    const calls = new CallRecorder(clock, MOVER);
    const outcomes = new OutcomeCounts();
    stack = await startLocalStack({
      stack: readSynthesizedStack(folder, BENCH_DEPLOYMENT),
      clock,
      awsFaults: calls,
      genesys: { faults: calls, behaviour: { requestsPerMinute } },
      onLog: (_functionName, line) => outcomes.take(line),
    });
    for (const id of stack.queueIds) {
      stack.genesys.createQueue({ id });
    }
    await stack.aws.secretsManager.rotationsIdle();
    const accessToken = await authorize(stack);
    return await use(new MeasuredStack({ clock, stack, calls, outcomes, accessToken }));
  } finally {
    await stack?.close();
    rmSync(folder, { recursive: true, force: true });
  }
};

/** Grants a pair as a person's login does, and stores it as `authorize` does. @returns the access token */
const authorize = async ({ genesys, aws, operatorCredentials, secretArn }: LocalStack): Promise<string> => {
  const { clientId, clientSecret, accessToken, refreshToken } = genesys.grantFirstPair();
  const secrets = new SecretsManagerClient({
    endpoint: aws.origin,
    region: aws.region,
    credentials: operatorCredentials,
  });
  try {
    await secrets.send(
      new PutSecretValueCommand({
        SecretId: secretArn,
        SecretString: JSON.stringify({ clientId, clientSecret, accessToken, refreshToken }),
        VersionStages: ['AWSCURRENT', 'LATEST_GRANT'],
      }),
    );
  } finally {
    secrets.destroy();
  }
  return accessToken;
};
