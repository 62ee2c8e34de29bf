'use strict';

// Runs inside the container: what Lambda's own runtime does around a bundle. Plain CommonJS, so that no transpiler starts
// with each container; `node:http` rather than fetch, so that memory and start stay those of the bundle.

const { installShiftedDate, shiftDate } = require('./shifted-date.cjs');
const { logError, markEnd, patchConsole, setRequestId } = require('./log.cjs');
const { loadHandler, runtimeError } = require('./load-handler.cjs');
const { RuntimeClient } = require('./runtime-client.cjs');

// What only the host and this file share comes as arguments: the environment is exactly the function's.
const [containerId, clockOffsetMs, endMark] = process.argv.splice(2);
const client = new RuntimeClient(process.env.AWS_LAMBDA_RUNTIME_API, containerId);

/** `init`, then `idle` or the id of the running invocation; `exiting` once a fatal error is on its way out. */
let phase = 'init';
let runningRequestId;

const exitWith = async (title, error, exitCode) => {
  if (phase === 'exiting') {
    return;
  }
  const phaseOfError = phase;
  phase = 'exiting';
  logError(title, error);
  if (phaseOfError === 'init') {
    await client.failInit(error);
  } else if (phaseOfError === 'running') {
    await client.fail(runningRequestId, error, { exits: true });
  }
  process.exit(exitCode);
};

const leave = () => process.exit(1);
process.on('uncaughtException', (error) => exitWith('Uncaught Exception', error, 129).catch(leave));
process.on('unhandledRejection', (reason) => {
  const error = runtimeError('UnhandledPromiseRejection', String(reason));
  error.reason = reason;
  exitWith('Unhandled Promise Rejection', error, 128).catch(leave);
});

const contextOf = ({ requestId, deadlineMs, functionArn }) => ({
  // The runtimes before nodejs24.x have it, and bundles may set it; nothing reads it any more.
  callbackWaitsForEmptyEventLoop: true,
  functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
  functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
  memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
  logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
  logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
  invokedFunctionArn: functionArn,
  awsRequestId: requestId,
  getRemainingTimeInMillis: () => deadlineMs - Date.now(),
});

const serialize = (result) => {
  try {
    return JSON.stringify(result === undefined ? null : result) ?? 'null';
  } catch {
    throw runtimeError('JSONStringifyError', 'Unable to stringify response body');
  }
};

/** Settles one invocation. The turn in between lets a rejection that nobody handles come out first, as on Lambda. */
const runOne = async (handler, invocation) => {
  let body;
  let failure;
  try {
    body = serialize(await handler(invocation.event, contextOf(invocation)));
  } catch (error) {
    failure = { error };
  }
  await new Promise(setImmediate);
  if (phase === 'exiting') {
    return;
  }
  if (failure !== undefined) {
    logError('Invoke Error', failure.error);
  }
  phase = 'idle';
  markEnd(endMark);
  await (failure === undefined
    ? client.succeed(invocation.requestId, body)
    : client.fail(invocation.requestId, failure.error));
};

const main = async () => {
  installShiftedDate();
  shiftDate(Number(clockOffsetMs));
  patchConsole();

  let handler;
  try {
    handler = loadHandler(process.env.LAMBDA_TASK_ROOT, process.env._HANDLER);
  } catch (error) {
    await exitWith('Init Error', error, 1);
    return;
  }

  while (phase !== 'exiting') {
    phase = 'idle';
    const invocation = await client.next();
    phase = 'running';
    runningRequestId = invocation.requestId;
    shiftDate(invocation.clockOffsetMs);
    setRequestId(invocation.requestId);
    process.env._X_AMZN_TRACE_ID = invocation.traceId;
    await runOne(handler, invocation);
  }
};

// The Runtime API is gone, and with it whoever would want an answer.
main().catch(leave);
