import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { publishedSchemas } from './published-schemas';

const folder = join(__dirname, '../docs/schemas');

/* Writes the published schemas. To be run after a queue message or the sidecar has changed. */
mkdirSync(folder, { recursive: true });
for (const { fileName, schema } of publishedSchemas()) {
  writeFileSync(join(folder, fileName), JSON.stringify(schema));
}
execFileSync('npx', ['biome', 'format', '--write', folder], { stdio: 'inherit' });
