import { join } from 'node:path';
import type { InitOptions } from '../../cli/commands/init/draft';
import { init } from '../../cli/commands/init/init';
import { type LocalDeployment, startDeployment } from './local-deployment';
import type { RecordingTerminal } from './recording-terminal';

const environment = process.env;

/** Takes the AWS credentials away again. */
export const leaveMachine = (): void => {
  process.env = environment;
};

/** A person at a machine with AWS credentials, before anything is deployed. */
export const startMachine = async (options: Parameters<typeof startDeployment>[0] = {}) => {
  const deployment = await startDeployment(options);
  const { aws, genesys, operatorCredentials } = deployment.stack;
  process.env = {
    ...environment,
    AWS_ENDPOINT_URL: aws.origin,
    AWS_REGION: aws.region,
    AWS_ACCESS_KEY_ID: operatorCredentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: operatorCredentials.secretAccessKey,
    AWS_SESSION_TOKEN: operatorCredentials.sessionToken,
  };
  genesys.createQueue({ id: 'e2c0a7f4-9d86-4b2c-8e79-3a5f4d6c8ba2', name: 'Sales' });
  genesys.createQueue({ id: 'd1b9f6e3-8c75-4a1b-8d68-2f4e3c5b7a91', name: 'Returns' });
  return deployment;
};

/** Runs `init` there, or where nobody may be asked; what it writes goes into a folder. */
export const runInit = (
  deployment: LocalDeployment | undefined,
  terminal: RecordingTerminal,
  folder: string,
  options: Partial<InitOptions> = {},
) =>
  init(
    terminal,
    {
      GENESYS_API_ORIGIN: deployment?.stack.genesys.origins.api,
      GENESYS_LOGIN_ORIGIN: deployment?.stack.genesys.origins.login,
    },
    {
      folder: join(folder, 'deployments'),
      outputFolder: join(folder, 'cdktf.out'),
      queue: [],
      alarmTopic: [],
      port: 8765,
      noBrowser: false,
      clientFromStdin: false,
      tokensFromStdin: false,
      yes: false,
      waitMinutes: 1,
      pollMs: 20,
      ...options,
    },
  );
