// By index, not by iterator: these loops see every byte of every recording, and an iterator is several times slower.

const BYTE_VALUES = 256;

/** A CRC of 32 bits over reflected bytes, beginning with and inverted by all ones. */
const crc32Of = (reflectedPolynomial: number): ((data: Buffer) => Buffer) => {
  const table = Uint32Array.from({ length: BYTE_VALUES }, (_, byte) => {
    let remainder = byte;
    for (let bit = 0; bit < 8; bit++) {
      remainder = (remainder >>> 1) ^ (remainder & 1 ? reflectedPolynomial : 0);
    }
    return remainder;
  });
  return (data) => {
    let crc = 0xffffffff;
    for (let index = 0; index < data.length; index++) {
      crc = (crc >>> 8) ^ (table[(crc ^ (data[index] ?? 0)) & 0xff] ?? 0);
    }
    const digest = Buffer.alloc(4);
    digest.writeUInt32BE(~crc >>> 0);
    return digest;
  };
};

export const crc32 = crc32Of(0xedb88320);
export const crc32c = crc32Of(0x82f63b78);

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
