import { toJsonSchema } from '@valibot/to-json-schema';
import { Deployment } from './deployment';
import { type OptionDocumentation, propsDocumentation } from './props-documentation';

const inOneText = ({ description, byDefault }: OptionDocumentation): string =>
  byDefault === undefined ? description : `${description} Default: ${byDefault}.`;

/**
 * The JSON Schema by which editors complete and check a deployment file.
 *
 * What an option means is taken from the construct's own documentation, so that it is written once.
 */
export const editorSchema = (): string => {
  // A check that JSON Schema cannot say is left to the synth.
  const schema = toJsonSchema(Deployment, { errorMode: 'ignore' });
  const documentation = propsDocumentation('GenesysVoicemailToS3Props');
  const properties = Object.entries(schema.properties ?? {}).map(([name, property]) => {
    const documented = documentation.get(name);
    return [
      name,
      documented === undefined || typeof property === 'boolean'
        ? property
        : { description: inOneText(documented), ...property },
    ];
  });
  const document = {
    ...schema,
    title: 'Deployment of genesys-voicemail-to-s3',
    properties: Object.fromEntries(properties),
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
};
