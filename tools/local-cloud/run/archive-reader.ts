import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { LeftVoicemail } from '../genesys';
import type { LocalStack } from '../stack';
import type { MovedVoicemail } from './report';
import { DEADLINE_NOTE, present, RunFailedError } from './run-failed';

/** Options of {@link ArchiveReader}. */
interface ArchiveReaderOptions {
  readonly s3: S3Client;
  readonly stack: LocalStack;
  /** Receives a copy of each recording, to listen to. */
  readonly folder: string;
}

const SPOKEN_FORMATS = ['WEBM', 'WAV'] as const;

/** Reads back what the function stored, and compares it with its source. */
export class ArchiveReader {
  readonly #options: ArchiveReaderOptions;

  constructor(options: ArchiveReaderOptions) {
    this.#options = options;
  }

  /** Reads a voicemail's audio back and keeps a copy. @throws RunFailedError where it is missing or differs */
  async readBack(left: LeftVoicemail): Promise<MovedVoicemail> {
    const { s3, stack } = this.#options;
    const key = await this.#keyOf(left.messageId);
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: stack.bucketName, Key: key }));
    const bytes = Buffer.from(await present(Body, 'S3 gives a body').transformToByteArray());
    // The commit marker: without it the voicemail does not count as held.
    await s3.send(new HeadObjectCommand({ Bucket: stack.bucketName, Key: key.replace(/\.[^.]+$/, '.json') }));
    const format = SPOKEN_FORMATS.find((formatId) => key.endsWith(`.${formatId.toLowerCase()}`));
    const moved: MovedVoicemail = {
      key,
      bytes: bytes.length,
      sha256: createHash('sha256').update(bytes).digest('hex'),
      sourceSha256: present(format && left.sha256[format], 'the samples are WEBM and WAV'),
    };
    if (moved.sha256 !== moved.sourceSha256) {
      throw new RunFailedError(`s3://${stack.bucketName}/${key} differs from its source`);
    }
    const path = this.copyPath(key);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, bytes);
    return moved;
  }

  /** Versions in the bucket, of every object. */
  async versionCount(): Promise<number> {
    return (await this.#versions()).length;
  }

  /** Where the copy of a recording lies. */
  copyPath(key: string): string {
    return join(this.#options.folder, ...key.split('/'));
  }

  /** The key of a voicemail's audio. */
  async #keyOf(voicemailId: string): Promise<string> {
    const { stack } = this.#options;
    const key = (await this.#versions()).find(
      (candidate) => candidate.includes(`/${voicemailId}.`) && !candidate.endsWith('.json'),
    );
    if (key === undefined) {
      const failures = stack.aws.sqs.messages(stack.failuresQueueArn).length;
      throw new RunFailedError(
        `voicemail ${voicemailId} is not in the bucket (${failures} messages in the failures queue); ${DEADLINE_NOTE}`,
      );
    }
    return key;
  }

  async #versions(): Promise<readonly string[]> {
    const { s3, stack } = this.#options;
    const { Versions = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket: stack.bucketName }));
    return Versions.map(({ Key = '' }) => Key);
  }
}
