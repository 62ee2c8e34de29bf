import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { genesysOrigins } from '../../../functions/shared/genesys-http';
import { GENESYS_REGIONS, parseGenesysRegion } from '../../../functions/shared/genesys-region';
import { DeploymentInvalidError } from '../../../modules/deployment/errors';
import { synthesize } from '../../../modules/deployment/synthesize';
import { commandName } from '../../deployment/release';
import { EXIT_CODE, OperatorError } from '../../errors';
import { identityLine, listQueues, type Queue, queueNamed, readIdentity } from '../../genesys';
import type { Choice, CommandResult, Terminal } from '../../terminal';
import { type AuthorizedPair, logIn, readClientCredentials, readPair, redirectUriOf } from '../authorize';
import { type CallerPlace, findEventSources, findPlace, organizationOf } from './aws-side';
import { GenesysSide, INIT_SCOPES, NEEDED_PERMISSION } from './genesys-side';
import { Questions } from './questions';

/** Options of the command line. */
export interface InitOptions {
  readonly name?: string;
  readonly folder: string;
  readonly region?: string;
  readonly genesysRegion?: string;
  readonly eventSource?: string;
  readonly queue: readonly string[];
  readonly retentionDays?: string;
  readonly alarmTopic: readonly string[];
  readonly stateBucket?: string;
  readonly port: number;
  readonly noBrowser: boolean;
  readonly clientFromStdin: boolean;
  readonly tokensFromStdin: boolean;
  /** The file that keeps the tokens of this login for `authorize`. */
  readonly keepLogin?: string;
  readonly yes: boolean;
  /** Minutes to wait for the event source. */
  readonly waitMinutes: number;
  /** Where the stacks are synthesized. @default cdktf.out */
  readonly outputFolder?: string;
  /** Milliseconds between two looks for the event source. @default 10000 */
  readonly pollMs?: number;
}

const SCHEMA = 'schema/deployment.schema.json';

const NAME = /^[a-z0-9][a-z0-9-]{0,63}$/;

const checkName = (folder: string) => (name: string) => {
  if (!NAME.test(name)) {
    return 'must be of a-z 0-9 -, such as production';
  }
  return existsSync(join(folder, `${name}.json`))
    ? `names ${join(folder, `${name}.json`)}, which exists already; choose another, or delete the file`
    : undefined;
};

/** An organization is mostly where its events go; only beside a region that Genesys has not is there a choice. */
const regionsBeside = (wanted: string): readonly Choice[] => {
  const beside = GENESYS_REGIONS.filter(({ awsRegion }) => awsRegion === wanted);
  return (beside.length > 0 ? beside : GENESYS_REGIONS).map(({ awsRegion, domain }) => ({
    name: `${domain} (${awsRegion})`,
    value: domain,
  }));
};

const checkDays = (answer: string): string | undefined =>
  /^[1-9]\d{0,4}$/.test(answer) || answer === 'forever'
    ? undefined
    : 'must be a whole number of days, or forever';

/** Retention and, where the person wants them, alarms and state: the rest has defaults that a deployment can live with. */
const askForKeeping = async (
  questions: Questions,
  options: InitOptions,
  place: CallerPlace,
  name: string,
): Promise<Readonly<Record<string, unknown>>> => {
  const retention = await questions.line(
    {
      flag: '--retention-days',
      text: 'Delete a voicemail after how many days (or: forever)?',
      given: options.retentionDays,
    },
    checkDays,
  );
  const topic = await questions.line({
    flag: '--alarm-topic',
    text: 'ARN of the SNS topic that alarms go to (or: none)?',
    given: options.alarmTopic.length > 0 ? options.alarmTopic.join(',') : undefined,
    byDefault: 'none',
  });
  const bucket = await questions.line({
    flag: '--state-bucket',
    text: "S3 bucket that keeps Terraform's state (or: none, a file on this machine)?",
    given: options.stateBucket,
    byDefault: 'none',
  });
  return {
    ...(retention === 'forever' ? { retainForever: true } : { retentionDays: Number(retention) }),
    ...(topic === 'none' ? {} : { alarmActions: topic.split(',') }),
    ...(bucket === 'none'
      ? {}
      : { backend: { bucket, region: place.awsRegion, key: `genesys-voicemail/${name}.tfstate` } }),
  };
};

/** The queues that were named by id or name, or picked from the list. */
const pickQueues = async (
  questions: Questions,
  wanted: readonly string[],
  queues: readonly Queue[],
): Promise<readonly Queue[]> => {
  if (queues.length === 0) {
    throw new OperatorError(
      'NoQueues',
      'the organization has no queue that this user may see; nothing was written',
    );
  }
  const picked =
    wanted.length > 0
      ? wanted
      : await questions.severalOf(
          { flag: '--queue', text: 'Voicemail of which queues?' },
          queues.map(({ id, name }) => ({
            name: queues.some((other) => other.id !== id && other.name === name) ? `${name} (${id})` : name,
            value: id,
          })),
        );
  return picked.map((one) => queueNamed(queues, one));
};

/** Finds what would keep the deployment from working, before there is one. */
const checkGenesys = async (
  terminal: Terminal,
  genesys: GenesysSide,
  queues: readonly Queue[],
): Promise<readonly string[]> => {
  const progress = terminal.begin('Looking whether the service user may read these queues');
  const ofQueues = await Promise.all(
    queues.map(async (queue) => {
      const problem = await genesys.problemOfQueue(queue);
      return problem === undefined ? [] : [`${queue.name}: ${problem}`];
    }),
  );
  const problems = [...ofQueues.flat(), ...(await genesys.problemsOfOrganization())];
  if (problems.length === 0) {
    progress.done('The service user may read every one of these queues');
  } else {
    progress.fail();
  }
  return problems;
};

const writeDeployment = (
  { folder, outputFolder = 'cdktf.out' }: InitOptions,
  name: string,
  deployment: Readonly<Record<string, unknown>>,
): string => {
  const path = join(folder, `${name}.json`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(path, `${JSON.stringify(deployment, undefined, 2)}\n`, { flag: 'wx' });
  try {
    synthesize({ deploymentsFolder: folder, outputFolder });
  } catch (error) {
    if (!(error instanceof DeploymentInvalidError)) {
      throw error;
    }
    rmSync(path);
    throw new OperatorError('DeploymentInvalid', `${error.message}\nnothing was written`, EXIT_CODE.usage);
  }
  return path;
};

const NEEDS = [
  'What this needs at Genesys Cloud, before you log in:',
  '',
  '  OAuth client   grant type Code Authorization, redirect URI REDIRECT',
  '  its scopes     voicemail:readonly, conversations:readonly, user-basic-info;',
  `                 and for this command alone ${INIT_SCOPES[0]}, organization:readonly`,
  `  service user   a role with ${NEEDED_PERMISSION} for the divisions of its queues`,
  '',
].join('\n');

/** The next steps, as two commands to copy. */
const nextCommands = (name: string, keptLogin: string | undefined): readonly string[] => {
  const terraform = `terraform -chdir=cdktf.out/stacks/${name}`;
  const authorize = `${commandName()} authorize`;
  return [
    `${terraform} init && ${terraform} apply && ${terraform} output -json > outputs.json`,
    keptLogin === undefined
      ? authorize
      : `${authorize} --tokens-from-stdin < ${keptLogin} && rm ${keptLogin}`,
  ];
};

/**
 * Makes a deployment file in one guided run: account and region from AWS, the event source from EventBridge, the queues by
 * name from Genesys Cloud, checked before anything is deployed.
 *
 * Changes nothing but the files that it names.
 *
 * @throws OperatorError
 */
export const init = async (
  terminal: Terminal,
  environment: Readonly<Record<string, string | undefined>>,
  options: InitOptions,
): Promise<CommandResult> => {
  const questions = new Questions(terminal, options.yes);
  const place = await findPlace(options.region);
  terminal.say(`AWS account ${place.awsAccountId}, region ${place.awsRegion}, as ${place.caller}`);
  const name = await questions.line(
    { flag: '--name', text: 'Name of the deployment?', given: options.name, byDefault: 'production' },
    checkName(options.folder),
  );
  const sources =
    options.eventSource === undefined
      ? await findEventSources(place, 'voicemail', terminal, {
          timeoutMs: options.waitMinutes * 60_000,
          pollMs: options.pollMs ?? 10_000,
        })
      : [];
  const eventSourceName = await questions.oneOf(
    { flag: '--event-source', text: 'Which partner event source?', given: options.eventSource },
    sources.map((source) => ({ name: `${source.name} (${source.state})`, value: source.name })),
  );
  const genesysRegion = await questions.oneOf(
    {
      flag: '--genesys-region',
      text: 'In which region is your Genesys Cloud organization?',
      given: options.genesysRegion,
    },
    regionsBeside(place.awsRegion),
  );
  if (options.genesysRegion === undefined) {
    terminal.say(`Genesys region ${genesysRegion}; for another, --genesys-region`);
  }
  const origins = genesysOrigins({
    GENESYS_REGION: parseGenesysRegion(genesysRegion),
    GENESYS_API_ORIGIN: environment['GENESYS_API_ORIGIN'],
    GENESYS_LOGIN_ORIGIN: environment['GENESYS_LOGIN_ORIGIN'],
  });
  terminal.say(NEEDS.replace('REDIRECT', redirectUriOf(options.port)));

  const withLogin = async (pair: AuthorizedPair): Promise<CommandResult> => {
    const genesys = new GenesysSide(origins, pair.accessToken);
    const login = await readIdentity(origins, pair.accessToken);
    if (login === undefined) {
      throw new OperatorError(
        'GenesysRefused',
        'who logged in cannot be read; nothing was written; give the OAuth client the scope user-basic-info, and check the Genesys region',
      );
    }
    terminal.say(identityLine(login));
    if (organizationOf(eventSourceName) !== login.organizationId) {
      throw new OperatorError(
        'OrganizationDiffers',
        `the event source belongs to organization ${organizationOf(eventSourceName) ?? 'unknown'}, the login to ${login.organizationId}; nothing was written; log in to the organization whose integration made the event source`,
      );
    }
    const queues = await pickQueues(questions, options.queue, await listQueues(origins, pair.accessToken));
    const problems = await checkGenesys(terminal, genesys, queues);
    for (const problem of problems) {
      terminal.say(`! ${problem}`);
    }
    if (problems.length > 0 && !(await questions.agreed('Write the deployment all the same?'))) {
      throw new OperatorError('Stopped', 'stopped; nothing was written', EXIT_CODE.interrupted);
    }
    const deployment = {
      // A checkout has it beside its deployments, for editors.
      ...(existsSync(join(options.folder, SCHEMA)) ? { $schema: SCHEMA } : {}),
      awsRegion: place.awsRegion,
      awsAccountId: place.awsAccountId,
      genesysRegion,
      eventSourceName,
      queueIds: queues.map(({ id }) => id),
      ...(await askForKeeping(questions, options, place, name)),
    };
    terminal.say(`\n${JSON.stringify(deployment, undefined, 2)}\n`);
    const path = writeDeployment(options, name, deployment);
    if (options.keepLogin !== undefined) {
      writeFileSync(options.keepLogin, `${JSON.stringify(pair)}\n`, { flag: 'wx', mode: 0o600 });
    }
    const next = nextCommands(name, options.keepLogin);
    return {
      text: [
        `Written: ${path}, and the stack that it makes. Next:`,
        '',
        ...next.map((line) => `  ${line}`),
      ].join('\n'),
      json: {
        ok: problems.length === 0,
        file: path,
        deployment,
        queues,
        problems,
        next,
        ...(options.keepLogin === undefined ? {} : { keptLogin: options.keepLogin }),
      },
      exitCode: problems.length === 0 ? EXIT_CODE.done : EXIT_CODE.findings,
    };
  };

  if (options.tokensFromStdin) {
    return withLogin(await readPair(terminal));
  }
  const client = await readClientCredentials(terminal, environment, options.clientFromStdin);
  const pair = await logIn(
    terminal,
    origins,
    client,
    {
      port: options.port,
      noBrowser: options.noBrowser,
      page: { title: 'Logged in', text: 'You can close this tab; the terminal goes on.' },
    },
    async (granted) => granted,
  );
  return withLogin(pair);
};
