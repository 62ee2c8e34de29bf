import { fileURLToPath } from 'node:url';
import { fileProblem } from '../../modules/deployment/file-problem';
import { ensureFunctionsBuilt, FunctionSourceMissingError } from './bundling';

// Loaded before `main.ts` (`tsx --import`), so that the app synthesizes zips of what the sources say and imports no tool.
try {
  await ensureFunctionsBuilt({ root: fileURLToPath(new URL('../..', import.meta.url)) });
} catch (error) {
  const problem = error instanceof FunctionSourceMissingError ? error.message : fileProblem(error);
  if (problem === undefined) {
    throw error;
  }
  process.stderr.write(`${problem}\n`);
  process.exit(1);
}
