import { createHash } from 'node:crypto';
import { closeWorlds, refuse, startWorld } from './mover-world';

afterEach(closeWorlds);

const MIB = 1024 * 1024;
const audio = { WEBM: { sizeBytes: 12 * MIB + 17, seed: 9 } };

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

test('a large voicemail goes up in parts, each verified by SHA-256, in a function of 128 MB', async () => {
  const world = await startWorld({ memorySizeMb: 128 });
  const left = world.leaveVoicemail({ audio });
  world.deliver(left.event);
  const [report] = await world.poll();
  expect(world.outcomes).toEqual(['stored']);
  const stored = world.objectEndingIn('.webm');
  expect(sha256(stored.body)).toBe(left.sha256.WEBM);
  expect(stored.checksum).toMatchObject({ algorithm: { name: 'SHA256' }, type: 'COMPOSITE' });
  expect(stored.metadata['voicemail-id']).toBe(left.messageId);
  expect(JSON.parse(world.objectEndingIn('.json').body.toString())).toMatchObject({
    sha256: left.sha256.WEBM,
    sizeBytes: audio.WEBM.sizeBytes,
  });
  expect(world.unfinishedUploads).toBe(0);
  expect(report?.invocation?.maxMemoryUsedMb).toBeLessThan(128);
});

test('a large voicemail whose sidecar is missing is verified by the checksum of its parts, and completed', async () => {
  const world = await startWorld();
  world.injectAwsFault({ operation: 'PutObject', resourceEnd: '.json', times: 3, fault: refuse(503) });
  world.deliver(world.leaveVoicemail({ audio }).event);
  await world.drain();
  expect(world.outcomes).toEqual(['stored']);
  expect(world.keys).toHaveLength(2);
  expect(world.awsCalls('CompleteMultipartUpload')).toBe(2);
  expect(world.unfinishedUploads).toBe(0);
});

test('a source that dies in the middle of an upload in parts gives a clean end: no object, no upload, no crash', async () => {
  const world = await startWorld();
  world.genesys.injectFault({
    service: 'media',
    fault: { effect: 'none', answer: { kind: 'cut-body', fraction: 0.6 } },
  });
  world.deliver(world.leaveVoicemail({ audio }).event);
  const [report] = await world.poll();
  expect(report?.invocation?.outcome).toBe('success');
  expect(world.keys).toEqual([]);
  expect(world.unfinishedUploads).toBe(0);
  world.genesys.clearFaults();
  await world.drain();
  expect(world.outcomes).toEqual(['stored']);
});

test('an S3 that refuses a part gives a clean end, too', async () => {
  const world = await startWorld();
  world.injectAwsFault({ operation: 'UploadPart', times: 3, fault: refuse(500) });
  world.deliver(world.leaveVoicemail({ audio }).event);
  const [report] = await world.poll();
  expect(report?.invocation?.outcome).toBe('success');
  expect(world.keys).toEqual([]);
  expect(world.unfinishedUploads).toBe(0);
  await world.drain();
  expect(world.outcomes).toEqual(['stored']);
});
