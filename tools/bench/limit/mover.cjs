'use strict';

// The same calls as ours, and the bytes of the recording from one socket to the other, with nothing but Node: no SDK, no
// checks, no retries, no logs, no checksum, nothing in memory. Not a way to work, but what the same job cannot be faster than.

const { pipeline } = require('node:stream');
const { callSecretsManager, getJson, open } = require('./https.cjs');
const { sign, UNSIGNED_PAYLOAD } = require('./signature.cjs');

let accessToken;

const getGenesys = (path) =>
  getJson(new URL(path, process.env.GENESYS_API_ORIGIN), { authorization: `Bearer ${accessToken}` });

const put = (key, lengthBytes, send) => {
  const url = new URL(`/${process.env.ARCHIVE_BUCKET_NAME}/${key}`, process.env.AWS_ENDPOINT_URL_S3);
  const headers = sign({
    method: 'PUT',
    host: url.host,
    path: url.pathname,
    service: 's3',
    headers: { 'content-length': String(lengthBytes) },
    bodyHash: UNSIGNED_PAYLOAD,
  });
  return open(url, { method: 'PUT', headers }, send).then((answer) => answer.resume());
};

const putStream = (key, media) =>
  new Promise((resolve, reject) => {
    const send = (outgoing) => pipeline(media, outgoing, (error) => error && reject(error));
    put(key, media.headers['content-length'], send).then(resolve, reject);
  });

const handler = async (event) => {
  const { conversationId } = event.detail.eventBody;
  if (accessToken === undefined) {
    const secret = await callSecretsManager('GetSecretValue', { SecretId: process.env.TOKEN_SECRET_ARNS });
    accessToken = JSON.parse(secret.SecretString).accessToken;
  }
  const { participants } = await getGenesys(`/api/v2/conversations/callbacks/${conversationId}`);
  const { id } = participants[0].voicemail;
  const { createdDate } = await getGenesys(`/api/v2/voicemail/messages/${id}`);
  const { mediaFileUri } = await getGenesys(`/api/v2/voicemail/messages/${id}/media?formatId=WEBM`);
  await putStream(`${id}.webm`, await open(new URL(mediaFileUri), {}, (outgoing) => outgoing.end()));
  const sidecar = JSON.stringify({ voicemailId: id, conversationId, createdDate });
  await put(`${id}.json`, sidecar.length, (outgoing) => outgoing.end(sidecar));
};

module.exports = { handler };
