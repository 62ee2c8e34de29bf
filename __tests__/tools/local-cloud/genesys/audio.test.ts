import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { audioSha256, bufferAudio, generatedAudio } from '../../../../tools/local-cloud/genesys';

const size = fc.integer({ min: 0, max: 300_000 });
const bytesOf = (source: ReturnType<typeof generatedAudio>, length: number) =>
  Buffer.concat([...source.chunks(length)]);

describe('a recording', () => {
  test('that is generated has its size, and its beginning does not depend on how much is read', () => {
    fc.assert(
      fc.property(size, size, fc.nat(), (one, other, seed) => {
        const [sizeBytes, length] = one >= other ? [one, other] : [other, one];
        const source = generatedAudio({ sizeBytes, seed });
        const whole = bytesOf(source, sizeBytes);
        return whole.length === sizeBytes && bytesOf(source, length).equals(whole.subarray(0, length));
      }),
    );
  });

  test('that is generated differs by seed', () => {
    const bytes = (seed: number) => bytesOf(generatedAudio({ sizeBytes: 200, seed }), 200).toString('hex');
    expect(new Set([0, 1, 2].map(bytes)).size).toBe(3);
    expect(bytes(1)).toBe(bytes(1));
  });

  test('that is held comes back byte for byte, with its SHA-256', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200_000 }), (content) => {
        const bytes = Buffer.from(content);
        const source = bufferAudio(bytes);
        const sha256 = createHash('sha256').update(bytes).digest('hex');
        return bytesOf(source, bytes.length).equals(bytes) && audioSha256(source) === sha256;
      }),
    );
  });
});
