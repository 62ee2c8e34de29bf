import fc from 'fast-check';
import { decodeAwsChunked } from '../../../../../tools/local-cloud/aws/s3/aws-chunked';

const frame = (chunks: readonly Buffer[], trailers: readonly string[] = []): Buffer =>
  Buffer.concat([
    ...chunks.flatMap((chunk) => [
      Buffer.from(`${chunk.length.toString(16)}\r\n`),
      chunk,
      Buffer.from('\r\n'),
    ]),
    Buffer.from(`0\r\n${trailers.map((line) => `${line}\r\n`).join('')}\r\n`),
  ]);

describe('aws-chunked framing', () => {
  it('comes off any chunks, and gives the trailing fields', () => {
    const chunk = fc.integer({ min: 8192, max: 20_000 }).map((size) => Buffer.alloc(size, size));
    fc.assert(
      fc.property(fc.array(chunk, { maxLength: 4 }), fc.uint8Array({ minLength: 1 }), (chunks, last) => {
        const all = [...chunks, Buffer.from(last)];
        const { data, trailers } = decodeAwsChunked(frame(all, ['X-Amz-Checksum-Crc32: AAAAAA==']));
        expect(data.equals(Buffer.concat(all))).toBe(true);
        expect([...trailers]).toEqual([['x-amz-checksum-crc32', 'AAAAAA==']]);
      }),
    );
  });

  it.each([
    ['nothing', ''],
    ['no last chunk', '1\r\nx\r\n'],
    ['an end cut short', '1\r\nx\r\n0\r\n'],
    ['a chunk shorter than it says', '2\r\nx\r\n0\r\n\r\n'],
    ['a chunk longer than it says', '1\r\nxy\r\n0\r\n\r\n'],
    ['a size that is no hex number', 'g\r\nx\r\n0\r\n\r\n'],
    ['a negative size', '-1\r\nx\r\n0\r\n\r\n'],
    ['a chunk signature', '1;chunk-signature=0\r\nx\r\n0\r\n\r\n'],
    ['line feeds alone', '1\nx\n0\n\n'],
    ['more after the end', '1\r\nx\r\n0\r\n\r\nmore'],
    ['a trailing field without a colon', '1\r\nx\r\n0\r\nfield\r\n\r\n'],
  ])('is refused with %s', (_, body) => {
    expect(() => decodeAwsChunked(Buffer.from(body))).toThrow();
  });

  it('is refused with a chunk below 8 KiB before the last', () => {
    const [small, large] = [Buffer.alloc(8191), Buffer.alloc(8192)];
    expect(() => decodeAwsChunked(frame([small, large]))).toThrow('8192');
    expect(decodeAwsChunked(frame([large, small])).data).toHaveLength(16_383);
  });
});
