import * as v from 'valibot';
import {
  type GenesysAnswer,
  type GenesysOrigins,
  GenesysUnreachableError,
  requestGenesys,
} from '../../../functions/shared/genesys-http';
import { OperatorError } from '../../errors';

/** A queue of the organization. */
export interface Queue {
  readonly id: string;
  readonly name: string;
}

/** The user who logged in, and the organization. */
export interface Login {
  readonly userName: string;
  readonly organizationId: string;
  readonly organizationName: string;
  readonly scopes: readonly string[];
}

/** Permissions that the service user's role needs to read the voicemail of a queue. */
export const NEEDED_PERMISSION = 'Voicemail > ACD Voicemail > View';

/** The scopes that `init` itself uses, beside those of the functions. */
export const INIT_SCOPES = ['routing:readonly', 'user-basic-info'] as const;

const TIMEOUT_MS = 15_000;
const PAGE_SIZE = 100;

const named = v.object({ id: v.string(), name: v.optional(v.string(), '') });

/** Part of `UserMe`, the answer of `GET /api/v2/users/me` (`purecloud-platform-client-v2` 262.0.0). */
const userMe = v.object({
  name: v.optional(v.string(), ''),
  organization: named,
  token: v.optional(v.object({ authorizedScope: v.optional(v.array(v.string()), []) })),
});

/** Part of `QueueEntityListing`, the answer of `GET /api/v2/routing/queues`. */
const queuePage = v.object({ entities: v.array(named), pageCount: v.optional(v.number(), 1) });

/** Part of `IdleTokenTimeout`, the answer of `GET /api/v2/tokens/timeout`. */
const tokenTimeout = v.object({ enableIdleTokenTimeout: v.optional(v.boolean(), false) });

/** Part of `OrgAuthSettings`, the answer of `GET /api/v2/organizations/authentication/settings`. */
const authenticationSettings = v.object({ ipAddressAllowlist: v.optional(v.array(v.string()), []) });

/** Genesys Cloud, with the token of a login. */
export class GenesysSide {
  readonly #api: string;
  readonly #accessToken: string;

  constructor({ api }: GenesysOrigins, accessToken: string) {
    this.#api = api;
    this.#accessToken = accessToken;
  }

  /** Reads who logged in. @throws OperatorError where Genesys does not say. */
  async login(): Promise<Login> {
    const { name, organization, token } = await this.#read(
      '/api/v2/users/me?expand=organization,token',
      userMe,
      'who logged in cannot be read: the OAuth client needs the scope user-basic-info',
    );
    return {
      userName: name,
      organizationId: organization.id,
      organizationName: organization.name,
      scopes: token?.authorizedScope ?? [],
    };
  }

  /** Every queue that the user may see, by name. @throws OperatorError */
  async queues(): Promise<readonly Queue[]> {
    const queues: Queue[] = [];
    let pageCount = 1;
    for (let page = 1; page <= pageCount; page += 1) {
      const answer = await this.#read(
        `/api/v2/routing/queues?pageSize=${PAGE_SIZE}&pageNumber=${page}&sortOrder=asc`,
        queuePage,
        'the queues cannot be listed: the OAuth client needs the scope routing:readonly, and the user the permission Routing > Queue > View; or give their ids with --queue',
      );
      queues.push(...answer.entities);
      ({ pageCount } = answer);
    }
    return queues;
  }

  /** Finds what keeps the user from reading a queue's voicemail; `undefined` where nothing does. */
  async problemOfQueue({ id }: Queue): Promise<string | undefined> {
    const { status, errorCode } = await this.#get(
      `/api/v2/voicemail/queues/${encodeURIComponent(id)}/messages?pageSize=1&pageNumber=1`,
    );
    if (status === 200) {
      return undefined;
    }
    return status === 403
      ? `the user may not read its voicemail: give the role ${NEEDED_PERMISSION}, for the queue's division`
      : `its voicemail cannot be read: HTTP ${status}, ${errorCode ?? 'no error code'}`;
  }

  /** Finds settings that would end an unattended token, as far as this user may look: one sentence each. */
  async problemsOfOrganization(): Promise<readonly string[]> {
    const [timeout, authentication] = await Promise.all([
      this.#get('/api/v2/tokens/timeout'),
      this.#get('/api/v2/organizations/authentication/settings'),
    ]);
    const problems: string[] = [];
    const idle = v.safeParse(tokenTimeout, timeout.body);
    if (timeout.status === 200 && idle.success && idle.output.enableIdleTokenTimeout) {
      problems.push(
        'the inactivity timeout of the organization is on: Genesys gives no refresh token with it; turn it off for this user (Admin > Organization Settings > Settings)',
      );
    }
    const settings = v.safeParse(authenticationSettings, authentication.body);
    if (authentication.status === 200 && settings.success && settings.output.ipAddressAllowlist.length > 0) {
      problems.push(
        'the organization allows API calls from some addresses only (Admin > Organization Settings > Authentication): a function has changing addresses, so give it a fixed one (vpcSubnetIds with a NAT gateway) and add that to the list',
      );
    }
    return problems;
  }

  async #get(path: string): Promise<GenesysAnswer> {
    try {
      return await requestGenesys({
        method: 'GET',
        url: new URL(path, this.#api),
        headers: { authorization: `Bearer ${this.#accessToken}` },
        timeoutMs: TIMEOUT_MS,
      });
    } catch (error) {
      if (error instanceof GenesysUnreachableError) {
        throw new OperatorError(
          'GenesysUnreachable',
          `no answer from ${error.host} (${error.reason}); nothing was written; check the network and the Genesys region`,
        );
      }
      throw error;
    }
  }

  async #read<Output>(
    path: string,
    schema: v.GenericSchema<unknown, Output>,
    problem: string,
  ): Promise<Output> {
    const { status, body, errorCode } = await this.#get(path);
    const parsed = status === 200 ? v.safeParse(schema, body) : undefined;
    if (parsed?.success !== true) {
      throw new OperatorError(
        'GenesysRefused',
        `${problem} (HTTP ${status}, ${errorCode ?? 'no error code'}); nothing was written`,
      );
    }
    return parsed.output;
  }
}
