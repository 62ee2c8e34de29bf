import * as v from 'valibot';
import { hint, readableId } from './fields';

/** `CallbackConversation`: each of its participants may carry a voicemail. */
export const callbackConversation = v.object({
  id: hint(v.string()),
  participants: hint(v.array(v.unknown())),
  divisions: hint(v.array(v.unknown())),
});

const participant = v.object({
  purpose: hint(v.string()),
  state: hint(v.string()),
  voicemail: hint(v.object({ id: hint(v.string()), uploadStatus: hint(v.string()) })),
});

const division = v.object({ division: v.object({ id: v.string() }) });

/** One voicemail that a conversation names. */
export interface ConversationVoicemail {
  readonly id: string | undefined;
  /** `pending`, `complete`, `failed`, `timeout`, `none`, or something newer. */
  readonly uploadStatus: string | undefined;
}

/** The callback that a voicemail became. */
export interface CallbackConversation {
  readonly voicemails: readonly ConversationVoicemail[];
  /** The divisions of everything that the conversation has met. */
  readonly divisionIds: readonly string[];
  /** Whether somebody other than the caller, such as an agent, is on it or is being called. */
  readonly hasPeople: boolean;
}

/** Purposes behind which nobody of the organization is. Source: the enum of `purpose` in `purecloud-platform-client-v2`. */
const NOBODY: ReadonlySet<string> = new Set([
  'customer',
  'external',
  'acd',
  'ivr',
  'voicemail',
  'workflow',
  'dialer',
  'campaign',
  'bot',
  'api',
]);
const GONE: ReadonlySet<string> = new Set(['disconnected', 'terminated']);

/** A participant that cannot be read must not hide the others; `undefined` for such a one. */
const toParticipant = (value: unknown): v.InferOutput<typeof participant> | undefined => {
  const parsed = v.safeParse(participant, value);
  return parsed.success ? parsed.output : undefined;
};

/** Reads a `CallbackConversation`, whatever else it holds. */
export const toConversation = ({
  participants,
  divisions,
}: v.InferOutput<typeof callbackConversation>): CallbackConversation => {
  const read = (participants ?? []).map(toParticipant);
  return {
    voicemails: read.flatMap((one) =>
      one?.voicemail === null || one?.voicemail === undefined
        ? []
        : [
            {
              id: readableId(one.voicemail.id),
              uploadStatus: one.voicemail.uploadStatus?.toLowerCase(),
            },
          ],
    ),
    divisionIds: (divisions ?? []).flatMap((value) => {
      const parsed = v.safeParse(division, value);
      const id = parsed.success ? readableId(parsed.output.division.id) : undefined;
      return id === undefined ? [] : [id];
    }),
    // Who is on it is unknown where nobody is named; then it is not ours to end.
    hasPeople:
      read.length === 0 ||
      read.some(
        (one) =>
          one !== undefined &&
          !NOBODY.has(one.purpose?.toLowerCase() ?? '') &&
          !GONE.has(one.state?.toLowerCase() ?? ''),
      ),
  };
};
