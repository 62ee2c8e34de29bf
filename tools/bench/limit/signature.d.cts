/** What S3 takes in the place of a body's hash where the connection is TLS. */
export const UNSIGNED_PAYLOAD: string;

/** Lower-case hex. */
export function sha256(data: string | Uint8Array): string;

/** AWS Signature Version 4 of one request. */
export function sign(request: {
  readonly method: string;
  readonly host: string;
  readonly path: string;
  readonly service: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly bodyHash: string;
  readonly now?: Date;
}): Record<string, string>;
