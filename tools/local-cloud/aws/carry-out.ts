import type { Fault, WireAnswer } from '../faults';
import { FaultContradictionError, isBodyFault } from './answer';
import { usualErrorCode } from './refusal';
import { AwsError, type AwsOperation, type AwsRequest, type AwsResponse, type AwsService } from './service';

/** How a call ended: with an answer (perhaps spoilt), or without one. */
export type Ending = { readonly answer: AwsResponse; readonly errorCode?: string } | 'silence' | 'reset';

/** A call whose caller and purpose are known. */
export interface AdmittedCall {
  readonly service: AwsService;
  readonly request: AwsRequest;
  readonly operation: AwsOperation;
}

/** Carries a call out whose answer nobody sees; a refusal that the service would have answered is not seen either. */
const applyUnseen = async ({
  service,
  request,
  operation,
}: AdmittedCall): Promise<AwsResponse | undefined> => {
  try {
    return await service.handle(request, operation);
  } catch (error) {
    if (!(error instanceof AwsError)) {
      throw error;
    }
    return undefined;
  }
};

const NO_EFFECT: AwsResponse = { status: 200, headers: {}, body: '' };

const altered = (
  { status, headers, body }: AwsResponse = NO_EFFECT,
  alter: (answer: WireAnswer) => WireAnswer,
): AwsResponse => alter({ status, headers, body: Buffer.from(body) });

/**
 * Carries a call out, or not, and spoils its end as a fault asks for it. A spoilt body is left to who sends the answer.
 *
 * @throws AwsError as the service or the fault has it.
 * @throws FaultContradictionError for a fault that spoils a body but for letting it stall, or that of a call that is not carried out.
 */
export const carryOut = async (call: AdmittedCall, fault: Fault | undefined): Promise<Ending> => {
  const { service, request, operation } = call;
  if (fault === undefined) {
    return { answer: await service.handle(request, operation) };
  }
  if (isBodyFault(fault.answer)) {
    if (fault.effect === 'none' || fault.answer.kind !== 'stall-body') {
      throw new FaultContradictionError(fault.answer.kind);
    }
    return { answer: await service.handle(request, operation) };
  }
  const handled = fault.effect === 'applied' ? await applyUnseen(call) : undefined;
  switch (fault.answer.kind) {
    case 'altered':
      return { answer: altered(handled, fault.answer.alter) };
    case 'hang':
      return 'silence';
    case 'reset':
      return 'reset';
    case 'error': {
      const { status, retryAfterSeconds } = fault.answer;
      const code = fault.answer.code ?? usualErrorCode(service.signingName, status);
      throw new AwsError(
        code,
        `${code}: asked for by the fault source`,
        status,
        retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) },
      );
    }
  }
};
