import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  type CreateMultipartUploadCommandInput,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import type { Deadline } from '../deadline';

const ABORT_LIMIT_MS = 1_000;

/** Where an upload goes. */
export interface MultipartTarget {
  readonly Bucket: string;
  readonly Key: string;
}

/**
 * One multipart upload, part after part. S3 verifies the SHA-256 of each.
 *
 * Our own and not lib-storage's, which cannot be told a checksum that is known: it would hash each part twice more and gather
 * it in new memory, in all 5 ms of CPU per MB.
 */
export class MultipartUpload {
  readonly #s3: S3Client;
  readonly #deadline: Deadline;
  readonly #upload: MultipartTarget & { readonly UploadId: string };
  readonly #parts: { readonly PartNumber: number; readonly ETag: string; readonly ChecksumSHA256: string }[] =
    [];

  private constructor(
    s3: S3Client,
    deadline: Deadline,
    upload: MultipartTarget & { readonly UploadId: string },
  ) {
    this.#s3 = s3;
    this.#deadline = deadline;
    this.#upload = upload;
  }

  /** Begins an upload. Whoever does has to complete or abort it. */
  static async create(
    s3: S3Client,
    deadline: Deadline,
    input: CreateMultipartUploadCommandInput & MultipartTarget,
  ): Promise<MultipartUpload> {
    const command = new CreateMultipartUploadCommand({ ...input, ChecksumAlgorithm: 'SHA256' });
    const { UploadId = '' } = await s3.send(command, { abortSignal: deadline.signal() });
    return new MultipartUpload(s3, deadline, { Bucket: input.Bucket, Key: input.Key, UploadId });
  }

  /** Uploads the next part. */
  async add(body: Buffer, sha256: Buffer): Promise<void> {
    const PartNumber = this.#parts.length + 1;
    const ChecksumSHA256 = sha256.toString('base64');
    const command = new UploadPartCommand({ ...this.#upload, PartNumber, Body: body, ChecksumSHA256 });
    const { ETag = '' } = await this.#s3.send(command, { abortSignal: this.#deadline.signal() });
    this.#parts.push({ PartNumber, ETag, ChecksumSHA256 });
  }

  /** Makes the parts an object. @returns S3's own checksum of it: that of the parts' checksums, with their number */
  async complete(ifNoneMatch: string): Promise<string | undefined> {
    const command = new CompleteMultipartUploadCommand({
      ...this.#upload,
      IfNoneMatch: ifNoneMatch,
      MultipartUpload: { Parts: this.#parts },
    });
    const answer = await this.#s3.send(command, { abortSignal: this.#deadline.signal() });
    return answer.ChecksumSHA256;
  }

  /**
   * Has S3 forget the parts. Where that fails, too, the bucket's lifecycle rule does it after some days. It comes when time
   * may be up already, and what is left of it belongs to the messages.
   */
  async abort(): Promise<void> {
    const abortSignal = AbortSignal.timeout(ABORT_LIMIT_MS);
    await this.#s3
      .send(new AbortMultipartUploadCommand(this.#upload), { abortSignal })
      .catch(() => undefined);
  }
}
