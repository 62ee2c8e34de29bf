import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { genesysOrigins } from '../../../functions/shared/genesys-http';
import { GENESYS_REGIONS, parseGenesysRegion } from '../../../functions/shared/genesys-region';
import { DeploymentInvalidError } from '../../../modules/deployment/errors';
import { synthesize } from '../../../modules/deployment/synthesize';
import { applyCommand, outputsFileOf } from '../../deployment/next-steps';
import { commandName } from '../../deployment/release';
import { EXIT_CODE, OperatorError } from '../../errors';
import { identityLine, listQueues, type Queue, queueNamed, readIdentity } from '../../genesys';
import type { Choice, CommandResult, Terminal } from '../../terminal';
import {
  type AuthorizedPair,
  hasClientIn,
  logIn,
  readClientCredentials,
  readPair,
  redirectUriOf,
} from '../authorize';
import { type CallerPlace, findEventSources, findPlace, organizationOf } from './aws-side';
import {
  alarmsOf,
  checkFlags,
  checkPlace,
  type Draft,
  deploymentsIn,
  type InitOptions,
  ownThings,
  problemOfName,
  problemsOf,
  retentionOf,
  stateOf,
} from './draft';
import { GenesysSide, INIT_SCOPES, NEEDED_PERMISSION } from './genesys-side';
import { Questions } from './questions';

const SCHEMA = 'schema/deployment.schema.json';

const DEFAULT_NAME = 'production';

/** Every region, and the one that an organization is mostly in: that to which it sends its events. */
const REGION_CHOICES: readonly Choice[] = GENESYS_REGIONS.map(({ awsRegion, domain }) => ({
  name: `${domain} (${awsRegion})`,
  value: domain,
}));

const guessedRegion = (sourceRegion: string): string | undefined =>
  GENESYS_REGIONS.find(({ awsRegion }) => awsRegion === sourceRegion)?.domain;

/** Retention and, where the person wants them, alarms and state: the rest has defaults that a deployment can live with. */
const askForKeeping = async (
  questions: Questions,
  options: InitOptions,
  known: Draft,
  place: CallerPlace,
  name: string,
): Promise<Draft> => {
  const checked = (said: (answer: string) => Draft) => (answer: string) =>
    problemsOf({ ...known, ...said(answer) })[0];
  const state = (answer: string): Draft => stateOf(answer, name, place.awsRegion);
  const retention = await questions.line(
    {
      flag: '--retention-days',
      text: 'Delete a voicemail after how many days (or: forever)?',
      given: options.retentionDays,
    },
    checked(retentionOf),
  );
  const topic = await questions.line(
    {
      flag: '--alarm-topic',
      text: 'ARN of the SNS topic that alarms go to (or: none)?',
      given: options.alarmTopic.length > 0 ? options.alarmTopic.join(',') : undefined,
      byDefault: 'none',
    },
    checked(alarmsOf),
  );
  const bucket = await questions.line(
    {
      flag: '--state-bucket',
      text: "S3 bucket that keeps Terraform's state (or: none, a file on this machine)?",
      given: options.stateBucket,
      byDefault: 'none',
    },
    checked(state),
  );
  return { ...retentionOf(retention), ...alarmsOf(topic), ...state(bucket) };
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
const nextCommands = (name: string, isOnly: boolean, keptLogin: string | undefined): readonly string[] => {
  const authorize = `${commandName()} authorize${isOnly ? '' : ` --outputs ${outputsFileOf(name, isOnly)}`}`;
  return [
    applyCommand(name, isOnly),
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
  checkFlags(options, {
    name: options.name ?? (questions.asks ? undefined : DEFAULT_NAME),
    asks: questions.asks,
    hasClient:
      terminal.isInteractive ||
      options.tokensFromStdin ||
      options.clientFromStdin ||
      hasClientIn(environment),
  });
  const others = deploymentsIn(options.folder);
  const place = await findPlace(options.region);
  terminal.say(`AWS account ${place.awsAccountId}, region ${place.awsRegion}, as ${place.caller}`);
  const { awsAccountId, awsRegion } = place;
  checkPlace(options, place);
  const name = await questions.line(
    { flag: '--name', text: 'Name of the deployment?', given: options.name, byDefault: DEFAULT_NAME },
    (answer) => problemOfName(options.folder, answer),
  );
  const genesysRegion = await questions.oneOf(
    {
      flag: '--genesys-region',
      text: 'In which region is your Genesys Cloud organization?',
      given: options.genesysRegion,
      byDefault: guessedRegion(awsRegion),
    },
    REGION_CHOICES,
  );
  if (options.genesysRegion === undefined && !questions.asks) {
    terminal.say(`Genesys region ${genesysRegion}; for another, --genesys-region`);
  }
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
  const own = ownThings(others, place, name, eventSourceName);
  const known = { awsRegion, awsAccountId, genesysRegion, ...own.draft };
  for (const note of own.notes) {
    terminal.say(note);
  }
  const origins = genesysOrigins({
    GENESYS_REGION: parseGenesysRegion(genesysRegion),
    GENESYS_API_ORIGIN: environment['GENESYS_API_ORIGIN'] || undefined,
    GENESYS_LOGIN_ORIGIN: environment['GENESYS_LOGIN_ORIGIN'] || undefined,
  });
  terminal.say(NEEDS.replace('REDIRECT', redirectUriOf(options.port)));

  const withLogin = async (pair: AuthorizedPair): Promise<CommandResult> => {
    const genesys = new GenesysSide(origins, pair.accessToken);
    const all = await listQueues(origins, pair.accessToken, 'log in again, and run init again');
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
    const queues = await pickQueues(questions, options.queue, all);
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
      ...known,
      queueIds: queues.map(({ id }) => id),
      ...(await askForKeeping(questions, options, known, place, name)),
    };
    terminal.say(`\n${JSON.stringify(deployment, undefined, 2)}\n`);
    const path = writeDeployment(options, name, deployment);
    if (options.keepLogin !== undefined) {
      writeFileSync(options.keepLogin, `${JSON.stringify(pair)}\n`, { flag: 'wx', mode: 0o600 });
    }
    const next = nextCommands(name, others.length === 0, options.keepLogin);
    return {
      text: [
        `Written: ${path}, and the stack that it makes.`,
        ...own.notes,
        'Next:',
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
