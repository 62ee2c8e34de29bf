import { randomUUID } from 'node:crypto';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { OutsideCall } from '../../faults';
import { errorField } from '../error-field';
import type { Simulation } from '../simulation';
import { type Answer, Refusal, type Route, type ServiceManners, type SimulatorRequest } from './answer';
import { type BodyFault, writeAnswer, writeWireAnswer } from './write-answer';

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;

/** The largest request that Genesys Cloud takes (`request.bytes.max`). */
const REQUEST_BYTES_MAXIMUM = 512_000;

const splitUrl = (url: string): { path: string; query: URLSearchParams } => {
  const mark = url.indexOf('?');
  return mark === -1
    ? { path: url, query: new URLSearchParams() }
    : { path: url.slice(0, mark), query: new URLSearchParams(url.slice(mark + 1)) };
};

const isTextRecord = (value: unknown): value is Record<string, string> =>
  typeof value === 'object' &&
  value !== null &&
  Object.values(value).every((entry) => typeof entry === 'string');

const toSimulatorRequest = (request: FastifyRequest): SimulatorRequest => ({
  ...splitUrl(request.raw.url ?? '/'),
  method: request.method,
  params: isTextRecord(request.params) ? request.params : {},
  headers: request.headers,
  body: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
  correlationId: randomUUID(),
});

const answerOrRefuse = (
  produce: () => Answer,
  request: SimulatorRequest,
  manners: ServiceManners,
): Answer => {
  try {
    return produce();
  } catch (error) {
    return (error instanceof Refusal ? error : manners.refusal(500, 'the simulator failed')).toAnswer(
      request,
    );
  }
};

const NO_EFFECT: Answer = { status: 200, headers: {}, body: undefined };

/** A call before a route sees it. */
interface Reception {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly manners: ServiceManners;
  readonly operation: string;
}

const serve = async (
  simulation: Simulation,
  { request, reply, manners, operation }: Reception,
  produce: (request: SimulatorRequest) => Answer,
): Promise<void> => {
  const { clock, counters, faultRules } = simulation;
  const simulatorRequest = toSimulatorRequest(request);
  const call: OutsideCall = {
    system: 'genesys',
    service: manners.service,
    operation,
    resource: simulatorRequest.path,
    principal: '',
    sequence: simulation.nextSequence(),
  };
  reply.hijack();
  const response = reply.raw;
  response.once('close', () => faultRules.ended(call, response.headersSent ? response.statusCode : 0));

  counters.request(call.service, operation);
  const arrival = manners.arrived(simulatorRequest);
  const fault = await faultRules.decide(call);
  const answer =
    arrival.refusal?.toAnswer(simulatorRequest) ??
    answerOrRefuse(() => produce(simulatorRequest), simulatorRequest, manners);
  if (fault?.effect !== 'none') {
    answer.commit?.();
  }
  response.sendDate = false;
  const send = (sent: Answer, bodyFault?: BodyFault) => {
    if (sent.status === 429) {
      counters.tooManyRequestsAnswer();
    }
    const headers = { date: new Date(clock.now()).toUTCString(), ...arrival.headers, ...sent.headers };
    // A client may go away at any moment; that is its right, and no failure of the simulator.
    writeAnswer(response, { ...sent, headers }, bodyFault).catch(() => response.destroy());
  };
  if (fault === undefined) {
    send(answer);
    return;
  }
  const spoilt = fault.answer;
  switch (spoilt.kind) {
    case 'error': {
      const { status, code, retryAfterSeconds } = spoilt;
      const headers = retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) };
      send(manners.refusal(status, 'this fault was injected', code, headers).toAnswer(simulatorRequest));
      return;
    }
    case 'altered': {
      const { status, headers, body } = fault.effect === 'none' ? NO_EFFECT : answer;
      const dated = { date: new Date(clock.now()).toUTCString(), ...arrival.headers, ...headers };
      const bytes = Buffer.concat([...(body?.chunks(body.sizeBytes) ?? [])]);
      writeWireAnswer(response, spoilt.alter({ status, headers: dated, body: bytes }));
      return;
    }
    case 'hang':
      return;
    case 'reset':
      response.socket?.resetAndDestroy();
      return;
    default:
      send(answer, spoilt);
  }
};

const isBodyTooLarge = (error: unknown): boolean =>
  errorField(error, 'code') === 'FST_ERR_CTP_BODY_TOO_LARGE';

/** A server for the routes of one service, in which faults strike every call. */
export const createListener = (
  simulation: Simulation,
  routes: readonly Route[],
  manners: ServiceManners,
): FastifyInstance => {
  const refuse = (
    request: FastifyRequest,
    reply: FastifyReply,
    status: number,
    message: string,
  ): Promise<void> =>
    serve(simulation, { request, reply, manners, operation: `${request.method} *` }, () => {
      throw manners.refusal(status, message);
    });
  const server = Fastify({
    exposeHeadRoutes: false,
    forceCloseConnections: true,
    bodyLimit: REQUEST_BYTES_MAXIMUM,
    frameworkErrors: (error, request, reply) => refuse(request, reply, 400, error.message),
  });
  // Bodies are judged by the routes, which know what the platform takes.
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  server.setNotFoundHandler((request, reply) => refuse(request, reply, 404, 'there is nothing here'));
  server.setErrorHandler((error, request, reply) =>
    refuse(request, reply, isBodyTooLarge(error) ? 413 : 400, 'the request could not be read'),
  );
  for (const path of new Set(routes.map((route) => route.path))) {
    server.route({
      method: [...METHODS],
      url: path.replaceAll(/\{(\w+)\}/g, ':$1'),
      handler: (request, reply) =>
        serve(
          simulation,
          { request, reply, manners, operation: `${request.method} ${path}` },
          (simulatorRequest) => {
            const route = routes.find((one) => one.path === path && one.method === request.method);
            if (route === undefined) {
              throw manners.refusal(405, 'the resource does not take this method');
            }
            return route.handle(simulatorRequest);
          },
        ),
    });
  }
  return server;
};
