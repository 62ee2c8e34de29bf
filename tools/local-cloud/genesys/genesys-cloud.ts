import { randomUUID } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { type GenesysRegion, parseGenesysRegion } from '../../../functions/shared/genesys-region';
import type { Clock } from '../clock';
import { type FaultSource, noFaults } from '../faults';
import { listen } from '../listen';
import type { GenesysBehaviour } from './behaviour';
import { GenesysControl } from './control';
import type { Route } from './http/answer';
import { createControlServer } from './http/control-server';
import { createListener } from './http/listener';
import { authorizeRoutes } from './http/routes/authorize-routes';
import { conversationRoutes } from './http/routes/conversation-routes';
import { loginRoutes } from './http/routes/login-routes';
import { mediaRoutes } from './http/routes/media-routes';
import { organizationRoutes } from './http/routes/organization-routes';
import { userRoutes } from './http/routes/user-routes';
import { voicemailRoutes } from './http/routes/voicemail-routes';
import { serviceManners } from './http/service-manners';
import { Simulation } from './simulation';

/** The listeners of a simulator, by name. */
export type GenesysListener = 'login' | 'api' | 'media' | 'control';

/** How a simulator starts. */
export interface GenesysCloudOptions {
  /** The only source of time: tokens, rate limits, uploads and URLs go by it. */
  readonly clock: Clock;
  /** The region that the organization lives in. @default eu-central-1 */
  readonly region?: GenesysRegion;
  /** Decides, call by call, what goes wrong. @default nothing does */
  readonly faults?: FaultSource;
  /** Ports on 127.0.0.1. @default any free one each */
  readonly ports?: { readonly [Listener in GenesysListener]?: number };
  /** Seconds that an access token lives unless its client says otherwise, 300 to 172800. @default 86400 */
  readonly accessTokenLifetimeSeconds?: number;
  /** Behaviour that differs from the default. */
  readonly behaviour?: Partial<GenesysBehaviour>;
  /** The AWS side of the EventBridge integration. */
  readonly integration?: {
    /** Also names the organization. @default a new organization's, with the suffix `local` */
    readonly eventSourceName?: string;
    /** @default 123456789012 */
    readonly awsAccountId?: string;
    /** @default the region that the organization lives in */
    readonly awsAccountRegion?: string;
  };
}

/** A name that no partner event source of Genesys Cloud has. */
export class EventSourceNameInvalidError extends Error {
  override readonly name = 'EventSourceNameInvalidError';
  readonly eventSourceName: string;

  constructor(eventSourceName: string) {
    super(
      `event source name ${JSON.stringify(eventSourceName.slice(0, 300))} is not of the form ` +
        'aws.partner/genesys.com/cloud/<organization id>/<suffix>',
    );
    this.eventSourceName = eventSourceName;
  }
}

const EVENT_SOURCE_NAME =
  /^aws\.partner\/genesys\.com\/cloud\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\/[A-Za-z0-9._-]{1,64}$/;

const organizationIdOf = (eventSourceName: string): string => {
  const organizationId = EVENT_SOURCE_NAME.exec(eventSourceName)?.[1];
  if (organizationId === undefined) {
    throw new EventSourceNameInvalidError(eventSourceName);
  }
  return organizationId;
};

/** A simulated Genesys Cloud organization that runs, and what its people and callers can do. */
export class GenesysCloud extends GenesysControl {
  /** Where the organization lives. */
  readonly region: GenesysRegion;
  /**
   * Scheme, host and port of each listener. `login`, `api` and `media` stand for those hosts of Genesys Cloud; `control` is the
   * control interface.
   */
  readonly origins: Readonly<Record<GenesysListener, string>>;
  readonly #close: () => Promise<void>;

  /** @internal Use {@link startGenesysCloud}. */
  constructor(
    simulation: Simulation,
    region: GenesysRegion,
    origins: Readonly<Record<GenesysListener, string>>,
    close: () => Promise<void>,
  ) {
    super(simulation);
    this.region = region;
    this.origins = origins;
    this.#close = close;
  }

  /** Stops every listener and ends every connection, hanging ones included. */
  close(): Promise<void> {
    return this.#close();
  }
}

const createSimulation = (options: GenesysCloudOptions, region: GenesysRegion): Simulation => {
  const eventSourceName =
    options.integration?.eventSourceName ?? `aws.partner/genesys.com/cloud/${randomUUID()}/local`;
  return new Simulation({
    clock: options.clock,
    faults: options.faults ?? noFaults,
    organizationId: organizationIdOf(eventSourceName),
    integration: {
      eventSourceName,
      awsAccountId: options.integration?.awsAccountId ?? '123456789012',
      awsAccountRegion: options.integration?.awsAccountRegion ?? region.awsRegion,
    },
    accessTokenLifetimeSeconds: options.accessTokenLifetimeSeconds ?? 86_400,
    behaviour: options.behaviour ?? {},
  });
};

const createServers = (simulation: Simulation): Readonly<Record<GenesysListener, FastifyInstance>> => {
  const manners = serviceManners(simulation);
  const listener = (service: Route['service'], ...routes: readonly Route[]) =>
    createListener(simulation, routes, manners[service]);
  return {
    login: listener('login', ...loginRoutes(simulation), ...authorizeRoutes(simulation)),
    api: listener(
      'api',
      ...userRoutes(simulation),
      ...organizationRoutes(simulation),
      ...voicemailRoutes(simulation),
      ...conversationRoutes(simulation),
    ),
    media: listener('media', ...mediaRoutes(simulation)),
    control: createControlServer(new GenesysControl(simulation)),
  };
};

/**
 * Starts a simulator of Genesys Cloud on 127.0.0.1. Simulators share nothing; any number can run in one process.
 *
 * @throws PortTakenError where a wanted port belongs to another program; nothing is left running then.
 * @throws EventSourceNameInvalidError
 */
export const startGenesysCloud = async (options: GenesysCloudOptions): Promise<GenesysCloud> => {
  const region = options.region ?? parseGenesysRegion('eu-central-1');
  const simulation = createSimulation(options, region);
  const servers = createServers(simulation);
  const close = async () => {
    await Promise.all(Object.values(servers).map((server) => server.close()));
  };
  const start = (listener: GenesysListener) =>
    listen(servers[listener], `the Genesys Cloud simulator (${listener})`, options.ports?.[listener] ?? 0);
  try {
    const origins = {
      login: await start('login'),
      api: await start('api'),
      media: await start('media'),
      control: await start('control'),
    };
    simulation.mediaOrigin = origins.media;
    return new GenesysCloud(simulation, region, origins, close);
  } catch (error) {
    await close();
    throw error;
  }
};
