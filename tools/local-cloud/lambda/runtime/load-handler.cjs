'use strict';

const path = require('node:path');

const runtimeError = (name, message) => Object.assign(new Error(message), { name: `Runtime.${name}` });

/** Loads `index.handler` from the task root, with the runtime's own errors where that cannot be done. */
const loadHandler = (taskRoot, name) => {
  const dot = name.lastIndexOf('.');
  if (dot < 1 || name.includes('..')) {
    throw runtimeError('MalformedHandlerName', `'${name}' is not a valid handler name`);
  }

  let exported;
  try {
    exported = require(path.resolve(taskRoot, name.slice(0, dot)));
  } catch (error) {
    if (error instanceof SyntaxError) {
      throw runtimeError('UserCodeSyntaxError', String(error));
    }
    if (error instanceof Error && error.code === 'MODULE_NOT_FOUND') {
      throw runtimeError('ImportModuleError', String(error));
    }
    throw error;
  }

  const handler = exported?.[name.slice(dot + 1)];
  if (typeof handler !== 'function') {
    throw runtimeError(
      'HandlerNotFound',
      `${name} ${handler === undefined ? 'is undefined or not exported' : 'is not a function'}`,
    );
  }
  if (handler.length > 2) {
    throw runtimeError(
      'CallbackHandlerDeprecated',
      `${name} takes a callback, which Lambda does not support from Node.js 24 on: return a promise`,
    );
  }
  return handler;
};

module.exports = { loadHandler, runtimeError };
