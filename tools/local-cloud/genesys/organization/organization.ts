import { randomBytes, randomUUID } from 'node:crypto';

/** The grant types that an OAuth client may have here. */
export type OAuthGrantType = 'CODE' | 'CLIENT-CREDENTIALS';

/** `disabled`: its tokens are refused and none are made. `inactive`: none are made. */
export type OAuthClientState = 'active' | 'inactive' | 'disabled';

/** An OAuth client to create. */
export interface OAuthClientInput {
  readonly name?: string | undefined;
  /** @default CODE */
  readonly grantType?: OAuthGrantType | undefined;
  /** @default every scope that the simulator knows of: see {@link ALL_SCOPES} */
  readonly scopes?: readonly string[] | undefined;
  /** @default none */
  readonly redirectUris?: readonly string[] | undefined;
  /** Seconds that its access tokens live, 300 to 172800. @default the simulator's `accessTokenLifetimeSeconds` */
  readonly accessTokenLifetimeSeconds?: number | undefined;
  /** Permissions of a client-credentials token; a code-grant token has its user's. @default none */
  readonly permissions?: readonly string[] | undefined;
  /** @default active */
  readonly state?: OAuthClientState | undefined;
}

/** An OAuth client. */
export interface OAuthClient {
  readonly id: string;
  readonly secret: string;
  readonly name: string;
  readonly grantType: OAuthGrantType;
  readonly scopes: readonly string[];
  readonly redirectUris: readonly string[];
  readonly accessTokenLifetimeSeconds: number;
  readonly permissions: readonly string[];
  state: OAuthClientState;
}

/** A user to create. */
export interface UserInput {
  readonly name?: string | undefined;
  readonly email?: string | undefined;
  /** Password of the login page. @default a random one */
  readonly password?: string | undefined;
  /** @default every permission that the simulator knows of: see {@link ALL_PERMISSIONS} */
  readonly permissions?: readonly string[] | undefined;
}

/** A user of the organization. */
export interface User {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly password: string;
  readonly permissions: readonly string[];
}

/** A queue to create. */
export interface QueueInput {
  /** A UUID. @default a new one */
  readonly id?: string | undefined;
  /** @default one of its own, with the beginning of the id */
  readonly name?: string | undefined;
}

/** A queue. */
export interface Queue {
  readonly id: string;
  readonly name: string;
}

/** A group to create. */
export interface GroupInput {
  /** A UUID. @default a new one */
  readonly id?: string | undefined;
  readonly name?: string | undefined;
  /** Ids of the users who are its members. @default none */
  readonly memberIds?: readonly string[] | undefined;
}

/** A group and its members. */
export interface Group {
  readonly id: string;
  readonly name: string;
  readonly memberIds: ReadonlySet<string>;
}

/** Every scope that a route of the simulator asks for. */
export const ALL_SCOPES = [
  'user-basic-info',
  'voicemail',
  'conversations',
  'organization:readonly',
  'routing:readonly',
] as const;

/** Every permission that a route of the simulator asks for. */
export const ALL_PERMISSIONS = [
  'voicemail:acdvoicemail:view',
  'voicemail:acdvoicemail:delete',
  'conversation:communication:disconnect',
  'routing:queue:view',
] as const;

/** Something that the organization does not have. */
export class UnknownEntityError extends Error {
  override readonly name = 'UnknownEntityError';
  readonly entity: string;
  readonly id: string;

  constructor(entity: string, id: string) {
    super(`this Genesys Cloud organization has no ${entity} with id ${id}; create it first`);
    this.entity = entity;
    this.id = id;
  }
}

/** An id that is given to two entities. */
export class EntityExistsError extends Error {
  override readonly name = 'EntityExistsError';
  readonly entity: string;
  readonly id: string;

  constructor(entity: string, id: string) {
    super(`this Genesys Cloud organization already has a ${entity} with id ${id}; choose another id`);
    this.entity = entity;
    this.id = id;
  }
}

const MINIMUM_TOKEN_LIFETIME_SECONDS = 300;
const MAXIMUM_TOKEN_LIFETIME_SECONDS = 172_800;

class Entities<E extends { readonly id: string }> {
  readonly #kind: string;
  readonly #byId = new Map<string, E>();

  constructor(kind: string) {
    this.#kind = kind;
  }

  add(entity: E): E {
    if (this.#byId.has(entity.id)) {
      throw new EntityExistsError(this.#kind, entity.id);
    }
    this.#byId.set(entity.id, entity);
    return entity;
  }

  find(id: string): E | undefined {
    return this.#byId.get(id);
  }

  /** @throws UnknownEntityError */
  get(id: string): E {
    const entity = this.#byId.get(id);
    if (entity === undefined) {
      throw new UnknownEntityError(this.#kind, id);
    }
    return entity;
  }

  all(): readonly E[] {
    return [...this.#byId.values()];
  }
}

/** People, queues and clients of a Genesys Cloud organization. */
export class Organization {
  readonly id: string;
  readonly name = 'Simulated organization';
  readonly divisionId = randomUUID();
  readonly oauthClients = new Entities<OAuthClient>('OAuth client');
  readonly users = new Entities<User>('user');
  readonly queues = new Entities<Queue>('queue');
  readonly groups = new Entities<Group>('group');
  readonly #defaultTokenLifetimeSeconds: number;

  constructor(id: string, defaultTokenLifetimeSeconds: number) {
    this.id = id;
    this.#defaultTokenLifetimeSeconds = defaultTokenLifetimeSeconds;
  }

  /** @throws RangeError where the token lifetime is outside what Genesys Cloud allows. */
  createOAuthClient(input: OAuthClientInput): OAuthClient {
    const lifetime = input.accessTokenLifetimeSeconds ?? this.#defaultTokenLifetimeSeconds;
    if (
      !Number.isInteger(lifetime) ||
      lifetime < MINIMUM_TOKEN_LIFETIME_SECONDS ||
      lifetime > MAXIMUM_TOKEN_LIFETIME_SECONDS
    ) {
      throw new RangeError(
        `an access token lives ${MINIMUM_TOKEN_LIFETIME_SECONDS} to ${MAXIMUM_TOKEN_LIFETIME_SECONDS} seconds, not ${lifetime}`,
      );
    }
    return this.oauthClients.add({
      id: randomUUID(),
      secret: randomBytes(32).toString('base64url'),
      name: input.name ?? 'Voicemail archive',
      grantType: input.grantType ?? 'CODE',
      scopes: input.scopes ?? ALL_SCOPES,
      redirectUris: input.redirectUris ?? [],
      accessTokenLifetimeSeconds: lifetime,
      permissions: input.permissions ?? [],
      state: input.state ?? 'active',
    });
  }

  createUser(input: UserInput): User {
    const id = randomUUID();
    return this.users.add({
      id,
      name: input.name ?? 'Voicemail service user',
      email: input.email ?? `service-${id}@example.test`,
      password: input.password ?? randomBytes(18).toString('base64url'),
      permissions: input.permissions ?? ALL_PERMISSIONS,
    });
  }

  createQueue(input: QueueInput): Queue {
    const { id = randomUUID() } = input;
    return this.queues.add({ id, name: input.name ?? `Queue ${id.slice(0, 8)}` });
  }

  /** @throws UnknownEntityError where a member is no user of the organization. */
  createGroup(input: GroupInput): Group {
    const memberIds = (input.memberIds ?? []).map((id) => this.users.get(id).id);
    return this.groups.add({
      id: input.id ?? randomUUID(),
      name: input.name ?? 'Front desk',
      memberIds: new Set(memberIds),
    });
  }
}
