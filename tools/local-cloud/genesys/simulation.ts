import type { Clock } from '../clock';
import type { FaultSource } from '../faults';
import { DEFAULT_BEHAVIOUR, type GenesysBehaviour } from './behaviour';
import { CounterBook } from './counters';
import { FaultRules } from './fault-rules';
import { AuthorizationStore } from './organization/authorization-store';
import { Organization } from './organization/organization';
import { TokenStore } from './organization/token-store';
import { RateLimiter } from './rate-limiter';
import { MediaUrlSigner } from './recordings/signed-media-url';
import type { EventBridgeIntegration } from './voicemail-end-event';
import { VoicemailStore } from './voicemail-store';

/** Initial state of a simulation. */
export interface SimulationOptions {
  readonly clock: Clock;
  readonly faults: FaultSource;
  readonly organizationId: string;
  readonly integration: EventBridgeIntegration;
  readonly accessTokenLifetimeSeconds: number;
  readonly behaviour: Partial<GenesysBehaviour>;
}

/** The whole state of one simulated Genesys Cloud organization; nothing is kept elsewhere. */
export class Simulation {
  readonly clock: Clock;
  readonly integration: EventBridgeIntegration;
  readonly organization: Organization;
  readonly counters: CounterBook;
  readonly tokens: TokenStore;
  readonly authorizations: AuthorizationStore;
  readonly voicemails: VoicemailStore;
  readonly faultRules: FaultRules;
  readonly rateLimiter: RateLimiter;
  readonly mediaUrls = new MediaUrlSigner();
  behaviour: GenesysBehaviour;
  /** Known once the media listener stands. */
  mediaOrigin = '';
  #lastSequence = 0;

  constructor(options: SimulationOptions) {
    this.clock = options.clock;
    this.integration = options.integration;
    this.organization = new Organization(options.organizationId, options.accessTokenLifetimeSeconds);
    this.counters = new CounterBook(options.clock);
    this.tokens = new TokenStore(options.clock, this.counters);
    this.authorizations = new AuthorizationStore(options.clock);
    this.voicemails = new VoicemailStore(options.clock);
    this.faultRules = new FaultRules(options.faults);
    this.rateLimiter = new RateLimiter(options.clock);
    this.behaviour = { ...DEFAULT_BEHAVIOUR, ...options.behaviour };
  }

  /** The number of the next call, counted over all services. */
  nextSequence(): number {
    this.#lastSequence += 1;
    return this.#lastSequence;
  }
}
