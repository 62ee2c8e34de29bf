import * as v from 'valibot';
import type { AccessToken } from '../../organization/token-store';
import type { Simulation } from '../../simulation';
import { emptyAnswer, jsonAnswer, type Route } from '../answer';
import { apiRoute, noBody, noQuery, userRoute } from '../api-route';
import { commaSeparated } from '../query-values';

const USER_BASIC_INFO = ['user-basic-info'];

const tokenInfo = ({ organization, behaviour }: Simulation, { client, lastUsedAtMs }: AccessToken) => {
  const named = { id: organization.id, name: organization.name };
  const { idleTokenTimeoutSeconds } = behaviour;
  return {
    organization: named,
    homeOrganization: named,
    authorizedScope: client.scopes,
    ...(idleTokenTimeoutSeconds === null
      ? {}
      : { dateTokenIdles: new Date(lastUsedAtMs + idleTokenTimeoutSeconds * 1000).toISOString() }),
    OAuthClient: {
      id: client.id,
      name: client.name,
      authorizedGrantType: client.grantType,
      scope: client.scopes,
      state: client.state,
      organization: named,
    },
  };
};

const tokensMeQuery = v.strictObject({
  preserveIdleTTL: v.optional(v.picklist(['true', 'false'], 'must be true or false')),
});

/** Users, tokens and the organization's token settings. Shapes: `UserMe`, `TokenInfo`, `IdleTokenTimeout` of the SDK. */
export const userRoutes = (simulation: Simulation): readonly Route[] => [
  userRoute(simulation, {
    method: 'GET',
    path: '/api/v2/users/me',
    scopes: USER_BASIC_INFO,
    query: v.strictObject({ expand: v.optional(commaSeparated(['organization', 'token', 'authorization'])) }),
    body: noBody,
    handle({ user, token, query }) {
      const { organization } = simulation;
      const expand = new Set(query.expand);
      return jsonAnswer(200, {
        id: user.id,
        name: user.name,
        division: {
          id: organization.divisionId,
          name: '',
          selfUri: `/api/v2/authorization/divisions/${organization.divisionId}`,
        },
        email: user.email,
        primaryContactInfo: [{ address: user.email, mediaType: 'EMAIL', type: 'PRIMARY' }],
        addresses: [],
        state: 'active',
        username: user.email,
        version: 1,
        acdAutoAnswer: false,
        ...(expand.has('organization')
          ? { organization: { id: organization.id, name: organization.name } }
          : {}),
        ...(expand.has('authorization')
          ? { authorization: { roles: [], permissions: user.permissions } }
          : {}),
        ...(expand.has('token') ? { token: tokenInfo(simulation, token) } : {}),
        selfUri: `/api/v2/users/${user.id}`,
      });
    },
  }),
  apiRoute(simulation, {
    method: 'GET',
    path: '/api/v2/tokens/me',
    scopes: USER_BASIC_INFO,
    query: tokensMeQuery,
    body: noBody,
    handle: ({ token }) => jsonAnswer(200, tokenInfo(simulation, token)),
  }),
  apiRoute(simulation, {
    method: 'HEAD',
    path: '/api/v2/tokens/me',
    scopes: USER_BASIC_INFO,
    query: noQuery,
    body: noBody,
    handle: () => emptyAnswer(200),
  }),
  apiRoute(simulation, {
    method: 'GET',
    path: '/api/v2/tokens/timeout',
    scopes: ['organization', 'organization:readonly', 'authorization', 'authorization:readonly'],
    query: noQuery,
    body: noBody,
    handle() {
      const { idleTokenTimeoutSeconds } = simulation.behaviour;
      return jsonAnswer(200, {
        enableIdleTokenTimeout: idleTokenTimeoutSeconds !== null,
        ...(idleTokenTimeoutSeconds === null ? {} : { idleTokenTimeoutSeconds }),
        inactivityTimeoutGroupsEnabled: false,
      });
    },
  }),
];
