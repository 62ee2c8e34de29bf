import { build, type Plugin } from 'esbuild';
import type { BundledFile } from './command-line';
import { type Entry, importedBy } from './entries';

/** The door of the package, relative to the root of the project. */
export const PACKAGE_DOOR = 'modules/genesys-voicemail-to-s3/index.ts';

const renamePeers = (entry: Entry): Plugin => ({
  name: 'rename-peers',
  setup({ onResolve }) {
    onResolve({ filter: /^[@a-z]/ }, ({ path }) => {
      const renamed = importedBy(entry, path);
      return renamed === undefined ? undefined : { path: renamed, external: true };
    });
  },
});

/** Says what to install where a peer is missing: as optional ones, npm does not bring them, so that the commands stay small. */
const peerCheck = (entry: Entry, ranges: Readonly<Record<string, string>>): string => {
  const peers = Object.values(entry.peers).map((name) => `${name}@${ranges[name] ?? '*'}`);
  return `for (const peer of ${JSON.stringify(peers)}) {
  const name = peer.slice(0, peer.lastIndexOf("@"));
  try {
    require.resolve(name);
  } catch (error) {
    if (error.code !== "MODULE_NOT_FOUND") throw error;
    throw new Error(\`genesys-voicemail-to-s3 needs the package \${name}, which is not installed; install its peers: npm install ${peers.map((peer) => `'${peer}'`).join(' ')}\`);
  }
}`;
};

/**
 * Bundles the construct as one CommonJS module, which `node`, `ts-node`, `tsx` and jest load alike.
 *
 * @param peerRanges The `peerDependencies` of the package.
 * @throws esbuild's `BuildFailure` where it cannot be bundled.
 */
export const bundleConstruct = async (
  root: string,
  entry: Entry,
  peerRanges: Readonly<Record<string, string>>,
): Promise<BundledFile> => {
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: [PACKAGE_DOOR],
    outfile: `${entry.name}.js`,
    bundle: true,
    write: false,
    metafile: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    mainFields: ['module', 'main'],
    legalComments: 'none',
    // A checkout whose node_modules is a link must give the same bytes.
    preserveSymlinks: true,
    banner: { js: peerCheck(entry, peerRanges) },
    plugins: [renamePeers(entry)],
    logLevel: 'silent',
  });
  const [bundle] = outputFiles;
  if (bundle === undefined) {
    throw new Error(`esbuild wrote nothing for ${entry.name}`);
  }
  return { code: bundle.contents, metafile };
};
