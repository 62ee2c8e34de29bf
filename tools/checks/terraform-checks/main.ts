import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { synthesize } from '../../../modules/deployment/synthesize';
import { buildFunctions } from '../../build/bundling';
import { writeModule } from '../../build/hcl-module';
import { BothDoors } from './both-doors';
import { followHclExample } from './follow-examples';
import { OPTION_SETS, REFUSED_OPTION_SETS } from './option-sets';
import { TerraformFailedError, TerraformMissingError, terraform } from './terraform';

/*
 * What only Terraform can say of the two doors. The first checks need its program alone; those with the AWS provider are
 * skipped, loudly and by their own exit code, where the provider cannot be had.
 */

const ROOT = join(__dirname, '../../..');

/** Something that was checked failed. */
const FAILED = 1;
/** What could be checked holds, but Terraform or its AWS provider could not be had. As automake's tests say it. */
const SKIPPED = 77;

/** The provider could not be installed, which says nothing about the module. */
class ProviderMissingError extends Error {
  override readonly name = 'ProviderMissingError';
}

interface Options {
  readonly json?: true;
  readonly pluginDir?: string;
  /** False where no check that needs the AWS provider is wanted. */
  readonly provider: boolean;
}

const say = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

const inTemporaryFolder = async <Result>(work: (folder: string) => Promise<Result>): Promise<Result> => {
  const folder = await mkdtemp(join(tmpdir(), 'terraform-checks-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

const checkFormat = async (): Promise<void> => {
  for (const folder of ['tools/build/hcl-module/template', 'examples']) {
    await terraform(join(ROOT, folder), 'fmt', '-check', '-diff', '-recursive');
  }
};

/** Plans every set of options through both doors, without the provider. */
const compareDoors = async (): Promise<void> => {
  const doors = await BothDoors.open(ROOT);
  try {
    for (const [what, options] of Object.entries(OPTION_SETS)) {
      const differences = await doors.differences(options);
      if (differences.length > 0) {
        throw new Error(`the doors differ for ${what}:\n${differences.join('\n')}`);
      }
      say(`  the same through both doors: ${what}`);
    }
  } finally {
    await doors.close();
  }
};

/** Asks both doors for what neither may take, without the provider. */
const compareRefusals = async (): Promise<void> => {
  const doors = await BothDoors.open(ROOT);
  try {
    for (const [what, options] of Object.entries(REFUSED_OPTION_SETS)) {
      const takenBy = await doors.takenBy(options);
      if (takenBy.length > 0) {
        throw new Error(`the ${takenBy.join(' and the ')} took ${what}`);
      }
    }
    say(`  refused by both doors: ${Object.keys(REFUSED_OPTION_SETS).length} sets of options`);
  } finally {
    await doors.close();
  }
};

/** Follows the examples from their configuration to a stored voicemail, without the providers. */
const followExamples = async (): Promise<void> => {
  for (const name of ['hcl', 'hcl-with-genesys']) {
    await inTemporaryFolder((folder) => followHclExample(ROOT, name, folder));
    say(`  to a stored voicemail: examples/${name}`);
  }
};

const initialize = async (folder: string, pluginDir: string | undefined): Promise<void> => {
  try {
    await terraform(
      folder,
      'init',
      '-backend=false',
      '-input=false',
      ...(pluginDir === undefined ? [] : [`-plugin-dir=${pluginDir}`]),
    );
  } catch (error) {
    throw error instanceof TerraformFailedError &&
      /Failed to query available provider packages|Failed to install provider/.test(error.message)
      ? new ProviderMissingError(error.message)
      : error;
  }
};

const checkModule = (pluginDir: string | undefined): Promise<void> =>
  inTemporaryFolder(async (folder) => {
    await cp(join(ROOT, 'dist/terraform-module'), folder, { recursive: true });
    // Its tests are not shipped in it: OpenTofu reads them at init and refuses what it does not know.
    await cp(join(ROOT, 'tools/build/hcl-module/template/tests'), join(folder, 'tests'), { recursive: true });
    await initialize(folder, pluginDir);
    await terraform(folder, 'validate');
    say((await terraform(folder, 'test')).trim());
  });

const checkDeployment = (pluginDir: string | undefined): Promise<void> =>
  inTemporaryFolder(async (folder) => {
    synthesize({ deploymentsFolder: join(ROOT, 'deployments'), outputFolder: folder });
    const stack = join(folder, 'stacks/local');
    await initialize(stack, pluginDir);
    await terraform(stack, 'validate');
  });

interface Check {
  readonly title: string;
  readonly check: (options: Options) => Promise<void>;
}

const CHECKS: readonly Check[] = [
  { title: 'the HCL is formatted', check: checkFormat },
  { title: 'both doors plan the same', check: compareDoors },
  { title: 'both doors refuse the same', check: compareRefusals },
  { title: 'the examples lead to a stored voicemail', check: followExamples },
];

const PROVIDER_CHECKS: readonly Check[] = [
  {
    title: "the module fits the provider's schema, and its own tests pass",
    check: ({ pluginDir }) => checkModule(pluginDir),
  },
  {
    title: "the deployment fits the provider's schema",
    check: ({ pluginDir }) => checkDeployment(pluginDir),
  },
];

type Result = 'passed' | 'failed' | 'skipped';

const resultOf = async (title: string, work: () => Promise<void>): Promise<Result> => {
  try {
    await work();
    say(`passed   ${title}`);
    return 'passed';
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const missing = error instanceof TerraformMissingError || error instanceof ProviderMissingError;
    say(`${missing ? 'SKIPPED ' : 'FAILED  '} ${title}\n${message}`);
    return missing ? 'skipped' : 'failed';
  }
};

const run = async (options: Options): Promise<void> => {
  await buildFunctions({ root: ROOT });
  await writeModule({ root: ROOT });
  const results: { readonly title: string; readonly result: Result }[] = [];
  for (const { title, check } of options.provider ? [...CHECKS, ...PROVIDER_CHECKS] : CHECKS) {
    results.push({ title, result: await resultOf(title, () => check(options)) });
  }
  const count = (wanted: Result): number => results.filter(({ result }) => result === wanted).length;
  const skipped = count('skipped');
  if (skipped > 0) {
    say(
      `\n!!! ${skipped} of ${results.length} checks were SKIPPED: Terraform or its AWS provider could not be had.`,
    );
  }
  const line = `${count('passed')} passed, ${count('failed')} failed, ${skipped} skipped`;
  process.stdout.write(
    `${options.json === true ? JSON.stringify({ ok: count('failed') === 0 && skipped === 0, checks: results }) : line}\n`,
  );
  process.exitCode = count('failed') > 0 ? FAILED : skipped > 0 ? SKIPPED : 0;
};

void new Command('npm run test:terraform --')
  .description(
    `Checks both doors with Terraform itself. Exit code: 0 everything held, ${FAILED} something failed, ${SKIPPED} what could be checked held, but Terraform or the AWS provider could not be had.`,
  )
  .option(
    '--plugin-dir <folder>',
    'a mirror of providers to take the AWS provider from, instead of the registry',
  )
  .option('--no-provider', 'only the checks that need no AWS provider, and so no registry')
  .option('--json', 'print one JSON object on one line')
  .action(run)
  .parseAsync();
