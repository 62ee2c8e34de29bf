import { randomInt } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import {
  type AwsClients,
  createAwsClients,
  type Deployment,
  type DeploymentOutputs,
  destroyClients,
  readOutputs,
} from '../../cli/deployment';
import { MovableClock } from '../../tools/local-cloud/clock';
import type { FirstPair } from '../../tools/local-cloud/genesys';
import { type LocalStack, SHORT_WAITS, startLocalStack } from '../../tools/local-cloud/stack';
import { LocalSynthesis } from '../helpers/local-synthesis';

/** The local stack as a deployment that commands can work on. */
export interface LocalDeployment extends Deployment {
  readonly stack: LocalStack;
  readonly clock: MovableClock;
  /** The outputs as `cdktf deploy --outputs-file` writes them. */
  readonly outputsPath: string;
  /** Clients of a role that has these rights and no others. */
  as(roleName: string, policyDocument: string): AwsClients;
}

let synthesis: LocalSynthesis | undefined;
const closers: (() => Promise<void> | void)[] = [];

/** Starts a deployment of its own for a test; {@link stopDeployments} stops it. */
export const startDeployment = async (
  options: Partial<Parameters<typeof startLocalStack>[0]> = {},
): Promise<LocalDeployment> => {
  synthesis ??= new LocalSynthesis();
  const clock = new MovableClock();
  const stack = await startLocalStack({
    stack: synthesis.stack(),
    clock,
    extraVariables: SHORT_WAITS,
    ...options,
  });
  closers.push(() => stack.close());
  for (const id of stack.queueIds) {
    stack.genesys.createQueue({ id });
  }
  await stack.aws.secretsManager.rotationsIdle();
  const folder = mkdtempSync(join(tmpdir(), 'outputs-'));
  closers.push(() => rmSync(folder, { recursive: true, force: true }));
  const outputsPath = join(folder, 'outputs.json');
  writeFileSync(outputsPath, JSON.stringify({ local: stack.outputs }));
  const outputs: DeploymentOutputs = readOutputs(outputsPath);
  const clients = (credentials: LocalStack['operatorCredentials']): AwsClients => {
    const made = createAwsClients({ endpoint: stack.aws.origin, region: stack.aws.region, credentials });
    closers.push(() => destroyClients(made));
    return made;
  };
  return {
    stack,
    clock,
    outputs,
    outputsPath,
    aws: clients(stack.operatorCredentials),
    place: {
      deployment: 'local',
      account: stack.aws.accountId,
      region: stack.aws.region,
      caller: `arn:aws:iam::${stack.aws.accountId}:role/operator`,
    },
    as: (roleName, policyDocument) => {
      const arn = `arn:aws:iam::${stack.aws.accountId}:role/${roleName}`;
      stack.authorizer.putRole({ arn, policies: [{ name: roleName, document: policyDocument }] });
      return clients(stack.aws.issueCredentials(arn));
    },
  };
};

/** The environment of a command that works on the deployment in a process of its own. */
export const operatorVariables = ({ stack, outputsPath }: LocalDeployment): NodeJS.ProcessEnv => ({
  PATH: process.env['PATH'],
  AWS_REGION: stack.aws.region,
  AWS_ENDPOINT_URL: stack.aws.origin,
  AWS_ACCESS_KEY_ID: stack.operatorCredentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: stack.operatorCredentials.secretAccessKey,
  AWS_SESSION_TOKEN: stack.operatorCredentials.sessionToken,
  GENESYS_API_ORIGIN: stack.genesys.origins.api,
  GENESYS_LOGIN_ORIGIN: stack.genesys.origins.login,
  GENESYS_VOICEMAIL_OUTPUTS: outputsPath,
});

/** Starts a deployment whose synthesized stack has one text replaced. */
export const startVariant = (wanted: string, replacement: string): Promise<LocalDeployment> => {
  synthesis ??= new LocalSynthesis();
  return startDeployment({ stack: synthesis.variant(wanted, replacement) });
};

/** Stops what the test started. */
export const stopDeployments = async (): Promise<void> => {
  for (const close of closers.splice(0).reverse()) {
    await close();
  }
};

/** Removes what was synthesized. */
export const removeSynthesis = (): void => {
  synthesis?.remove();
  synthesis = undefined;
};

/** Authorizes a deployment without the command, and rotates once. */
export const seed = async (
  { stack, outputs, aws }: LocalDeployment,
  pair?: FirstPair,
): Promise<FirstPair> => {
  const first = pair ?? stack.genesys.grantFirstPair();
  const { clientId, clientSecret, accessToken, refreshToken } = first;
  await aws.secretsManager.send(
    new PutSecretValueCommand({
      SecretId: outputs.secret_arn,
      SecretString: JSON.stringify({ clientId, clientSecret, accessToken, refreshToken }),
      VersionStages: ['AWSCURRENT', 'LATEST_GRANT'],
    }),
  );
  stack.aws.secretsManager.rotateSecret({ SecretId: outputs.secret_arn });
  await stack.aws.secretsManager.rotationsIdle();
  return first;
};

/** A port of 127.0.0.1 that nobody has, below those from which systems serve the servers that ask for any. */
export const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const port = randomInt(20_000, 32_000);
    const server = createServer();
    server.once('error', () => resolve(freePort()));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(port)));
  });
