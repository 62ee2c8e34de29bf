import { GetObjectCommand, ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import * as v from 'valibot';
import type { Clock } from '../clock';
import type { LocalStack } from '../stack';

const sidecar = v.looseObject({ voicemailId: v.string() });

/** A voicemail in the archive. */
export interface ArchivedVoicemail {
  readonly key: string;
  readonly sizeBytes: number;
  readonly storedAt: string;
  /** Its sidecar; `undefined` until it is written. */
  readonly sidecar: Readonly<Record<string, unknown>> | undefined;
}

/** Everything that the page shows. It holds no token and no phone number. */
export interface PageState {
  /** ISO 8601, by the clock of the run. */
  readonly now: string;
  readonly counts: {
    readonly events: number;
    readonly waiting: number;
    readonly working: number;
    readonly failures: number;
    readonly undelivered: number;
    readonly stored: number;
  };
  readonly archive: readonly ArchivedVoicemail[];
  /** The secret's versions that carry labels, without their values. */
  readonly labels: readonly { readonly version: string; readonly stages: readonly string[] }[];
  /** Faults switched on at Genesys. */
  readonly trouble: readonly string[];
  /** The last lines of the functions' logs, oldest first. */
  readonly log: readonly string[];
}

/** The parts of the local run that the page shows. */
export interface PageSubject {
  readonly stack: LocalStack;
  readonly s3: S3Client;
  readonly clock: Clock;
  /** Every line that the functions wrote. */
  readonly logs: readonly string[];
  /** Events that were sent to the bus. */
  events(): number;
}

const LOG_LINES = 200;

const readSidecar = async (
  { s3, stack }: PageSubject,
  key: string,
): Promise<ArchivedVoicemail['sidecar']> => {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: stack.bucketName, Key: key }));
  const parsed = v.safeParse(sidecar, JSON.parse((await Body?.transformToString()) ?? '{}'));
  return parsed.success ? parsed.output : undefined;
};

/** The archive, newest first. */
export const readArchive = async (subject: PageSubject): Promise<readonly ArchivedVoicemail[]> => {
  const { Contents = [] } = await subject.s3.send(
    new ListObjectsV2Command({ Bucket: subject.stack.bucketName }),
  );
  const keys = new Set(Contents.map(({ Key = '' }) => Key));
  const audio = Contents.filter(({ Key = '' }) => !/\.(?:json|tombstone|failure)$/.test(Key));
  const found = await Promise.all(
    audio.map(async ({ Key = '', Size = 0, LastModified }) => {
      const beside = Key.replace(/\.[^./]+$/, '.json');
      return {
        key: Key,
        sizeBytes: Size,
        storedAt: LastModified?.toISOString() ?? '',
        sidecar: keys.has(beside) ? await readSidecar(subject, beside) : undefined,
      };
    }),
  );
  return found.sort((one, other) => other.storedAt.localeCompare(one.storedAt));
};

/** Looks at everything once. */
export const readState = async (subject: PageSubject): Promise<PageState> => {
  const { stack, clock, logs } = subject;
  const { aws, genesys } = stack;
  const nowMs = clock.now();
  const messages = aws.sqs.messages(stack.eventsQueueArn);
  const working = messages.filter(({ receiveCount, visibleAtMs }) => receiveCount > 0 && visibleAtMs > nowMs);
  const archive = await readArchive(subject);
  return {
    now: new Date(nowMs).toISOString(),
    counts: {
      events: subject.events(),
      waiting: messages.length - working.length,
      working: working.length,
      failures: aws.sqs.messages(stack.failuresQueueArn).length,
      undelivered: aws.sqs.messages(stack.undeliveredQueueArn).length,
      stored: archive.filter((voicemail) => voicemail.sidecar !== undefined).length,
    },
    archive,
    labels: aws.secretsManager
      .secret(stack.secretArn)
      .versions.filter(({ stages }) => stages.length > 0)
      .map(({ versionId, stages }) => ({ version: versionId.slice(0, 8), stages: [...stages].sort() })),
    trouble: genesys
      .faults()
      .map(({ rule, struck }) => `${rule.service ?? 'Genesys'} fails (${struck} calls so far)`),
    log: logs.slice(-LOG_LINES),
  };
};
