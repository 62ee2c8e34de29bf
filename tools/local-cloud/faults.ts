/** One request that reached the Genesys Cloud simulator or the local AWS. */
export interface OutsideCall {
  readonly system: 'genesys' | 'aws';
  /** `login`, `api`, `media` at Genesys; the signing name (`s3`, `sqs`, `secretsmanager`) at AWS. */
  readonly service: string;
  /** AWS's operation name (`PutObject`), or Genesys' method and route (`GET /api/v2/tokens/me`). */
  readonly operation: string;
  /** The resource that the call names: an ARN at AWS, the path at Genesys. */
  readonly resource: string;
  /** The caller: the role of the access key at AWS; empty at Genesys. */
  readonly principal: string;
  /** 1 for the first call that this server received. */
  readonly sequence: number;
}

/** An answer as it goes over the wire. */
export interface WireAnswer {
  readonly status: number;
  /** In lower case. A `content-length` that is given here is sent, whether or not it is true. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** The body has neither a length nor chunks: it ends where the connection does. @default false */
  readonly isUnframed?: boolean;
}

/**
 * Effect of a faulty call on the caller.
 *
 * - `error`: an answer in the service's own error shape.
 * - `hang`: no answer; the connection stays open until somebody closes it.
 * - `reset`: the connection is reset.
 * - `cut-body`: right status and headers, then the connection dies after `fraction` (0 to 1) of the body.
 * - `stall-body`: right status and headers, `fraction` of the body, then silence.
 * - `wrong-length`: a whole, well-formed answer that carries only `fraction` of the body, its Content-Length matching.
 * - `altered`: another answer, made from the right one; from an empty 200 where the call takes no effect.
 */
export type FaultAnswer =
  | {
      readonly kind: 'error';
      readonly status: number;
      /** The service's error code. @default the service's usual code for this status */
      readonly code?: string;
      readonly retryAfterSeconds?: number;
    }
  | { readonly kind: 'hang' }
  | { readonly kind: 'reset' }
  | { readonly kind: 'cut-body' | 'stall-body' | 'wrong-length'; readonly fraction: number }
  | { readonly kind: 'altered'; readonly alter: (answer: WireAnswer) => WireAnswer };

/** A fault of one call. */
export interface Fault {
  /** `none`: the call fails before it takes effect. `applied`: it takes effect, only its answer is spoilt. */
  readonly effect: 'none' | 'applied';
  readonly answer: FaultAnswer;
}

/** Decides, call by call, what goes wrong. */
export interface FaultSource {
  /** Called once for each call, before it takes effect; a call waits for a promise. */
  decide(call: OutsideCall): Fault | undefined | Promise<Fault | undefined>;
  /** Called when the call has ended, whatever its end. `status` is 0 where no answer was sent. */
  ended?(call: OutsideCall, status: number): void;
}

/** Nothing goes wrong. */
export const noFaults: FaultSource = { decide: () => undefined };
