import type { Archive } from '../archive/archive';
import { dayPrefix, ownerField, type VoicemailOwner } from '../contract/object-key';
import type { VoicemailMessage } from '../genesys/voicemail';

/** A voicemail that the archive should hold. */
export type ExpectedVoicemail = VoicemailMessage & { readonly createdMs: number };

/** The kinds of objects that the archive has of a voicemail, as bits. */
const HAS = { sidecar: 1, audio: 2, tombstone: 4, failure: 8, transcript: 16 } as const;

const bitOf = (extension: string): number => {
  switch (extension) {
    case 'json':
      return HAS.sidecar;
    case 'tombstone':
      return HAS.tombstone;
    case 'failure':
      return HAS.failure;
    case 'transcript.json':
      return HAS.transcript;
    default:
      return HAS.audio;
  }
};

/** So few voicemails are cheaper to look at one by one than among all of their day. */
const FEW = 5;
/** Days whose keys are kept: those that neighbouring pages of a mailbox share. */
const KEPT_DAYS = 2;

/** The archive's keys of one mailbox. Each day is listed once. */
export class DayListings {
  readonly #archive: Pick<Archive, 'list' | 'keyPrefix'>;
  readonly #owner: VoicemailOwner;
  readonly #days = new Map<string, ReadonlyMap<string, number>>();

  constructor(archive: Pick<Archive, 'list' | 'keyPrefix'>, owner: VoicemailOwner) {
    this.#archive = archive;
    this.#owner = owner;
  }

  /**
   * Sorts voicemails into those that need to be sent, since they are neither stored with their audio, nor erased, nor in the
   * failures queue, and those that are stored and have no transcript of their own.
   */
  async sort(voicemails: readonly ExpectedVoicemail[]): Promise<{
    readonly missing: readonly ExpectedVoicemail[];
    readonly stored: readonly ExpectedVoicemail[];
  }> {
    const missing: ExpectedVoicemail[] = [];
    const stored: ExpectedVoicemail[] = [];
    const days = new Map<string, ExpectedVoicemail[]>();
    for (const voicemail of voicemails) {
      const prefix = dayPrefix(this.#archive.keyPrefix, this.#owner, voicemail.createdMs);
      days.set(prefix, [...(days.get(prefix) ?? []), voicemail]);
    }
    for (const [prefix, ofDay] of days) {
      const isFew = ofDay.length <= FEW && !this.#days.has(prefix);
      for (const voicemail of ofDay) {
        const day = await (isFew ? this.#list(prefix, `${prefix}${voicemail.id}.`) : this.#day(prefix));
        const has = day.get(voicemail.id) ?? 0;
        if (!isSettled(has)) {
          missing.push(voicemail);
        } else if ((has & (HAS.sidecar | HAS.transcript)) === HAS.sidecar) {
          stored.push(voicemail);
        }
      }
    }
    return { missing, stored };
  }

  async #day(prefix: string): Promise<ReadonlyMap<string, number>> {
    const known = this.#days.get(prefix);
    if (known !== undefined) {
      return known;
    }
    const day = await this.#list(prefix, prefix);
    this.#days.set(prefix, day);
    if (this.#days.size > KEPT_DAYS) {
      const [oldest = ''] = this.#days.keys();
      this.#days.delete(oldest);
    }
    return day;
  }

  async #list(folder: string, prefix: string): Promise<ReadonlyMap<string, number>> {
    const has = new Map<string, number>();
    for await (const { key } of this.#archive.list(prefix)) {
      const name = key.slice(folder.length);
      const dot = name.indexOf('.');
      const voicemailId = name.slice(0, dot);
      has.set(voicemailId, (has.get(voicemailId) ?? 0) | bitOf(name.slice(dot + 1)));
    }
    return has;
  }
}

const isSettled = (has: number): boolean =>
  (has & (HAS.tombstone | HAS.failure)) !== 0 ||
  (has & (HAS.sidecar | HAS.audio)) === (HAS.sidecar | HAS.audio);

/** Those of one mailbox's voicemails that the archive lacks; each day that they touch is listed once. */
export const missingVoicemails = async (
  archive: Pick<Archive, 'list' | 'keyPrefix'>,
  owner: VoicemailOwner,
  voicemails: readonly ExpectedVoicemail[],
): Promise<readonly ExpectedVoicemail[]> => (await new DayListings(archive, owner).sort(voicemails)).missing;

/** The message that asks the function to move one voicemail. */
export const voicemailMessage =
  (owner: VoicemailOwner) =>
  ({ id, conversationId, createdMs }: ExpectedVoicemail) => ({
    schemaVersion: 1,
    kind: 'voicemail',
    voicemailId: id,
    ...(conversationId === undefined ? {} : { conversationId }),
    ...ownerField(owner),
    eventTimeMs: createdMs,
  });
