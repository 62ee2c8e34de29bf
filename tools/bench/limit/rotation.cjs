'use strict';

// The same calls as ours for the test step of a rotation, with nothing but Node: is the version pending, what is its token,
// what is the current one, does Genesys take it.

const { callSecretsManager, getJson } = require('./https.cjs');

const handler = async ({ SecretId, ClientRequestToken }) => {
  const { VersionIdsToStages } = await callSecretsManager('DescribeSecret', { SecretId });
  if (!VersionIdsToStages[ClientRequestToken].includes('AWSPENDING')) {
    throw new Error(`version ${ClientRequestToken} is not pending`);
  }
  const { SecretString } = await callSecretsManager('GetSecretValue', {
    SecretId,
    VersionId: ClientRequestToken,
    VersionStage: 'AWSPENDING',
  });
  await callSecretsManager('GetSecretValue', { SecretId, VersionStage: 'AWSCURRENT' });
  await getJson(new URL('/api/v2/tokens/me', process.env.GENESYS_API_ORIGIN), {
    authorization: `Bearer ${JSON.parse(SecretString).accessToken}`,
  });
};

module.exports = { handler };
