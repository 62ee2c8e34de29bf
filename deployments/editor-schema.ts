import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { toJsonSchema } from '@valibot/to-json-schema';
import ts from 'typescript';
import { Deployment } from './deployment';

const PROPS_FILE = join(__dirname, '../modules/genesys-voicemail-to-s3/props.ts');

/** What the documentation of an interface's property says, on one line, with its default at the end. */
const documentationOf = (property: ts.PropertySignature): string => {
  const text = (comment: ts.JSDoc['comment']): string =>
    (ts.getTextOfJSDocComment(comment) ?? '').replaceAll(/\s+/g, ' ');
  const [documentation] = property.getChildren().filter(ts.isJSDoc);
  const byDefault = documentation?.tags?.find(({ tagName }) => tagName.text === 'default');
  const description = text(documentation?.comment);
  return byDefault === undefined
    ? description
    : `${description} Default: ${text(byDefault.comment).replace(/^- /, '')}.`;
};

/** The documentation of each property of each interface in `props.ts`. */
const readDocumentation = (): ReadonlyMap<string, string> => {
  const source = ts.createSourceFile(
    PROPS_FILE,
    readFileSync(PROPS_FILE, 'utf8'),
    ts.ScriptTarget.ES2022,
    true,
  );
  const properties = source.statements
    .filter(ts.isInterfaceDeclaration)
    .filter(({ name }) => name.text === 'GenesysVoicemailToS3Props')
    .flatMap(({ members }) => members.filter(ts.isPropertySignature));
  return new Map(properties.map((property) => [property.name.getText(source), documentationOf(property)]));
};

/**
 * The JSON Schema by which editors complete and check a deployment file.
 *
 * What an option means is taken from the construct's own documentation, so that it is written once.
 */
export const editorSchema = (): string => {
  // A check that JSON Schema cannot say is left to the synth.
  const schema = toJsonSchema(Deployment, { errorMode: 'ignore' });
  const documentation = readDocumentation();
  const properties = Object.entries(schema.properties ?? {}).map(([name, property]) => {
    const description = documentation.get(name);
    return [
      name,
      description === undefined || typeof property === 'boolean' ? property : { description, ...property },
    ];
  });
  const document = {
    ...schema,
    title: 'Deployment of genesys-voicemail-to-s3',
    properties: Object.fromEntries(properties),
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
};
