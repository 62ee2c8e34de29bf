import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildFunctions } from './bundling';
import { DOCUMENTS, readDocument } from './documentation';

const root = join(__dirname, '..');

/* Fills the tables of the documents from the code. A test fails where that was forgotten. */
const main = async (): Promise<void> => {
  await buildFunctions({ root });
  for (const path of DOCUMENTS) {
    const { current, wanted } = readDocument(path);
    await writeFile(join(root, path), wanted);
    process.stdout.write(`${path}: ${current === wanted ? 'as it was' : 'written'}\n`);
  }
};

void main();
