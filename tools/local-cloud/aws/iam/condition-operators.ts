import { BlockList, isIP, isIPv4, isIPv6 } from 'node:net';
import { arnPattern, likePattern } from './text-pattern';

/** Compares the value of a request with one value of a policy. */
export type ValueTest = (requestValue: string) => boolean;

/** Compiles a policy's value. @throws RangeError for a value that the operator cannot compare with. */
type Compile = (policyValue: string) => ValueTest;

const number = (text: string): number => (/^[+-]?\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN);

const ISO_8601 = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2}))?$/;

/** Milliseconds since the Unix epoch, from the ISO 8601 form or from seconds since the epoch. */
const date = (text: string): number => {
  if (/^\d+$/.test(text)) {
    return Number(text) * 1000;
  }
  return ISO_8601.test(text) ? Date.parse(text) : Number.NaN;
};

const ordered =
  (
    read: (text: string) => number,
    expected: string,
    holds: (request: number, policy: number) => boolean,
  ): Compile =>
  (policyValue) => {
    const policyNumber = read(policyValue);
    if (Number.isNaN(policyNumber)) {
      throw new RangeError(`${JSON.stringify(policyValue)} is not ${expected}`);
    }
    return (requestValue) => {
      const requestNumber = read(requestValue);
      return !Number.isNaN(requestNumber) && holds(requestNumber, policyNumber);
    };
  };

const numeric = (holds: (request: number, policy: number) => boolean): Compile =>
  ordered(number, 'a number', holds);
const dated = (holds: (request: number, policy: number) => boolean): Compile =>
  ordered(date, 'a date, such as 2026-01-31T00:00:00Z or the seconds since 1970', holds);

const bool: Compile = (policyValue) => {
  const expected = policyValue.toLowerCase();
  if (expected !== 'true' && expected !== 'false') {
    throw new RangeError(`${JSON.stringify(policyValue)} is neither "true" nor "false"`);
  }
  return (requestValue) => requestValue.toLowerCase() === expected;
};

const arn: Compile = (policyValue) => arnPattern(policyValue).matches;

const ipAddress: Compile = (policyValue) => {
  const [address = '', bits, ...rest] = policyValue.split('/');
  const width = isIPv6(address) ? 128 : 32;
  const prefix = Number(bits ?? width);
  const isBlock = isIP(address) !== 0 && rest.length === 0 && /^\d+$/.test(bits ?? '0') && prefix <= width;
  if (!isBlock) {
    throw new RangeError(`${JSON.stringify(policyValue)} is neither an IP address nor a CIDR block`);
  }
  const block = new BlockList();
  block.addSubnet(address, prefix, isIPv6(address) ? 'ipv6' : 'ipv4');
  // BlockList sees an IPv4 address in its IPv6-mapped form too; a policy of one family speaks of that family alone.
  return (requestValue) =>
    isIPv4(requestValue) === isIPv4(address) &&
    isIP(requestValue) !== 0 &&
    block.check(requestValue, isIPv6(requestValue) ? 'ipv6' : 'ipv4');
};

/**
 * The comparisons by the name of their positive operator.
 *
 * Source: IAM User Guide, "IAM JSON policy elements: Condition operators". Not modelled, and so refused: `BinaryEquals`.
 */
const POSITIVE: Readonly<Record<string, Compile>> = {
  StringEquals: (policyValue) => (requestValue) => requestValue === policyValue,
  StringEqualsIgnoreCase: (policyValue) => (requestValue) =>
    requestValue.toLowerCase() === policyValue.toLowerCase(),
  StringLike: (policyValue) => likePattern(policyValue).matches,
  NumericEquals: numeric((request, policy) => request === policy),
  NumericLessThan: numeric((request, policy) => request < policy),
  NumericLessThanEquals: numeric((request, policy) => request <= policy),
  NumericGreaterThan: numeric((request, policy) => request > policy),
  NumericGreaterThanEquals: numeric((request, policy) => request >= policy),
  DateEquals: dated((request, policy) => request === policy),
  DateLessThan: dated((request, policy) => request < policy),
  DateLessThanEquals: dated((request, policy) => request <= policy),
  DateGreaterThan: dated((request, policy) => request > policy),
  DateGreaterThanEquals: dated((request, policy) => request >= policy),
  Bool: bool,
  ArnEquals: arn,
  ArnLike: arn,
  IpAddress: ipAddress,
};

/** The negated operators, each with the positive one that it turns round. */
const NEGATED: Readonly<Record<string, string>> = {
  StringNotEquals: 'StringEquals',
  StringNotEqualsIgnoreCase: 'StringEqualsIgnoreCase',
  StringNotLike: 'StringLike',
  NumericNotEquals: 'NumericEquals',
  DateNotEquals: 'DateEquals',
  ArnNotEquals: 'ArnEquals',
  ArnNotLike: 'ArnLike',
  NotIpAddress: 'IpAddress',
};

/** An operator that compares values. */
export interface Comparison {
  readonly compile: Compile;
  /** True where no value of the policy may match. */
  readonly negated: boolean;
}

/** Finds an operator by its plain name, without set operator and `IfExists`; `undefined` where there is none. */
export const findComparison = (name: string): Comparison | undefined => {
  const negated = Object.hasOwn(NEGATED, name);
  const positiveName = negated ? NEGATED[name] : name;
  const compile =
    positiveName !== undefined && Object.hasOwn(POSITIVE, positiveName) ? POSITIVE[positiveName] : undefined;
  return compile === undefined ? undefined : { compile, negated };
};
