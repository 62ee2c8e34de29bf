import {
  GetSecretValueCommand,
  type SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { ClassifiedError } from '../../../functions/shared/errors';
import {
  ADDRESS_REMEDY,
  GenesysUnreachableError,
  genesysOrigins,
  isAddressRefused,
  requestGenesys,
} from '../../../functions/shared/genesys-http';
import { parseTokenSecret, STAGE, secretTextOf } from '../../../functions/shared/token-secret';
import { commandOn, type Deployment, readRefreshSettings, tokenSecretArn } from '../../deployment';
import { awsProblem, EXIT_CODE, errorCodeOf, OperatorError } from '../../errors';
import { table } from '../../table';
import type { CommandResult, Terminal } from '../../terminal';

/** How `heal` is asked to go about it. */
export interface HealOptions {
  /** Which token: 1 is the first. @default 1 */
  readonly token?: number;
  /** Move the label; otherwise only say what would be done. @default false */
  readonly yes?: boolean;
}

/** In the order in which a living pair is taken. */
const LABELS = [STAGE.current, STAGE.latestGrant, STAGE.pending, STAGE.previous] as const;

/** The pair that a label leads to. */
interface LabelledPair {
  readonly label: (typeof LABELS)[number];
  readonly versionId: string | undefined;
  readonly state: 'live' | 'dead' | 'no pair' | 'no value';
}

const TIMEOUT_MS = 15_000;

const isLive = async (apiOrigin: string, accessToken: string): Promise<boolean> => {
  try {
    const answer = await requestGenesys({
      method: 'GET',
      url: new URL('/api/v2/tokens/me', apiOrigin),
      headers: { authorization: `Bearer ${accessToken}` },
      timeoutMs: TIMEOUT_MS,
    });
    if (answer.status === 200 || answer.status === 403) {
      return true;
    }
    if (answer.status !== 401 || isAddressRefused(answer)) {
      const why = isAddressRefused(answer) ? ADDRESS_REMEDY : 'run heal again in a few minutes';
      throw new OperatorError(
        'GenesysUnavailable',
        `Genesys Cloud answers HTTP ${answer.status} (${answer.errorCode ?? 'no error code'}), so no token can be judged: ${why}; nothing was changed`,
      );
    }
    return false;
  } catch (error) {
    if (error instanceof GenesysUnreachableError) {
      throw new OperatorError(
        'GenesysUnreachable',
        `no answer from ${error.host} (${error.reason}); nothing was changed; check the network from here`,
      );
    }
    throw error;
  }
};

const lookAt = async (
  secretsManager: SecretsManagerClient,
  secretArn: string,
  apiOrigin: string,
  label: LabelledPair['label'],
): Promise<LabelledPair> => {
  const value = await secretsManager
    .send(new GetSecretValueCommand({ SecretId: secretArn, VersionStage: label }))
    .catch((error: unknown) => {
      if (errorCodeOf(error) === 'ResourceNotFoundException') {
        return undefined;
      }
      throw awsProblem(`reading ${label}`, error);
    });
  if (value === undefined) {
    return { label, versionId: undefined, state: 'no value' };
  }
  const versionId = value.VersionId;
  try {
    const { accessToken } = parseTokenSecret(secretTextOf(value));
    return { label, versionId, state: (await isLive(apiOrigin, accessToken)) ? 'live' : 'dead' };
  } catch (error) {
    if (error instanceof ClassifiedError) {
      return { label, versionId, state: 'no pair' };
    }
    throw error;
  }
};

/**
 * Asks Genesys which of the pairs at the secret's labels lives, and makes a living one AWSCURRENT where that one is dead.
 * Secrets Manager moves the label only from the version that was judged. No refresh token is spent.
 *
 * @throws OperatorError where something cannot be read or judged; nothing has changed then.
 */
export const heal = async (
  deployment: Deployment,
  terminal: Terminal,
  { token = 1, yes = false }: HealOptions = {},
): Promise<CommandResult> => {
  const { outputs, aws } = deployment;
  const settings = await readRefreshSettings(aws.lambda, outputs.refresh_function_arn);
  const secretArn = tokenSecretArn(deployment, token);
  const ofToken = token === 1 ? '' : ` --token ${token}`;
  const progress = terminal.begin('Asking Genesys Cloud which token lives');
  const pairs: LabelledPair[] = [];
  try {
    for (const label of LABELS) {
      progress.update(`Looking at ${label}`);
      pairs.push(await lookAt(aws.secretsManager, secretArn, genesysOrigins(settings).api, label));
    }
    progress.done('Looked at every label');
  } catch (error) {
    progress.fail();
    throw error;
  }
  const lines = table(pairs.map(({ label, state, versionId }) => [state, label, versionId ?? '-']));
  const [current] = pairs;
  const living = pairs.find(({ state }) => state === 'live');
  const report = (text: string, done: string, exitCode: CommandResult['exitCode']): CommandResult => ({
    text: `${lines}\n\n${text}`,
    json: { ok: exitCode === EXIT_CODE.done, secretArn, labels: pairs, done },
    exitCode,
  });
  if (living === undefined || current?.versionId === undefined || living.versionId === undefined) {
    return report(
      `No token lives.\nNext: ${commandOn(deployment, `authorize${ofToken}`)}`,
      'nothing',
      EXIT_CODE.failed,
    );
  }
  if (living.label === STAGE.current) {
    return report(
      `${STAGE.current} lives; there is nothing to heal.\nNext: ${commandOn(deployment, 'doctor')}`,
      'nothing',
      EXIT_CODE.done,
    );
  }
  if (!yes) {
    return report(
      `${living.label} lives and ${STAGE.current} does not.\nNext: ${commandOn(deployment, `heal${ofToken} --yes`)}`,
      'nothing',
      EXIT_CODE.findings,
    );
  }
  await aws.secretsManager
    .send(
      new UpdateSecretVersionStageCommand({
        SecretId: secretArn,
        VersionStage: STAGE.current,
        RemoveFromVersionId: current.versionId,
        MoveToVersionId: living.versionId,
      }),
    )
    .catch((error: unknown) => {
      throw awsProblem(`moving ${STAGE.current}`, error);
    });
  return report(
    `${STAGE.current} is the pair of ${living.label} now; waiting voicemail moves by itself.\nNext: ${commandOn(deployment, 'doctor')}`,
    'moved',
    EXIT_CODE.done,
  );
};
