import { PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { doctor } from '../../cli/commands/doctor/doctor';
import { heal } from '../../cli/commands/heal/heal';
import {
  type LocalDeployment,
  removeSynthesis,
  seed,
  startDeployment,
  stopDeployments,
} from './local-deployment';
import { RecordingTerminal } from './recording-terminal';

afterEach(stopDeployments);
afterAll(removeSynthesis);

const stagesOf = ({ stack, outputs }: LocalDeployment) =>
  new Map(
    stack.aws.secretsManager
      .secret(outputs.secret_arn)
      .versions.flatMap(({ versionId, stages }) => stages.map((stage) => [stage, versionId] as const)),
  );

/** A deployment after a rotation, over which somebody has put the value that was there before the rotation. */
const overwritten = async (text?: string): Promise<LocalDeployment> => {
  const deployment = await startDeployment();
  const { clientId, clientSecret, accessToken, refreshToken } = await seed(deployment);
  await deployment.aws.secretsManager.send(
    new PutSecretValueCommand({
      SecretId: deployment.outputs.secret_arn,
      SecretString: text ?? JSON.stringify({ clientId, clientSecret, accessToken, refreshToken }),
    }),
  );
  return deployment;
};

test.each([
  ['an old value', undefined],
  ['text that is no token pair', 'not { JSON'],
])(
  '%s at AWSCURRENT: heal only tells of the living pair, and with --yes makes it AWSCURRENT without spending',
  async (_name, text) => {
    const deployment = await overwritten(text);
    const before = stagesOf(deployment);
    const presentations = () =>
      Object.values(deployment.stack.genesys.counters().refreshTokens).reduce(
        (sum, use) => sum + use.presented,
        0,
      );
    const presented = presentations();

    const told = await heal(deployment, new RecordingTerminal());
    expect(told).toMatchObject({ exitCode: 3, json: { ok: false, done: 'nothing' } });
    expect(told.text).toContain('LATEST_GRANT lives and AWSCURRENT does not');
    expect(stagesOf(deployment)).toEqual(before);

    const healed = await heal(deployment, new RecordingTerminal(), { yes: true });
    expect(healed).toMatchObject({ exitCode: 0, json: { ok: true, done: 'moved' } });
    expect(stagesOf(deployment).get('AWSCURRENT')).toBe(before.get('LATEST_GRANT'));
    expect(await heal(deployment, new RecordingTerminal())).toMatchObject({
      exitCode: 0,
      json: { done: 'nothing' },
    });
    expect(presentations()).toBe(presented);
    for (const secret of deployment.stack.genesys.issuedSecrets()) {
      expect(JSON.stringify([told, healed])).not.toContain(secret);
    }
  },
);

test('where no pair lives, heal changes nothing and asks for a login', async () => {
  const deployment = await startDeployment();
  const { userId } = await seed(deployment);
  deployment.stack.genesys.revokeTokens(userId);
  const before = stagesOf(deployment);
  const result = await heal(deployment, new RecordingTerminal(), { yes: true });
  expect(result).toMatchObject({ exitCode: 1, json: { ok: false } });
  expect(result.text).toMatch(/\nNext: npx genesys-voicemail authorize$/);
  expect(stagesOf(deployment)).toEqual(before);
});

test('doctor finds a LATEST_GRANT that descends from AWSCURRENT, and names heal', async () => {
  const { text } = await doctor(await overwritten(), new RecordingTerminal());
  expect(text).toMatch(/FINDING +latest-grant/);
  expect(text).toContain('genesys-voicemail heal');
});
