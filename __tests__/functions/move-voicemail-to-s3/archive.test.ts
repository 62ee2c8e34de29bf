import { S3Client } from '@aws-sdk/client-s3';
import fastify from 'fastify';
import { Archive } from '../../../functions/move-voicemail-to-s3/archive/archive';
import { Deadline } from '../../../functions/move-voicemail-to-s3/deadline';
import { TemporaryError } from '../../../functions/move-voicemail-to-s3/errors';
import { PART_BYTES } from '../../../functions/move-voicemail-to-s3/recording/digest';
import { listen } from '../../../tools/local-cloud/listen';

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
    tags: '',
    deadline: new Deadline(() => 60_000, 0),
  });
  try {
    const upload = archive.putAudio({
      key: 'queue_id=1/a.webm',
      contentType: 'audio/webm',
      metadata: {},
      media: { lengthBytes: undefined, body },
      memory: Buffer.alloc(PART_BYTES),
      accept: () => undefined,
    });
    await expect(upload).rejects.toBeInstanceOf(TemporaryError);
    expect(isEnded).toBe(true);
  } finally {
    await server.close();
  }
});
