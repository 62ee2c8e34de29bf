'use strict';

// Runs one peer's handler in a fresh process and says what it cost. Plain CommonJS that loads next to nothing, so that what
// is measured is the peer; the process' own start comes before the first clock reading, for every peer alike.

const { readFileSync, writeSync } = require('node:fs');

/** The file descriptor that the result goes to; standard output is the handler's. */
const RESULT = 3;
const INVOCATION_MS = 180_000;

const { handlerPath, events, measuredFrom } = JSON.parse(process.argv[2]);

const context = () => {
  const endMs = Date.now() + INVOCATION_MS;
  return {
    awsRequestId: '00000000-0000-4000-8000-0000000000ee',
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: '$LATEST',
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    invokedFunctionArn: 'arn:aws:lambda:eu-central-1:123456789012:function:bench',
    getRemainingTimeInMillis: () => endMs - Date.now(),
  };
};

/** The peak since the process began; `maxRSS` of a forked process may be its parent's. */
const peakMemoryBytes = () => {
  try {
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))[1]) * 1024;
  } catch {
    return process.resourceUsage().maxRSS * 1024;
  }
};

const measured = async (work) => {
  const cpuBefore = process.cpuUsage();
  const before = performance.now();
  const result = await work();
  const wallMs = performance.now() - before;
  const { user, system } = process.cpuUsage(cpuBefore);
  return { result, cost: { wallMs, cpuMs: (user + system) / 1000 } };
};

const main = async () => {
  const load = await measured(() => require(handlerPath).handler);
  const invocations = [];
  for (const [index, event] of events.entries()) {
    if (index === measuredFrom) {
      // The parent empties the service's counts here, and sends a byte to go on.
      writeSync(RESULT, '\n');
      readFileSync(0, { flag: 'r' });
    }
    const { result, cost } = await measured(() => load.result(event, context()));
    if (result?.batchItemFailures?.length > 0) {
      throw new Error('a message was given back');
    }
    invocations.push(cost);
  }
  const report = { load: load.cost, invocations, peakMemoryBytes: peakMemoryBytes() };
  writeSync(RESULT, `${JSON.stringify(report)}\n`);
  // Kept-alive connections would hold the process for a while.
  process.exit();
};

main().catch((error) => {
  process.stderr.write(`${error?.stack ?? error}\n`);
  process.exit(1);
});
