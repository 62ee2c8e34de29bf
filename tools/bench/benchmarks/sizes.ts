import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync, zipSync } from 'fflate';
import { buildFunctions } from '../../build/bundling';
import { type FunctionName, type Generation, installBaseline } from '../baseline/install';
import type { Benchmark, Figure } from '../benchmark';

/** Size of a function's upload. */
interface Package {
  readonly zipBytes: number;
  readonly files: number;
}

const packageOf = (zip: Uint8Array): Package => ({
  zipBytes: zip.byteLength,
  files: Object.keys(unzipSync(zip)).length,
});

/** The level that `zip` and Terraform's `archive_file` use. */
const USUAL_LEVEL = 6;

/** Zips a folder with everything in it, as the blueprint does. */
const zipFolder = (folder: string): Uint8Array => {
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  return zipSync(
    Object.fromEntries(paths.map((path) => [path.slice(folder.length + 1), readFileSync(path)])),
    { level: USUAL_LEVEL },
  );
};

/** A function, and how large its zip may be. */
interface Sized {
  readonly name: FunctionName;
  readonly folderName: string;
  readonly atMostBytes: number;
}

const FUNCTIONS: readonly Sized[] = [
  { name: 'mover', folderName: 'move-voicemail-to-s3', atMostBytes: 200_000 },
  { name: 'rotation', folderName: 'refresh-auth-token', atMostBytes: 140_000 },
];

const figuresOf = (
  { name, atMostBytes }: Sized,
  ours: Package,
  baselines: Readonly<Record<Generation, Package>>,
): readonly Figure[] => {
  const samples = (key: keyof Package, generation: Generation): Figure['samples'] => ({
    ours: [ours[key]],
    baseline: [baselines[generation][key]],
  });
  return [
    {
      name: `sizes/${name}/zip`,
      title: `Zip of the ${name}`,
      unit: 'bytes',
      samples: samples('zipBytes', 'blueprint'),
      goals: [{ atMost: atMostBytes }],
    },
    {
      name: `sizes/${name}/zip/baseline-today`,
      title: `Zip of the ${name}, baseline with today's packages`,
      unit: 'bytes',
      samples: samples('zipBytes', 'today'),
    },
    {
      name: `sizes/${name}/files`,
      title: `Files in the zip of the ${name}`,
      unit: 'files',
      samples: samples('files', 'blueprint'),
      goals: [{ atMost: 1 }],
    },
  ];
};

/** How much is uploaded for each function. Nothing here varies, so each is measured once. */
export const sizes: Benchmark = {
  name: 'sizes',
  title: 'Bundles and zips: bytes and files',
  run: async ({ projectFolder, onProgress }) => {
    const folder = mkdtempSync(join(tmpdir(), 'bench-sizes-'));
    try {
      await buildFunctions({ root: projectFolder, outputFolder: folder });
      const figures: Figure[] = [];
      for (const sized of FUNCTIONS) {
        onProgress(`sizes: zipping the baseline's ${sized.name}`);
        const baseline = async (generation: Generation): Promise<Package> =>
          packageOf(zipFolder(await installBaseline(projectFolder, sized.name, generation)));
        const ours = packageOf(readFileSync(join(folder, `${sized.folderName}.zip`)));
        const baselines = { blueprint: await baseline('blueprint'), today: await baseline('today') };
        figures.push(...figuresOf(sized, ours, baselines));
      }
      return figures;
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};
