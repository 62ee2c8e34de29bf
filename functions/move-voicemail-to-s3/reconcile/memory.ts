import { randomUUID } from 'node:crypto';
import * as v from 'valibot';
import type { Archive } from '../archive/archive';
import type { VoicemailOwner } from '../contract/object-key';

const times = v.record(v.string(), v.number());

/** Memory of the reconcile for one mailbox; it lies in the archive. */
const mailboxMemory = v.object({
  schemaVersion: v.literal(1),
  /** Whoever works on the mailbox has it until then. */
  leaseEndsMs: v.fallback(v.number(), 0),
  /** Voicemails that were left before are settled, or on their way. */
  settledMs: v.fallback(v.number(), 0),
  /** When the whole look-back was last looked through. */
  wholeMs: v.fallback(v.number(), 0),
  /** Where a run was interrupted. Until `byMs` its own message goes on from there, then the next run does. */
  resume: v.fallback(
    v.nullish(
      v.object({
        pageNumber: v.number(),
        step: v.picklist([1, -1]),
        isByTime: v.boolean(),
        isWhole: v.boolean(),
        beganMs: v.number(),
        byMs: v.number(),
      }),
    ),
    null,
  ),
  /** When each voicemail was sent that has not been seen settled since. */
  onTheWay: v.fallback(times, {}),
  /** When each voicemail was left that was stored without a transcript, and may still get one. */
  untranscribed: v.fallback(times, {}),
  /** When these were last asked for. */
  transcribedMs: v.fallback(v.number(), 0),
});

/** Memory of the reconcile for one mailbox. */
export type MailboxMemory = v.InferOutput<typeof mailboxMemory>;

const NEW: MailboxMemory = {
  schemaVersion: 1,
  leaseEndsMs: 0,
  settledMs: 0,
  wholeMs: 0,
  resume: null,
  onTheWay: {},
  untranscribed: {},
  transcribedMs: 0,
};

/** The key of a mailbox's memory. Hive and Athena pass over names with an underscore. */
const keyOf = (archive: Pick<Archive, 'keyPrefix'>, { kind, id }: VoicemailOwner): string =>
  `${archive.keyPrefix}${kind}_id=${id}/_reconcile.json`;

/** A mailbox's memory, and the version of it that was read or written last. */
export class RememberedMailbox {
  readonly #archive: Archive;
  readonly #key: string;
  #etag: string | undefined;
  memory: MailboxMemory;

  private constructor(archive: Archive, key: string, memory: MailboxMemory, etag: string | undefined) {
    this.#archive = archive;
    this.#key = key;
    this.memory = memory;
    this.#etag = etag;
  }

  /** Reads the memory of a mailbox. One that cannot be read counts as a new one: nothing in it is more than saved work. */
  static async read(archive: Archive, owner: VoicemailOwner): Promise<RememberedMailbox> {
    const key = keyOf(archive, owner);
    const stored = (await archive.exists(key)) ? await archive.getJson(key) : undefined;
    const parsed = v.safeParse(mailboxMemory, stored?.content);
    return new RememberedMailbox(archive, key, parsed.success ? parsed.output : NEW, stored?.etag);
  }

  /** Writes the memory. @returns false where somebody else has written it since it was read */
  async write(changes: Partial<MailboxMemory>): Promise<boolean> {
    const memory = { ...this.memory, ...changes, writtenBy: randomUUID() };
    const etag = await this.#archive.write(this.#key, memory, this.#etag);
    if (etag === undefined) {
      return false;
    }
    this.memory = memory;
    this.#etag = etag;
    return true;
  }
}
