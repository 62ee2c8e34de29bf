import { createHash } from 'node:crypto';
import { invalidParameterValue } from './errors';

/** One message attribute, as the API spells it. Binary values are in the base64 form of the wire. */
export interface MessageAttribute {
  readonly DataType: string;
  readonly StringValue?: string | undefined;
  readonly BinaryValue?: string | undefined;
}

/** Message attributes by name. */
export type MessageAttributes = Readonly<Record<string, MessageAttribute>>;

const MOST_ATTRIBUTES = 10;
const NAME = /^(?!\.)(?!.*\.\.)[\w.-]{1,256}(?<!\.)$/;
const RESERVED_PREFIX = /^(aws|amazon)\./i;

const checkAttribute = (name: string, { DataType, StringValue, BinaryValue }: MessageAttribute): void => {
  const refuse = (reason: string): never => {
    throw invalidParameterValue(`Message (user) attribute '${name}' ${reason}`);
  };
  if (!NAME.test(name) || RESERVED_PREFIX.test(name)) {
    refuse('has an invalid name: 1 to 256 of A-Z, a-z, 0-9, _, -, . without a reserved prefix.');
  }
  const [type = ''] = DataType.split('.', 1);
  if (!['String', 'Number', 'Binary'].includes(type) || DataType.length > 256) {
    refuse(
      'has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.',
    );
  }
  const [value, other] = type === 'Binary' ? [BinaryValue, StringValue] : [StringValue, BinaryValue];
  if (value === undefined || value === '' || other !== undefined) {
    refuse(`must contain a non-empty value of type '${type === 'Binary' ? 'Binary' : 'String'}'.`);
  }
  if (type === 'Number' && Number.isNaN(Number(value))) {
    refuse('must contain a number.');
  }
};

/** @throws AwsError `InvalidParameterValue` for the first attribute that breaks a rule. */
export const checkMessageAttributes = (attributes: MessageAttributes): void => {
  const entries = Object.entries(attributes);
  if (entries.length > MOST_ATTRIBUTES) {
    throw invalidParameterValue(
      `Number of message attributes [${entries.length}] exceeds the allowed maximum [${MOST_ATTRIBUTES}].`,
    );
  }
  for (const [name, attribute] of entries) {
    checkAttribute(name, attribute);
  }
};

const valueBytes = ({ StringValue, BinaryValue }: MessageAttribute): Buffer =>
  BinaryValue === undefined ? Buffer.from(StringValue ?? '', 'utf8') : Buffer.from(BinaryValue, 'base64');

/** Bytes that attributes count towards a message's size: names, types and values. */
export const messageAttributesBytes = (attributes: MessageAttributes): number =>
  Object.entries(attributes).reduce(
    (sum, [name, attribute]) =>
      sum + Buffer.byteLength(name) + Buffer.byteLength(attribute.DataType) + valueBytes(attribute).length,
    0,
  );

const lengthPrefixed = (bytes: Buffer): Buffer => {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
};

/**
 * The MD5 digest of message attributes, by which a sender checks that they arrived.
 *
 * Source: SQS Developer Guide, "Calculating the MD5 message digest for message attributes".
 *
 * @returns lower-case hex, or `undefined` where there are none.
 */
export const messageAttributesMd5 = (attributes: MessageAttributes): string | undefined => {
  const names = Object.keys(attributes).sort();
  if (names.length === 0) {
    return undefined;
  }
  const hash = createHash('md5');
  for (const name of names) {
    const attribute = attributes[name];
    if (attribute !== undefined) {
      hash.update(lengthPrefixed(Buffer.from(name, 'utf8')));
      hash.update(lengthPrefixed(Buffer.from(attribute.DataType, 'utf8')));
      hash.update(Buffer.from([attribute.DataType.startsWith('Binary') ? 2 : 1]));
      hash.update(lengthPrefixed(valueBytes(attribute)));
    }
  }
  return hash.digest('hex');
};

/** The attributes that a ReceiveMessage asks for, by name or `All`. Not taken: prefixes. */
export const selectMessageAttributes = (
  attributes: MessageAttributes,
  names: readonly string[],
): MessageAttributes =>
  names.includes('All')
    ? attributes
    : Object.fromEntries(Object.entries(attributes).filter(([name]) => names.includes(name)));
