import { VOICEMAIL_END_DETAIL_TYPE } from '../../../functions/move-voicemail-to-s3/contract/queue-message';
import { jsonText } from '../policy';

/**
 * Queue ids in one rule. EventBridge takes a pattern of 2,048 characters: 40 ids of 39 leave room for the longest partner
 * name. Source: `EventPattern` of `PutRule` in its API reference.
 */
export const IDS_PER_RULE = 40;

/** Queue ids in one rule whose pattern also holds up to ten divisions. */
export const IDS_PER_RULE_WITH_DIVISIONS = 30;

/** Selects the voicemail events to move. */
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

/** Lists the values of `queueId`, one list per rule. Entries are alternatives: included and excluded ids cannot be mixed. */
const queueFilters = ({ queueIds, excludedQueueIds, divisionIds }: VoicemailFilter) => {
  if (excludedQueueIds.length > 0) {
    return [[{ 'anything-but': excludedQueueIds }]];
  }
  if (queueIds.length > 0) {
    return inChunks(queueIds, divisionIds.length > 0 ? IDS_PER_RULE_WITH_DIVISIONS : IDS_PER_RULE);
  }
  // An event without a queue is not about the voicemail of a queue.
  return [[{ exists: true }]];
};

/**
 * Writes the event patterns, one per rule.
 *
 * The fields are nested as they are in the event: EventBridge's guide documents no other form. (Its engine happens to read
 * dotted keys alike, because it joins names with dots.) An event without a duration passes, because Genesys does not
 * promise that the field is there.
 */
export const eventPatterns = (filter: VoicemailFilter): readonly string[] =>
  queueFilters(filter).map((queueId) =>
    jsonText('event pattern', {
      source: [filter.eventSourceName],
      account: [filter.accountId],
      'detail-type': [VOICEMAIL_END_DETAIL_TYPE],
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
