import * as v from 'valibot';
import { genesysId } from '../../shared/genesys-id';
import { AUDIO_FORMATS } from './audio-format';

const wholeNumber = v.pipe(v.number(), v.integer(), v.minValue(0));

/**
 * The sidecar of a stored voicemail: `<voicemail id>.json` beside the audio, written last. That it is there means that the
 * voicemail is stored whole.
 *
 * Published as `docs/schemas/sidecar.schema.json`. It holds no phone number and no caller's name.
 */
export const SidecarSchema = v.pipe(
  v.strictObject({
    schemaVersion: v.literal(1),
    voicemailId: genesysId,
    conversationId: v.optional(genesysId),
    /** Exactly one of `queueId` and `groupId` is there. */
    queueId: v.optional(genesysId),
    groupId: v.optional(genesysId),
    /** When the voicemail was left, by Genesys; ISO 8601 in UTC. 1970-01-01 where Genesys does not say. */
    createdDate: v.pipe(v.string(), v.isoTimestamp()),
    /** When this function stored it; ISO 8601 in UTC. */
    storedDate: v.pipe(v.string(), v.isoTimestamp()),
    durationMs: v.optional(wholeNumber),
    /** The file name of the audio, in the same folder. */
    audioFile: v.string(),
    format: v.picklist(Object.values(AUDIO_FORMATS).map(({ formatId }) => formatId)),
    contentType: v.string(),
    sizeBytes: wholeNumber,
    /** SHA-256 of the audio's bytes, in lower-case hex. */
    sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
    /**
     * There only where the recording's own bytes do not prove that it is whole: nothing in them says where it should end, as
     * streaming encoders write it, or they contradict themselves or the duration. Then the original stays at Genesys.
     */
    wholeness: v.optional(v.literal('unproven')),
    /** Genesys' transcript of the recording, where it makes one. */
    transcript: v.optional(v.string()),
  }),
  v.title('Sidecar of a stored voicemail'),
);

/** The sidecar of a stored voicemail. */
export type Sidecar = v.InferOutput<typeof SidecarSchema>;
