import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';

/** What S3 tells EventBridge of a new object, as far as a recipe reads it. */
export interface ObjectCreated {
  readonly detail: { readonly bucket: { readonly name: string }; readonly object: { readonly key: string } };
}

/** A voicemail that has just been stored: what its sidecar says, and where its audio is. */
export interface StoredVoicemail {
  readonly voicemailId: string;
  readonly queueId?: string;
  readonly conversationId?: string;
  readonly createdDate: string;
  readonly durationMs?: number;
  readonly contentType: string;
  readonly audioFile: string;
  readonly bucket: string;
  readonly audioKey: string;
}

/** A backfill stores voicemail of weeks ago; nobody wants to be told of it now. */
const OLDEST_MS = 24 * 3_600_000;

/** Of a Lambda container, whose connections it keeps. */
export const s3 = new S3Client({});

const read = async (bucket: string, key: string): Promise<Uint8Array> => {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  return (await Body?.transformToByteArray()) ?? new Uint8Array();
};

/**
 * Notes that a recipe has acted on a voicemail. Whoever writes the note first goes on: S3 delivers an event more than once.
 *
 * @returns false where somebody has noted it before.
 */
const isFirst = async (recipe: string, voicemailId: string): Promise<boolean> => {
  const note = { Bucket: process.env['NOTES_BUCKET'], Key: `${recipe}/${voicemailId}`, IfNoneMatch: '*' };
  try {
    await s3.send(new PutObjectCommand({ ...note, Body: recipe }));
    return true;
  } catch (error) {
    if (error instanceof Error && error.name === 'PreconditionFailed') {
      return false;
    }
    throw error;
  }
};

/** Makes the handler of a recipe: it acts at most once for each voicemail, right after its sidecar was written. */
export const onStored =
  (recipe: string, act: (voicemail: StoredVoicemail) => Promise<void>) =>
  async ({ detail: { bucket, object } }: ObjectCreated): Promise<void> => {
    const sidecar = JSON.parse(Buffer.from(await read(bucket.name, object.key)).toString('utf8'));
    const isNew = Date.now() - Date.parse(sidecar.createdDate) < OLDEST_MS;
    if (isNew && (await isFirst(recipe, sidecar.voicemailId))) {
      const folder = object.key.slice(0, object.key.lastIndexOf('/') + 1);
      await act({ ...sidecar, bucket: bucket.name, audioKey: `${folder}${sidecar.audioFile}` });
    }
  };

/** The recording itself. */
export const audioOf = ({ bucket, audioKey }: StoredVoicemail): Promise<Uint8Array> => read(bucket, audioKey);

/** A link that plays the recording for whoever has it, and ends after some seconds. */
export const linkTo = ({ bucket, audioKey }: StoredVoicemail, seconds: number): Promise<string> =>
  getSignedUrl(s3, new GetObjectCommand({ Bucket: bucket, Key: audioKey }), { expiresIn: seconds });

/** One line for a person. It names the queue by its id: the archive knows no names. */
export const inWords = ({ queueId = 'a group', createdDate, durationMs = 0 }: StoredVoicemail): string =>
  `Voicemail on ${queueId}, left ${createdDate}, ${Math.round(durationMs / 1000)} s`;
