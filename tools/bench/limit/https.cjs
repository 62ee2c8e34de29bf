'use strict';

const { Agent, request } = require('node:https');
const { sha256, sign } = require('./signature.cjs');

const agent = new Agent({ keepAlive: true });

/** Begins a request; `send` writes its body and ends it. Resolves with the answer, its body still to be read. */
const open = (url, { method = 'GET', headers = {} }, send) =>
  new Promise((resolve, reject) => {
    const outgoing = request(url, { agent, method, headers });
    // Without this the kernel holds a small packet back until the one before it is acknowledged (Nagle).
    outgoing.setNoDelay(true);
    outgoing.once('error', reject);
    outgoing.once('response', (answer) => {
      if (answer.statusCode === 200) {
        resolve(answer);
      } else {
        answer.resume();
        reject(new Error(`${method} ${url.pathname ?? url} answered ${answer.statusCode}`));
      }
    });
    send(outgoing);
  });

const readText = async (answer) => {
  let text = '';
  for await (const chunk of answer) {
    text += chunk;
  }
  return text;
};

const getJson = async (url, headers) =>
  JSON.parse(await readText(await open(url, { headers }, (outgoing) => outgoing.end())));

/** Calls Secrets Manager, in the JSON protocol that it speaks. */
const callSecretsManager = async (operation, input) => {
  const url = new URL('/', process.env.AWS_ENDPOINT_URL_SECRETS_MANAGER);
  const body = JSON.stringify(input);
  const headers = sign({
    method: 'POST',
    host: url.host,
    path: '/',
    service: 'secretsmanager',
    headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `secretsmanager.${operation}` },
    bodyHash: sha256(body),
  });
  return JSON.parse(await readText(await open(url, { method: 'POST', headers }, (out) => out.end(body))));
};

module.exports = { callSecretsManager, getJson, open };
