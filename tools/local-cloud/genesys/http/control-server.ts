import Fastify, { type FastifyInstance } from 'fastify';
import type { GenesysControl } from '../control';
import { RefreshTokenNotIssuedError, VoicemailRefusedError } from '../control-errors';
import { errorField } from '../error-field';
import { EntityExistsError, UnknownEntityError } from '../organization/organization';
import { CONTROL_OPERATIONS, ControlInputError } from './control-operations';

/** Enough for a recording of 100 MB in base64. */
const BODY_BYTES_MAXIMUM = 160 * 1024 * 1024;

const statusOf = (error: unknown): number => {
  if (error instanceof UnknownEntityError) {
    return 404;
  }
  if (error instanceof EntityExistsError || error instanceof RefreshTokenNotIssuedError) {
    return 409;
  }
  const isBadInput =
    error instanceof ControlInputError ||
    error instanceof VoicemailRefusedError ||
    error instanceof RangeError;
  if (isBadInput) {
    return 400;
  }
  // Fastify's own refusals (a body that is no JSON, too large) know their status.
  const status = errorField(error, 'statusCode');
  return typeof status === 'number' ? status : 500;
};

const isTextRecord = (value: unknown): value is Record<string, string> =>
  typeof value === 'object' &&
  value !== null &&
  Object.values(value).every((entry) => typeof entry === 'string');

/**
 * A small JSON interface to {@link GenesysControl}, for people and scripts beside a simulator that is left running.
 *
 * `GET /` lists its operations. Errors are `{"error": "..."}` with 400, 404 or 409. It gives tokens away, so it belongs on the
 * loopback interface only.
 */
export const createControlServer = (control: GenesysControl): FastifyInstance => {
  const server = Fastify({
    exposeHeadRoutes: false,
    forceCloseConnections: true,
    bodyLimit: BODY_BYTES_MAXIMUM,
  });
  server.setErrorHandler((error, _request, reply) => {
    return reply.code(statusOf(error)).send({ error: errorField(error, 'message') });
  });
  server.setNotFoundHandler((_request, reply) =>
    reply.code(404).send({ error: 'no such operation; GET / lists them all' }),
  );
  server.get('/', () => CONTROL_OPERATIONS.map(({ method, path, summary }) => ({ method, path, summary })));
  for (const { method, path, run } of CONTROL_OPERATIONS) {
    server.route({
      method,
      url: path.replaceAll(/\{(\w+)\}/g, ':$1'),
      handler: (request, reply) => {
        if (Object.keys(Object(request.query)).length > 0) {
          throw new ControlInputError('query parameters are not taken');
        }
        const answer = run(
          control,
          isTextRecord(request.params) ? request.params : {},
          request.body ?? undefined,
        );
        return answer === undefined ? reply.code(204).send() : reply.send(answer);
      },
    });
  }
  return server;
};
