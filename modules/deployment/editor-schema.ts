import { toJsonSchema } from '@valibot/to-json-schema';
import { DeploymentSchema } from './deployment';

/** The JSON Schema by which editors complete and check a deployment file. */
export const editorSchema = (): string => {
  // A check that JSON Schema cannot say is left to the synth.
  const schema = toJsonSchema(DeploymentSchema, { errorMode: 'ignore' });
  return `${JSON.stringify({ ...schema, title: 'Deployment of genesys-voicemail-to-s3' }, undefined, 2)}\n`;
};
