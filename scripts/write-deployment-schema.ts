import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { editorSchema } from '../app/editor-schema';

const path = join(__dirname, '../deployments/schema/deployment.schema.json');

/* Writes the schema by which editors check deployment files. To be run after an option has changed. */
writeFileSync(path, editorSchema());
execFileSync('npx', ['biome', 'format', '--write', path], { stdio: 'inherit' });
