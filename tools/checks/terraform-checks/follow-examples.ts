import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as v from 'valibot';
import { synthesize } from '../../../modules/deployment/synthesize';
import { moduleVariables } from '../../build/hcl-module';
import { type LocalStack, readSynthesizedStack } from '../../local-cloud/stack';
import { COMMANDS, type CommandRun, followExample, runAsOperator } from '../examples/follow';
import { browse } from '../examples/person';
import { terraform } from './terraform';

/*
 * Follows the examples in HCL to a stored voicemail. Terraform itself evaluates each, without its providers: in the place
 * of the module stands one that only notes its variables. The construct makes the same of them (`both-doors.ts`), and
 * its stack runs in the local cloud, whose names become the outputs of the module.
 */

const ORGANIZATION_ID = '7f1c9a34-3d1b-4b0e-8a55-2f6d0c9e4b18';
const QUEUE = { name: 'Customer care', id: '2b6f0cc9-04d1-4c1d-8f3a-9a1f5f0b7c3e' };
const PLACE = { awsAccountId: '123456789012', awsRegion: 'eu-central-1' };
const PORT = 18_765;

/** The blocks of a configuration, each from its header to the brace that closes it. */
const blocksOf = (source: string): readonly string[] => source.split(/(?<=^\}\n)/m);

const WITHOUT = /^(?:terraform|provider "|resource "genesyscloud_|data "genesyscloud_)/m;

/** Takes the providers out: what they would answer stands in the place of the references to them. */
const withoutProviders = (source: string, clientId: string): string => {
  const blocks = blocksOf(source);
  const integration = blocks.find((block) => block.includes('resource "genesyscloud_integration"')) ?? '';
  const [properties = '""'] = /(?<=properties = )jsonencode\(\{.*?\}\)/s.exec(integration) ?? [];
  return blocks
    .filter((block) => !WITHOUT.test(block))
    .join('')
    .replaceAll('data.genesyscloud_organizations_me.current.id', `"${ORGANIZATION_ID}"`)
    .replaceAll('genesyscloud_integration.events.config[0].properties', properties)
    .replaceAll(
      /data\.genesyscloud_routing_queue\.wanted\[(\w+)\]\.id/g,
      `{ "${QUEUE.name}" = "${QUEUE.id}" }[$1]`,
    )
    .replaceAll('genesyscloud_oauth_client.voicemail_mover.client_id', `"${clientId}"`);
};

/** A module with the variables of the real one, which makes nothing but a note of them. */
const writeNotingModule = async (folder: string): Promise<void> => {
  const names = moduleVariables().map(({ name }) => name);
  const document = {
    variable: Object.fromEntries(names.map((name) => [name, { type: 'any', default: null }])),
    resource: {
      terraform_data: {
        given: { input: Object.fromEntries(names.map((name) => [name, `\${var.${name}}`])) },
      },
    },
  };
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'main.tf.json'), JSON.stringify(document));
};

const planSchema = v.object({
  planned_values: v.object({
    root_module: v.object({
      child_modules: v.tuple([
        v.object({
          resources: v.tuple([v.object({ values: v.object({ input: v.record(v.string(), v.unknown()) }) })]),
        }),
      ]),
    }),
  }),
});

const camelCase = (name: string): string =>
  name.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase());

/** An example as its user has it: a folder with a state. */
class Example {
  readonly #folder: string;
  readonly #variables: readonly string[];

  private constructor(folder: string, variables: readonly string[]) {
    this.#folder = folder;
    this.#variables = variables;
  }

  static async open(root: string, name: string, folder: string, clientId: string): Promise<Example> {
    const source = await readFile(join(root, 'examples', name, 'main.tf'), 'utf8');
    await mkdir(folder, { recursive: true });
    await writeFile(
      join(folder, 'main.tf'),
      withoutProviders(source, clientId).replace(/source = "[^"]*terraform-module"/, 'source = "./module"'),
    );
    await writeNotingModule(join(folder, 'module'));
    await terraform(folder, 'init', '-input=false');
    const values: Readonly<Record<string, string>> = {
      aws_account_id: PLACE.awsAccountId,
      queue_names: JSON.stringify([QUEUE.name]),
      service_user_id: '3d1b7f1c-9a34-4b0e-8a55-2f6d0c9e4b18',
    };
    return new Example(
      folder,
      Object.entries(values)
        .filter(([variable]) => source.includes(`variable "${variable}"`))
        .map(([variable, value]) => `-var=${variable}=${value}`),
    );
  }

  /** What the example gives the module, as options of the construct. */
  async options(): Promise<Readonly<Record<string, unknown>>> {
    await terraform(this.#folder, 'plan', '-input=false', '-out=plan', ...this.#variables);
    const { planned_values } = v.parse(
      planSchema,
      JSON.parse(await terraform(this.#folder, 'show', '-json', 'plan')),
    );
    const { input } = planned_values.root_module.child_modules[0].resources[0].values;
    return Object.fromEntries(
      Object.entries(input)
        .filter(([, value]) => value !== null)
        .map(([name, value]) => [camelCase(name), value]),
    );
  }

  /** Applies it, now that what the module makes has names. @returns what `terraform output -json` prints */
  async outputs(made: LocalStack['outputs']): Promise<unknown> {
    const output = Object.fromEntries(Object.entries(made).map(([name, value]) => [name, { value }]));
    await writeFile(join(this.#folder, 'module/outputs.tf.json'), JSON.stringify({ output }));
    await terraform(this.#folder, 'apply', '-input=false', '-auto-approve', ...this.#variables);
    return JSON.parse(await terraform(this.#folder, 'output', '-json'));
  }
}

/** The commands that the comment of an example tells to type for the first login, a line each. */
const commandsOfComment = (source: string): string =>
  source
    .split('\n')
    .flatMap((line) => /^# {3}(.*)$/.exec(line)?.[1] ?? [])
    .join('\n');

/** Does what the comment says, with the secret where the provider leaves it, and logs in as the service user. */
const authorizeFromFile =
  (commands: string, clientId: string, folder: string) =>
  async (stack: LocalStack, outputs: string): Promise<CommandRun> => {
    const { genesys } = stack;
    const { id, secret } = genesys.createOAuthClient({
      redirectUris: [`http://127.0.0.1:${PORT}/callback`],
    });
    const [home, secretFile] = [join(folder, 'home'), join(folder, 'home/.genesys-voicemail', clientId)];
    await mkdir(dirname(secretFile), { recursive: true });
    await writeFile(secretFile, secret);
    const { email, password } = genesys.createUser({ name: 'Service user' });
    let loggingIn: Promise<unknown> | undefined;
    const script = commands
      .replace('$(terraform output -raw oauth_client_id)', clientId)
      .replace('--arg id "$id"', `--arg id "${id}"`)
      .replace(
        /npx \S+ authorize/,
        `"${process.execPath}" "${COMMANDS}" authorize --no-browser --port ${PORT} --outputs "${outputs}"`,
      );
    const run = await runAsOperator(stack, ['sh', '-ec', `${script}\nls "${dirname(secretFile)}"`], {
      variables: { HOME: home },
      onStandardError: (said) => {
        const [url] = /http:\/\/\S+\/oauth\/authorize\S+(?=\n)/.exec(said) ?? [];
        if (url !== undefined) {
          loggingIn ??= browse({ email, password }, url);
        }
      },
    });
    await loggingIn;
    return run;
  };

/**
 * Follows an example in HCL to the end: its configuration, its outputs, `authorize`, `doctor`, `find`.
 *
 * @throws Error that says what a command printed, where one did not do what its user expects.
 */
export const followHclExample = async (root: string, name: string, folder: string): Promise<void> => {
  const clientId = '6c1b0a0e-6f35-4d0c-9b5e-0c7c3a1f2d84';
  const example = await Example.open(root, name, join(folder, name), clientId);
  const deployment = { ...PLACE, ...(await example.options()) };
  const [deploymentsFolder, outputFolder] = [join(folder, 'deployments'), join(folder, 'cdktf.out')];
  await mkdir(deploymentsFolder, { recursive: true });
  await writeFile(join(deploymentsFolder, `${name}.json`), JSON.stringify(deployment));
  synthesize({ deploymentsFolder, outputFolder });
  const commands = commandsOfComment(await readFile(join(root, 'examples', name, 'main.tf'), 'utf8'));
  const { authorized, examined, found, voicemailId } = await followExample({
    stack: readSynthesizedStack(outputFolder, name),
    outputsFile: ({ outputs }) => example.outputs(outputs),
    ...(commands === '' ? {} : { authorize: authorizeFromFile(commands, clientId, folder) }),
  });
  const expected: readonly (readonly [CommandRun, RegExp])[] = [
    // The file with the secret is gone: nothing is listed after it.
    [authorized, /^Authorized: [^\n]*\nNext: [^\n]*\n+$/],
    [examined, /links hold/],
    [found, new RegExp(voicemailId)],
  ];
  for (const [{ exitCode, stdout, stderr }, wanted] of expected) {
    if (exitCode !== 0 || !wanted.test(stdout)) {
      throw new Error(`${name}: exit code ${exitCode}, expected ${wanted}\n${stdout}${stderr}`);
    }
  }
};
