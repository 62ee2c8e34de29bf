import { randomUUID } from 'node:crypto';
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretVersionIdsCommand,
  PutSecretValueCommand,
  RotateSecretCommand,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { type LocalAws, startLocalAws } from '../../../../tools/local-cloud/aws';
import { STAGE } from '../../../../tools/local-cloud/aws/secrets-manager';
import { MovableClock } from '../../../../tools/local-cloud/clock';

/**
 * The staging rules of Secrets Manager that the rotation function relies on, one test each.
 *
 * The first group runs against the endpoint of `AWS_ENDPOINT_URL_SECRETS_MANAGER` or `AWS_ENDPOINT_URL`, with the
 * environment's own region and credentials; against AWS itself, set it to `https://secretsmanager.<region>.amazonaws.com`.
 * Each test makes a secret of its own and deletes it at once. Without either variable a local AWS is started.
 *
 * The second group needs a rotation function under the test's control, so it always runs against a local AWS, whatever
 * the variables say. No test is skipped in either case: each title says where it ran.
 */

const REFERENCE = {
  create: 'API_CreateSecret',
  describe: 'API_DescribeSecret',
  get: 'API_GetSecretValue',
  list: 'API_ListSecretVersionIds',
  put: 'API_PutSecretValue',
  rotate: 'API_RotateSecret',
  updateStage: 'API_UpdateSecretVersionStage',
} as const;

/** Title of a rule with its page below https://docs.aws.amazon.com/secretsmanager/latest/apireference/. */
const rule = (page: keyof typeof REFERENCE, text: string): string => `${REFERENCE[page]}: ${text}`;

const CANARY_FUNCTION = 'arn:aws:lambda:eu-central-1:111122223333:function:rotate';
/** For how long a test looks again; `CONTRACT_PATIENCE_MS` shortens it where a server is consistent at once. */
const PATIENCE_MS = 10_000;
const endpointOfEnvironment =
  process.env['AWS_ENDPOINT_URL_SECRETS_MANAGER'] ?? process.env['AWS_ENDPOINT_URL'];

const startLocal = async (): Promise<{ aws: LocalAws; client: SecretsManagerClient }> => {
  const aws = await startLocalAws({
    clock: new MovableClock(),
    accountId: '111122223333',
    region: 'eu-central-1',
  });
  const client = new SecretsManagerClient({
    endpoint: aws.origin,
    region: aws.region,
    credentials: aws.issueCredentials('arn:aws:iam::111122223333:role/contract'),
  });
  return { aws, client };
};

/** One secret under test, and the few things that the rules speak of. */
class SecretUnderTest {
  readonly name = `contract-test-${randomUUID()}`;
  readonly #client: SecretsManagerClient;

  constructor(client: SecretsManagerClient) {
    this.#client = client;
  }

  /** Returns the id of the version that the value is in, as the answer names it. */
  async create(value?: string, token: string = randomUUID()): Promise<string> {
    const { VersionId = '' } = await this.#client.send(
      new CreateSecretCommand({
        Name: this.name,
        ClientRequestToken: token,
        ...(value === undefined ? {} : { SecretString: value }),
      }),
    );
    return VersionId;
  }

  async put(value: string, stages?: string[], token: string = randomUUID()): Promise<string> {
    await this.#client.send(
      new PutSecretValueCommand({
        SecretId: this.name,
        ClientRequestToken: token,
        SecretString: value,
        ...(stages === undefined ? {} : { VersionStages: stages }),
      }),
    );
    return token;
  }

  async get(by: { VersionId?: string; VersionStage?: string } = {}): Promise<string | undefined> {
    return (await this.#client.send(new GetSecretValueCommand({ SecretId: this.name, ...by }))).SecretString;
  }

  async move(
    VersionStage: string,
    ids: { MoveToVersionId?: string; RemoveFromVersionId?: string },
  ): Promise<void> {
    await this.#client.send(
      new UpdateSecretVersionStageCommand({ SecretId: this.name, VersionStage, ...ids }),
    );
  }

  async stages(): Promise<Record<string, string[]>> {
    const { VersionIdsToStages = {} } = await this.#client.send(
      new DescribeSecretCommand({ SecretId: this.name }),
    );
    return Object.fromEntries(
      Object.entries(VersionIdsToStages).map(([id, labels]) => [id, [...labels].sort()]),
    );
  }

  async versions(includeDeprecated: boolean): Promise<(string | undefined)[]> {
    const { Versions = [] } = await this.#client.send(
      new ListSecretVersionIdsCommand({ SecretId: this.name, IncludeDeprecated: includeDeprecated }),
    );
    return Versions.map(({ VersionId }) => VersionId).sort();
  }

  async rotate(options: { token?: string; immediately?: boolean } = {}): Promise<string> {
    const token = options.token ?? randomUUID();
    await this.#client.send(
      new RotateSecretCommand({
        SecretId: this.name,
        ClientRequestToken: token,
        RotationLambdaARN: CANARY_FUNCTION,
        RotationRules: { ScheduleExpression: 'rate(6 hours)', Duration: '1h' },
        ...(options.immediately === undefined ? {} : { RotateImmediately: options.immediately }),
      }),
    );
    return token;
  }

  async delete(): Promise<void> {
    await this.#client.send(
      new DeleteSecretCommand({ SecretId: this.name, ForceDeleteWithoutRecovery: true }),
    );
  }
}

/** Secrets Manager promises to be consistent eventually, so a test looks again for some seconds. */
const eventually = async (check: () => Promise<void>): Promise<void> => {
  const patienceMs = Number(process.env['CONTRACT_PATIENCE_MS'] ?? PATIENCE_MS);
  const until = Date.now() + (endpointOfEnvironment === undefined ? 0 : patienceMs);
  for (;;) {
    try {
      await check();
      return;
    } catch (error) {
      if (Date.now() >= until) {
        throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  }
};

describe(`staging rules, against ${endpointOfEnvironment ?? 'a local AWS'}`, () => {
  let aws: LocalAws | undefined;
  let client: SecretsManagerClient;
  let secret: SecretUnderTest;

  beforeAll(async () => {
    if (endpointOfEnvironment === undefined) {
      ({ aws, client } = await startLocal());
    } else {
      client = new SecretsManagerClient({});
    }
  });
  beforeEach(() => {
    secret = new SecretUnderTest(client);
  });
  afterEach(() => secret.delete());
  afterAll(async () => {
    client.destroy();
    await aws?.close();
  });

  it(
    rule('create', 'a secret with a value has one version, AWSCURRENT, whose id is the ClientRequestToken'),
    async () => {
      const token = randomUUID();
      await secret.create('one', token);
      await eventually(async () => expect(await secret.stages()).toEqual({ [token]: ['AWSCURRENT'] }));
    },
  );

  it(
    rule('create', 'a secret without a value has no version, and reading it is ResourceNotFoundException'),
    async () => {
      await secret.create();
      expect(await secret.stages()).toEqual({});
      await expect(secret.get()).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    },
  );

  it(rule('create', 'a second secret of the same name is ResourceExistsException'), async () => {
    await secret.create('one');
    await expect(secret.create('two')).rejects.toMatchObject({ name: 'ResourceExistsException' });
  });

  it(rule('put', 'the ClientRequestToken becomes the version’s id'), async () => {
    await secret.create('one');
    const token = await secret.put('two', ['AWSPENDING']);
    await eventually(async () => expect(await secret.get({ VersionId: token })).toBe('two'));
  });

  it(
    rule(
      'put',
      'without VersionStages AWSCURRENT moves to the new version, and AWSPREVIOUS to the one before',
    ),
    async () => {
      const first = await secret.create('one');
      const second = await secret.put('two');
      await eventually(async () =>
        expect(await secret.stages()).toEqual({ [first]: ['AWSPREVIOUS'], [second]: ['AWSCURRENT'] }),
      );
    },
  );

  it(rule('put', 'several labels move to the new version in one step'), async () => {
    const first = await secret.create('one');
    await secret.put('two', ['AWSPENDING', 'LATEST_GRANT']);
    const third = await secret.put('three', ['AWSPENDING', 'LATEST_GRANT']);
    await eventually(async () =>
      expect(await secret.stages()).toEqual({
        [first]: ['AWSCURRENT'],
        [third]: ['AWSPENDING', 'LATEST_GRANT'],
      }),
    );
  });

  it(rule('put', 'the first version gets AWSCURRENT'), async () => {
    await secret.create();
    const token = await secret.put('one', ['AWSPENDING']);
    await eventually(async () => expect((await secret.stages())[token]).toContain('AWSCURRENT'));
  });

  it(rule('put', 'the same token with the same data changes nothing'), async () => {
    const first = await secret.create('one');
    const second = await secret.put('two', ['AWSPENDING']);
    const third = await secret.put('three', ['AWSPENDING']);
    await secret.put('two', ['AWSPENDING'], second);
    await eventually(async () =>
      expect(await secret.stages()).toEqual({ [first]: ['AWSCURRENT'], [third]: ['AWSPENDING'] }),
    );
  });

  it(
    rule('put', 'the same token with other data is ResourceExistsException, and the value stays'),
    async () => {
      const token = await secret.create('one');
      await expect(secret.put('two', undefined, token)).rejects.toMatchObject({
        name: 'ResourceExistsException',
      });
      expect(await secret.get()).toBe('one');
    },
  );

  it(rule('put', 'a token of fewer than 32 characters is refused'), async () => {
    await secret.create('one');
    await expect(secret.put('two', undefined, 'x'.repeat(31))).rejects.toMatchObject({ $fault: 'client' });
  });

  it(rule('put', 'a value of 65,536 bytes is taken, one more is refused'), async () => {
    await secret.create('one');
    await secret.put('x'.repeat(65_536));
    await expect(secret.put('x'.repeat(65_537))).rejects.toMatchObject({ $fault: 'client' });
  });

  it(rule('get', 'without a version or stage AWSCURRENT is read, whatever is pending'), async () => {
    await secret.create('one');
    await secret.put('two', ['AWSPENDING']);
    expect(await secret.get()).toBe('one');
  });

  it(rule('get', 'a version id with a stage that it does not carry is InvalidRequestException'), async () => {
    const first = await secret.create('one');
    await secret.put('two', ['AWSPENDING']);
    await expect(secret.get({ VersionId: first, VersionStage: 'AWSPENDING' })).rejects.toMatchObject({
      name: 'InvalidRequestException',
    });
  });

  it(rule('get', 'a version or a stage that is not there is ResourceNotFoundException'), async () => {
    await secret.create('one');
    for (const by of [{ VersionId: randomUUID() }, { VersionStage: 'AWSPENDING' }]) {
      await expect(secret.get(by)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    }
  });

  it(rule('updateStage', 'moving AWSCURRENT takes AWSPREVIOUS to the version that lost it'), async () => {
    const first = await secret.create('one');
    const second = await secret.put('two', ['AWSPENDING']);
    await secret.move('AWSCURRENT', { MoveToVersionId: second, RemoveFromVersionId: first });
    await eventually(async () =>
      expect(await secret.stages()).toEqual({
        [first]: ['AWSPREVIOUS'],
        [second]: ['AWSCURRENT', 'AWSPENDING'],
      }),
    );
    expect(await secret.get()).toBe('two');
  });

  it(
    rule('updateStage', 'a label is not taken from a version that RemoveFromVersionId does not name'),
    async () => {
      const first = await secret.create('one');
      const second = await secret.put('two', ['AWSPENDING']);
      const third = await secret.put('three', ['OTHER']);
      for (const from of [{}, { RemoveFromVersionId: third }]) {
        await expect(secret.move('AWSCURRENT', { MoveToVersionId: second, ...from })).rejects.toMatchObject({
          name: 'InvalidParameterException',
        });
      }
      expect((await secret.stages())[first]).toEqual(['AWSCURRENT']);
    },
  );

  it(rule('updateStage', 'AWSCURRENT moves, but cannot be removed'), async () => {
    const first = await secret.create('one');
    await expect(secret.move('AWSCURRENT', { RemoveFromVersionId: first })).rejects.toMatchObject({
      name: 'InvalidParameterException',
    });
  });

  it(rule('updateStage', 'AWSPENDING can be removed'), async () => {
    const first = await secret.create('one');
    const second = await secret.put('two', ['AWSPENDING', 'LATEST_GRANT']);
    await secret.move('AWSPENDING', { RemoveFromVersionId: second });
    await eventually(async () =>
      expect(await secret.stages()).toEqual({ [first]: ['AWSCURRENT'], [second]: ['LATEST_GRANT'] }),
    );
  });

  it(
    rule('list', 'a version without a label is deprecated: listed with IncludeDeprecated only'),
    async () => {
      const first = await secret.create('one');
      const second = await secret.put('two', ['AWSPENDING']);
      await secret.move('AWSPENDING', { RemoveFromVersionId: second });
      await eventually(async () => expect(await secret.versions(false)).toEqual([first]));
      expect(await secret.versions(true)).toEqual([first, second].sort());
    },
  );

  it(rule('describe', 'only versions with labels are named'), async () => {
    const first = await secret.create('one');
    const second = await secret.put('two');
    const third = await secret.put('three');
    await eventually(async () =>
      expect(await secret.stages()).toEqual({ [second]: ['AWSPREVIOUS'], [third]: ['AWSCURRENT'] }),
    );
    expect(Object.keys(await secret.stages())).not.toContain(first);
  });

  it(rule('rotate', 'a secret without a rotation function is InvalidRequestException'), async () => {
    await secret.create('one');
    await expect(client.send(new RotateSecretCommand({ SecretId: secret.name }))).rejects.toMatchObject({
      name: 'InvalidRequestException',
    });
  });
});

describe('rotation rules, against a local AWS', () => {
  let aws: LocalAws;
  let client: SecretsManagerClient;
  let secret: SecretUnderTest;

  beforeEach(async () => {
    ({ aws, client } = await startLocal());
    secret = new SecretUnderTest(client);
  });
  afterEach(async () => {
    client.destroy();
    await aws.close();
  });

  it(rule('rotate', 'the pending version is there, and empty, before createSecret runs'), async () => {
    let seen: { stages: string[] | undefined; error: string } | undefined;
    aws.secretsManager.useRotationInvoker(async (_functionArn, { ClientRequestToken: token }) => {
      const error = await secret
        .get({ VersionId: token, VersionStage: STAGE.pending })
        .catch((failure) => failure.name);
      seen ??= { stages: (await secret.stages())[token], error: String(error) };
      return { ok: false, errorType: 'Error', errorMessage: 'seen enough' };
    });
    await secret.create('one');
    await secret.rotate();
    await aws.secretsManager.rotationsIdle();
    expect(seen).toEqual({ stages: ['AWSPENDING'], error: 'ResourceNotFoundException' });
  });

  it(rule('rotate', 'it is refused while AWSPENDING sits on a version other than AWSCURRENT’s'), async () => {
    aws.secretsManager.useRotationInvoker(async () => ({
      ok: false,
      errorType: 'Error',
      errorMessage: 'no',
    }));
    await secret.create('one');
    const stuck = await secret.rotate();
    await aws.secretsManager.rotationsIdle();
    await expect(secret.rotate()).rejects.toMatchObject({ name: 'InvalidRequestException' });
    expect((await secret.stages())[stuck]).toEqual(['AWSPENDING']);

    await secret.move('AWSPENDING', { RemoveFromVersionId: stuck });
    await expect(secret.rotate()).resolves.toBeDefined();
  });

  it(rule('rotate', 'AWSPENDING on the current version does not stand in the way'), async () => {
    aws.secretsManager.useRotationInvoker(async () => ({ ok: true }));
    const first = await secret.create('one');
    await secret.move('AWSPENDING', { MoveToVersionId: first });
    await expect(secret.rotate()).resolves.toBeDefined();
  });

  it(rule('rotate', 'PutSecretValue fills the registered version under the same token'), async () => {
    aws.secretsManager.useRotationInvoker(async (_functionArn, { Step, ClientRequestToken }) => {
      if (Step === 'createSecret') {
        await secret.put('two', ['AWSPENDING', 'LATEST_GRANT'], ClientRequestToken);
      }
      return Step === 'createSecret' ? { ok: true } : { ok: false, errorType: 'Error', errorMessage: 'no' };
    });
    const first = await secret.create('one');
    const token = await secret.rotate();
    await aws.secretsManager.rotationsIdle();
    expect(await secret.stages()).toEqual({
      [first]: ['AWSCURRENT'],
      [token]: ['AWSPENDING', 'LATEST_GRANT'],
    });
    expect(await secret.get({ VersionId: token, VersionStage: 'AWSPENDING' })).toBe('two');
  });

  it(
    rule(
      'rotate',
      'with RotateImmediately false testSecret alone runs, on an AWSPENDING version that is then removed',
    ),
    async () => {
      const seen: unknown[] = [];
      aws.secretsManager.useRotationInvoker(async (_functionArn, { Step, ClientRequestToken }) => {
        seen.push(Step, await secret.get({ VersionId: ClientRequestToken, VersionStage: 'AWSPENDING' }));
        return { ok: true };
      });
      const first = await secret.create('one');
      await secret.rotate({ immediately: false });
      await aws.secretsManager.rotationsIdle();
      expect(seen).toEqual(['testSecret', 'one']);
      expect(await secret.versions(true)).toEqual([first]);
    },
  );

  it(rule('rotate', 'the same ClientRequestToken again starts nothing new'), async () => {
    let steps = 0;
    aws.secretsManager.useRotationInvoker(async () => {
      steps += 1;
      return { ok: false, errorType: 'Error', errorMessage: 'no' };
    });
    await secret.create('one');
    const token = await secret.rotate();
    await secret.rotate({ token });
    await aws.secretsManager.rotationsIdle();
    expect(steps).toBe(1);
  });
});
