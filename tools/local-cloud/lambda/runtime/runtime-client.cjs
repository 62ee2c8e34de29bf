'use strict';

const http = require('node:http');

const BASE = '/2018-06-01/runtime';

const asRuntimeError = (error) =>
  error instanceof Error
    ? { errorType: error.name, errorMessage: error.message, trace: String(error.stack).split('\n') }
    : { errorType: typeof error, errorMessage: String(error), trace: [] };

/** Speaks the public Lambda Runtime API, with two headers of the local host's own. */
class RuntimeClient {
  #hostname;
  #port;
  #containerId;
  #agent = new http.Agent({ keepAlive: true, maxSockets: 1 });

  constructor(address, containerId) {
    [this.#hostname, this.#port] = address.split(':');
    this.#containerId = containerId;
  }

  /** Waits for the next invocation. */
  async next() {
    const { headers, body } = await this.#request('GET', '/invocation/next');
    return {
      event: JSON.parse(body),
      requestId: headers['lambda-runtime-aws-request-id'],
      deadlineMs: Number(headers['lambda-runtime-deadline-ms']),
      functionArn: headers['lambda-runtime-invoked-function-arn'],
      traceId: headers['lambda-runtime-trace-id'],
      clockOffsetMs: Number(headers['local-clock-offset-ms']),
    };
  }

  succeed(requestId, body) {
    return this.#request('POST', `/invocation/${requestId}/response`, body);
  }

  /** `exits` tells the host that this process ends itself now and takes no further invocation. */
  fail(requestId, error, { exits = false } = {}) {
    const headers = exits ? { 'Local-Runtime-Exits': 'true' } : {};
    return this.#request(
      'POST',
      `/invocation/${requestId}/error`,
      JSON.stringify(asRuntimeError(error)),
      headers,
    );
  }

  failInit(error) {
    return this.#request('POST', '/init/error', JSON.stringify(asRuntimeError(error)));
  }

  #request(method, path, body = '', headers = {}) {
    return new Promise((resolve, reject) => {
      const request = http.request(
        {
          hostname: this.#hostname,
          port: this.#port,
          agent: this.#agent,
          method,
          path: BASE + path,
          headers: {
            ...headers,
            'Local-Container-Id': this.#containerId,
            'Content-Length': Buffer.byteLength(body),
          },
        },
        (response) => {
          const chunks = [];
          response.on('data', (chunk) => chunks.push(chunk));
          response.on('error', reject);
          response.on('end', () => {
            const text = Buffer.concat(chunks).toString();
            if (response.statusCode >= 300) {
              reject(
                new Error(`the Runtime API answered ${response.statusCode} to ${method} ${path}: ${text}`),
              );
            } else {
              resolve({ headers: response.headers, body: text });
            }
          });
        },
      );
      request.on('error', reject);
      request.end(body);
    });
  }
}

module.exports = { RuntimeClient };
