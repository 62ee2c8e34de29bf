import { DeleteObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { type LocalAws, startLocalAws } from '../../../tools/local-cloud/aws';
import { createS3, type LocalS3, type ObjectVersion } from '../../../tools/local-cloud/aws/s3';
import { MovableClock } from '../../../tools/local-cloud/clock';
import type { Fault, FaultSource, OutsideCall } from '../../../tools/local-cloud/faults';
import type { FirstPair, VoicemailEndEvent } from '../../../tools/local-cloud/genesys';
import { queuePort } from '../../../tools/local-cloud/stack/queue-port';
import {
  eventMessage,
  type FailureMessage,
  type MoverOptions,
  moverSecretText,
  RunningMover,
  type RunningMoverParts,
  startMoverGenesys,
  startMoverParts,
} from './running-mover';

export { CALLER, CALLER_NAME } from './running-mover';

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

interface AwsParts {
  readonly pairs: readonly FirstPair[];
  readonly faults: AwsFaults;
  readonly aws: LocalAws;
  readonly s3: LocalS3;
  readonly secretArn: string;
  readonly eventsQueueArn: string;
  readonly failuresQueueArn: string;
}

/** The mover behind its queue, with a local AWS and a Genesys Cloud of its own. */
export class MoverWorld extends RunningMover {
  /** The pair of each token; the first one is `firstPair`. */
  readonly pairs: readonly FirstPair[];
  readonly aws: LocalAws;
  readonly s3: LocalS3;
  readonly secretArn: string;
  readonly #parts: AwsParts;

  private constructor(mover: RunningMoverParts, parts: AwsParts) {
    super(mover);
    this.#parts = parts;
    this.pairs = parts.pairs;
    this.aws = parts.aws;
    this.s3 = parts.s3;
    this.secretArn = parts.secretArn;
  }

  static async start(options: MoverOptions = {}): Promise<MoverWorld> {
    const clock = new MovableClock();
    const faults = new AwsFaults();
    const s3 = createS3({
      clock,
      accountId: ACCOUNT_ID,
      region: REGION,
      kmsKeyArns: () => new Set([KEY_ARN]),
    });
    s3.createBucket({ name: BUCKET, versioning: true });
    const [surroundings, aws] = await Promise.all([
      startMoverGenesys(clock, options.behaviour),
      startLocalAws({ clock, accountId: ACCOUNT_ID, region: REGION, faults, services: [s3] }),
    ]);
    const { firstPair, genesys } = surroundings;
    const pairs = [
      firstPair,
      ...Array.from({ length: (options.tokens ?? 1) - 1 }, () => genesys.grantFirstPair()),
    ];
    const secretArns = pairs.map(
      (pair, index) =>
        aws.secretsManager.createSecret({
          Name: index === 0 ? SECRET_NAME : `${SECRET_NAME}-${index + 1}`,
          SecretString: moverSecretText(pair),
        }).arn,
    );
    const [secretArn = ''] = secretArns;
    const failures = aws.sqs.createQueue({ name: 'voicemail-failures' });
    const events = aws.sqs.createQueue({
      name: 'voicemail-events',
      attributes: { VisibilityTimeout: '720', MessageRetentionPeriod: '1209600' },
    });
    const mover = await startMoverParts(
      surroundings,
      {
        origin: aws.origin,
        accountId: ACCOUNT_ID,
        region: REGION,
        credentials: aws.issueCredentials(ROLE_ARN),
        bucketName: BUCKET,
        keyArn: KEY_ARN,
        secretArn,
        eventsQueue: { ...events, port: queuePort(aws.sqs, events.arn) },
        failuresQueueUrl: failures.url,
      },
      { ...options, variables: { TOKEN_SECRET_ARNS: secretArns.join(','), ...options.variables } },
    );
    return new MoverWorld(mover, {
      pairs,
      faults,
      aws,
      s3,
      secretArn,
      eventsQueueArn: events.arn,
      failuresQueueArn: failures.arn,
    });
  }

  override async close(): Promise<void> {
    await super.close();
    await this.aws.close();
  }

  injectAwsFault(rule: AwsFaultRule): void {
    this.#parts.faults.inject(rule);
  }

  /** Puts a message on the events queue: text as it is, anything else as JSON. Returns its body. */
  send(message: unknown): string {
    const body = typeof message === 'string' ? message : JSON.stringify(message);
    this.aws.sqs.send(this.#parts.eventsQueueArn, body);
    return body;
  }

  /** Puts on the events queue what the rule's input transformer makes of an event. Returns the message's body. */
  deliver(event: VoicemailEndEvent, changes: Readonly<Record<string, unknown>> = {}): string {
    return this.send(eventMessage(event, changes));
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
  async putObject(key: string, body: string | Buffer, metadata: Record<string, string> = {}): Promise<void> {
    const s3 = new S3Client({ ...this.#person, forcePathStyle: true });
    await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: key, Body: body, Metadata: metadata }));
    s3.destroy();
  }

  /** Deletes an object as somebody else would: a delete marker hides it. */
  async deleteObject(key: string): Promise<void> {
    const s3 = new S3Client({ ...this.#person, forcePathStyle: true });
    await s3.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: key }));
    s3.destroy();
  }

  /** The keys of the archive that a listing shows now. */
  async currentKeys(): Promise<readonly string[]> {
    const s3 = new S3Client({ ...this.#person, forcePathStyle: true });
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: BUCKET }));
    s3.destroy();
    return Contents.map(({ Key = '' }) => Key);
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

  /** Writes another value into a token's secret, as a person would; 1 is the first token. */
  async putSecret(number: number, text: string): Promise<void> {
    const secretsManager = new SecretsManagerClient(this.#person);
    const SecretId = number === 1 ? SECRET_NAME : `${SECRET_NAME}-${number}`;
    await secretsManager.send(new PutSecretValueCommand({ SecretId, SecretString: text }));
    secretsManager.destroy();
  }

  get #person() {
    const credentials = this.aws.issueCredentials(`arn:aws:iam::${ACCOUNT_ID}:role/person`);
    return { endpoint: this.aws.origin, region: REGION, credentials };
  }

  /** Seconds for which the only message of the events queue stays hidden. */
  get hiddenSeconds(): number {
    const [message] = this.aws.sqs.messages(this.#parts.eventsQueueArn);
    return message === undefined ? Number.NaN : (message.visibleAtMs - this.clock.now()) / 1000;
  }

  /** Seconds until the last message of the events queue is visible again; 0 where none is hidden. */
  get longestHiddenSeconds(): number {
    const now = this.clock.now();
    const hidden = this.aws.sqs
      .messages(this.#parts.eventsQueueArn)
      .map(({ visibleAtMs }) => visibleAtMs - now);
    return Math.max(0, ...hidden) / 1000;
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

  /** Every version of every object in the archive, without what the reconcile remembers. */
  get objects(): readonly ObjectVersion[] {
    return this.s3
      .objects(BUCKET)
      .filter((version): version is ObjectVersion => !version.isDeleteMarker)
      .filter(({ key }) => !key.endsWith('/_reconcile.json'));
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

  /** The function's calls to AWS so far, by operation. */
  awsCalls(operation: string): number {
    return this.aws.journal.entries.filter(
      (entry) => entry.operation === operation && entry.principal === ROLE_ARN,
    ).length;
  }
}

/** The archive's bucket and key. */
export const ARCHIVE = { bucketName: BUCKET, keyArn: KEY_ARN } as const;

const started: MoverWorld[] = [];

/** Starts a world that ends with the test; {@link closeWorlds} belongs into `afterEach`. */
export const startWorld = async (options: MoverOptions = {}): Promise<MoverWorld> => {
  const world = await MoverWorld.start(options);
  started.push(world);
  return world;
};

export const closeWorlds = async (): Promise<void> => {
  await Promise.all(started.splice(0).map((world) => world.close()));
};
