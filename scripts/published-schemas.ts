import { toJsonSchema } from '@valibot/to-json-schema';
import { QueueMessageSchema } from '../functions/move-voicemail-to-s3/queue-message';
import { SidecarSchema } from '../functions/move-voicemail-to-s3/sidecar';

/** A JSON Schema that other tools rely on. */
export interface PublishedSchema {
  /** In `docs/schemas/`. */
  readonly fileName: string;
  readonly text: string;
}

/** The JSON Schemas of what the mover reads and writes, made from the schemas that it uses itself. */
export const publishedSchemas = (): readonly PublishedSchema[] =>
  [
    { fileName: 'queue-message.schema.json', schema: QueueMessageSchema },
    { fileName: 'sidecar.schema.json', schema: SidecarSchema },
  ].map(({ fileName, schema }) => ({
    fileName,
    // What is written is described; that ids are then read in lower case is not part of the form.
    text: `${JSON.stringify(toJsonSchema(schema, { typeMode: 'input', ignoreActions: ['to_lower_case'] }), null, 2)}\n`,
  }));
