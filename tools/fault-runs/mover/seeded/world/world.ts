import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import {
  PutSecretValueCommand,
  RotateSecretCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { MovableClock } from '../../../../local-cloud/clock';
import type { OutsideCall } from '../../../../local-cloud/faults';
import type { FirstPair, VoicemailEndEvent } from '../../../../local-cloud/genesys';
import { type LocalStack, type SynthesizedStack, startLocalStack } from '../../../../local-cloud/stack';
import { Draw } from '../../../draw';
import { malformedBody, type PlannedEvent } from '../plan';
import { Deaths } from './deaths';
import { MoverFaults } from './faults';
import { Output } from './output';
import { callerAddress, Subjects } from './subjects';

/** Options of {@link startMoverWorld}. */
export interface MoverWorldOptions {
  readonly stack: SynthesizedStack;
  readonly seed: number;
  /** The share of calls that go wrong, 0 to 1. */
  readonly faults: number;
}

/** An event of the plan, once it has happened. */
export interface Subject {
  readonly planned: PlannedEvent;
  /** The entry for the bus; `undefined` for what is no event. */
  readonly event: VoicemailEndEvent | undefined;
  /** The message itself, where it was put on the queue past the bus. */
  readonly body: string | undefined;
  readonly conversationId: string | undefined;
  readonly voicemailId: string | undefined;
  /** SHA-256 of the recording at Genesys, in lower-case hex. */
  readonly sha256: string | undefined;
}

/** Voicemails shorter than this many milliseconds are skipped. */
const MINIMUM_DURATION_MS = 1_000;

const DAY_MS = 24 * 60 * 60_000;

/** Longer than any run, whose last reconciles wait until the queue is empty. */
const LOOK_BACK_MS = 14 * DAY_MS;

/** Environment of the functions beside the stack's: time limits so short that a stalled call costs little real time. */
const VARIABLES = {
  GENESYS_TIMEOUT_MS: '150',
  MEDIA_IDLE_TIMEOUT_MS: '150',
  AWS_TIMEOUT_MS: '250',
  // Of a run of the rotation that announced a grant and died; the others' time limits bound how long it may live.
  NEWER_PAIR_WAIT_MS: '1000',
  QUICK_RETRY_PAUSE_MS: '10',
  // Here and not in the deployment, whose rule would keep a short voicemail from the function.
  MINIMUM_DURATION_MS: String(MINIMUM_DURATION_MS),
  RECONCILE_LOOK_BACK_MS: String(LOOK_BACK_MS),
} as const;

const SOUND_DURATION_MS = 4_200;
const SHORT_DURATION_MS = 400;

/** The token's own calls belong to the rotation, whose faults have a run of their own. */
const isMovers = ({ system, service, operation, principal }: OutsideCall): boolean =>
  system === 'aws'
    ? principal.includes('move-voicemail-to-s3')
    : service === 'media' || /\/(voicemail|conversations)\//.test(operation);

/** The stack of a run made real, with Genesys' callers and the operator. */
export class MoverWorld {
  readonly clock: MovableClock;
  readonly stack: LocalStack;
  readonly faults: MoverFaults;
  readonly deaths: Deaths;
  readonly output: Output;
  readonly #subjects: Subjects;
  readonly #happened = new Map<number, Subject>();
  readonly #draw: Draw;
  readonly #secrets: SecretsManagerClient;
  readonly #s3: S3Client;
  readonly #logins = new Map<string, FirstPair>();

  /** @internal Use {@link startMoverWorld}. */
  constructor(
    parts: Pick<MoverWorld, 'clock' | 'stack' | 'faults' | 'deaths' | 'output'> & {
      readonly subjects: Subjects;
      readonly draw: Draw;
    },
  ) {
    this.clock = parts.clock;
    this.stack = parts.stack;
    this.faults = parts.faults;
    this.deaths = parts.deaths;
    this.output = parts.output;
    this.#subjects = parts.subjects;
    this.#draw = parts.draw;
    const { aws, operatorCredentials } = parts.stack;
    const client = { endpoint: aws.origin, region: aws.region, credentials: operatorCredentials };
    this.#secrets = new SecretsManagerClient(client);
    this.#s3 = new S3Client({ ...client, forcePathStyle: true });
  }

  /** Progress by the number of the event. */
  get happened(): ReadonlyMap<number, Subject> {
    return this.#happened;
  }

  /** The event that a text speaks of. */
  subjectIn(text: string): Subject | undefined {
    const index = this.#subjects.in(text);
    return index === undefined ? undefined : this.#happened.get(index);
  }

  /** Lets an event of the plan happen at Genesys; it is not told to anybody yet. */
  async happen(planned: PlannedEvent): Promise<Subject> {
    const subject = this.#create(planned);
    this.#happened.set(planned.index, subject);
    for (const id of [subject.conversationId, subject.voicemailId]) {
      if (id !== undefined) {
        this.#subjects.add(id, planned.index);
      }
    }
    if (planned.nature === 'key-taken') {
      await this.#takeKey(subject);
    }
    return subject;
  }

  /** Has the bus, or for what is no event the queue, take an event that happened. */
  async deliver({ event, body }: Subject): Promise<void> {
    if (body === undefined) {
      await this.stack.bus.putPartnerEvent(event);
    } else {
      this.stack.aws.sqs.send(this.stack.eventsQueueArn, body);
    }
  }

  get hasOneToken(): boolean {
    return this.stack.secretArns.length === 1;
  }

  /** Grants a pair for each secret, as people's logins do. */
  async authorizeAll(): Promise<void> {
    for (const secretArn of this.stack.secretArns) {
      await this.#authorize(secretArn);
    }
  }

  /** Logs the first token's user in again. */
  async authorizeFirst(): Promise<void> {
    await this.#authorize(this.stack.secretArn);
  }

  /** Ends the tokens of the first token's user, as a logout does. */
  revokeFirst(): void {
    const login = this.#logins.get(this.stack.secretArn);
    if (login !== undefined) {
      this.stack.genesys.revokeTokens(login.userId);
    }
  }

  /** Has Secrets Manager rotate each secret through the real function. */
  async rotate(): Promise<void> {
    for (const secretArn of this.stack.secretArns) {
      await this.#secrets.send(new RotateSecretCommand({ SecretId: secretArn }));
    }
    await this.stack.aws.secretsManager.rotationsIdle();
  }

  async close(): Promise<void> {
    this.#secrets.destroy();
    this.#s3.destroy();
    await this.stack.close();
  }

  /** Grants a pair as a person's login does, and stores it as `authorize` does. */
  async #authorize(secretArn: string): Promise<void> {
    const { clientId, userId } = this.#logins.get(secretArn) ?? {};
    const login = this.stack.genesys.grantFirstPair({ clientId, userId });
    this.#logins.set(secretArn, login);
    const { clientSecret, accessToken, refreshToken } = login;
    const pair = { clientId: login.clientId, clientSecret, accessToken, refreshToken };
    await this.#secrets.send(
      new PutSecretValueCommand({
        SecretId: secretArn,
        SecretString: JSON.stringify(pair),
        VersionStages: ['AWSCURRENT', 'LATEST_GRANT'],
      }),
    );
  }

  #create(planned: PlannedEvent): Subject {
    const { index, nature } = planned;
    const nothing = { conversationId: undefined, voicemailId: undefined, sha256: undefined };
    if (nature === 'malformed') {
      return { planned, event: undefined, body: malformedBody(this.#draw, index), ...nothing };
    }
    const queueId = this.#draw.oneOf(this.stack.queueIds, 'queue', index);
    const caller = { queueId, callerAddress: callerAddress(index) };
    if (nature === 'abandoned') {
      const { conversationId, event } = this.stack.genesys.abandonVoicemail({
        ...caller,
        durationMs: SOUND_DURATION_MS,
      });
      return { planned, event, body: undefined, ...nothing, conversationId };
    }
    const left = this.stack.genesys.leaveVoicemail({
      ...caller,
      callerName: `Caller +${index}`,
      audio: { WEBM: { sizeBytes: planned.audioBytes, seed: index } },
      durationMs: nature === 'too-short' ? SHORT_DURATION_MS : SOUND_DURATION_MS,
      appearsAfterMs: planned.appearsAfterMs,
      ...(nature === 'upload-failed' ? { uploadStatus: 'failed' as const } : {}),
    });
    return {
      planned,
      event: left.event,
      body: undefined,
      conversationId: left.conversationId,
      voicemailId: left.messageId,
      sha256: left.sha256.WEBM,
    };
  }

  /** Puts a recording of somebody else where the voicemail's belongs. */
  async #takeKey({ voicemailId, event }: Subject): Promise<void> {
    const { queueId, eventTime } = event?.detail.eventBody ?? {};
    const [year, month, day] = new Date(eventTime ?? 0).toISOString().slice(0, 10).split('-');
    await this.#s3.send(
      new PutObjectCommand({
        Bucket: this.stack.bucketName,
        Key: `queue_id=${queueId}/year=${year}/month=${month}/day=${day}/${voicemailId}.webm`,
        Body: Buffer.from('another recording'),
        ChecksumAlgorithm: 'SHA256',
      }),
    );
  }
}

/** Makes the stack real at the beginning of a day, with every queue at Genesys and a first pair in the secret. */
export const startMoverWorld = async ({
  stack: synthesized,
  seed,
  faults: share,
}: MoverWorldOptions): Promise<MoverWorld> => {
  const clock = new MovableClock();
  // So that the days in keys and the windows of rotations are the same in every run.
  clock.advanceTo((Math.floor(clock.now() / DAY_MS) + 1) * DAY_MS);
  const draw = new Draw(seed);
  const subjects = new Subjects();
  const output = new Output(clock);
  const deaths = new Deaths(draw, share, subjects);
  const faults = new MoverFaults({ draw, share, subjects, deaths, isMovers });
  const stack = await startLocalStack({
    stack: synthesized,
    clock,
    awsFaults: faults,
    genesys: { faults },
    extraVariables: VARIABLES,
    onLog: (_functionName, line) => output.takeLine(line),
    aroundMover: (mover) =>
      deaths.around(mover, (records) => {
        for (const { body } of records) {
          output.takeText(body);
        }
      }),
  });
  for (const id of stack.queueIds) {
    stack.genesys.createQueue({ id });
  }
  await stack.aws.secretsManager.rotationsIdle();
  const world = new MoverWorld({ clock, stack, faults, deaths, output, subjects, draw });
  await world.authorizeAll();
  return world;
};
