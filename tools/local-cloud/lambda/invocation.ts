/** One invocation, as Lambda's `REPORT` line and log group tell it. */
export interface InvocationReport {
  readonly requestId: string;
  /**
   * The container's lines on standard output and standard error since its previous invocation ended, in order of
   * arrival; those of the init phase too, after a cold start.
   */
  readonly logs: readonly string[];
  /** Milliseconds of real time in the handler. */
  readonly durationMs: number;
  /** Milliseconds of real time from the start of the process until it asked for work; only after a cold start. */
  readonly initDurationMs?: number;
  /** Peak resident memory of the container so far, in MiB; only on Linux, and only where the process lived to be asked. */
  readonly maxMemoryUsedMb?: number;
  readonly coldStart: boolean;
}

/** An answer of the handler, parsed from its JSON. */
export interface InvocationSuccess {
  readonly outcome: 'success';
  readonly payload: unknown;
}

/** Answer of the Invoke API beside `X-Amz-Function-Error`. */
export interface InvocationError {
  readonly outcome: 'error';
  readonly functionError: 'Unhandled';
  /** The thrown error's name, or Lambda's own word, for example `Sandbox.Timedout`. */
  readonly errorType: string;
  readonly errorMessage: string;
  /** The stack, line by line; empty where Lambda itself ended the invocation. */
  readonly trace: readonly string[];
}

/** How an invocation ended. */
export type InvocationOutcome = InvocationSuccess | InvocationError;

/** How an invocation ended, with its report. */
export type InvocationResult = InvocationOutcome & InvocationReport;

/** An invocation on its way into a container. */
export interface InvocationRequest {
  readonly requestId: string;
  /** The event as JSON. */
  readonly body: string;
}

/** An error as the runtime posts it. */
export interface RuntimeError {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace: readonly string[];
}

/** The outcome that a runtime's error has for the caller. */
export const functionError = (error: RuntimeError): InvocationError => ({
  outcome: 'error',
  functionError: 'Unhandled',
  ...error,
});

/** An end that Lambda itself brought about, in the form in which it reports one. */
export const platformError = (errorType: string, requestId: string, reason: string): InvocationError =>
  functionError({ errorType, errorMessage: `RequestId: ${requestId} Error: ${reason}`, trace: [] });
