import { S3Client } from '@aws-sdk/client-s3';
import fastify from 'fastify';
import { Archive } from '../../../functions/move-voicemail-to-s3/archive/archive';
import { AUDIO_FORMATS } from '../../../functions/move-voicemail-to-s3/contract/audio-format';
import { Deadline } from '../../../functions/move-voicemail-to-s3/deadline';
import { TemporaryError } from '../../../functions/move-voicemail-to-s3/errors';
import { PART_BYTES } from '../../../functions/move-voicemail-to-s3/recording/digest';
import { AudioProof } from '../../../functions/move-voicemail-to-s3/recording/proof/audio-proof';
import { listen } from '../../../tools/local-cloud/listen';
import { recording } from './recordings';

test('a download whose upload cannot begin is ended at once, not only at the deadline', async () => {
  const server = fastify();
  server.all('/*', (_request, reply) => reply.code(403).send());
  const endpoint = await listen(server, 'the refusing S3', 0);
  let isEnded = false;
  const body = {
    fill: async (buffer: Buffer) => ({ sizeBytes: buffer.length, isLast: false }),
    close: () => {
      isEnded = true;
    },
  };
  const archive = new Archive({
    s3: new S3Client({
      endpoint,
      region: 'eu-central-1',
      credentials: { accessKeyId: 'key', secretAccessKey: 'secret' },
    }),
    bucketName: 'archive',
    kmsKeyArn: 'arn:aws:kms:eu-central-1:123456789012:key/1',
    keyPrefix: '',
    format: AUDIO_FORMATS.WEBM,
    tags: '',
    absence: { isTold: true },
    deadline: new Deadline(() => 60_000, 0),
  });
  try {
    const place = { voicemailId: 'a', owner: { kind: 'queue', id: '1' }, createdMs: 0 } as const;
    const upload = archive.putAudio(place, {
      metadata: {},
      media: { lengthBytes: undefined, body },
      memory: recording(PART_BYTES),
      proof: new AudioProof('WEBM'),
      accept: async () => undefined,
    });
    await expect(upload).rejects.toBeInstanceOf(TemporaryError);
    expect(isEnded).toBe(true);
  } finally {
    await server.close();
  }
});
