import * as v from 'valibot';
import type { Simulation } from '../../simulation';
import type { VoicemailConversation } from '../../voicemail-store';
import { jsonAnswer, type Route } from '../answer';
import { apiRoute, noBody, noQuery } from '../api-route';
import { PlatformError } from '../platform-error';
import { callbackConversationJson, conversationJson } from './voicemail-json';

const CALLBACK_PATH = '/api/v2/conversations/callbacks/{conversationId}';

const callback = (
  { voicemails }: Simulation,
  params: Readonly<Record<string, string>>,
): VoicemailConversation => {
  const conversation = voicemails.findCallback(params['conversationId'] ?? '');
  if (conversation === undefined) {
    throw new PlatformError(
      404,
      'conversation.error.conversation.not.found',
      'the conversation was not found',
    );
  }
  return conversation;
};

/** Callback conversations, which queue voicemails become. Shapes: `CallbackConversation`, `Conversation` of the SDK. */
export const conversationRoutes = (simulation: Simulation): readonly Route[] => [
  apiRoute(simulation, {
    method: 'GET',
    path: CALLBACK_PATH,
    scopes: ['conversations', 'conversations:readonly'],
    query: noQuery,
    body: noBody,
    handle({ params }) {
      if (simulation.behaviour.conversationLookup === 'forbidden') {
        throw new PlatformError(403, 'not.authorized', 'the caller may not read this conversation');
      }
      return jsonAnswer(200, callbackConversationJson(callback(simulation, params), simulation.voicemails));
    },
  }),
  apiRoute(simulation, {
    method: 'PATCH',
    path: CALLBACK_PATH,
    scopes: ['conversations'],
    permission: 'conversation:communication:disconnect',
    query: noQuery,
    // An update takes no other state. The official SDK's model demands participants and a start time, so they may come too.
    body: v.strictObject({
      state: v.literal('disconnected', 'must be disconnected'),
      participants: v.optional(v.array(v.unknown())),
      startTime: v.optional(v.string()),
    }),
    handle({ params }) {
      const conversation = callback(simulation, params);
      const disconnectedAtMs = conversation.disconnectedAtMs ?? simulation.clock.now();
      return {
        ...jsonAnswer(200, conversationJson(conversation, disconnectedAtMs)),
        commit: () => {
          conversation.disconnectedAtMs = disconnectedAtMs;
          simulation.counters.disconnect(conversation.id);
        },
      };
    },
  }),
];
