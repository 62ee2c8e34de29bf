import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { publishedSchemas } from '../../scripts/published-schemas';

test.each(publishedSchemas())(
  'docs/schemas/$fileName is what `npx tsx scripts/write-schemas.ts` writes',
  ({ fileName, schema }) => {
    const published = readFileSync(join(__dirname, '../../docs/schemas', fileName), 'utf8');
    expect(JSON.parse(published)).toEqual(JSON.parse(JSON.stringify(schema)));
  },
);
