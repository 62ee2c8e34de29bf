import { isIPv6 } from 'node:net';

const IPV4 = /^(\d+)\.(\d+)\.(\d+)\.(\d+)$/;
const IPV6_CHARACTERS = /^[0-9a-fA-F:]*$/;
const HEX_DIGITS_OF_IPV6 = 32;
const IPV4_MAPPED_PREFIX = '00000000000000000000FFFF';

const hexByte = (value: number): string => value.toString(16).toUpperCase().padStart(2, '0');

const ipv4Hex = (octets: readonly string[]): string | undefined => {
  const values = octets.map(Number);
  return values.every((value) => value <= 255) ? values.map(hexByte).join('') : undefined;
};

const ipv6Hex = (text: string): string | undefined => {
  if (!IPV6_CHARACTERS.test(text) || !isIPv6(text)) {
    return undefined;
  }
  const [head = '', tail] = text.split('::').map((half) =>
    half
      .split(':')
      .map((group) => (group === '' ? '' : group.padStart(4, '0')))
      .join(''),
  );
  const hex =
    tail === undefined ? head : head + '0'.repeat(HEX_DIGITS_OF_IPV6 - head.length - tail.length) + tail;
  const upper = hex.toUpperCase();
  return upper.startsWith(IPV4_MAPPED_PREFIX) ? upper.slice(IPV4_MAPPED_PREFIX.length) : upper;
};

/** An address as upper-case hex digits, 8 for IPv4 and 32 for IPv6; `undefined` for text that is no address. */
export const ipAddressHex = (text: string): string | undefined => {
  const [, ...octets] = IPV4.exec(text) ?? [];
  return octets.length > 0 ? ipv4Hex(octets) : ipv6Hex(text);
};

/** Addresses from `bottom` to `top`, both included, as hex digits. */
export interface IpRange {
  readonly bottom: string;
  readonly top: string;
}

/**
 * The addresses of a CIDR block.
 *
 * @throws RangeError saying what is wrong with the block.
 */
export const cidrRange = (block: string): IpRange => {
  const [address, bits, ...rest] = block.split('/');
  if (address === undefined || bits === undefined || rest.length > 0) {
    throw new RangeError(`a CIDR block holds one "/", but "${block}" does not`);
  }
  const hex = ipAddressHex(address);
  if (hex === undefined) {
    throw new RangeError(`"${address}" is no IP address`);
  }
  const width = hex.length * 4;
  if (!/^\d+$/.test(bits) || Number(bits) >= width) {
    throw new RangeError(`the mask of "${block}" must be a whole number from 0 to ${width - 1}`);
  }
  const hostBits = BigInt(width - Number(bits));
  const network = (BigInt(`0x${hex}`) >> hostBits) << hostBits;
  const digits = (value: bigint) => value.toString(16).toUpperCase().padStart(hex.length, '0');
  return { bottom: digits(network), top: digits(network | ((1n << hostBits) - 1n)) };
};

/**
 * Whether an address lies in a range, digit by digit from the left, as Event Ruler compares them: it does not ask whether
 * both are of the same family, so `a12::` lies in `10.0.0.0/8`.
 */
export const isInRange = (hex: string, { bottom, top }: IpRange): boolean =>
  hex >= bottom && (hex <= top || hex.startsWith(top));
