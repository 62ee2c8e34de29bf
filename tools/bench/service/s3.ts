import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { findVoicemail } from './voicemail-id';

/** A request to S3 whose body has arrived. */
export interface S3Request {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
  readonly receivedBytes: number;
}

/** Answer of S3. */
export interface S3Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Whether a recording is now held whole. */
  readonly hasStored: boolean;
}

/** Announced SHA-256 of a recording, or of a part of one, in Base64. */
interface Part {
  readonly sizeBytes: number;
  readonly sha256: string;
}

const ETAG = '"00000000000000000000000000000000"';

const refusal = (status: number, code: string): S3Answer => ({
  status,
  headers: { 'content-type': 'application/xml' },
  body: `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>refused</Message></Error>`,
  hasStored: false,
});

const xml = (body: string, hasStored = false): S3Answer => ({
  status: 200,
  headers: { 'content-type': 'application/xml' },
  body: `<?xml version="1.0" encoding="UTF-8"?>${body}`,
  hasStored,
});

const headerOf = (headers: IncomingHttpHeaders, name: string): string => {
  const value = headers[name];
  return typeof value === 'string' ? value : '';
};

/**
 * As much of S3 as the peers need: conditional writes, checksums that are announced and handed back, multipart uploads.
 *
 * It throws the bytes away and takes the announced checksums as they are, because hashing would cost time of the machine that
 * is being measured; that the peers' bytes are right is for the tests of the functions.
 */
export class LeanS3 {
  readonly #keys = new Set<string>();
  readonly #uploads = new Map<string, Map<number, Part>>();

  answer(request: S3Request): S3Answer {
    const { method, url, headers } = request;
    if (!headerOf(headers, 'authorization').startsWith('AWS4-HMAC-SHA256 Credential=')) {
      return refusal(403, 'AccessDenied');
    }
    if (headerOf(headers, 'content-encoding').includes('aws-chunked')) {
      return refusal(501, 'NotImplemented');
    }
    if (method === 'GET' && url.searchParams.get('list-type') === '2') {
      return this.#list(url);
    }
    if (method === 'HEAD') {
      return { ...refusal(this.#keys.has(url.pathname) ? 200 : 404, 'NotFound'), body: '' };
    }
    const uploadId = url.searchParams.get('uploadId');
    if (method === 'PUT' && uploadId !== null) {
      return this.#putPart(uploadId, request);
    }
    if (method === 'PUT') {
      return this.#put(request);
    }
    if (method === 'POST' && url.searchParams.has('uploads')) {
      return this.#createUpload();
    }
    if (method === 'POST' && uploadId !== null) {
      return this.#completeUpload(uploadId, request);
    }
    return refusal(501, 'NotImplemented');
  }

  #list({ pathname, searchParams }: URL): S3Answer {
    const bucket = pathname.endsWith('/') ? pathname : `${pathname}/`;
    const prefix = `${bucket}${searchParams.get('prefix') ?? ''}`;
    const keys = [...this.#keys].filter((key) => key.startsWith(prefix));
    const contents = keys
      .map((key) => `<Contents><Key>${key.slice(bucket.length)}</Key></Contents>`)
      .join('');
    return xml(`<ListBucketResult><KeyCount>${keys.length}</KeyCount>${contents}</ListBucketResult>`);
  }

  #put({ url, headers, receivedBytes }: S3Request): S3Answer {
    const checksum = headerOf(headers, 'x-amz-checksum-sha256');
    return (
      this.#refusesKey(url, headers) ??
      this.#keep(url, receivedBytes, {
        status: 200,
        headers: { etag: ETAG, ...(checksum === '' ? {} : { 'x-amz-checksum-sha256': checksum }) },
        hasStored: false,
      })
    );
  }

  #createUpload(): S3Answer {
    const uploadId = `upload-${this.#uploads.size + 1}`;
    this.#uploads.set(uploadId, new Map());
    return xml(
      `<InitiateMultipartUploadResult><UploadId>${uploadId}</UploadId></InitiateMultipartUploadResult>`,
    );
  }

  #putPart(uploadId: string, { url, headers, receivedBytes }: S3Request): S3Answer {
    const sha256 = headerOf(headers, 'x-amz-checksum-sha256');
    const parts = this.#uploads.get(uploadId);
    if (parts === undefined || sha256 === '') {
      return refusal(400, 'InvalidRequest');
    }
    parts.set(Number(url.searchParams.get('partNumber')), { sizeBytes: receivedBytes, sha256 });
    return { status: 200, headers: { etag: ETAG, 'x-amz-checksum-sha256': sha256 }, hasStored: false };
  }

  #completeUpload(uploadId: string, { url, headers }: S3Request): S3Answer {
    const parts = [...(this.#uploads.get(uploadId) ?? [])].sort(([a], [b]) => a - b).map(([, part]) => part);
    this.#uploads.delete(uploadId);
    const composite = createHash('sha256');
    for (const { sha256 } of parts) {
      composite.update(Buffer.from(sha256, 'base64'));
    }
    const checksum = `${composite.digest('base64')}-${parts.length}`;
    const sizeBytes = parts.reduce((sum, part) => sum + part.sizeBytes, 0);
    const result = `<CompleteMultipartUploadResult><ETag>${ETAG}</ETag><ChecksumSHA256>${checksum}</ChecksumSHA256></CompleteMultipartUploadResult>`;
    return this.#refusesKey(url, headers) ?? this.#keep(url, sizeBytes, xml(result));
  }

  #refusesKey({ pathname }: URL, headers: IncomingHttpHeaders): S3Answer | undefined {
    return headerOf(headers, 'if-none-match') === '*' && this.#keys.has(pathname)
      ? refusal(412, 'PreconditionFailed')
      : undefined;
  }

  #keep({ pathname }: URL, sizeBytes: number, answer: S3Answer): S3Answer {
    this.#keys.add(pathname);
    // A sidecar is not a recording, and a recording of another size is not the one that was left.
    const hasStored = pathname.endsWith('.webm') && findVoicemail(pathname)?.sizeBytes === sizeBytes;
    return { ...answer, hasStored };
  }
}
