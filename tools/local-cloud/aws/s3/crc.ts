// By index, not by iterator: these loops see every byte of every recording, and an iterator is several times slower.

const BYTE_VALUES = 256;

const crc32Table = Uint32Array.from({ length: BYTE_VALUES }, (_, byte) => {
  let remainder = byte;
  for (let bit = 0; bit < 8; bit++) {
    remainder = (remainder >>> 1) ^ (remainder & 1 ? 0xedb88320 : 0);
  }
  return remainder;
});

/** CRC-32, as in zip files. */
export const crc32 = (data: Buffer): Buffer => {
  let crc = 0xffffffff;
  for (let index = 0; index < data.length; index++) {
    crc = (crc >>> 8) ^ (crc32Table[(crc ^ (data[index] ?? 0)) & 0xff] ?? 0);
  }
  const digest = Buffer.alloc(4);
  digest.writeUInt32BE(~crc >>> 0);
  return digest;
};

const CRC64_NVME_REFLECTED_POLYNOMIAL = 0x9a6c9329ac4bc9b5n;

const crc64Table = Array.from({ length: BYTE_VALUES }, (_, byte) => {
  let remainder = BigInt(byte);
  for (let bit = 0; bit < 8; bit++) {
    remainder = (remainder >> 1n) ^ (remainder & 1n ? CRC64_NVME_REFLECTED_POLYNOMIAL : 0n);
  }
  return remainder;
});
const crc64High = Uint32Array.from(crc64Table, (entry) => Number(entry >> 32n));
const crc64Low = Uint32Array.from(crc64Table, (entry) => Number(entry & 0xffffffffn));

/** CRC-64/NVME, in two halves of 32 bits because a `bigint` for each byte would be slow. */
export const crc64nvme = (data: Buffer): Buffer => {
  let high = 0xffffffff;
  let low = 0xffffffff;
  for (let index = 0; index < data.length; index++) {
    const entry = (low ^ (data[index] ?? 0)) & 0xff;
    low = ((low >>> 8) | (high << 24)) ^ (crc64Low[entry] ?? 0);
    high = (high >>> 8) ^ (crc64High[entry] ?? 0);
  }
  const digest = Buffer.alloc(8);
  digest.writeUInt32BE(~high >>> 0, 0);
  digest.writeUInt32BE(~low >>> 0, 4);
  return digest;
};
