import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, relative } from 'node:path';
import ts from 'typescript';

/** Source files by their path from the project's folder, each with its text. */
export type Sources = ReadonlyMap<string, string>;

/** One file naming another. */
export interface Import {
  readonly from: string;
  /** The file, without its extension; the name of a package as it is written. */
  readonly to: string;
}

const PROJECT = join(__dirname, '../..');
const SOURCE = /\.[cm]?tsx?$/;
const IGNORED = new Set(['node_modules', 'dist', 'cdktf.out', '.local', '.git', 'coverage']);

/** Reads every TypeScript file of the project, tests included. */
export const readSources = (folder = PROJECT): Sources => {
  const sources = new Map<string, string>();
  const read = (path: string): void => {
    for (const entry of readdirSync(path, { withFileTypes: true })) {
      const child = join(path, entry.name);
      if (entry.isDirectory() && !IGNORED.has(entry.name)) {
        read(child);
      } else if (entry.isFile() && SOURCE.test(entry.name)) {
        sources.set(relative(folder, child), readFileSync(child, 'utf8'));
      }
    }
  };
  read(folder);
  return sources;
};

/** The file that a relative import names, as a key of `sources`. */
const resolved = (sources: Sources, from: string, specifier: string): string => {
  const path = posix.normalize(posix.join(dirname(from), specifier)).replace(/\/$/, '');
  const candidates = [path, `${path}.ts`, `${path}.mts`, `${path}/index.ts`];
  return candidates.find((candidate) => sources.has(candidate)) ?? path;
};

/** Every import, re-export, `import()` and `require()` of these files, as the TypeScript compiler reads them. */
export const importsOf = (sources: Sources): readonly Import[] =>
  [...sources].flatMap(([from, text]) =>
    ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => ({
      from,
      to: fileName.startsWith('.') ? resolved(sources, from, fileName) : fileName,
    })),
  );

/** The first circle that the arrows close, as the nodes on it; `undefined` where there is none. */
export const circleIn = (arrows: readonly Import[]): readonly string[] | undefined => {
  const targets = new Map<string, Set<string>>();
  for (const { from, to } of arrows) {
    targets.set(from, (targets.get(from) ?? new Set()).add(to));
  }
  const left = new Set<string>();
  const visit = (node: string, trail: readonly string[]): readonly string[] | undefined => {
    const start = trail.indexOf(node);
    if (start !== -1) {
      return [...trail.slice(start), node];
    }
    if (left.has(node)) {
      return undefined;
    }
    for (const next of targets.get(node) ?? []) {
      const circle = visit(next, [...trail, node]);
      if (circle !== undefined) {
        return circle;
      }
    }
    left.add(node);
    return undefined;
  };
  for (const node of targets.keys()) {
    const circle = visit(node, []);
    if (circle !== undefined) {
      return circle;
    }
  }
  return undefined;
};
