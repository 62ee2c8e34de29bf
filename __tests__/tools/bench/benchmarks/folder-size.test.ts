import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { folderSize } from '../../../../tools/bench/benchmarks/sizes';

test('a folder is as large as the files in it and below it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'folder-size-'));
  try {
    mkdirSync(join(folder, 'below/empty'), { recursive: true });
    writeFileSync(join(folder, 'a'), '12345');
    writeFileSync(join(folder, 'below/b'), '123');
    expect(folderSize(folder)).toEqual({ files: 2, bytes: 8 });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
