/** Facts of a voicemail that the service answers from; its id holds them all, so the service keeps no state. */
export interface VoicemailFacts {
  /** Tells voicemails of one kind apart; at most 32 bits. */
  readonly number: number;
  /** Voicemails in the queue beside this one; at most 16 bits. */
  readonly backlog: number;
  /** Size of the recording; at most 48 bits. */
  readonly sizeBytes: number;
}

const ID = /([0-9a-f]{8})-([0-9a-f]{4})-4000-8000-([0-9a-f]{12})/;

const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0');

/** Writes the facts as a UUID. It names the voicemail, its conversation and its queue alike. */
export const toVoicemailId = ({ number, backlog, sizeBytes }: VoicemailFacts): string =>
  `${hex(number, 8)}-${hex(backlog, 4)}-4000-8000-${hex(sizeBytes, 12)}`;

/** Reads the facts from the first id of {@link toVoicemailId} in a path; `undefined` where there is none. */
export const findVoicemail = (path: string): (VoicemailFacts & { readonly id: string }) | undefined => {
  const match = ID.exec(path);
  if (match === null) {
    return undefined;
  }
  const [id, ...parts] = match;
  const [number = 0, backlog = 0, sizeBytes = 0] = parts.map((part) => Number.parseInt(part, 16));
  return { id, number, backlog, sizeBytes };
};
