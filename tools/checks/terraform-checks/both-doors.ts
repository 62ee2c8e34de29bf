import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import * as v from 'valibot';
import { MoveVoicemailToS3Environment } from '../../../functions/move-voicemail-to-s3/contract/environment';
import { RefreshAuthTokenEnvironment } from '../../../functions/refresh-auth-token/contract/environment';
import { checkDeployment } from '../../../modules/deployment/deployment-problems';
import { DeploymentInvalidError } from '../../../modules/deployment/errors';
import { type GenesysVoicemailToS3Props, InvalidOptionError } from '../../../modules/genesys-voicemail-to-s3';
import {
  INSTANCE_ID,
  type Json,
  type JsonObject,
  ModuleDocument,
  snakeCase,
  synthesizeInstance,
} from '../../build/hcl-module';
import { TerraformFailedError, terraform } from './terraform';
import { MADE_UP, withoutProvider, withoutReferences } from './without-provider';

/** The resources that Terraform would make, by address. */
type Planned = ReadonlyMap<string, unknown>;

const plannedSchema = v.object({
  planned_values: v.object({
    root_module: v.object({
      resources: v.array(
        v.object({
          name: v.string(),
          index: v.optional(v.number()),
          values: v.object({ input: v.unknown() }),
        }),
      ),
    }),
  }),
});

/** Resources made once for each rule: `events_rule_1` of the construct is `events_rule[0]` of the module. */
const PER_RULE =
  /^(.*(?:events_(?:rule|target|archive)|observability_(?:delivery_failed|event_lost)))(?:_(\d+))?$/;

/** Resources made for each token but the first: `token_2_secret` of the construct is `token_further_secret[0]`. */
const PER_TOKEN = /^(.*token)_(\d+|further)_(secret|policy|rotation_permission|rotation)$/;

/** The name that the module has for a counted resource, and the index that its name in the construct tells. */
const countedName = (name: string): { readonly counted: string; readonly index?: number } | undefined => {
  const [, ofRule, rule] = PER_RULE.exec(name) ?? [];
  if (ofRule !== undefined) {
    return rule === undefined ? { counted: ofRule } : { counted: ofRule, index: Number(rule) - 1 };
  }
  const [, prefix, token, part] = PER_TOKEN.exec(name) ?? [];
  if (prefix === undefined) {
    return undefined;
  }
  const counted = `${prefix}_further_${part}`;
  return token === 'further' ? { counted } : { counted, index: Number(token) - 2 };
};

const addressOf = (name: string, index: number | undefined): string => {
  const found = countedName(name);
  return found === undefined ? name : `${found.counted}[${found.index ?? index ?? 0}]`;
};

/** Stands for what only the provider knows, the same for both doors. */
const madeUp = (address: string, attribute: string): string => {
  const found = countedName(address);
  return found === undefined
    ? `made up: ${attribute} of ${address}`
    : `made up: ${attribute} of ${found.counted}[${found.index ?? '${count.index}'}]`;
};

const ENVIRONMENTS = {
  'genesys-voicemail-refresh-auth-token': RefreshAuthTokenEnvironment,
  'genesys-voicemail-move-voicemail-to-s3': MoveVoicemailToS3Environment,
} as const;

const isEmpty = (value: unknown): boolean =>
  value === null || value === undefined || (typeof value === 'object' && Object.keys(value).length === 0);

/** Two ways to write the same: no argument and an empty one, one block and a list of one, JSON with other blanks. */
const normalized = (value: unknown): unknown => {
  if (typeof value === 'string' && /^[[{]/.test(value)) {
    return normalized(JSON.parse(value));
  }
  if (Array.isArray(value)) {
    const [only] = value;
    return value.length === 1 && typeof only === 'object' ? normalized(only) : value.map(normalized);
  }
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value)
        .map(([key, entry]): [string, unknown] => [key, normalized(entry)])
        .filter(([, entry]) => !isEmpty(entry))
        .sort(([one], [other]) => (one < other ? -1 : 1)),
    );
  }
  return value;
};

/** What was declared, without what is only made up for those who refer to it. */
const declaredIn = (input: unknown): unknown => {
  const { [MADE_UP]: madeUp, ...declared } = v.parse(
    v.looseObject({ [MADE_UP]: v.array(v.string()) }),
    input,
  );
  return Object.fromEntries(Object.entries(declared).filter(([name]) => !madeUp.includes(name)));
};

const functionSchema = v.looseObject({
  function_name: v.string(),
  filename: v.string(),
  environment: v.looseObject({ variables: v.record(v.string(), v.string()) }),
});

/** A function is the same when its bundle is, and when its own contract reads the same settings from the environment. */
const normalizedResource = (input: unknown): unknown => {
  const lambda = v.safeParse(functionSchema, input);
  if (!lambda.success) {
    return normalized(input);
  }
  const { function_name: name, filename, environment, ...rest } = lambda.output;
  const contract = Object.entries(ENVIRONMENTS).find(([known]) => known === name)?.[1];
  if (contract === undefined) {
    throw new Error(`there is no contract for the function ${name}`);
  }
  return {
    ...Object(normalized(rest)),
    name,
    bundle: basename(filename),
    settings: v.parse(contract, environment.variables),
  };
};

const init = (folder: string): Promise<string> => terraform(folder, 'init', '-backend=false', '-input=false');

const plan = async (folder: string, ...variables: readonly string[]): Promise<Planned> => {
  await terraform(folder, 'plan', '-input=false', '-out=plan', ...variables);
  const { planned_values: planned } = v.parse(
    plannedSchema,
    JSON.parse(await terraform(folder, 'show', '-json', 'plan')),
  );
  return new Map(
    planned.root_module.resources.map(({ name, index, values }) => [
      addressOf(name, index),
      normalizedResource(declaredIn(values.input)),
    ]),
  );
};

/** Options as Terraform's variables: names of options and of their fields, but not of tags, change their form. */
const variablesOf = (props: GenesysVoicemailToS3Props): JsonObject => {
  const fields = (value: unknown): Json =>
    JSON.parse(JSON.stringify(value), (_key, entry: unknown) =>
      typeof entry === 'object' && entry !== null && !Array.isArray(entry)
        ? Object.fromEntries(Object.entries(entry).map(([name, inner]) => [snakeCase(name), inner]))
        : entry,
    );
  return Object.fromEntries(
    Object.entries(props).map(([option, value]) => [
      snakeCase(option),
      option === 'tags' || option === 'objectTags' ? JSON.parse(JSON.stringify(value)) : fields(value),
    ]),
  );
};

const write = async (folder: string, name: string, content: JsonObject): Promise<void> => {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, name), JSON.stringify(content));
};

/** The two ways into the module, to be asked the same. */
export class BothDoors {
  readonly #root: string;
  readonly #folder: string;
  /** The module's folders, whole and without its resources: every question plans one again with other variables. */
  readonly #modules = new Map<string, Promise<string>>();
  #questions = 0;

  private constructor(root: string, folder: string) {
    this.#root = root;
    this.#folder = folder;
  }

  /** @param root The folder with `dist/functions` and `dist/terraform-module`. */
  static async open(root: string): Promise<BothDoors> {
    return new BothDoors(root, await mkdtemp(join(tmpdir(), 'both-doors-')));
  }

  async close(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }

  /**
   * Plans the same options through both doors.
   *
   * @returns what differs, by address; nothing where the doors agree.
   */
  async differences(props: GenesysVoicemailToS3Props): Promise<readonly string[]> {
    this.#questions += 1;
    const folder = join(this.#folder, String(this.#questions));
    const [construct, module] = await Promise.all([
      this.#planConstruct(props, join(folder, 'construct')),
      this.#planModule(props),
    ]);
    if (construct.size === 0) {
      throw new Error('the construct plans nothing');
    }
    return [...new Set([...construct.keys(), ...module.keys()])]
      .filter((address) => !isDeepStrictEqual(construct.get(address), module.get(address)))
      .map(
        (address) =>
          `${address}\n  construct: ${JSON.stringify(construct.get(address))}\n  module:    ${JSON.stringify(module.get(address))}`,
      );
  }

  /**
   * Asks both doors for what neither should make.
   *
   * @returns which doors do not refuse it early, that is by a rule of their own; nothing where both do.
   */
  async takenBy(props: GenesysVoicemailToS3Props): Promise<readonly string[]> {
    this.#questions += 1;
    const folder = join(this.#folder, String(this.#questions));
    const isRefused = async (work: Promise<unknown>, isEarly: (error: unknown) => boolean) => {
      try {
        await work;
        return false;
      } catch (error) {
        if (!isEarly(error)) {
          throw error;
        }
        return true;
      }
    };
    const [byConstruct, byModule] = await Promise.all([
      isRefused(
        this.#askDeployment(props, join(folder, 'construct')),
        (error) => error instanceof InvalidOptionError || error instanceof DeploymentInvalidError,
      ),
      isRefused(
        this.#planModule(props, 'variables'),
        (error) =>
          error instanceof TerraformFailedError && error.message.includes('Invalid value for variable'),
      ),
    ]);
    return [...(byConstruct ? [] : ['construct']), ...(byModule ? [] : ['module'])];
  }

  /** A deployment file also knows the place, as the provider of the module does. */
  async #askDeployment(props: GenesysVoicemailToS3Props, folder: string): Promise<void> {
    const place = { awsRegion: 'eu-central-1', awsAccountId: '123456789012' };
    const { problems } = checkDeployment({ ...place, ...props });
    if (problems.length > 0) {
      throw new DeploymentInvalidError(...problems.map(({ problem }) => ({ place: 'props', problem })));
    }
    await this.#planConstruct(props, folder);
  }

  async #planConstruct(props: GenesysVoicemailToS3Props, folder: string): Promise<Planned> {
    await mkdir(folder, { recursive: true });
    const text = synthesizeInstance(
      { ...props, functionsFolder: join(this.#root, 'dist/functions') },
      join(folder, 'cdktf.out'),
    );
    const configuration = new ModuleDocument(text, INSTANCE_ID).body({});
    await write(join(folder, 'plan'), 'main.tf.json', withoutProvider(configuration, madeUp));
    await init(join(folder, 'plan'));
    return plan(join(folder, 'plan'));
  }

  /** @param part `variables` to ask only whether they are taken, which is all that a refusal needs. */
  async #planModule(
    props: GenesysVoicemailToS3Props,
    part: 'whole' | 'variables' = 'whole',
  ): Promise<Planned> {
    const prepared = this.#modules.get(part) ?? this.#prepareModule(part);
    this.#modules.set(part, prepared);
    const folder = await prepared;
    await write(folder, 'options.tfvars.json', variablesOf(props));
    return plan(folder, '-var-file=options.tfvars.json');
  }

  async #prepareModule(part: 'whole' | 'variables'): Promise<string> {
    const folder = join(this.#folder, part);
    const source = join(this.#root, 'dist/terraform-module');
    const document = async (name: string): Promise<JsonObject> =>
      JSON.parse(await readFile(join(source, name), 'utf8'));
    if (part === 'whole') {
      await write(folder, 'main.tf.json', withoutProvider(await document('main.tf.json'), madeUp));
      await cp(join(source, 'functions'), join(folder, 'functions'), { recursive: true });
    }
    await write(folder, 'variables.tf.json', withoutReferences(await document('variables.tf.json')));
    await init(folder);
    return folder;
  }
}
