import { AUDIO_FORMATS } from '../../functions/move-voicemail-to-s3/contract/audio-format';
import type { MoveVoicemailToS3Settings } from '../../functions/move-voicemail-to-s3/contract/environment';
import { Archive, Deadline } from '../../functions/move-voicemail-to-s3/contract/operator';
import type { Deployment } from '../deployment';

/** A command has no deadline; each of its calls has this one, in milliseconds. */
const CALL_DEADLINE_MS = 300_000;

/** The archive as the deployed function sees it. */
export const openArchive = ({ aws, outputs }: Deployment, settings: MoveVoicemailToS3Settings): Archive =>
  new Archive({
    s3: aws.s3,
    bucketName: outputs.bucket_name,
    kmsKeyArn: settings.ARCHIVE_KMS_KEY_ARN,
    keyPrefix: settings.ARCHIVE_KEY_PREFIX,
    format: AUDIO_FORMATS[settings.AUDIO_FORMAT],
    tags: '',
    absence: { isTold: true },
    deadline: new Deadline(() => CALL_DEADLINE_MS, 0),
  });
