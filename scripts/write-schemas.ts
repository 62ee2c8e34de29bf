import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { publishedSchemas } from './published-schemas';

const folder = join(__dirname, '../docs/schemas');

const main = async (): Promise<void> => {
  await mkdir(folder, { recursive: true });
  for (const { fileName, text } of publishedSchemas()) {
    await writeFile(join(folder, fileName), text);
    process.stdout.write(`docs/schemas/${fileName}\n`);
  }
};

void main();
