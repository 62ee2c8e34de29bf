import { toJsonSchema } from '@valibot/to-json-schema';
import { QueueMessageSchema } from '../../../functions/move-voicemail-to-s3/contract/queue-message';
import { SidecarSchema } from '../../../functions/move-voicemail-to-s3/contract/sidecar';

/** A JSON Schema that other tools rely on. */
export interface PublishedSchema {
  /** In `docs/schemas/`. */
  readonly fileName: string;
  readonly schema: object;
}

/** The JSON Schemas of what the mover reads and writes, made from the schemas that it uses itself. */
export const publishedSchemas = (): readonly PublishedSchema[] =>
  [
    { fileName: 'queue-message.schema.json', source: QueueMessageSchema },
    { fileName: 'sidecar.schema.json', source: SidecarSchema },
  ].map(({ fileName, source }) => ({
    fileName,
    // What is written is described; that ids are then read in lower case is not part of the form.
    schema: toJsonSchema(source, { typeMode: 'input', ignoreActions: ['to_lower_case'] }),
  }));
