import type { VoicemailOwner } from '../genesys/owner';
import type { AudioFormat } from './audio-format';

/** What decides where a voicemail lies in the archive; the same voicemail always lies in the same place. */
export interface VoicemailPlace {
  readonly owner: VoicemailOwner;
  /** The voicemail's own `createdDate`, in epoch milliseconds. */
  readonly createdMs: number;
  readonly voicemailId: string;
}

/** The keys of one voicemail. */
export interface VoicemailKeys {
  readonly audio: string;
  /** The commit marker, written last. */
  readonly sidecar: string;
  /** What an erasure leaves, so that the voicemail never comes back. */
  readonly tombstone: string;
  /** Says that the voicemail is in the failures queue, so that reconcile does not fail it again and again. */
  readonly failure: string;
}

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

/** Every key of one voicemail. */
export const voicemailKeys = (
  keyPrefix: string,
  { owner, createdMs, voicemailId }: VoicemailPlace,
  format: AudioFormat,
): VoicemailKeys => {
  const stem = `${dayPrefix(keyPrefix, owner, createdMs)}${voicemailId}`;
  return {
    audio: `${stem}.${format.extension}`,
    sidecar: `${stem}.json`,
    tombstone: `${stem}.tombstone`,
    failure: `${stem}.failure`,
  };
};
