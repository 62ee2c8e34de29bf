import * as v from 'valibot';
import type { GenesysOrigins } from '../../functions/shared/genesys-http';
import { OperatorError } from '../errors';
import { askGenesys } from './ask';

/** Whom a token stands for. */
export interface Identity {
  readonly user: string;
  readonly organization: string;
  readonly organizationId: string;
  /** `undefined` where Genesys does not tell. */
  readonly scopes: readonly string[] | undefined;
  /** `undefined` where Genesys does not tell. */
  readonly permissions: readonly string[] | undefined;
}

const named = v.object({ id: v.string(), name: v.optional(v.string(), '') });

/** Part of `UserMe`, the answer of `GET /api/v2/users/me` (`purecloud-platform-client-v2` 262.0.0). */
const userMe = v.object({
  name: v.optional(v.string(), ''),
  organization: named,
  token: v.optional(v.object({ authorizedScope: v.optional(v.array(v.string())) })),
  authorization: v.optional(v.object({ permissions: v.optional(v.array(v.string())) })),
});

/**
 * Asks Genesys Cloud whom a token stands for.
 *
 * @returns undefined where it does not say: the OAuth client lacks the scope `user-basic-info`, or there is no answer.
 */
export const readIdentity = async (
  origins: GenesysOrigins,
  accessToken: string,
): Promise<Identity | undefined> => {
  const path = '/api/v2/users/me?expand=organization,token,authorization';
  const answer = await askGenesys(origins, accessToken, path).catch((error: unknown) => {
    if (error instanceof OperatorError) {
      return undefined;
    }
    throw error;
  });
  const parsed = answer?.status === 200 ? v.safeParse(userMe, answer.body) : undefined;
  if (parsed?.success !== true) {
    return undefined;
  }
  const { name, organization, token, authorization } = parsed.output;
  return {
    user: name,
    organization: organization.name,
    organizationId: organization.id,
    scopes: token?.authorizedScope,
    permissions: authorization?.permissions,
  };
};

/** Who logged in and where, for scripts. */
export type Login = Pick<Identity, 'user' | 'organization' | 'organizationId'>;

/** What of an identity scripts are told. */
export const loginOf = ({ user, organization, organizationId }: Identity): Login => ({
  user,
  organization,
  organizationId,
});

/** One line for a person. */
export const identityLine = ({ user, organization, organizationId }: Identity): string =>
  `Genesys organization ${organization} (${organizationId}), as ${user}`;

/** Permissions by which one administers an organization; a service user that reads voicemail has none of them. */
const ADMINISTRATION =
  /^(?:\*|authorization:|oauth:client:(?:add|edit|delete)|directory:user:(?:add|edit|delete))/;

/** Only reads, or says who one is. */
const HARMLESS_SCOPE = /:readonly$|^user-basic-info$/;

/** Why a token should not be kept: it may do more than the deployment needs. One sentence for each reason. */
export const excessOf = (
  { scopes = [], permissions = [] }: Identity,
  requiredScopes: readonly string[],
): readonly string[] => {
  const wider = scopes.filter((scope) => !HARMLESS_SCOPE.test(scope) && !requiredScopes.includes(scope));
  const administers = permissions.filter((permission) => ADMINISTRATION.test(permission));
  return [
    ...(administers.length === 0
      ? []
      : [
          `this user administers the organization (${administers[0]}): log in as a user of its own that may only read voicemail`,
        ]),
    ...(wider.length === 0
      ? []
      : [
          `the OAuth client has wider scopes than the deployment needs (${wider.join(', ')}; needed ${requiredScopes.join(', ')}): take them away from it`,
        ]),
  ];
};
