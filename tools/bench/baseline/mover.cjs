'use strict';

// The way of the blueprint that this project replaces, written anew: whole SDKs from node_modules, the secret read at every
// event, every page of the queue listed ten messages at a time, the whole recording in memory, one plain PutObject.

const { GetSecretValueCommand, SecretsManagerClient } = require('@aws-sdk/client-secrets-manager');
const { PutObjectCommand, S3Client } = require('@aws-sdk/client-s3');
const axios = require('axios');
const platformClient = require('purecloud-platform-client-v2');

// SDKs of that age do not read AWS's endpoint variables, and the Genesys SDK knows its regions only.
const secretsManager = new SecretsManagerClient({ endpoint: process.env.AWS_ENDPOINT_URL_SECRETS_MANAGER });
const s3 = new S3Client({ endpoint: process.env.AWS_ENDPOINT_URL_S3, forcePathStyle: true });
const client = platformClient.ApiClient.instance;
client.config.basePath = process.env.GENESYS_API_ORIGIN;
const voicemailApi = new platformClient.VoicemailApi();

const PAGE_SIZE = 10;

const logIn = async () => {
  const secret = await secretsManager.send(
    new GetSecretValueCommand({ SecretId: process.env.TOKEN_SECRET_ARNS }),
  );
  client.setAccessToken(JSON.parse(secret.SecretString).accessToken);
};

const listMessages = async (queueId) => {
  const messages = [];
  for (let pageNumber = 1, pageCount = 1; pageNumber <= pageCount; pageNumber += 1) {
    const page = await voicemailApi.getVoicemailQueueMessages(queueId, { pageSize: PAGE_SIZE, pageNumber });
    messages.push(...page.entities);
    pageCount = page.pageCount;
  }
  return messages;
};

const handler = async (event) => {
  const { conversationId, queueId } = event.detail.eventBody;
  await logIn();
  const messages = await listMessages(queueId);
  const found = messages.filter(({ conversation }) => conversation.id === conversationId);
  if (found.length === 0) {
    throw new Error(`no voicemail of conversation ${conversationId}`);
  }
  for (const { id } of found) {
    const { mediaFileUri } = await voicemailApi.getVoicemailMessageMedia(id, { formatId: 'WEBM' });
    const { data } = await axios.get(mediaFileUri, { responseType: 'arraybuffer' });
    await s3.send(
      new PutObjectCommand({ Bucket: process.env.ARCHIVE_BUCKET_NAME, Key: `${id}.webm`, Body: data }),
    );
  }
};

module.exports = { handler };
