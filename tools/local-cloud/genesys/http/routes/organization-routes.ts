import * as v from 'valibot';
import type { Simulation } from '../../simulation';
import { jsonAnswer, type Route } from '../answer';
import { apiRoute, noBody, noQuery } from '../api-route';
import { positiveInteger } from '../query-values';

const queuesQuery = v.strictObject({
  pageSize: v.optional(positiveInteger),
  pageNumber: v.optional(positiveInteger),
  sortOrder: v.optional(v.picklist(['asc', 'desc'])),
});

/** Queues and settings of the organization. Shapes: `QueueEntityListing`, `OrgAuthSettings` of the SDK. */
export const organizationRoutes = (simulation: Simulation): readonly Route[] => [
  apiRoute(simulation, {
    method: 'GET',
    path: '/api/v2/routing/queues',
    scopes: ['routing', 'routing:readonly'],
    permission: 'routing:queue:view',
    query: queuesQuery,
    body: noBody,
    handle({ query: { pageSize = 25, pageNumber = 1 } }) {
      const queues = [...simulation.organization.queues.all()].sort((one, other) =>
        one.name.localeCompare(other.name),
      );
      return jsonAnswer(200, {
        entities: queues
          .slice((pageNumber - 1) * pageSize, pageNumber * pageSize)
          .map(({ id, name }) => ({ id, name, selfUri: `/api/v2/routing/queues/${id}` })),
        pageSize,
        pageNumber,
        total: queues.length,
        pageCount: Math.ceil(queues.length / pageSize),
      });
    },
  }),
  apiRoute(simulation, {
    method: 'GET',
    path: '/api/v2/organizations/authentication/settings',
    scopes: ['organization', 'organization:readonly'],
    query: noQuery,
    body: noBody,
    handle: () =>
      jsonAnswer(200, {
        multifactorAuthenticationRequired: false,
        ipAddressAllowlist: simulation.behaviour.ipAddressAllowlist,
      }),
  }),
];
