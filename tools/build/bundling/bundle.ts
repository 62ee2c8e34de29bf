import { join } from 'node:path';
import { type BuildOptions, build, type Metafile, type Plugin } from 'esbuild';
import { leaveOutUnreached, leaveOutUnusedSchemas } from './leave-out';

/** A bundled function: the code and the map that leads an address in it back to the source. */
export interface Bundle {
  readonly code: Uint8Array;
  readonly sourceMap: Uint8Array;
  /** esbuild's own record of what went in. */
  readonly metafile: Metafile;
}

/** Options of a bundle. */
export interface BundleOptions {
  /** The folder that every path is relative to, so that no absolute path gets into the bundle or its map. */
  readonly root: string;
  /** The file that exports `handler`, relative to `root`. */
  readonly entryPoint: string;
  /** Asked before our own. @default - none */
  readonly plugins?: readonly Plugin[];
}

/** How a function's code is made, everything inside: the same sources give the same code, wherever `root` is. */
export const codeSettings = ({ root, entryPoint, plugins = [] }: BundleOptions) =>
  ({
    absWorkingDir: root,
    entryPoints: [entryPoint],
    outfile: 'index.js',
    bundle: true,
    write: false,
    platform: 'node',
    // The bundle runs on nodejs24.x in the cloud and on Node 20 in the local run.
    target: 'node20',
    format: 'cjs',
    // The packages' ES modules shake better than their CommonJS, which esbuild prefers for this platform.
    mainFields: ['module', 'main'],
    minify: true,
    // The names of error classes are logged and answered, and node-fetch compares its own: costs 6 % of the bytes.
    keepNames: true,
    legalComments: 'none',
    // A checkout whose node_modules is a link must give the same bytes.
    preserveSymlinks: true,
    alias: {
      // A function has only its role's keys: without the default chain MoveVoicemailToS3 is 119 kB (17 %) smaller.
      '@aws-sdk/credential-provider-node': join(root, 'tools/build/bundling/stand-ins/lambda-credentials.ts'),
      // As a dynamic import it has esbuild wrap half of the SDK, which costs 5 % of the start, and 21 kB.
      '@smithy/core/event-streams': join(root, 'tools/build/bundling/stand-ins/no-event-streams.ts'),
    },
    plugins: [...plugins, leaveOutUnreached, leaveOutUnusedSchemas],
    logLevel: 'silent',
  }) satisfies BuildOptions;

/**
 * Bundles one function.
 *
 * The same sources give the same bytes, wherever `root` is.
 *
 * @throws esbuild's `BuildFailure` where the entry point cannot be bundled.
 */
export const bundleFunction = async (options: BundleOptions): Promise<Bundle> => {
  const result = await build({
    ...codeSettings(options),
    metafile: true,
    sourcemap: 'linked',
    sourcesContent: true,
  });
  const output = (name: string): Uint8Array => {
    const file = result.outputFiles.find(({ path }) => path.endsWith(name));
    if (file === undefined) {
      throw new Error(`esbuild wrote no ${name} for ${options.entryPoint}`);
    }
    return file.contents;
  };
  return { code: output('index.js'), sourceMap: output('index.js.map'), metafile: result.metafile };
};
