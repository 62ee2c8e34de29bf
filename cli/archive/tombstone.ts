import * as v from 'valibot';

const id = v.optional(v.string());

/** An erasure leaves this in the place of a voicemail: ids and a time, so that nothing brings it back. */
export const TombstoneSchema = v.object({
  schemaVersion: v.literal(1),
  voicemailId: v.string(),
  queueId: id,
  groupId: id,
  /** So that a repeated erasure of the conversation finds what an earlier one has begun. */
  conversationId: id,
  /** When the erasure began, ISO 8601. */
  erasedDate: v.string(),
  /**
   * Whether Genesys Cloud's own copy is gone: `not-deleted` until Genesys has said so. An older tombstone does not tell.
   */
  atGenesys: v.optional(v.picklist(['deleted', 'not-deleted'])),
});

/** Content of a tombstone. */
export type Tombstone = v.InferOutput<typeof TombstoneSchema>;
