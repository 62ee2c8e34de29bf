import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FUNCTION_NAMES } from '../bundling';
import { moduleBody } from './body';
import { FUNCTIONS_FOLDER } from './functions';
import { INSTANCE_ID, LARGEST, synthesizeInstance } from './instance';
import type { JsonObject } from './json';
import { EditFailedError, ModuleDocument } from './module-document';
import { variablesDocument } from './variables';

/** Where the module is made from, and where it is written. */
export interface ModuleOptions {
  /** The folder that holds `tools/build/hcl-module/template/` and, built, `dist/functions/`. */
  readonly root: string;
  /**
   * The folder that receives the module; what it holds is replaced.
   *
   * @default - `dist/terraform-module` in `root`
   */
  readonly outputFolder?: string;
}

/** The stand-ins as they would be found in a text; those that are no text of their own are left to the edits. */
const standIns = (): readonly string[] =>
  Object.values(LARGEST)
    .flatMap((value): readonly unknown[] => (typeof value === 'object' ? Object.values(value) : [value]))
    .map(String)
    .filter((text) => /stand-in|[0-9]{4}|0123456789abcdef/.test(text));

const refuseStandIns = (text: string): void => {
  const left = standIns().find((standIn) => text.includes(standIn));
  if (left !== undefined) {
    throw new EditFailedError(`the stand-in ${left}`, 'is still in the module');
  }
};

/** Every variable has to be for something. */
const refuseIdleVariables = (text: string): void => {
  const { variable } = variablesDocument();
  const idle = Object.keys(variable ?? {}).find(
    (name) => !new RegExp(`\\bvar\\.${name}\\b`).test(text) && name !== 'retain_forever',
  );
  if (idle !== undefined) {
    throw new EditFailedError(`var.${idle}`, 'is used nowhere');
  }
};

const asText = (document: JsonObject): string => `${JSON.stringify(document, undefined, 2)}\n`;

/** The `output` blocks of a synthesized stack, with the edits of the body. */
const synthesizeBody = async (root: string): Promise<ModuleDocument> => {
  const folder = await mkdtemp(join(tmpdir(), 'terraform-module-'));
  try {
    const text = synthesizeInstance({ ...LARGEST, functionsFolder: join(root, 'dist/functions') }, folder);
    return new ModuleDocument(text, INSTANCE_ID);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

/** The files that are written by hand. */
const WRITTEN_BY_HAND = ['versions.tf', 'README.md'] as const;

/**
 * Writes the Terraform module: the body and the outputs from the construct, the variables from its options, what is
 * written by hand, and the functions' zips. The same sources give the same bytes.
 *
 * @throws EditFailedError where the construct has changed and the module does not follow.
 * @throws BundleMissingError where the functions have not been built.
 */
export const writeModule = async ({
  root,
  outputFolder = join(root, 'dist/terraform-module'),
}: ModuleOptions): Promise<void> => {
  const document = await synthesizeBody(root);
  const body = asText(moduleBody(document));
  const outputs = asText({ output: document.outputs });
  refuseStandIns(body + outputs);
  refuseIdleVariables(body);
  await rm(outputFolder, { recursive: true, force: true });
  await mkdir(join(outputFolder, FUNCTIONS_FOLDER), { recursive: true });
  await writeFile(join(outputFolder, 'main.tf.json'), body);
  await writeFile(join(outputFolder, 'outputs.tf.json'), outputs);
  await writeFile(join(outputFolder, 'variables.tf.json'), asText(variablesDocument()));
  for (const name of WRITTEN_BY_HAND) {
    await cp(join(root, 'tools/build/hcl-module/template', name), join(outputFolder, name), {
      recursive: true,
    });
  }
  for (const name of FUNCTION_NAMES) {
    await cp(
      join(root, 'dist/functions', `${name}.zip`),
      join(outputFolder, FUNCTIONS_FOLDER, `${name}.zip`),
    );
  }
};
