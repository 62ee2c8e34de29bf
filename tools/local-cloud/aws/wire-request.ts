import type { FastifyRequest } from 'fastify';
import { AwsError } from './service';
import type { SignedRequest } from './signature';

const decodeQuery = (text: string): [string, string][] =>
  text
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const [name = '', ...value] = pair.split('=');
      return [decodeURIComponent(name), decodeURIComponent(value.join('='))];
    });

/**
 * A request as its signature covers it: path and query as they were sent.
 *
 * @throws AwsError where the query is not well encoded.
 */
export const asSignedRequest = (request: FastifyRequest): SignedRequest => {
  const [rawPath = '/', ...search] = request.originalUrl.split('?');
  try {
    return {
      method: request.method,
      rawPath,
      query: decodeQuery(search.join('?')),
      headers: request.headers,
      body: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
    };
  } catch (error) {
    if (error instanceof URIError) {
      throw new AwsError('InvalidURI', 'the query is not well percent-encoded');
    }
    throw error;
  }
};
