import { execFile } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Benchmark } from '../../benchmark';
import { folderSize } from './folder-size';

/** `npm ci` of this project in an empty folder. npm's own cache is as it is, so that the registry is asked for little. */
export const install: Benchmark = {
  name: 'install',
  title: 'npm ci: time, bytes and files',
  onlyWhenNamed: true,
  run: async ({ projectFolder, onProgress }) => {
    const folder = mkdtempSync(join(tmpdir(), 'bench-install-'));
    try {
      for (const name of ['package.json', 'package-lock.json']) {
        copyFileSync(join(projectFolder, name), join(folder, name));
      }
      onProgress('install: npm ci');
      const startMs = performance.now();
      await promisify(execFile)('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
        cwd: folder,
      });
      const ms = performance.now() - startMs;
      const { files, bytes } = folderSize(join(folder, 'node_modules'));
      return [
        { name: 'install/time', title: 'npm ci: time', unit: 'ms', samples: { ours: [ms] } },
        { name: 'install/size', title: 'node_modules', unit: 'MiB', samples: { ours: [bytes / 2 ** 20] } },
        {
          name: 'install/files',
          title: 'Files in node_modules',
          unit: 'files',
          samples: { ours: [files] },
        },
      ];
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};
