import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { editorSchema } from '../deployments/editor-schema';

/** Writes the schema by which editors check deployment files. To be run after an option has changed. */
writeFileSync(join(__dirname, '../deployments/schema/deployment.schema.json'), editorSchema());
