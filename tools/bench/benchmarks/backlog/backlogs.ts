/** Unread voicemails in the queue beside the one that is moved. */
export const BACKLOGS = [10, 1_000, 10_000] as const;

/** One of {@link BACKLOGS}. */
export type Backlog = (typeof BACKLOGS)[number];
