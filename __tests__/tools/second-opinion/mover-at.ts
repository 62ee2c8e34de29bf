import { randomUUID } from 'node:crypto';
import {
  GetObjectCommand,
  HeadObjectCommand,
  type HeadObjectCommandOutput,
  ListObjectVersionsCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { GetQueueAttributesCommand, ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { MovableClock } from '../../../tools/local-cloud/clock';
import type { VoicemailEndEvent } from '../../../tools/local-cloud/genesys';
import {
  eventMessage,
  type FailureMessage,
  type MoverOptions,
  moverSecretText,
  RunningMover,
  type RunningMoverParts,
  startMoverGenesys,
  startMoverParts,
} from '../../functions/move-voicemail-to-s3/running-mover';
import { apiQueuePort } from './queue-port';
import { KEY_ARN, type StandIn } from './stand-in';

interface Names {
  readonly bucketName: string;
  readonly secretArn: string;
  readonly eventsQueueUrl: string;
  readonly failuresQueueUrl: string;
}

/** The mover with a bucket, queues and a secret of its own in a stand-in, all of it seen through the API. */
export class MoverAt extends RunningMover {
  readonly bucketName: string;
  readonly secretArn: string;
  readonly #standIn: StandIn;
  readonly #names: Names;

  private constructor(standIn: StandIn, mover: RunningMoverParts, names: Names) {
    super(mover);
    this.#standIn = standIn;
    this.#names = names;
    this.bucketName = names.bucketName;
    this.secretArn = names.secretArn;
  }

  static async start(standIn: StandIn, options: MoverOptions = {}): Promise<MoverAt> {
    const suffix = randomUUID();
    const bucketName = `archive-${suffix}`;
    const surroundings = await startMoverGenesys(new MovableClock(), options.behaviour);
    await standIn.createBucket(bucketName);
    const events = await standIn.createQueue(`voicemail-events-${suffix}`);
    const failures = await standIn.createQueue(`voicemail-failures-${suffix}`);
    const secretArn = await standIn.createSecret(
      `genesys-token-${suffix}`,
      moverSecretText(surroundings.firstPair),
    );
    const { functionOrigin, accountId, region, credentials, sqs } = standIn;
    const mover = await startMoverParts(
      surroundings,
      {
        origin: functionOrigin,
        accountId,
        region,
        credentials,
        bucketName,
        keyArn: KEY_ARN,
        secretArn,
        eventsQueue: { ...events, port: apiQueuePort(sqs, events.url) },
        failuresQueueUrl: failures.url,
      },
      options,
    );
    return new MoverAt(standIn, mover, {
      bucketName,
      secretArn,
      eventsQueueUrl: events.url,
      failuresQueueUrl: failures.url,
    });
  }

  /** Puts a message on the events queue: text as it is, anything else as JSON. Returns its body. */
  async send(message: unknown): Promise<string> {
    const body = typeof message === 'string' ? message : JSON.stringify(message);
    await this.#standIn.sqs.send(
      new SendMessageCommand({ QueueUrl: this.#names.eventsQueueUrl, MessageBody: body }),
    );
    return body;
  }

  /** Puts on the events queue what the rule makes of an event. Returns the message's body. */
  deliver(event: VoicemailEndEvent): Promise<string> {
    return this.send(eventMessage(event));
  }

  /** Polls until the function has come to this many outcomes. */
  async pollUntil(outcomes: number, withinMs = 10_000): Promise<void> {
    const untilMs = Date.now() + withinMs;
    while (this.outcomes.length < outcomes) {
      if (Date.now() > untilMs) {
        throw new Error(
          `expected ${outcomes} outcomes; after ${withinMs} ms there are: ${JSON.stringify(this.outcomes)}; ` +
            `what the function says: ${this.#reasons().join(' | ')}`,
        );
      }
      const reports = await this.poll();
      if (reports.length === 0) {
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    }
  }

  #reasons(): readonly unknown[] {
    return this.logLines.flatMap(({ reason, errorMessage }) => reason ?? errorMessage ?? []);
  }

  /** Puts an object into the archive as somebody else would. */
  async putObject(key: string, body: string | Buffer): Promise<void> {
    await this.#standIn.s3.send(new PutObjectCommand({ Bucket: this.bucketName, Key: key, Body: body }));
  }

  /** Every version in the archive, by its key. */
  async keys(): Promise<readonly string[]> {
    const keys: string[] = [];
    let marker: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } = {};
    for (;;) {
      const page = await this.#standIn.s3.send(
        new ListObjectVersionsCommand({ Bucket: this.bucketName, ...marker }),
      );
      keys.push(...(page.Versions ?? []).map(({ Key = '' }) => Key));
      if (page.IsTruncated !== true) {
        return keys;
      }
      marker = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker };
    }
  }

  /** The one key that ends with a text. */
  async keyEndingIn(end: string): Promise<string> {
    const keys = (await this.keys()).filter((key) => key.endsWith(end));
    const [key] = keys;
    if (key === undefined || keys.length > 1) {
      throw new Error(`expected one version ending in ${end}; there are: ${JSON.stringify(keys)}`);
    }
    return key;
  }

  head(key: string): Promise<HeadObjectCommandOutput> {
    return this.#standIn.s3.send(
      new HeadObjectCommand({ Bucket: this.bucketName, Key: key, ChecksumMode: 'ENABLED' }),
    );
  }

  tags(key: string): Promise<Readonly<Record<string, string>>> {
    return this.#standIn.tagsOf(this.bucketName, key);
  }

  async bytes(key: string): Promise<Buffer> {
    const { Body } = await this.#standIn.s3.send(new GetObjectCommand({ Bucket: this.bucketName, Key: key }));
    return Buffer.from((await Body?.transformToByteArray()) ?? []);
  }

  async json(key: string): Promise<unknown> {
    return JSON.parse((await this.bytes(key)).toString());
  }

  /** What is in the failures queue; each call sees a message once. */
  async takeFailures(): Promise<readonly FailureMessage[]> {
    const { Messages = [] } = await this.#standIn.sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: this.#names.failuresQueueUrl,
        MaxNumberOfMessages: 10,
        MessageAttributeNames: ['All'],
      }),
    );
    return Messages.map(({ Body = '', MessageAttributes = {} }) => ({
      body: Body,
      failureClass: MessageAttributes['failureClass']?.StringValue,
      failureReason: MessageAttributes['failureReason']?.StringValue,
    }));
  }

  /** Messages of the events queue: those that wait, and those that are hidden. */
  async eventCounts(): Promise<{ readonly visible: string; readonly hidden: string }> {
    const { Attributes = {} } = await this.#standIn.sqs.send(
      new GetQueueAttributesCommand({
        QueueUrl: this.#names.eventsQueueUrl,
        AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
      }),
    );
    return {
      visible: Attributes['ApproximateNumberOfMessages'] ?? '',
      hidden: Attributes['ApproximateNumberOfMessagesNotVisible'] ?? '',
    };
  }
}
