'use strict';

// The way of the blueprint that this project replaces, written anew, as far as it is measured: the test step, which proves
// the pending token with Genesys, and the checks that AWS's own template makes before each step.

const {
  DescribeSecretCommand,
  GetSecretValueCommand,
  SecretsManagerClient,
} = require('@aws-sdk/client-secrets-manager');
const platformClient = require('purecloud-platform-client-v2');

const secretsManager = new SecretsManagerClient({ endpoint: process.env.AWS_ENDPOINT_URL_SECRETS_MANAGER });
const client = platformClient.ApiClient.instance;
client.config.basePath = process.env.GENESYS_API_ORIGIN;

const testSecret = async (secretId, versionId) => {
  const secret = await secretsManager.send(
    new GetSecretValueCommand({ SecretId: secretId, VersionId: versionId, VersionStage: 'AWSPENDING' }),
  );
  client.setAccessToken(JSON.parse(secret.SecretString).accessToken);
  await new platformClient.TokensApi().getTokensMe();
};

const handler = async ({ SecretId, ClientRequestToken, Step }) => {
  const { RotationEnabled, VersionIdsToStages } = await secretsManager.send(
    new DescribeSecretCommand({ SecretId }),
  );
  const stages = VersionIdsToStages[ClientRequestToken] ?? [];
  if (!RotationEnabled || !stages.includes('AWSPENDING')) {
    throw new Error(`version ${ClientRequestToken} is not to be rotated`);
  }
  if (Step !== 'testSecret') {
    throw new Error(`only testSecret is measured, not ${Step}`);
  }
  await testSecret(SecretId, ClientRequestToken);
};

module.exports = { handler };
