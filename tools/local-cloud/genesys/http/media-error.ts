import { escapeUTF8 as escapeXml } from 'entities';
import { bufferAudio } from '../recordings/audio';
import { type Answer, Refusal, type SimulatorRequest } from './answer';

const DEFAULT_CODES: Readonly<Record<number, string>> = {
  400: 'InvalidArgument',
  403: 'AccessDenied',
  404: 'NoSuchKey',
  405: 'MethodNotAllowed',
  408: 'RequestTimeout',
  413: 'EntityTooLarge',
  500: 'InternalError',
  503: 'SlowDown',
};

/** An error of the media host, in the XML shape of Amazon S3. */
export class MediaError extends Refusal {
  override readonly name = 'MediaError';
  readonly status: number;
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    code: string | undefined,
    message: string,
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.status = status;
    this.code = code ?? DEFAULT_CODES[status] ?? 'InternalError';
    this.headers = headers;
  }

  override toAnswer({ correlationId, method }: SimulatorRequest): Answer {
    const xml =
      '<?xml version="1.0" encoding="UTF-8"?>\n' +
      `<Error><Code>${escapeXml(this.code)}</Code><Message>${escapeXml(this.message)}</Message>` +
      `<RequestId>${correlationId}</RequestId></Error>`;
    return {
      status: this.status,
      headers: { 'content-type': 'application/xml', ...this.headers },
      body: method === 'HEAD' ? undefined : bufferAudio(Buffer.from(xml)),
    };
  }
}
