import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildFunctions } from '../bundling';
import { fillLeastPrivilege } from './document';

/** Writes the tables of `docs/least-privilege.md` anew. */
const main = async (): Promise<void> => {
  const root = join(__dirname, '../..');
  const path = join(root, 'docs', 'least-privilege.md');
  await buildFunctions({ root });
  writeFileSync(path, fillLeastPrivilege(root, readFileSync(path, 'utf8')));
};

void main();
