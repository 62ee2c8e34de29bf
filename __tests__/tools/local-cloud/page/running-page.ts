import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { PageActions } from '../../../../tools/local-cloud/page/page-actions';
import { type Page, servePage } from '../../../../tools/local-cloud/page/page-server';
import { type LocalDeployment, seed, startDeployment } from '../../../cli/local-deployment';

/** A page on a deployment that works, as `npm start -- --keep` serves it. */
export interface RunningPage extends Page {
  readonly deployment: LocalDeployment;
}

export const startPage = async (): Promise<RunningPage> => {
  const logs: string[] = [];
  const deployment = await startDeployment({ onLog: (name, line) => logs.push(`${name}: ${line}`) });
  const { stack, clock } = deployment;
  await seed(deployment);
  const client = {
    endpoint: stack.aws.origin,
    region: stack.aws.region,
    credentials: stack.operatorCredentials,
  };
  const s3 = new S3Client(client);
  const secrets = new SecretsManagerClient(client);
  const working = stack.mapping.run();
  let events = 0;
  const page = await servePage(
    { stack, s3, clock, logs, events: () => events },
    new PageActions({
      stack,
      secrets,
      clock,
      onEvent: () => {
        events += 1;
      },
    }),
    0,
  );
  return {
    ...page,
    deployment,
    close: async () => {
      await page.close();
      await stack.mapping.stop();
      await working;
      s3.destroy();
      secrets.destroy();
    },
  };
};
