import { crc32, crc64nvme } from '../../../../../tools/local-cloud/aws/s3/checksum';

describe('a CRC of the nine digits is the catalogued one', () => {
  it.each([
    ['CRC-32/ISO-HDLC', crc32, 'cbf43926'],
    ['CRC-64/NVME', crc64nvme, 'ae8b14860a799888'],
  ])('%s', (_, crc, expected) => {
    expect(crc(Buffer.from('123456789')).toString('hex')).toBe(expected);
  });

  it.each([
    ['CRC-32/ISO-HDLC', crc32, '00000000'],
    ['CRC-64/NVME', crc64nvme, '0000000000000000'],
  ])('%s of nothing is zero', (_, crc, expected) => {
    expect(crc(Buffer.alloc(0)).toString('hex')).toBe(expected);
  });
});
