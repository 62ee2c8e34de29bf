import type { AudioFormat } from './audio-format';

/** In whose mailbox a voicemail is: a queue's or a group's. */
export interface VoicemailOwner {
  readonly kind: 'queue' | 'group';
  readonly id: string;
}

/** The ids and the date that make a voicemail's keys. They never change, so neither does its place. */
export interface VoicemailPlace {
  readonly owner: VoicemailOwner;
  /** The voicemail's own `createdDate`, in epoch milliseconds; {@link UNDATED_MS} where it has none. */
  readonly createdMs: number;
  readonly voicemailId: string;
}

/** The keys of one voicemail. */
export interface VoicemailKeys {
  readonly audio: string;
  /** The commit marker, written last. */
  readonly sidecar: string;
  /** Key of the tombstone: an erasure leaves it so that the voicemail never comes back. */
  readonly tombstone: string;
  /** A transcript that came after the sidecar was written. */
  readonly transcript: string;
  /** Says that the voicemail is in the failures queue, so that reconcile does not fail it again and again. */
  readonly failure: string;
}

/**
 * The date of a voicemail whose own nobody knows, 1970-01-01. Events and deliveries differ in their times, so any other rule
 * would give such a voicemail several keys.
 */
export const UNDATED_MS = 0;

/** A time that a key can hold: `undefined` for one that is none, or whose year has other than four digits. */
export const keyTime = (epochMs: number | undefined): number | undefined =>
  epochMs !== undefined && epochMs >= 0 && epochMs < Date.UTC(10_000, 0) ? epochMs : undefined;

const day = (epochMs: number): string => {
  const [year, month, dayOfMonth] = new Date(epochMs).toISOString().slice(0, 10).split('-');
  return `year=${year}/month=${month}/day=${dayOfMonth}/`;
};

/** The prefix of every key of one owner's voicemails of one UTC day: a Hive partition, as Genesys' own bulk export has it. */
export const dayPrefix = (keyPrefix: string, owner: VoicemailOwner, epochMs: number): string =>
  `${keyPrefix}${owner.kind}_id=${owner.id}/${day(epochMs)}`;

/** The beginning of every key of one voicemail, up to the dot. */
export const keyStem = (keyPrefix: string, { owner, createdMs, voicemailId }: VoicemailPlace): string =>
  `${dayPrefix(keyPrefix, owner, createdMs)}${voicemailId}`;

/** Every key of one voicemail. */
export const voicemailKeys = (
  keyPrefix: string,
  place: VoicemailPlace,
  format: AudioFormat,
): VoicemailKeys => {
  const stem = keyStem(keyPrefix, place);
  return {
    audio: `${stem}.${format.extension}`,
    sidecar: `${stem}.json`,
    tombstone: `${stem}.tombstone`,
    transcript: `${stem}.transcript.json`,
    failure: `${stem}.failure`,
  };
};

/** How messages and sidecars name the mailbox of a voicemail. */
export const ownerField = ({ kind, id }: VoicemailOwner) =>
  kind === 'queue' ? { queueId: id } : { groupId: id };
