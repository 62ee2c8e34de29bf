import { PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { authorize } from '../../cli/commands/authorize/authorize';
import { authorizePolicy } from '../../cli/commands/authorize/policy';
import { doctor } from '../../cli/commands/doctor/doctor';
import { heal } from '../../cli/commands/heal/heal';
import { COMMAND_POLICIES } from '../../cli/commands/policy';
import { regionOf } from '../../cli/deployment';
import type { FirstPair } from '../../tools/local-cloud/genesys';
import { LocalSynthesis } from '../helpers/local-synthesis';
import { type LocalDeployment, seed, startDeployment, stopDeployments } from './local-deployment';
import { RecordingTerminal } from './recording-terminal';

const synthesis = new LocalSynthesis({ tokens: 2 });
afterEach(stopDeployments);
afterAll(() => synthesis.remove());

interface TwoTokens extends LocalDeployment {
  readonly secondArn: string;
}

/** A deployment of two tokens, of which the first is fine and nobody has logged in for the second. */
const startWithTwo = async (): Promise<TwoTokens> => {
  const deployment = await startDeployment({ stack: synthesis.stack() });
  await seed(deployment);
  return { ...deployment, secondArn: deployment.stack.secretArns[1] ?? '' };
};

const write = async (
  { aws, secondArn }: TwoTokens,
  { clientId, clientSecret, accessToken, refreshToken }: FirstPair,
  stages: string[],
): Promise<void> => {
  await aws.secretsManager.send(
    new PutSecretValueCommand({
      SecretId: secondArn,
      SecretString: JSON.stringify({ clientId, clientSecret, accessToken, refreshToken }),
      VersionStages: stages,
    }),
  );
};

const versionsOf = ({ stack }: LocalDeployment, arn: string): string =>
  JSON.stringify(
    stack.aws.secretsManager
      .secret(arn)
      .versions.map(({ versionId, stages, value }) => [versionId, stages, value]),
  );

const findingsOf = async (deployment: LocalDeployment) => {
  const { json, text } = await doctor(deployment, new RecordingTerminal(), {
    now: () => deployment.clock.now(),
  });
  const checks = json['checks'] as readonly { check: string; status: string }[];
  return { text, findings: checks.flatMap(({ check, status }) => (status === 'finding' ? [check] : [])) };
};

test('doctor looks at each token, and names the one that is wrong and how to log in for it', async () => {
  const deployment = await startWithTwo();
  const { genesys } = deployment.stack;

  const empty = await findingsOf(deployment);
  expect(empty.findings).toEqual(['secret-2']);
  expect(empty.text).toContain('authorize --token 2');

  const pair = genesys.grantFirstPair();
  await write(deployment, pair, ['AWSCURRENT', 'LATEST_GRANT']);
  expect((await findingsOf(deployment)).findings).toEqual([]);

  genesys.revokeTokens(pair.userId);
  const revoked = await findingsOf(deployment);
  expect(revoked.findings).toEqual(['token-live-2']);
  expect(revoked.text).toContain('authorize --token 2');
});

test('heal --token 2 moves AWSCURRENT of the second secret, and leaves the first alone', async () => {
  const deployment = await startWithTwo();
  const { stack, outputs, secondArn } = deployment;
  const before = versionsOf(deployment, outputs.secret_arn);
  await write(deployment, stack.genesys.grantFirstPair(), ['LATEST_GRANT']);
  const dead = stack.genesys.grantFirstPair();
  stack.genesys.revokeTokens(dead.userId);
  await write(deployment, dead, ['AWSCURRENT']);

  const healed = await heal(deployment, new RecordingTerminal(), { token: 2, yes: true });
  expect(healed).toMatchObject({ exitCode: 0, json: { done: 'moved', secretArn: secondArn } });
  expect(versionsOf(deployment, outputs.secret_arn)).toBe(before);
  await expect(heal(deployment, new RecordingTerminal(), { token: 3 })).rejects.toMatchObject({
    code: 'NoSuchToken',
  });
});

test('authorize --token 2 proves the second token by its own rotation, and leaves the first alone', async () => {
  const deployment = await startWithTwo();
  const { stack, outputs, secondArn } = deployment;
  const before = versionsOf(deployment, outputs.secret_arn);
  const pair = stack.genesys.grantFirstPair();
  const authorized = await authorize(
    deployment,
    new RecordingTerminal({ input: JSON.stringify(pair) }),
    {},
    { token: 2, tokensFromStdin: true, pollMs: 20 },
  );

  expect(authorized).toMatchObject({ exitCode: 0, json: { ok: true, secretArn: secondArn } });
  expect(versionsOf(deployment, secondArn)).toContain(pair.refreshToken);
  expect(versionsOf(deployment, outputs.secret_arn)).toBe(before);
  expect((await findingsOf(deployment)).findings).toEqual([]);
});

test('the policy of each command that uses the secret names the secrets of all tokens', async () => {
  const { outputs, secondArn } = await startWithTwo();
  const names = { ...outputs, region: regionOf(outputs) };
  const both = [outputs.secret_arn, secondArn];
  for (const policy of Object.values(COMMAND_POLICIES)) {
    for (const { Action, Resource } of policy(names)) {
      if (Action.some((action) => action.startsWith('secretsmanager:'))) {
        expect(Resource).toEqual(both);
      }
    }
  }
  expect(JSON.stringify(authorizePolicy(names))).toContain(
    JSON.stringify({ 'kms:EncryptionContext:SecretARN': both }).slice(1, -1),
  );
});
