import { genesysOrigins } from '../../../functions/shared/genesys-http';
import { type Deployment, readMoveSettings } from '../../deployment';
import { EXIT_CODE, OperatorError } from '../../errors';
import { readCurrentToken } from '../../genesys';
import type { CommandResult, Terminal } from '../../terminal';
import { logIn, readClientCredentials, redirectUriOf } from '../authorize';
import { compare, type Observations, type ReportLine } from './assumptions';
import { observeByReading, Reader } from './reading';
import { observeBySpending } from './spending';

/** How the probe is asked to go about it. */
export interface ProbeOptions {
  /** The queue to look at. @default the first of the deployment */
  readonly queue?: string;
  /** Log in once more, and spend the tokens of that login. */
  readonly login: boolean;
  readonly port: number;
  readonly noBrowser: boolean;
  readonly clientFromStdin: boolean;
}

const MARKS: Readonly<Record<ReportLine['verdict'], string>> = {
  'as assumed': 'as assumed',
  otherwise: 'OTHERWISE',
  'not seen': 'not seen',
};

const describe = ({ question, seen, verdict, otherwise }: ReportLine): string =>
  [
    `${MARKS[verdict].padEnd(10)}  ${question} ${seen}`,
    ...(otherwise === undefined ? [] : [`            so: ${otherwise}`]),
  ].join('\n');

/** The report as it can be pasted into an issue. */
const asText = (lines: readonly ReportLine[]): string => {
  const countOf = (wanted: ReportLine['verdict']): number =>
    lines.filter(({ verdict }) => verdict === wanted).length;
  const unseen = countOf('not seen');
  const rest = unseen === 0 ? '' : `, and ${unseen} could not be seen`;
  return [
    ...lines.map(describe),
    '',
    `Of ${lines.length}, ${countOf('as assumed')} are as this project assumes, ${countOf('otherwise')} otherwise${rest}.`,
    ...(unseen === 0 ? [] : ['Voicemails in the queue, three or more, show more of it.']),
    'Next: paste this report into an issue of the project as it is; it holds no id, address, token or name.',
  ].join('\n');
};

/**
 * Sees how the live organization behaves where Genesys publishes nothing certain, and compares it with what is assumed.
 *
 * Reads only, unless a login is asked for: then it spends the tokens of that login, never the deployment's.
 *
 * @throws OperatorError
 */
export const probe = async (
  deployment: Deployment,
  terminal: Terminal,
  environment: Readonly<Record<string, string | undefined>>,
  options: ProbeOptions,
): Promise<CommandResult> => {
  const settings = await readMoveSettings(deployment.aws.lambda, deployment.outputs.move_function_arn);
  const origins = genesysOrigins(settings);
  const queueId = options.queue ?? settings.QUEUE_IDS[0];
  if (queueId === undefined) {
    throw new OperatorError(
      'QueueMissing',
      'the deployment names no queue; say which one to look at with --queue',
      EXIT_CODE.usage,
    );
  }
  const running = await readCurrentToken(deployment);
  const reading = terminal.begin('Reading one queue, one conversation, one recording');
  let observations: Observations;
  try {
    observations = await observeByReading(new Reader(origins, running.accessToken), queueId, {
      domain: settings.GENESYS_REGION.domain,
      mediaOrigins: settings.GENESYS_MEDIA_ORIGINS,
    });
    reading.done('Read; nothing was changed');
  } catch (error) {
    reading.fail();
    throw error;
  }
  if (options.login) {
    terminal.say(
      [
        'Now log in once more. The tokens of that login are spent and thrown away; the secret is not touched.',
        `The OAuth client has to know the redirect URI ${redirectUriOf(options.port)}. Take another client than the deployment's,`,
        'unless you want to know whether a second login ends the first: then be ready to run authorize again.',
        '',
      ].join('\n'),
    );
    const client = await readClientCredentials(terminal, environment, options.clientFromStdin);
    const seen = await logIn(
      terminal,
      origins,
      client,
      {
        port: options.port,
        noBrowser: options.noBrowser,
        page: { title: 'Probed', text: 'You can close this tab; the terminal shows what was seen.' },
      },
      (pair) => observeBySpending(origins, pair, running),
    );
    observations = { ...observations, ...seen };
  }
  const lines = compare(observations);
  const differences = lines.filter(({ verdict }) => verdict === 'otherwise');
  const holds = differences.length === 0;
  return {
    summary: `Genesys Cloud does otherwise than assumed: ${differences.map(({ id }) => id).join(', ')}`,
    text: asText(lines),
    json: {
      ok: holds,
      observations,
      differences,
      notSeen: lines.flatMap(({ id, verdict }) => (verdict === 'not seen' ? [id] : [])),
    },
    exitCode: holds ? EXIT_CODE.done : EXIT_CODE.findings,
  };
};
