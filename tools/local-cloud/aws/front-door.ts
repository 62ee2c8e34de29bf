import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import type { Clock } from '../clock';
import type { Fault, FaultSource, OutsideCall } from '../faults';
import { listen } from '../listen';
import { isBodyFault, resetConnection, sendAnswer, sendSpoiltAnswer } from './answer';
import { type AdmittedCall, carryOut, type Ending } from './carry-out';
import type { CredentialStore } from './credentials';
import type { Journal } from './journal';
import { jsonResponse } from './json-protocol';
import { signatureError } from './refusal';
import { AwsError, type AwsOperation, type AwsRequest, type AwsResponse, type AwsService } from './service';
import { SignatureRefusedError, verifySignature } from './signature';
import { asSignedRequest } from './wire-request';

/** Bytes of the largest body that the listener reads: a part of an upload, with room to spare. */
const LARGEST_BODY_BYTES = 1024 ** 3;

/** Options of the front door. */
export interface FrontDoorOptions {
  readonly clock: Clock;
  readonly region: string;
  readonly services: readonly AwsService[];
  readonly credentials: CredentialStore;
  readonly journal: Journal;
  readonly faults: FaultSource;
}

/** A call on its way through the front door. */
interface Call {
  readonly sequence: number;
  readonly requestId: string;
  service: AwsService | undefined;
  operation: AwsOperation | undefined;
  principal: string;
}

/**
 * The one listener of the local AWS: verifies who calls, asks the fault source, and hands the call to the service that
 * its signature names.
 *
 * Policies are not evaluated here: unless a service is guarded, a known key may do everything. Who did what is in the
 * journal.
 */
export class FrontDoor {
  readonly #options: FrontDoorOptions;
  readonly #app: FastifyInstance;
  #calls = 0;

  constructor(options: FrontDoorOptions) {
    this.#options = options;
    this.#app = fastify({
      bodyLimit: LARGEST_BODY_BYTES,
      forceCloseConnections: true,
      // S3 keys may look like anything, and signatures cover the path as it was sent: the router sees one path only.
      rewriteUrl: () => '/',
      routerOptions: { ignoreTrailingSlash: false },
    });
    this.#app.removeAllContentTypeParsers();
    this.#app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    this.#app.route({
      method: ['GET', 'HEAD', 'POST', 'PUT', 'DELETE'],
      url: '/',
      exposeHeadRoute: false,
      handler: async (request, reply) => {
        reply.hijack();
        await this.#take(request, reply.raw);
      },
    });
  }

  /**
   * Starts to listen on 127.0.0.1.
   *
   * @param port - 0 takes a free one
   * @returns the port
   * @throws PortTakenError where another process listens on it.
   */
  async listen(port: number): Promise<number> {
    return Number(new URL(await listen(this.#app, 'the local AWS', port)).port);
  }

  /** Stops listening and ends every connection, answered or not. */
  async close(): Promise<void> {
    await this.#app.close();
  }

  async #take(request: FastifyRequest, raw: ServerResponse): Promise<void> {
    this.#calls += 1;
    const call: Call = {
      sequence: this.#calls,
      requestId: randomUUID(),
      // Every service here but S3 names its operation in this header, which an unsigned request still carries.
      service: request.headers['x-amz-target'] === undefined ? this.#service('s3') : undefined,
      operation: undefined,
      principal: '',
    };
    let fault: Fault | undefined;
    let ending: Ending;
    try {
      const admitted = await this.#admit(request, call);
      fault = await this.#options.faults.decide(this.#outsideCall(call));
      ending = await carryOut(admitted, fault);
    } catch (error) {
      ending = this.#refusal(error, call);
    }
    // The SDKs correct their clock by the date of an answer, so it must be this clock's, however far it was moved.
    raw.setHeader('date', new Date(this.#options.clock.now()).toUTCString());
    raw.setHeader(
      call.service?.signingName === 's3' ? 'x-amz-request-id' : 'x-amzn-requestid',
      call.requestId,
    );
    this.#end(raw, ending, fault);
    this.#note(call, ending);
  }

  /** Finds out who calls and what for. */
  async #admit(request: FastifyRequest, call: Call): Promise<AdmittedCall> {
    const signed = asSignedRequest(request);
    const { clock, credentials, region } = this.#options;
    const { identity, service } = await verifySignature(signed, {
      credentials,
      region,
      nowMs: clock.now(),
      presignersNowMs: Date.now(),
    });
    call.principal = identity.principal;
    const called = this.#service(service);
    call.service = called;
    if (called === undefined) {
      throw new AwsError(
        'UnknownServiceException',
        `the local AWS does not have the service ${service}`,
        404,
      );
    }
    const query = new URLSearchParams(signed.query.map(([name, value]): [string, string] => [name, value]));
    const verified: AwsRequest = { ...signed, query, region, principal: identity.principal };
    const operation = called.identify(verified);
    call.operation = operation;
    return { service: called, request: verified, operation };
  }

  #refusal(error: unknown, call: Call): Ending {
    if (error instanceof SignatureRefusedError) {
      call.service = error.service === undefined ? call.service : this.#service(error.service);
      const refusal = signatureError(error, call.service?.signingName ?? '');
      return { answer: this.#errorAnswer(refusal, call), errorCode: refusal.code };
    }
    const refusal =
      error instanceof AwsError
        ? error
        : // A defect of the local AWS itself, or of a fault source: it must be seen, not be taken for a fault of AWS.
          new AwsError('InternalFailure', error instanceof Error ? error.message : String(error), 500);
    return { answer: this.#errorAnswer(refusal, call), errorCode: refusal.code };
  }

  #errorAnswer(error: AwsError, call: Call): AwsResponse {
    return (
      call.service?.errorResponse(error, call.requestId) ??
      jsonResponse('1.1', { __type: error.code, message: error.message }, error.status)
    );
  }

  #end(raw: ServerResponse, ending: Ending, fault: Fault | undefined): void {
    if (ending === 'silence') {
      return;
    }
    if (ending === 'reset') {
      resetConnection(raw);
    } else if (fault !== undefined && isBodyFault(fault.answer) && ending.errorCode === undefined) {
      sendSpoiltAnswer(raw, ending.answer, fault.answer);
    } else {
      sendAnswer(raw, ending.answer);
    }
  }

  #note(call: Call, ending: Ending): void {
    const outside = this.#outsideCall(call);
    const status = typeof ending === 'string' ? 0 : ending.answer.status;
    this.#options.journal.record({
      sequence: call.sequence,
      service: outside.service,
      operation: outside.operation,
      resource: outside.resource,
      principal: call.principal,
      context: call.operation?.context ?? {},
      atMs: this.#options.clock.now(),
      status,
      errorCode: typeof ending === 'string' ? undefined : ending.errorCode,
    });
    if (call.operation !== undefined) {
      this.#options.faults.ended?.(outside, status);
    }
  }

  #outsideCall(call: Call): OutsideCall {
    return {
      system: 'aws',
      service: call.service?.signingName ?? '',
      operation: call.operation?.name ?? '',
      resource: call.operation?.resource ?? '*',
      principal: call.principal,
      sequence: call.sequence,
    };
  }

  #service(signingName: string | undefined): AwsService | undefined {
    return this.#options.services.find((service) => service.signingName === signingName);
  }
}
