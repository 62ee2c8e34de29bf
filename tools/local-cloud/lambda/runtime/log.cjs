'use strict';

const { format } = require('node:util');

// Taken before the bundle runs: a bundle that replaces `process.stdout.write` must not take the marks away.
const writeToStdout = process.stdout.write.bind(process.stdout);
const writeToStderr = process.stderr.write.bind(process.stderr);

const LEVELS = { log: 'INFO', info: 'INFO', debug: 'DEBUG', warn: 'WARN', error: 'ERROR', trace: 'TRACE' };

let currentRequestId;

/** Names the invocation that the following lines belong to; `undefined` before the first one. */
const setRequestId = (requestId) => {
  currentRequestId = requestId;
};

/** Writes one event in the runtime's text form: line breaks inside become carriage returns, as in CloudWatch Logs. */
const writeEvent = (level, text) => {
  const fields = [new Date().toISOString(), String(currentRequestId), level, text];
  process.stdout.write(`${fields.join('\t').replaceAll('\n', '\r')}\n`);
};

/** Gives `console` the form that Lambda's Node.js runtime gives it. */
const patchConsole = () => {
  for (const [method, level] of Object.entries(LEVELS)) {
    console[method] = (...values) => writeEvent(level, format(...values));
  }
};

const withDetails = (_key, value) =>
  value instanceof Error
    ? { errorType: value.name, errorMessage: value.message, ...value, stack: String(value.stack).split('\n') }
    : value;

/** Logs an error with every property that it carries, as the runtime does: what leaks on Lambda leaks here. */
const logError = (title, error) => {
  let details;
  try {
    details = JSON.stringify(error, withDetails);
  } catch {
    details = format(error);
  }
  writeEvent('ERROR', `${title} \t${details}`);
};

/** Ends an invocation's share of both streams, so that the host knows when it has read every line of it. */
const markEnd = (mark) => {
  writeToStdout(mark);
  writeToStderr(mark);
};

module.exports = { logError, markEnd, patchConsole, setRequestId };
