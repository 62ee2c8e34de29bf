import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { NamedDeployment } from '../../../modules/deployment/deployment';
import { checkDeployment } from '../../../modules/deployment/deployment-problems';
import { DeploymentInvalidError } from '../../../modules/deployment/errors';
import { readDeployments } from '../../../modules/deployment/read-deployments';
import { OPTIONS, placeOf } from '../../../modules/genesys-voicemail-to-s3/options';
import { EXIT_CODE, OperatorError } from '../../errors';
import type { CallerPlace } from './aws-side';

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

/** What a flag, or the answer to its question, says in the deployment file. */
export type Draft = Readonly<Record<string, unknown>>;

/** The flag that says each option. */
const FLAGS: Readonly<Record<string, string>> = {
  alarmActions: '--alarm-topic',
  awsRegion: '--region',
  backend: '--state-bucket',
  eventSourceName: '--event-source',
  genesysRegion: '--genesys-region',
  retainForever: '--retention-days',
  retentionDays: '--retention-days',
};

export const retentionOf = (answer: string): Draft =>
  answer === 'forever'
    ? { retainForever: true }
    : { retentionDays: /^\d+$/.test(answer) ? Number(answer) : answer };

export const alarmsOf = (answer: string): Draft =>
  answer === 'none' ? {} : { alarmActions: answer.split(',') };

export const stateOf = (answer: string, name: string, region: string): Draft =>
  answer === 'none' ? {} : { backend: { bucket: answer, region, key: `genesys-voicemail/${name}.tfstate` } };

/** What the flags alone say. @param awsRegion - once it is known */
const flagsAsDraft = (options: InitOptions, awsRegion?: string): Draft => ({
  ...(options.region === undefined ? {} : { awsRegion: options.region }),
  ...(awsRegion === undefined ? {} : { awsRegion }),
  ...(options.genesysRegion === undefined ? {} : { genesysRegion: options.genesysRegion }),
  ...(options.eventSource === undefined ? {} : { eventSourceName: options.eventSource }),
  ...(options.retentionDays === undefined ? {} : retentionOf(options.retentionDays)),
  ...alarmsOf(options.alarmTopic.join(',') || 'none'),
  ...stateOf(options.stateBucket ?? 'none', 'name', awsRegion ?? 'us-east-1'),
});

/** What is wrong with what a draft says, by the rules of the deployment file; what it does not say yet is no problem. */
export const problemsOf = (draft: Draft): readonly string[] =>
  checkDeployment(draft).problems.flatMap(({ path, problem }) => {
    const flag = FLAGS[String(path[0])];
    const isSaid = Object.hasOwn(draft, String(path[0]));
    return flag === undefined || !isSaid
      ? []
      : [problem.replace(placeOf(path), flag) + (path[0] === 'retentionDays' ? ', or forever' : '')];
  });

const NAME = /^[a-z0-9][a-z0-9-]{0,63}$/;

/** What is wrong with the name of a deployment, which names its file. */
export const problemOfName = (folder: string, name: string): string | undefined => {
  if (!NAME.test(name)) {
    return `--name is ${JSON.stringify(name)}; allowed: 1 to 64 of a-z 0-9 -, such as production`;
  }
  return existsSync(join(folder, `${name}.json`))
    ? `--name names ${join(folder, `${name}.json`)}, which exists already; choose another, or delete the file`
    : undefined;
};

const problemOfKeptLogin = (file: string | undefined): string | undefined => {
  if (file === undefined || (existsSync(dirname(file)) && !existsSync(file))) {
    return undefined;
  }
  return `--keep-login is ${JSON.stringify(file)}; allowed: a new file in a folder that is there`;
};

const unusable = (problems: readonly string[]): OperatorError =>
  new OperatorError('InputUnusable', `${problems.join('\n')}\nnothing was written`, EXIT_CODE.usage);

/** @throws OperatorError with one line for each problem */
const refuse = (problems: readonly string[]): void => {
  if (problems.length > 0) {
    throw unusable(problems);
  }
};

/**
 * Refuses all that is wrong with the flags, or is missing where nobody can be asked, before anybody is asked.
 *
 * @throws OperatorError with one line for each problem
 */
export const checkFlags = (
  options: InitOptions,
  {
    name,
    asks,
    hasClient,
  }: { readonly name: string | undefined; readonly asks: boolean; readonly hasClient: boolean },
): void => {
  const missing = (isMissing: boolean, what: string): readonly string[] =>
    isMissing ? [`there is nobody to ask; give ${what}`] : [];
  const problemsOfFiles = [
    name === undefined ? undefined : problemOfName(options.folder, name),
    problemOfKeptLogin(options.keepLogin),
  ];
  refuse([
    ...problemsOfFiles.flatMap((problem) => problem ?? []),
    ...problemsOf(flagsAsDraft(options)),
    ...(options.clientFromStdin && options.tokensFromStdin
      ? ['--client-from-stdin and --tokens-from-stdin exclude each other: there is one standard input']
      : []),
    ...missing(!asks && options.queue.length === 0, '--queue'),
    ...missing(!asks && options.retentionDays === undefined, '--retention-days, or "forever"'),
    ...missing(
      !hasClient,
      'the OAuth client in GENESYS_CLIENT_ID and GENESYS_CLIENT_SECRET, or --client-from-stdin',
    ),
  ]);
};

/** Refuses what the flags say of another place than that of the AWS credentials. @throws OperatorError */
export const checkPlace = (options: InitOptions, { awsAccountId, awsRegion }: CallerPlace): void =>
  refuse(
    problemsOf({
      // Stands for the answer: a deployment's ARNs are compared with its place only where it has a region of Genesys.
      genesysRegion: 'mypurecloud.com',
      ...flagsAsDraft(options, awsRegion),
      awsAccountId,
    }),
  );

/** The deployments that are in a folder already. @throws OperatorError where one of them is not right */
export const deploymentsIn = (folder: string): readonly NamedDeployment[] => {
  if (!existsSync(folder) || !readdirSync(folder).some((name) => name.endsWith('.json'))) {
    return [];
  }
  try {
    return readDeployments(folder).deployments;
  } catch (error) {
    throw error instanceof DeploymentInvalidError ? unusable([error.message]) : error;
  }
};

const LONGEST_PREFIX = 24;

/** A prefix for resources that no other deployment of the account has, made of the file's name. */
const freePrefix = (name: string, taken: ReadonlySet<string>): string => {
  const wanted = `voicemail-${name}`.replace(/-+/g, '-');
  const prefixes = Array.from({ length: taken.size + 1 }, (_, index) => {
    const end = index === 0 ? '' : `-${index + 1}`;
    return wanted.slice(0, LONGEST_PREFIX - end.length).replace(/-$/, '') + end;
  });
  return prefixes.find((prefix) => !taken.has(prefix)) ?? wanted;
};

/** What a deployment must not share with the others, and what a person has to know of it. */
export interface OwnThings {
  readonly draft: Draft;
  readonly notes: readonly string[];
}

/** Gives a deployment a prefix of its own where another of the account has the default, and the bus of another where the source feeds it. */
export const ownThings = (
  others: readonly NamedDeployment[],
  { awsAccountId, awsRegion }: CallerPlace,
  name: string,
  eventSourceName: string,
): OwnThings => {
  const ofAccount = others.filter(({ deployment }) => deployment.awsAccountId === awsAccountId);
  const prefixOf = ({ deployment }: NamedDeployment): string => deployment.name ?? OPTIONS.name.byDefault;
  const holder = ofAccount.find((other) => prefixOf(other) === OPTIONS.name.byDefault);
  const ofBus = ofAccount.find(
    ({ deployment }) => deployment.awsRegion === awsRegion && deployment.eventSourceName === eventSourceName,
  );
  const prefix = freePrefix(name, new Set(ofAccount.map(prefixOf)));
  return {
    draft: {
      ...(holder === undefined ? {} : { name: prefix }),
      ...(ofBus === undefined ? { eventSourceName } : { existingEventBusName: eventSourceName }),
    },
    notes: [
      ...(holder === undefined
        ? []
        : [
            `The names of its resources begin with ${prefix}: in this account ${holder.file.name} has ${prefixOf(holder)}.`,
          ]),
      ...(ofBus === undefined
        ? []
        : [`It takes its events from the bus that ${ofBus.file.name} makes: apply that one first.`]),
    ],
  };
};
