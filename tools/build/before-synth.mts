import { fileURLToPath } from 'node:url';
import { ensureFunctionsBuilt, FunctionSourceMissingError } from './bundling';

// Loaded before `main.ts` (`tsx --import`), so that the app synthesizes zips of what the sources say and imports no tool.
try {
  await ensureFunctionsBuilt({ root: fileURLToPath(new URL('../..', import.meta.url)) });
} catch (error) {
  if (!(error instanceof FunctionSourceMissingError)) {
    throw error;
  }
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}
