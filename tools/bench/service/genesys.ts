import { findVoicemail, toVoicemailId, type VoicemailFacts } from './voicemail-id';

/** The access token in the secret, and the only one that is taken. */
export const ACCESS_TOKEN =
  'bench-access-token-of-the-length-that-genesys-cloud-gives-out-which-is-86-characters-xx';

const CREATED_DATE = '2026-01-15T10:20:30.000Z';

const messageJson = (id: string, sizeBytes: number) => ({
  id,
  conversation: { id, selfUri: `/api/v2/conversations/${id}` },
  read: false,
  audioRecordingDurationSeconds: 42,
  audioRecordingSizeBytes: sizeBytes,
  createdDate: CREATED_DATE,
  modifiedDate: CREATED_DATE,
  callerAddress: 'tel:+00000000000',
  callerName: 'Bench',
  deleted: false,
  queue: { id, selfUri: `/api/v2/routing/queues/${id}` },
  copiedTo: [],
  deleteRetentionPolicy: { voicemailRetentionPolicyType: 'RETAIN_INDEFINITELY' },
  selfUri: `/api/v2/voicemail/messages/${id}`,
});

const conversationJson = (id: string) => ({
  id,
  selfUri: `/api/v2/conversations/callbacks/${id}`,
  participants: ['customer', 'acd', 'agent'].map((purpose, index) => ({
    id,
    purpose,
    state: index === 1 ? 'terminated' : 'alerting',
    direction: 'inbound',
    startTime: CREATED_DATE,
    connectedTime: CREATED_DATE,
    held: false,
    mediaRoles: ['full'],
    provider: 'PureCloud Callback',
    queue: { id, selfUri: `/api/v2/routing/queues/${id}` },
    callbackNumbers: ['+00000000000'],
    attributes: { 'bench.a': 'an attribute that a flow set', 'bench.b': 'another one', language: 'en-GB' },
    conversationRoutingData: { queue: { id }, priority: 0, skills: [], scoredAgents: [] },
    voicemail: { id, uploadStatus: 'complete' },
  })),
});

/** One page of the queue: the voicemail itself is the last of all, the others are its backlog. */
const listingJson = (facts: VoicemailFacts & { readonly id: string }, query: URLSearchParams) => {
  const pageSize = Number(query.get('pageSize') ?? '25');
  const pageNumber = Number(query.get('pageNumber') ?? '1');
  const total = facts.backlog + 1;
  const start = (pageNumber - 1) * pageSize;
  const count = Math.max(0, Math.min(pageSize, total - start));
  return {
    entities: Array.from({ length: count }, (_, index) => {
      const isIt = start + index === facts.backlog;
      const other = { number: 0xf0000000 + start + index, backlog: 0, sizeBytes: facts.sizeBytes };
      return messageJson(isIt ? facts.id : toVoicemailId(other), facts.sizeBytes);
    }),
    pageSize,
    pageNumber,
    pageCount: Math.ceil(total / pageSize),
    total,
  };
};

/** Answers a GET of the platform API; `undefined` for what it does not have. */
export const genesysAnswer = (url: URL, mediaOrigin: string): object | undefined => {
  if (url.pathname === '/api/v2/tokens/me') {
    return {
      organization: { id: toVoicemailId({ number: 1, backlog: 0, sizeBytes: 0 }) },
      authorizedScope: [],
    };
  }
  const facts = findVoicemail(url.pathname);
  if (facts === undefined) {
    return undefined;
  }
  switch (url.pathname) {
    case `/api/v2/conversations/callbacks/${facts.id}`:
      return conversationJson(facts.id);
    case `/api/v2/voicemail/queues/${facts.id}/messages`:
      return listingJson(facts, url.searchParams);
    case `/api/v2/voicemail/messages/${facts.id}`:
      return messageJson(facts.id, facts.sizeBytes);
    case `/api/v2/voicemail/messages/${facts.id}/media`:
      return { id: facts.id, mediaFileUri: `${mediaOrigin}/media/${facts.id}.webm?signature=bench` };
    default:
      return undefined;
  }
};
