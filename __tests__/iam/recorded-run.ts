import { PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { MovableClock } from '../../tools/local-cloud/clock';
import type { Fault, FaultSource, OutsideCall } from '../../tools/local-cloud/faults';
import type { FirstPair, LeaveVoicemailInput, LeftVoicemail } from '../../tools/local-cloud/genesys';
import { type LocalStack, type SynthesizedStack, startLocalStack } from '../../tools/local-cloud/stack';

/** Deliveries after which a queue that is still not empty is an error. */
const MOST_DELIVERIES = 60;

interface StruckCalls {
  readonly operation: string;
  readonly resourceEnd: string;
  readonly fault: Fault;
  left: number;
}

/** Faults of the local AWS, call by call. */
class AwsFaults implements FaultSource {
  readonly #struck: StruckCalls[] = [];

  strike(calls: StruckCalls): void {
    this.#struck.push(calls);
  }

  decide({ operation, resource }: OutsideCall): Fault | undefined {
    const struck = this.#struck.find(
      (calls) => calls.left > 0 && calls.operation === operation && resource.endsWith(calls.resourceEnd),
    );
    if (struck !== undefined) {
      struck.left -= 1;
    }
    return struck?.fault;
  }
}

/** A stack made real whose every call is recorded, and what people and callers do with it. */
export class RecordedRun {
  readonly local: LocalStack;
  readonly clock: MovableClock;
  /** The first of the Genesys queues whose voicemail is moved. */
  readonly queueId: string;
  readonly #faults: AwsFaults;
  readonly #secrets: SecretsManagerClient;
  readonly #logs: string[];
  #pair: FirstPair | undefined;

  private constructor(local: LocalStack, clock: MovableClock, faults: AwsFaults, logs: string[]) {
    this.local = local;
    this.clock = clock;
    this.#faults = faults;
    this.#logs = logs;
    const [queueId] = local.queueIds;
    this.queueId = local.genesys.createQueue(queueId === undefined ? {} : { id: queueId }).id;
    for (const id of local.queueIds.slice(1)) {
      local.genesys.createQueue({ id });
    }
    this.#secrets = new SecretsManagerClient({
      endpoint: local.aws.origin,
      region: local.aws.region,
      credentials: local.operatorCredentials,
    });
  }

  /** Makes the stack real; Secrets Manager tries the rotation at once, before anybody has logged in. */
  static async start(stack: SynthesizedStack): Promise<RecordedRun> {
    const clock = new MovableClock();
    const faults = new AwsFaults();
    const logs: string[] = [];
    const local = await startLocalStack({
      stack,
      clock,
      awsFaults: faults,
      extraVariables: { QUICK_RETRY_PAUSE_MS: '5', RETRY_BASE_MS: '10', NEWER_PAIR_WAIT_MS: '100' },
      onLog: (_functionName, line) => logs.push(line),
    });
    await local.aws.secretsManager.rotationsIdle();
    return new RecordedRun(local, clock, faults, logs);
  }

  async close(): Promise<void> {
    this.#secrets.destroy();
    await this.local.close();
  }

  /** The outcomes that the mover has logged, oldest first. */
  get outcomes(): readonly string[] {
    return this.#logs.flatMap((line) => {
      const outcome = /"outcome":"([a-z-]+)"/.exec(line)?.[1];
      return outcome === undefined ? [] : [outcome];
    });
  }

  /** How the last rotation ended. */
  get lastRotation(): string | undefined {
    return this.local.aws.secretsManager.rotationAttempts.at(-1)?.outcome;
  }

  /** Logs a person in and stores the pair, as the command line does. */
  async authorize(): Promise<FirstPair> {
    const { genesys, secretArn } = this.local;
    const pair = genesys.grantFirstPair(
      this.#pair === undefined ? {} : { clientId: this.#pair.clientId, userId: this.#pair.userId },
    );
    this.#pair = pair;
    const { clientId, clientSecret, accessToken, refreshToken } = pair;
    await this.#secrets.send(
      new PutSecretValueCommand({
        SecretId: secretArn,
        SecretString: JSON.stringify({ clientId, clientSecret, accessToken, refreshToken }),
        VersionStages: ['AWSCURRENT', 'LATEST_GRANT'],
      }),
    );
    return pair;
  }

  /** The Genesys user whom the tokens stand for. */
  get userId(): string {
    return this.#authorized.userId;
  }

  /** Ends every token at Genesys, as a logout does. */
  endTokens(): void {
    this.local.genesys.revokeTokens(this.userId);
  }

  get #authorized(): FirstPair {
    if (this.#pair === undefined) {
      throw new Error('nobody has logged in yet');
    }
    return this.#pair;
  }

  /** Has Secrets Manager rotate the secret now. */
  async rotate(): Promise<void> {
    const { secretsManager } = this.local.aws;
    secretsManager.rotateSecret({ SecretId: this.local.secretArn });
    await secretsManager.rotationsIdle();
  }

  leaveVoicemail(input: Partial<LeaveVoicemailInput> = {}): LeftVoicemail {
    return this.local.genesys.leaveVoicemail({
      ...(input.groupId === undefined ? { queueId: this.queueId } : {}),
      audio: { WEBM: { sizeBytes: 20_000, seed: 1 } },
      durationMs: 4_000,
      ...input,
    });
  }

  /** Delivers an event through the bus, and lets the mover work until its queue is empty. */
  async move({ event }: Pick<LeftVoicemail, 'event'>): Promise<void> {
    await this.local.bus.putPartnerEvent(event);
    await this.drain();
  }

  /** Fires what the stack has scheduled, and lets the mover work until its queue is empty. */
  async runSchedules(): Promise<void> {
    for (const schedule of this.local.schedules) {
      schedule.fire();
    }
    await this.drain();
  }

  /** Puts a text on the events queue as somebody with every right could. */
  async sendByHand(body: string): Promise<void> {
    this.local.aws.sqs.send(this.local.eventsQueueArn, body);
    await this.drain();
  }

  /** Lets AWS refuse the next calls of an operation on resources whose ARN ends in a text. */
  refuseNext(operation: string, resourceEnd: string, times: number): void {
    this.#faults.strike({
      operation,
      resourceEnd,
      left: times,
      fault: { effect: 'none', answer: { kind: 'error', status: 503 } },
    });
  }

  /** One delivery of what is visible now. */
  async deliverOnce(): Promise<void> {
    await this.local.mapping.pollOnce();
  }

  /** Lets the mover work until its queue is empty, the clock moved to each next message. */
  async drain(): Promise<void> {
    const { aws, eventsQueueArn } = this.local;
    for (let delivery = 0; delivery < MOST_DELIVERIES; delivery += 1) {
      const nextMs = aws.sqs.nextVisibleAt(eventsQueueArn);
      if (nextMs === undefined) {
        return;
      }
      this.clock.advanceTo(nextMs);
      await this.deliverOnce();
    }
    throw new Error(
      `the events queue is not empty after ${MOST_DELIVERIES} deliveries:\n${this.#logs.slice(-5).join('\n')}`,
    );
  }
}
