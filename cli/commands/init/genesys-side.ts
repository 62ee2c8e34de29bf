import * as v from 'valibot';
import type { GenesysAnswer, GenesysOrigins } from '../../../functions/shared/genesys-http';
import { askGenesys, type Queue } from '../../genesys';

/** Permissions that the service user's role needs to read the voicemail of a queue. */
export const NEEDED_PERMISSION = 'Voicemail > ACD Voicemail > View';

/** The scopes that `init` itself uses, beside those of the functions. */
export const INIT_SCOPES = ['routing:readonly', 'user-basic-info'] as const;

/** Part of `IdleTokenTimeout`, the answer of `GET /api/v2/tokens/timeout`. */
const tokenTimeout = v.object({ enableIdleTokenTimeout: v.optional(v.boolean(), false) });

/** Part of `OrgAuthSettings`, the answer of `GET /api/v2/organizations/authentication/settings`. */
const authenticationSettings = v.object({ ipAddressAllowlist: v.optional(v.array(v.string()), []) });

/** Genesys Cloud, with the token of a login. */
export class GenesysSide {
  readonly #origins: GenesysOrigins;
  readonly #accessToken: string;

  constructor(origins: GenesysOrigins, accessToken: string) {
    this.#origins = origins;
    this.#accessToken = accessToken;
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

  #get(path: string): Promise<GenesysAnswer> {
    return askGenesys(this.#origins, this.#accessToken, path);
  }
}
