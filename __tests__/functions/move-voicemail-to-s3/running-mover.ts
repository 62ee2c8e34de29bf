import { join } from 'node:path';
import type { MoveVoicemailToS3Variables } from '../../../functions/move-voicemail-to-s3/contract/environment';
import type { MovableClock } from '../../../tools/local-cloud/clock';
import {
  type FirstPair,
  type GenesysBehaviour,
  type GenesysCloud,
  type LeaveVoicemailInput,
  type LeftVoicemail,
  startGenesysCloud,
  type VoicemailEndEvent,
} from '../../../tools/local-cloud/genesys';
import {
  type BatchReport,
  EventSourceMapping,
  type InvocationResult,
  type LambdaCredentials,
  type LambdaFunction,
  LambdaHost,
  type SqsQueuePort,
} from '../../../tools/local-cloud/lambda';

/** How a mover differs from the usual. */
export interface MoverOptions {
  /** Tokens, each with a secret and a login of its own. @default 1 */
  readonly tokens?: number;
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

/** A Genesys Cloud with what a mover works on. */
export interface MoverGenesys {
  readonly clock: MovableClock;
  readonly genesys: GenesysCloud;
  readonly firstPair: FirstPair;
  /** A queue whose voicemail is moved. */
  readonly queueId: string;
  /** A group of which the service user is a member. */
  readonly groupId: string;
}

/** The AWS that a mover works with, wherever it is. */
export interface MoverAws {
  readonly origin: string;
  readonly accountId: string;
  readonly region: string;
  readonly credentials: LambdaCredentials;
  readonly bucketName: string;
  readonly keyArn: string;
  readonly secretArn: string;
  readonly eventsQueue: { readonly url: string; readonly arn: string; readonly port: SqsQueuePort };
  readonly failuresQueueUrl: string;
}

/** Everything that runs beside AWS. */
export interface RunningMoverParts extends MoverGenesys {
  readonly host: LambdaHost;
  readonly lambdaFunction: LambdaFunction;
  readonly mapping: Omit<ConstructorParameters<typeof EventSourceMapping>[0], 'function'>;
}

/** The number and the name of every caller: neither may show up anywhere. */
export const CALLER = 'tel:+15550177';
export const CALLER_NAME = 'Canary Caller';

/** Starts a Genesys Cloud in which somebody has logged in. */
export const startMoverGenesys = async (
  clock: MovableClock,
  behaviour: Partial<GenesysBehaviour> = {},
): Promise<MoverGenesys> => {
  const genesys = await startGenesysCloud({ clock, behaviour });
  const firstPair = genesys.grantFirstPair();
  const { id: queueId } = genesys.createQueue();
  const { id: groupId } = genesys.createGroup({ memberIds: [firstPair.userId] });
  return { clock, genesys, firstPair, queueId, groupId };
};

/** The text of the token secret that holds a pair. */
export const moverSecretText = ({ clientId, clientSecret, accessToken, refreshToken }: FirstPair): string =>
  JSON.stringify({ clientId, clientSecret, accessToken, refreshToken });

/** Readies the function, the real bundle; nothing of it runs before its first invocation. */
export const startMoverParts = async (
  surroundings: MoverGenesys,
  aws: MoverAws,
  options: MoverOptions = {},
): Promise<RunningMoverParts> => {
  const { clock, genesys, queueId, groupId } = surroundings;
  const { region, accountId, credentials, eventsQueue } = aws;
  const mailboxes = options.namesMailboxes === false ? {} : { QUEUE_IDS: queueId, GROUP_IDS: groupId };
  const variables: MoveVoicemailToS3Variables = {
    GENESYS_REGION: region,
    GENESYS_API_ORIGIN: genesys.origins.api,
    GENESYS_LOGIN_ORIGIN: genesys.origins.login,
    GENESYS_MEDIA_ORIGINS: genesys.origins.media,
    TOKEN_SECRET_ARNS: aws.secretArn,
    ARCHIVE_BUCKET_NAME: aws.bucketName,
    ARCHIVE_KMS_KEY_ARN: aws.keyArn,
    EVENTS_QUEUE_URL: eventsQueue.url,
    FAILURES_QUEUE_URL: aws.failuresQueueUrl,
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
    credentials,
    region,
    accountId,
  });
  return {
    ...surroundings,
    host,
    lambdaFunction,
    mapping: {
      queue: eventsQueue.port,
      queueArn: eventsQueue.arn,
      batchSize: options.batchSize ?? 10,
      maximumConcurrency: options.maximumConcurrency ?? 2,
      functionResponseTypes: ['ReportBatchItemFailures'],
      clock,
    },
  };
};

/** The mover behind its queue, with a Genesys Cloud of its own; of its AWS it knows the API only. */
export class RunningMover {
  /** The time of everything in this world. */
  readonly clock: MovableClock;
  readonly genesys: GenesysCloud;
  readonly firstPair: FirstPair;
  /** A queue whose voicemail is moved. */
  readonly queueId: string;
  /** A group of which the service user is a member. */
  readonly groupId: string;
  /** Every line that the function wrote, and what a caller saw of its errors. */
  readonly output: string[] = [];
  readonly #host: LambdaHost;
  readonly #function: LambdaFunction;
  readonly #mapping: EventSourceMapping;

  constructor({
    clock,
    genesys,
    firstPair,
    queueId,
    groupId,
    host,
    lambdaFunction,
    mapping,
  }: RunningMoverParts) {
    this.clock = clock;
    this.genesys = genesys;
    this.firstPair = firstPair;
    this.queueId = queueId;
    this.groupId = groupId;
    this.#host = host;
    this.#function = lambdaFunction;
    this.#mapping = new EventSourceMapping({
      ...mapping,
      function: { invoke: (event) => this.invoke(event) },
    });
  }

  async close(): Promise<void> {
    await this.#host.close();
    await this.genesys.close();
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

  /** Lets the function work on the messages that are visible now. */
  poll(): Promise<readonly BatchReport[]> {
    return this.#mapping.pollOnce();
  }

  /** Invokes the function directly. */
  async invoke(event: unknown): Promise<InvocationResult> {
    const result = await this.#function.invoke(event);
    this.output.push(...result.logs);
    if (result.outcome === 'error') {
      this.output.push(result.errorType, result.errorMessage, ...result.trace);
    }
    return result;
  }

  /** Ends every container, so that the next invocation starts cold. */
  restart(): Promise<void> {
    return this.#function.kill();
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
}

/** What the rule's input transformer makes of an event: the body of a message of the events queue. */
export const eventMessage = (event: VoicemailEndEvent, changes: Readonly<Record<string, unknown>> = {}) => {
  const { conversationId, queueId = '', eventTime, voicemailDurationMs } = event.detail.eventBody;
  return {
    schemaVersion: 1,
    kind: 'voicemail-end',
    conversationId,
    queueId,
    eventTimeMs: String(eventTime),
    durationMs: String(voicemailDurationMs),
    ...changes,
  };
};
