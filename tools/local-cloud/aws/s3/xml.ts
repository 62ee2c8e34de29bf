import { XMLBuilder, XMLParser, XMLValidator } from 'fast-xml-parser';
import * as v from 'valibot';
import type { AwsResponse } from '../service';
import { S3Error } from './s3-error';

const NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/';
const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n';
const builder = new XMLBuilder({ ignoreAttributes: false, attributeNamePrefix: '@' });

/** Renders a document. Members that are `undefined` are left out; an array is an element for each of its entries. */
export const xmlResponse = (
  root: string,
  members: Readonly<Record<string, unknown>>,
  headers: Readonly<Record<string, string>> = {},
): AwsResponse => ({
  status: 200,
  headers: { 'content-type': 'application/xml', ...headers },
  body: DECLARATION + builder.build({ [root]: { '@xmlns': NAMESPACE, ...defined(members) } }),
});

/** S3's form of an error, which has no namespace. */
export const xmlError = (members: Readonly<Record<string, unknown>>): string =>
  DECLARATION + builder.build({ Error: defined(members) });

const defined = (members: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));

/** Lists stay lists where they have one entry. */
const parserWithLists = (lists: readonly string[]) =>
  new XMLParser({
    ignoreAttributes: true,
    ignoreDeclaration: true,
    parseTagValue: false,
    trimValues: true,
    isArray: (name) => lists.includes(name),
  });

/**
 * Parses a request's document strictly: an element that the schema does not have is refused.
 *
 * @throws S3Error `MalformedXML`
 */
export const parseXml = <Schema extends v.GenericSchema>(
  body: Buffer,
  schema: Schema,
  lists: readonly string[],
): v.InferOutput<Schema> => {
  const text = body.toString('utf8');
  const isWellFormed = XMLValidator.validate(text) === true;
  const parsed = isWellFormed ? v.safeParse(schema, parserWithLists(lists).parse(text)) : undefined;
  if (parsed?.success !== true) {
    throw new S3Error(
      'MalformedXML',
      400,
      'The XML you provided was not well-formed or did not validate against our published schema',
    );
  }
  return parsed.output;
};
