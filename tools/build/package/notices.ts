import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';
import * as v from 'valibot';

const manifest = v.object({
  name: v.string(),
  version: v.string(),
  license: v.optional(v.string(), 'see its repository'),
  repository: v.optional(v.union([v.string(), v.object({ url: v.string() })]), ''),
});

/** Folder of the package that a bundled file belongs to. */
const PACKAGE = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//;

const LICENSE_FILE = /^(?:licen[cs]e|notice|copying)(?:[.-].*)?$/i;

const textsIn = async (folder: string): Promise<readonly string[]> => {
  const names = (await readdir(folder)).filter((name) => LICENSE_FILE.test(name)).sort();
  return Promise.all(names.map(async (name) => (await readFile(join(folder, name), 'utf8')).trim()));
};

/**
 * Writes down whose code the bundles hold, by esbuild's own record: each package with its version, license and source, and
 * each text of a license or notice once. Their licenses ask for that of whoever hands out copies.
 */
export const thirdPartyNotices = async (root: string, metafiles: readonly Metafile[]): Promise<string> => {
  const folders = new Set(
    metafiles.flatMap(({ outputs }) =>
      Object.values(outputs).flatMap(({ inputs }) =>
        Object.entries(inputs).flatMap(([path, { bytesInOutput }]) =>
          bytesInOutput > 0 ? (PACKAGE.exec(path)?.[1] ?? []) : [],
        ),
      ),
    ),
  );
  const byText = new Map<string, string[]>();
  for (const folder of [...folders].sort()) {
    const { name, version, license, repository } = v.parse(
      manifest,
      JSON.parse(await readFile(join(root, folder, 'package.json'), 'utf8')),
    );
    const source = typeof repository === 'string' ? repository : repository.url;
    const text = (await textsIn(join(root, folder))).join('\n\n') || `License: ${license}`;
    byText.set(text, [...(byText.get(text) ?? []), `${name} ${version} (${license}) ${source}`.trim()]);
  }
  return [
    'The bundles of this package hold code of these packages, unchanged but for what a bundler does.\n',
    ...[...byText].map(([text, packages]) => `${'-'.repeat(80)}\n${packages.join('\n')}\n\n${text}\n`),
  ].join('\n');
};
