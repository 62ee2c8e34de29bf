import { setTimeout as sleep } from 'node:timers/promises';
import { EventBridgeClient, ListEventSourcesCommand } from '@aws-sdk/client-eventbridge';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { awsProblem, EXIT_CODE, OperatorError } from '../../errors';
import type { Terminal } from '../../terminal';

/** The account and the region that the person's AWS credentials lead to. */
export interface CallerPlace {
  readonly awsAccountId: string;
  readonly awsRegion: string;
  /** The caller's ARN. */
  readonly caller: string;
}

/** A partner event source of Genesys Cloud, as EventBridge lists it. */
export interface GenesysEventSource {
  readonly name: string;
  /** `PENDING` until a bus takes it, then `ACTIVE`. */
  readonly state: string;
  readonly organizationId: string;
}

const SOURCE = /^aws\.partner\/genesys\.com\/cloud\/([0-9a-f-]{36})\/.+$/;

/** The organization that a partner event source belongs to; `undefined` for a name of another form. */
export const organizationOf = (eventSourceName: string): string | undefined =>
  SOURCE.exec(eventSourceName)?.[1];

/**
 * Asks AWS who calls, and where.
 *
 * @param region - @default the one that the environment or the profile names
 * @throws OperatorError where there are no usable credentials, or no region.
 */
export const findPlace = async (region: string | undefined): Promise<CallerPlace> => {
  const sts = new STSClient(region === undefined ? {} : { region });
  try {
    const awsRegion = await sts.config.region().catch(() => {
      throw new OperatorError(
        'RegionUnknown',
        'no AWS region is set; give --region, the region in which the Genesys integration sends its events',
        EXIT_CODE.usage,
      );
    });
    const { Account = '', Arn = '' } = await sts.send(new GetCallerIdentityCommand({}));
    return { awsAccountId: Account, awsRegion, caller: Arn };
  } catch (error) {
    throw awsProblem('asking AWS who calls', error);
  } finally {
    sts.destroy();
  }
};

const listSources = async (eventBridge: EventBridgeClient): Promise<readonly GenesysEventSource[]> => {
  const sources: GenesysEventSource[] = [];
  let NextToken: string | undefined;
  do {
    const page = await eventBridge
      .send(new ListEventSourcesCommand({ NamePrefix: 'aws.partner/genesys.com/', NextToken }))
      .catch((error: unknown) => {
        throw awsProblem('listing partner event sources (events:ListEventSources)', error);
      });
    for (const { Name = '', State = '' } of page.EventSources ?? []) {
      const organizationId = organizationOf(Name);
      if (organizationId !== undefined) {
        sources.push({ name: Name, state: State, organizationId });
      }
    }
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return sources;
};

/** Fields of the page *Admin > Integrations > Amazon EventBridge Source* of Genesys Cloud. */
const integrationForm = ({ awsAccountId, awsRegion }: CallerPlace, name: string): string =>
  [
    'There is no event source of Genesys Cloud in this account and region yet. In Genesys Cloud, under Admin > Integrations,',
    'add the integration "Amazon EventBridge Source" and fill in:',
    '',
    `  AWS account id       ${awsAccountId}`,
    `  AWS region           ${awsRegion}`,
    `  Event source suffix  ${name}`,
    '  Topics               v2.detail.events.conversation.{id}.voicemail.end',
    '',
    'Save it and set it to Active.',
  ].join('\n');

/** How long the command waits for an event source to appear. Milliseconds. */
export interface SourceWait {
  readonly timeoutMs: number;
  readonly pollMs: number;
}

/**
 * Finds the event sources of Genesys Cloud; where there is none, says what to fill in there, and waits until one appears.
 *
 * @throws OperatorError `NoEventSource` where none appears in time.
 */
export const findEventSources = async (
  place: CallerPlace,
  name: string,
  terminal: Terminal,
  { timeoutMs, pollMs }: SourceWait,
): Promise<readonly GenesysEventSource[]> => {
  const eventBridge = new EventBridgeClient({ region: place.awsRegion });
  try {
    const found = await listSources(eventBridge);
    if (found.length > 0) {
      return found;
    }
    terminal.say(integrationForm(place, name));
    const progress = terminal.begin(
      `Waiting for the event source to appear in AWS, up to ${Math.ceil(timeoutMs / 60_000)} min; Ctrl-C stops`,
    );
    for (const endsAtMs = Date.now() + timeoutMs; Date.now() < endsAtMs; await sleep(pollMs)) {
      const sources = await listSources(eventBridge);
      if (sources.length > 0) {
        progress.done('The event source is there');
        return sources;
      }
    }
    progress.fail();
    throw new OperatorError(
      'NoEventSource',
      `no partner event source of Genesys Cloud appeared in account ${place.awsAccountId}, region ${place.awsRegion}; nothing was written; ` +
        'check account and region in the integration, then run init again, or give its name with --event-source',
    );
  } finally {
    eventBridge.destroy();
  }
};
