import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

const PROPS_FILE = join(__dirname, '../genesys-voicemail-to-s3/options/props.ts');

/** What the documentation of an option says. */
export interface OptionDocumentation {
  /** On one line, without its default. */
  readonly description: string;
  /** As written after `@default`; undefined for an option that has to be given. */
  readonly byDefault: string | undefined;
}

const textOf = (comment: ts.JSDoc['comment']): string =>
  (ts.getTextOfJSDocComment(comment) ?? '').replaceAll(/\s+/g, ' ');

const documentationOf = (property: ts.PropertySignature): OptionDocumentation => {
  const [documentation] = property.getChildren().filter(ts.isJSDoc);
  const byDefault = documentation?.tags?.find(({ tagName }) => tagName.text === 'default');
  return {
    description: textOf(documentation?.comment),
    byDefault: byDefault === undefined ? undefined : textOf(byDefault.comment).replace(/^- /, ''),
  };
};

/** Reads the documentation of each property of an interface in the module's `props.ts`, in its order. */
export const propsDocumentation = (
  interfaceName: 'GenesysVoicemailToS3Props' | 'FunctionOptions',
): ReadonlyMap<string, OptionDocumentation> => {
  const source = ts.createSourceFile(
    PROPS_FILE,
    readFileSync(PROPS_FILE, 'utf8'),
    ts.ScriptTarget.ES2022,
    true,
  );
  const properties = source.statements
    .filter(ts.isInterfaceDeclaration)
    .filter(({ name }) => name.text === interfaceName)
    .flatMap(({ members }) => members.filter(ts.isPropertySignature));
  return new Map(properties.map((property) => [property.name.getText(source), documentationOf(property)]));
};
