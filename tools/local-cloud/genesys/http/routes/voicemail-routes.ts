import * as v from 'valibot';
import type { User } from '../../organization/organization';
import { isMediaFormatId, MEDIA_FORMAT_IDS } from '../../recordings/media-formats';
import type { Simulation } from '../../simulation';
import type { Voicemail } from '../../voicemail-store';
import { emptyAnswer, jsonAnswer, type Route } from '../answer';
import { apiRoute, noBody, noQuery, userRoute } from '../api-route';
import { badRequest, notFound, PlatformError } from '../platform-error';
import { commaSeparated } from '../query-values';
import { listingAnswer, listingQuery } from './listing';
import { voicemailMessageJson } from './voicemail-json';

const READ_SCOPES = ['voicemail', 'voicemail:readonly'];
const WRITE_SCOPES = ['voicemail'];
const VIEW_QUEUE_VOICEMAIL = 'voicemail:acdvoicemail:view';
const DELETE_QUEUE_VOICEMAIL = 'voicemail:acdvoicemail:delete';

const notAuthorizedForMessage = () =>
  new PlatformError(
    403,
    'voicemail.not.authorized.voicemail.message',
    'the user may not do this to this voicemail',
  );

const isMember = ({ organization }: Simulation, groupId: string, user: User): boolean =>
  organization.groups.find(groupId)?.memberIds.has(user.id) ?? false;

/** Whether a voicemail is in a mailbox of the user's own, or in a queue that the user has the permission for. */
const mayReach = (
  simulation: Simulation,
  user: User,
  { owner }: Voicemail,
  queuePermission: string,
): boolean => {
  switch (owner.kind) {
    case 'queue':
      return user.permissions.includes(queuePermission);
    case 'group':
      return isMember(simulation, owner.id, user);
    case 'user':
      return owner.id === user.id;
  }
};

const visibleVoicemail = (
  { voicemails }: Simulation,
  params: Readonly<Record<string, string>>,
): Voicemail => {
  const voicemail = voicemails.findVisible(params['messageId'] ?? '');
  if (voicemail === undefined) {
    throw notFound('the voicemail message');
  }
  return voicemail;
};

const readableVoicemail = (
  simulation: Simulation,
  params: Readonly<Record<string, string>>,
  user: User,
): Voicemail => {
  const voicemail = visibleVoicemail(simulation, params);
  if (!mayReach(simulation, user, voicemail, VIEW_QUEUE_VOICEMAIL)) {
    throw notAuthorizedForMessage();
  }
  return voicemail;
};

const MESSAGE_PATH = '/api/v2/voicemail/messages/{messageId}';

const retentionPolicy = v.strictObject({
  voicemailRetentionPolicyType: v.picklist(['RETAIN_INDEFINITELY', 'RETAIN_WITH_TTL', 'IMMEDIATE_DELETE']),
  numberOfDays: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1))),
});

const mailboxRoutes = (simulation: Simulation): readonly Route[] => [
  apiRoute(simulation, {
    method: 'GET',
    path: '/api/v2/voicemail/queues/{queueId}/messages',
    scopes: READ_SCOPES,
    permission: VIEW_QUEUE_VOICEMAIL,
    query: listingQuery,
    body: noBody,
    handle({ params, query }) {
      const queue = simulation.organization.queues.find(params['queueId'] ?? '');
      if (queue === undefined) {
        throw notFound('the queue');
      }
      const path = `/api/v2/voicemail/queues/${queue.id}/messages`;
      const listed = simulation.voicemails.listVisible(queue.id);
      return listingAnswer(path, listed, query, simulation.behaviour.listingOrder);
    },
  }),
  userRoute(simulation, {
    method: 'GET',
    path: '/api/v2/voicemail/groups/{groupId}/messages',
    scopes: READ_SCOPES,
    query: listingQuery,
    body: noBody,
    handle({ params, query, user }) {
      const group = simulation.organization.groups.find(params['groupId'] ?? '');
      if (group === undefined) {
        throw notFound('the group');
      }
      if (!isMember(simulation, group.id, user)) {
        throw notAuthorizedForMessage();
      }
      const path = `/api/v2/voicemail/groups/${group.id}/messages`;
      const listed = simulation.voicemails.listVisible(group.id);
      return listingAnswer(path, listed, query, simulation.behaviour.listingOrder);
    },
  }),
];

const readRoutes = (simulation: Simulation): readonly Route[] => [
  userRoute(simulation, {
    method: 'GET',
    path: MESSAGE_PATH,
    scopes: READ_SCOPES,
    query: v.strictObject({
      expand: v.optional(
        commaSeparated(['callerUser', 'callerUser.routingStatus', 'conversations', 'transcription']),
      ),
    }),
    body: noBody,
    handle({ params, query, user }) {
      const voicemail = readableVoicemail(simulation, params, user);
      return jsonAnswer(
        200,
        voicemailMessageJson(
          voicemail,
          (query.expand?.includes('transcription') ?? false) &&
            simulation.clock.now() >= voicemail.transcribedAtMs,
        ),
      );
    },
  }),
  userRoute(simulation, {
    method: 'GET',
    path: `${MESSAGE_PATH}/media`,
    scopes: READ_SCOPES,
    query: v.strictObject({
      formatId: v.optional(
        v.picklist(MEDIA_FORMAT_IDS, `must be one of ${MEDIA_FORMAT_IDS.join(', ')}`),
        'WEBM',
      ),
    }),
    body: noBody,
    handle({ params, query, user }) {
      const { behaviour, clock, mediaOrigin, mediaUrls } = simulation;
      const voicemail = readableVoicemail(simulation, params, user);
      const { formatId } = query;
      if (!isMediaFormatId(formatId) || !voicemail.audio.has(formatId)) {
        throw badRequest(
          `the voicemail was left without audio in ${formatId}; the simulator does not transcode`,
        );
      }
      const expiresAtMs = clock.now() + behaviour.mediaUrlLifetimeSeconds * 1000;
      const signed = `${mediaOrigin}${mediaUrls.sign({ messageId: voicemail.id, formatId }, expiresAtMs)}`;
      return jsonAnswer(200, {
        id: voicemail.id,
        mediaFileUri: behaviour.mediaFileUri ?? signed,
        waveformData: [],
      });
    },
  }),
];

const writeRoutes = (simulation: Simulation): readonly Route[] => [
  userRoute(simulation, {
    method: 'DELETE',
    path: MESSAGE_PATH,
    scopes: WRITE_SCOPES,
    query: noQuery,
    body: noBody,
    handle({ params, user }) {
      const voicemail = visibleVoicemail(simulation, params);
      if (!mayReach(simulation, user, voicemail, DELETE_QUEUE_VOICEMAIL)) {
        throw new PlatformError(
          403,
          'voicemail.not.authorized.voicemail.delete',
          'the user may not delete this voicemail',
        );
      }
      return {
        ...emptyAnswer(204),
        commit: () => {
          voicemail.deletedAtMs = simulation.clock.now();
          simulation.counters.delete(voicemail.id);
        },
      };
    },
  }),
  userRoute(simulation, {
    method: 'PATCH',
    path: MESSAGE_PATH,
    scopes: WRITE_SCOPES,
    query: noQuery,
    body: v.strictObject({
      read: v.optional(v.boolean()),
      deleted: v.optional(v.boolean()),
      note: v.optional(v.string()),
      deleteRetentionPolicy: v.optional(retentionPolicy),
    }),
    handle({ params, body, user }) {
      const voicemail = readableVoicemail(simulation, params, user);
      // Only who took part in the conversation may change a queue's voicemail, and no user of this organization ever does.
      if (voicemail.owner.kind === 'queue') {
        throw notAuthorizedForMessage();
      }
      const nowMs = simulation.clock.now();
      const changed: Voicemail = {
        ...voicemail,
        read: body.read ?? voicemail.read,
        note: body.note ?? voicemail.note,
        deleteRetentionPolicy: body.deleteRetentionPolicy ?? voicemail.deleteRetentionPolicy,
        deletedAtMs: body.deleted === true ? nowMs : voicemail.deletedAtMs,
        modifiedAtMs: nowMs,
      };
      return {
        ...jsonAnswer(200, voicemailMessageJson(changed, false)),
        commit: () => {
          Object.assign(voicemail, changed);
          if (body.read === true) {
            simulation.counters.read(voicemail.id);
          }
          if (body.deleted === true) {
            simulation.counters.delete(voicemail.id);
          }
        },
      };
    },
  }),
];

/** Voicemail: mailboxes, messages and where their media is. Shapes from the official SDK. */
export const voicemailRoutes = (simulation: Simulation): readonly Route[] => [
  ...mailboxRoutes(simulation),
  ...readRoutes(simulation),
  ...writeRoutes(simulation),
];
