import { jsonText } from '../policy';

/**
 * Queue ids in one rule. EventBridge takes a pattern of 2,048 characters: 40 ids of 39 leave room for the longest partner
 * name. Source: `EventPattern` of `PutRule` in its API reference.
 */
export const IDS_PER_RULE = 40;

/** Queue ids in one rule whose pattern also holds up to ten divisions. */
export const IDS_PER_RULE_WITH_DIVISIONS = 30;

/** The detail type keeps the braces as they are: the conversation's id is in the detail's topic name. */
const VOICEMAIL_END = 'v2.detail.events.conversation.{id}.voicemail.end';

/** Which voicemail events are wanted. */
export interface VoicemailFilter {
  readonly eventSourceName: string;
  readonly accountId: string;
  /** None means every queue. */
  readonly queueIds: readonly string[];
  readonly excludedQueueIds: readonly string[];
  /** None means every division. */
  readonly divisionIds: readonly string[];
  readonly minimumDurationMs: number;
}

const inChunks = (ids: readonly string[], size: number): readonly (readonly string[])[] =>
  Array.from({ length: Math.ceil(ids.length / size) }, (_, index) =>
    ids.slice(index * size, (index + 1) * size),
  );

/** Entries of one field are alternatives, so that included and excluded ids cannot be in one list. */
const queueFilters = ({ queueIds, excludedQueueIds, divisionIds }: VoicemailFilter) => {
  if (excludedQueueIds.length > 0) {
    return [[{ 'anything-but': excludedQueueIds }]];
  }
  if (queueIds.length > 0) {
    return inChunks(queueIds, divisionIds.length > 0 ? IDS_PER_RULE_WITH_DIVISIONS : IDS_PER_RULE);
  }
  // An event without a queue is no queue voicemail.
  return [[{ exists: true }]];
};

/**
 * Writes the event patterns of the wanted voicemail, one per rule.
 *
 * Every field is nested as it is in the event, which is the one form that EventBridge's guide promises. A dotted key says
 * the same to its engine, which joins names with dots, but only by that accident. An event that tells no duration passes,
 * since Genesys promises none.
 */
export const eventPatterns = (filter: VoicemailFilter): readonly string[] =>
  queueFilters(filter).map((queueId) =>
    jsonText('event pattern', {
      source: [filter.eventSourceName],
      account: [filter.accountId],
      'detail-type': [VOICEMAIL_END],
      detail: {
        eventBody: {
          queueId,
          ...(filter.divisionIds.length === 0 ? {} : { divisionId: filter.divisionIds }),
          ...(filter.minimumDurationMs === 0
            ? {}
            : { voicemailDurationMs: [{ numeric: ['>=', filter.minimumDurationMs] }, { exists: false }] }),
        },
      },
    }),
  );
