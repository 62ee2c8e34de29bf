import { request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';

/** Firewalls turn requests away that do not say who sends them. */
const USER_AGENT = 'genesys-voicemail-to-s3';

/**
 * Sends a request by Node's own client and awaits the head of its answer; no one has begun to read its body, and no redirect is
 * followed.
 *
 * A request always ends, whatever Node makes of its answer: Node closes one that switches protocols (101), and tells nobody else.
 *
 * @throws the system's, Node's or TLS's error where no answer came; its `code` says which.
 */
export const sendRequest = (
  url: URL,
  { headers, ...options }: Omit<RequestOptions, 'headers'> & { readonly headers: Record<string, string> },
  body?: string,
): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const request = url.protocol === 'http:' ? httpRequest : httpsRequest;
    request(url, { ...options, headers: { 'user-agent': USER_AGENT, ...headers } }, resolve)
      .on('error', reject)
      .on('close', () => reject(Object.assign(new Error('no answer'), { code: 'NO_ANSWER' })))
      .end(body);
  });
