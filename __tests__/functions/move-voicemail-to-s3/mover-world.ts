import { join } from 'node:path';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { MoveVoicemailToS3Variables } from '../../../functions/move-voicemail-to-s3/environment';
import { type LocalAws, startLocalAws } from '../../../local/aws';
import { createS3, type LocalS3, type ObjectVersion } from '../../../local/aws/s3';
import { MovableClock } from '../../../local/clock';
import type { Fault, FaultSource, OutsideCall } from '../../../local/faults';
import {
  type FirstPair,
  type GenesysBehaviour,
  type GenesysCloud,
  type LeaveVoicemailInput,
  type LeftVoicemail,
  startGenesysCloud,
  type VoicemailEndEvent,
} from '../../../local/genesys';
import {
  type BatchReport,
  EventSourceMapping,
  type InvocationResult,
  type LambdaFunction,
  LambdaHost,
} from '../../../local/lambda';
import { queuePort } from '../../../local/stack/queue-port';

const ACCOUNT_ID = '123456789012';
const REGION = 'eu-central-1';
const ROLE_ARN = `arn:aws:iam::${ACCOUNT_ID}:role/move-voicemail-to-s3`;
const KEY_ARN = `arn:aws:kms:${REGION}:${ACCOUNT_ID}:key/3f0a4e0e-6a52-4c36-9d0e-0c1f7f0f6a10`;
const BUCKET = 'voicemail-archive';
const SECRET_NAME = 'genesys-token';

/** A fault of the local AWS, and the calls that it strikes. */
export interface AwsFaultRule {
  readonly operation: string;
  /** What the resource's name ends with. @default - any resource */
  readonly resourceEnd?: string;
  /** Calls that are struck. @default 1 */
  readonly times?: number;
  readonly fault: Fault;
}

/** Faults of the local AWS by rule. */
class AwsFaults implements FaultSource {
  readonly #rules: { readonly rule: AwsFaultRule; left: number }[] = [];

  inject(rule: AwsFaultRule): void {
    this.#rules.push({ rule, left: rule.times ?? 1 });
  }

  decide({ operation, resource }: OutsideCall): Fault | undefined {
    for (const state of this.#rules) {
      const { operation: struck, resourceEnd = '', fault } = state.rule;
      if (state.left > 0 && struck === operation && resource.endsWith(resourceEnd)) {
        state.left -= 1;
        return fault;
      }
    }
    return undefined;
  }
}

/** How a world differs from the usual. */
export interface MoverWorldOptions {
  /** Variables of the function, over those that make waits short. */
  readonly variables?: Partial<MoveVoicemailToS3Variables> & { readonly POWERTOOLS_LOG_LEVEL?: string };
  readonly behaviour?: Partial<GenesysBehaviour>;
  /** @default 120 */
  readonly timeoutSeconds?: number;
  /** @default 10 */
  readonly batchSize?: number;
  /** @default 2 */
  readonly maximumConcurrency?: number;
  /** @default 256 */
  readonly memorySizeMb?: number;
  /** Whether the function lists the queue and the group for reconcile, and moves no other queue. @default true */
  readonly namesMailboxes?: boolean;
}

/** A message of the failures queue. */
export interface FailureMessage {
  readonly body: string;
  readonly failureClass: string | undefined;
  readonly failureReason: string | undefined;
}

/** One log line of the function, parsed. */
export type LogLine = Readonly<Record<string, unknown>>;

/** An answer with an error, before the call takes effect. */
export const refuse = (status: number, code?: string, retryAfterSeconds?: number): Fault => ({
  effect: 'none',
  answer: {
    kind: 'error',
    status,
    ...(code === undefined ? {} : { code }),
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  },
});

interface Parts {
  readonly clock: MovableClock;
  readonly faults: AwsFaults;
  readonly genesys: GenesysCloud;
  readonly aws: LocalAws;
  readonly s3: LocalS3;
  readonly host: LambdaHost;
  readonly lambdaFunction: LambdaFunction;
  readonly mapping: EventSourceMapping;
  readonly firstPair: FirstPair;
  readonly secretArn: string;
  readonly queueId: string;
  readonly groupId: string;
  readonly eventsQueueArn: string;
  readonly failuresQueueArn: string;
}

/** The mover behind its queue, with an AWS and a Genesys Cloud of its own. */
export class MoverWorld {
  /** The time of everything in this world. */
  readonly clock: MovableClock;
  readonly genesys: GenesysCloud;
  readonly aws: LocalAws;
  readonly s3: LocalS3;
  readonly firstPair: FirstPair;
  readonly secretArn: string;
  /** A queue whose voicemail is moved. */
  readonly queueId: string;
  /** A group of which the service user is a member. */
  readonly groupId: string;
  /** Every line that the function wrote, and what a caller saw of its errors. */
  readonly output: string[] = [];
  readonly #parts: Parts;

  private constructor(parts: Parts) {
    this.#parts = parts;
    this.clock = parts.clock;
    this.genesys = parts.genesys;
    this.aws = parts.aws;
    this.s3 = parts.s3;
    this.firstPair = parts.firstPair;
    this.secretArn = parts.secretArn;
    this.queueId = parts.queueId;
    this.groupId = parts.groupId;
  }

  static async start(options: MoverWorldOptions = {}): Promise<MoverWorld> {
    const clock = new MovableClock();
    const faults = new AwsFaults();
    const s3 = createS3({
      clock,
      accountId: ACCOUNT_ID,
      region: REGION,
      kmsKeyArns: () => new Set([KEY_ARN]),
    });
    s3.createBucket({ name: BUCKET, versioning: true });
    const [genesys, aws] = await Promise.all([
      startGenesysCloud({ clock, behaviour: options.behaviour ?? {} }),
      startLocalAws({ clock, accountId: ACCOUNT_ID, region: REGION, faults, services: [s3] }),
    ]);
    const firstPair = genesys.grantFirstPair();
    const { clientId, clientSecret, accessToken, refreshToken } = firstPair;
    const secret = aws.secretsManager.createSecret({
      Name: SECRET_NAME,
      SecretString: JSON.stringify({ clientId, clientSecret, accessToken, refreshToken }),
    });
    const failures = aws.sqs.createQueue({ name: 'voicemail-failures' });
    const events = aws.sqs.createQueue({
      name: 'voicemail-events',
      attributes: { VisibilityTimeout: '720', MessageRetentionPeriod: '1209600' },
    });
    const { id: queueId } = genesys.createQueue();
    const { id: groupId } = genesys.createGroup({ memberIds: [firstPair.userId] });
    const mailboxes = options.namesMailboxes === false ? {} : { QUEUE_IDS: queueId, GROUP_IDS: groupId };
    const variables: MoveVoicemailToS3Variables = {
      GENESYS_REGION: REGION,
      GENESYS_API_ORIGIN: genesys.origins.api,
      GENESYS_LOGIN_ORIGIN: genesys.origins.login,
      GENESYS_MEDIA_ORIGINS: genesys.origins.media,
      TOKEN_SECRET_ARN: secret.arn,
      ARCHIVE_BUCKET_NAME: BUCKET,
      ARCHIVE_KMS_KEY_ARN: KEY_ARN,
      EVENTS_QUEUE_URL: events.url,
      FAILURES_QUEUE_URL: failures.url,
      GENESYS_TIMEOUT_MS: '2000',
      MEDIA_IDLE_TIMEOUT_MS: '1000',
      QUICK_RETRY_PAUSE_MS: '5',
      ...mailboxes,
      ...options.variables,
    };
    const host = await LambdaHost.start({ clock, environment: { AWS_ENDPOINT_URL: aws.origin } });
    const lambdaFunction = host.createFunction({
      functionName: 'move-voicemail-to-s3',
      codePath: join(__dirname, '../../../dist/functions/move-voicemail-to-s3'),
      handler: 'index.handler',
      environment: Object.fromEntries(
        Object.entries(variables).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
      ),
      timeoutSeconds: options.timeoutSeconds ?? 120,
      memorySizeMb: options.memorySizeMb ?? 256,
      credentials: aws.issueCredentials(ROLE_ARN),
      region: REGION,
      accountId: ACCOUNT_ID,
    });
    const mapping = new EventSourceMapping({
      queue: queuePort(aws.sqs, events.arn),
      queueArn: events.arn,
      function: {
        invoke: async (event) => {
          const result = await lambdaFunction.invoke(event);
          world.#keep(result);
          return result;
        },
      },
      batchSize: options.batchSize ?? 10,
      maximumConcurrency: options.maximumConcurrency ?? 2,
      functionResponseTypes: ['ReportBatchItemFailures'],
      clock,
    });
    const world = new MoverWorld({
      clock,
      faults,
      genesys,
      aws,
      s3,
      host,
      lambdaFunction,
      mapping,
      firstPair,
      secretArn: secret.arn,
      queueId,
      groupId,
      eventsQueueArn: events.arn,
      failuresQueueArn: failures.arn,
    });
    return world;
  }

  async close(): Promise<void> {
    await this.#parts.host.close();
    await Promise.all([this.aws.close(), this.genesys.close()]);
  }

  injectAwsFault(rule: AwsFaultRule): void {
    this.#parts.faults.inject(rule);
  }

  /** Leaves a voicemail on the queue whose voicemail is moved. */
  leaveVoicemail(input: Partial<LeaveVoicemailInput> = {}): LeftVoicemail {
    return this.genesys.leaveVoicemail({
      ...(input.groupId === undefined ? { queueId: this.queueId } : {}),
      audio: { WEBM: { sizeBytes: 20_000, seed: 1 } },
      durationMs: 4200,
      callerAddress: CALLER,
      callerName: CALLER_NAME,
      ...input,
    });
  }

  /** Puts a message on the events queue: text as it is, anything else as JSON. Returns its body. */
  send(message: unknown): string {
    const body = typeof message === 'string' ? message : JSON.stringify(message);
    this.aws.sqs.send(this.#parts.eventsQueueArn, body);
    return body;
  }

  /** Puts on the events queue what the rule's input transformer makes of an event. Returns the message's body. */
  deliver(event: VoicemailEndEvent, changes: Readonly<Record<string, unknown>> = {}): string {
    const { conversationId, queueId = '', eventTime, voicemailDurationMs } = event.detail.eventBody;
    return this.send({
      schemaVersion: 1,
      kind: 'voicemail-end',
      conversationId,
      queueId,
      eventTimeMs: String(eventTime),
      durationMs: String(voicemailDurationMs),
      ...changes,
    });
  }

  /** Lets the function work on the messages that are visible now. */
  async poll(): Promise<readonly BatchReport[]> {
    return this.#parts.mapping.pollOnce();
  }

  /** Polls, and moves the clock on to the next message, until the events queue is empty. */
  async drain(maximumPolls = 40): Promise<void> {
    for (let polls = 0; polls < maximumPolls; polls += 1) {
      const nextMs = this.aws.sqs.nextVisibleAt(this.#parts.eventsQueueArn);
      if (nextMs === undefined) {
        return;
      }
      this.clock.advanceTo(nextMs);
      await this.poll();
    }
    throw new Error(`the events queue is not empty after ${maximumPolls} polls`);
  }

  /** Puts an object into the archive as somebody else would. */
  async putObject(key: string, body: string | Buffer): Promise<void> {
    const s3 = new S3Client({ ...this.#person, forcePathStyle: true });
    await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: key, Body: body }));
    s3.destroy();
  }

  /** Makes a new pair current, as a rotation or a person does. Ends every earlier token with `revokes`. */
  async replaceToken({ revokes = false } = {}): Promise<void> {
    if (revokes) {
      this.genesys.revokeTokens(this.firstPair.userId);
    }
    const { clientId, userId } = this.firstPair;
    const { clientSecret, accessToken, refreshToken } = this.genesys.grantFirstPair({ clientId, userId });
    const secretsManager = new SecretsManagerClient(this.#person);
    await secretsManager.send(
      new PutSecretValueCommand({
        SecretId: this.secretArn,
        SecretString: JSON.stringify({ clientId, clientSecret, accessToken, refreshToken }),
      }),
    );
    secretsManager.destroy();
  }

  get #person() {
    const credentials = this.aws.issueCredentials(`arn:aws:iam::${ACCOUNT_ID}:role/person`);
    return { endpoint: this.aws.origin, region: REGION, credentials };
  }

  /** Invokes the function directly. */
  async invoke(event: unknown): Promise<InvocationResult> {
    const result = await this.#parts.lambdaFunction.invoke(event);
    this.#keep(result);
    return result;
  }

  /** Ends every container, so that the next invocation starts cold. */
  restart(): Promise<void> {
    return this.#parts.lambdaFunction.kill();
  }

  /** Seconds for which the only message of the events queue stays hidden. */
  get hiddenSeconds(): number {
    const [message] = this.aws.sqs.messages(this.#parts.eventsQueueArn);
    return message === undefined ? Number.NaN : (message.visibleAtMs - this.clock.now()) / 1000;
  }

  /** Bodies of the messages in the events queue, hidden ones included. */
  get events(): readonly string[] {
    return this.aws.sqs.messages(this.#parts.eventsQueueArn).map(({ body }) => body);
  }

  /** What is in the failures queue. */
  get failures(): readonly FailureMessage[] {
    return this.aws.sqs.messages(this.#parts.failuresQueueArn).map(({ body, attributes }) => ({
      body,
      failureClass: attributes['failureClass']?.StringValue,
      failureReason: attributes['failureReason']?.StringValue,
    }));
  }

  /** Every version of every object in the archive. */
  get objects(): readonly ObjectVersion[] {
    return this.s3.objects(BUCKET).filter((version): version is ObjectVersion => !version.isDeleteMarker);
  }

  /** The key of every version in the archive. Compare these, not objects: a failed comparison prints what it compares. */
  get keys(): readonly string[] {
    return this.objects.map(({ key }) => key);
  }

  /** The key of every version in the archive whose key ends with a text. */
  keysEndingIn(end: string): readonly string[] {
    return this.keys.filter((key) => key.endsWith(end));
  }

  /** Uploads in parts that are neither completed nor aborted. */
  get unfinishedUploads(): number {
    return this.s3.uploads(BUCKET).length;
  }

  /** The objects whose keys end with a text; of a voicemail's audio, `<id>.webm`. */
  objectsEndingIn(end: string): readonly ObjectVersion[] {
    return this.objects.filter(({ key }) => key.endsWith(end));
  }

  /** The one object whose key ends with a text. */
  objectEndingIn(end: string): ObjectVersion {
    const [object, ...others] = this.objectsEndingIn(end);
    if (object === undefined || others.length > 0) {
      throw new Error(`expected one object ending in ${end}; there are: ${this.keys}`);
    }
    return object;
  }

  /** Lines of the function's log, parsed. */
  get logLines(): readonly LogLine[] {
    return this.output.flatMap((line) => {
      try {
        return [JSON.parse(line)];
      } catch {
        return [];
      }
    });
  }

  /** The outcomes so far, in order. */
  get outcomes(): readonly unknown[] {
    return this.logLines
      .filter(({ message, outcome }) => message === 'voicemail' && outcome !== undefined)
      .map(({ outcome }) => outcome);
  }

  /** The sum of a metric so far. */
  metric(name: string): number {
    return this.logLines.reduce((sum, line) => {
      const value = line[name];
      const values = '_aws' in line ? (Array.isArray(value) ? value : [value]) : [];
      return sum + values.reduce((total: number, one) => total + (typeof one === 'number' ? one : 0), 0);
    }, 0);
  }

  /** Requests to Genesys so far, by service and route. */
  requests(route: string): number {
    return this.genesys.counters().requestsByRoute[route] ?? 0;
  }

  /** The function's calls to AWS so far, by operation. */
  awsCalls(operation: string): number {
    return this.aws.journal.entries.filter(
      (entry) => entry.operation === operation && entry.principal === ROLE_ARN,
    ).length;
  }

  #keep(result: InvocationResult): void {
    this.output.push(...result.logs);
    if (result.outcome === 'error') {
      this.output.push(result.errorType, result.errorMessage, ...result.trace);
    }
  }
}

/** The number and the name of every caller: neither may show up anywhere. */
export const CALLER = 'tel:+15550177';
export const CALLER_NAME = 'Canary Caller';

/** The archive's bucket and key. */
export const ARCHIVE = { bucketName: BUCKET, keyArn: KEY_ARN } as const;

const started: MoverWorld[] = [];

/** Starts a world that ends with the test; {@link closeWorlds} belongs into `afterEach`. */
export const startWorld = async (options: MoverWorldOptions = {}): Promise<MoverWorld> => {
  const world = await MoverWorld.start(options);
  started.push(world);
  return world;
};

export const closeWorlds = async (): Promise<void> => {
  await Promise.all(started.splice(0).map((world) => world.close()));
};
