import { HeadObjectCommand, S3Client } from '@aws-sdk/client-s3';
import fastify from 'fastify';
import { retryEachRequest } from '../../../functions/move-voicemail-to-s3/aws';
import { listen } from '../../../tools/local-cloud/listen';

test('however many requests failed before, a request is still tried three times', async () => {
  const server = fastify();
  const tries = new Map<string, number>();
  server.all('/*', ({ url }, reply) => {
    tries.set(url, (tries.get(url) ?? 0) + 1);
    return reply.code(503).send();
  });
  const s3 = retryEachRequest(
    new S3Client({
      endpoint: await listen(server, 'the failing S3', 0),
      forcePathStyle: true,
      region: 'eu-central-1',
      credentials: { accessKeyId: 'key', secretAccessKey: 'secret' },
    }),
  );
  try {
    // The SDK's own budget is spent after a hundred retries.
    const keys = Array.from({ length: 80 }, (_, index) => String(index));
    const answers = await Promise.allSettled(
      keys.map((Key) => s3.send(new HeadObjectCommand({ Bucket: 'archive', Key }))),
    );
    expect(answers.every(({ status }) => status === 'rejected')).toBe(true);
    expect([...tries.values()]).toEqual(keys.map(() => 3));
  } finally {
    s3.destroy();
    await server.close();
  }
});
