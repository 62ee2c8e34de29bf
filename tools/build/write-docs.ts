import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildFunctions } from './bundling';
import { GENERATED_FILES, generate } from './documentation';

const root = join(__dirname, '../..');

/* Writes every committed file that is made from code. A test fails where that was forgotten. */
const main = async (): Promise<void> => {
  await buildFunctions({ root });
  for (const path of GENERATED_FILES) {
    const { current, wanted } = generate(path);
    await writeFile(join(root, path), wanted);
    process.stdout.write(`${path}: ${current === wanted ? 'as it was' : 'written'}\n`);
  }
};

void main();
