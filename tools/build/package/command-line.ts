import { build, type Metafile } from 'esbuild';
import { leaveOutUnreached, leaveOutUnusedSchemas } from '../bundling';

/** Code as one file. */
export interface BundledFile {
  readonly code: Uint8Array;
  /** esbuild's own record of what went in. */
  readonly metafile: Metafile;
}

/**
 * Bundles the operator commands with every package that they use, so that an installation brings no other package.
 *
 * @throws esbuild's `BuildFailure` where they cannot be bundled.
 */
export const bundleCommandLine = async (root: string): Promise<BundledFile> => {
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: ['cli/main.ts'],
    outfile: 'command-line.js',
    bundle: true,
    write: false,
    metafile: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    mainFields: ['module', 'main'],
    minify: true,
    // Names of errors are printed and compared.
    keepNames: true,
    legalComments: 'none',
    preserveSymlinks: true,
    // `open` looks beside itself for a script that no bundle has; it then takes the system's.
    define: { 'import.meta.url': '"file:///"' },
    plugins: [leaveOutUnreached, leaveOutUnusedSchemas],
    logLevel: 'silent',
  });
  const [bundle] = outputFiles;
  if (bundle === undefined) {
    throw new Error('esbuild wrote nothing for the commands');
  }
  return { code: bundle.contents, metafile };
};
