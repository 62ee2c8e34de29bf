/** An object of a JSON document. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** One instance of the module in an outputs file. */
export interface Instance {
  /**
   * Where it stands, for example `production`, or `voicemail/care` of a stack with several. Empty where the outputs of the
   * file are those of the one instance.
   */
  readonly name: string;
  readonly outputs: JsonObject;
}

/** How deep an instance can stand: a stack, constructs in it, and the output that holds the instance. */
const DEEPEST = 5;

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const WRAPPING = new Set(['value', 'type', 'sensitive']);

/** `terraform output -json` puts each value into an object, with its type beside it. */
const unwrapped = (value: unknown): unknown =>
  isObject(value) && 'value' in value && Object.keys(value).every((key) => WRAPPING.has(key))
    ? value['value']
    : value;

const find = (
  document: JsonObject,
  isOutput: (name: string) => boolean,
  path: readonly string[],
): Instance[] => {
  const entries = Object.entries(document).map(([name, value]): [string, unknown] => [
    name,
    unwrapped(value),
  ]);
  if (entries.some(([name]) => isOutput(name))) {
    return [{ name: path.join('/'), outputs: Object.fromEntries(entries) }];
  }
  return path.length === DEEPEST
    ? []
    : entries.flatMap(([name, value]) => (isObject(value) ? find(value, isOutput, [...path, name]) : []));
};

/**
 * Finds the instances in what Terraform or cdktf wrote: the outputs of a deployment, `output "voicemail" { value =
 * module.voicemail }` of a configuration in HCL, or an output per instance of cdktf stacks.
 *
 * @param isOutput Whether the module has an output of this name.
 */
export const findInstances = (
  document: JsonObject,
  isOutput: (name: string) => boolean,
): readonly Instance[] => find(document, isOutput, []);

const endsWith = (whole: string, end: string): boolean => whole === end || whole.endsWith(`/${end}`);

/**
 * The instances that a name may mean. The name of the stack may be left out, or stand where the file has none, as the one
 * that Terraform writes of a single stack.
 */
export const instancesNamed = (instances: readonly Instance[], wanted: string): readonly Instance[] => {
  const exact = instances.filter(({ name }) => name === wanted);
  return exact.length > 0
    ? exact
    : instances.filter(
        ({ name }) => endsWith(name, wanted) || endsWith(wanted, name) || name.startsWith(`${wanted}/`),
      );
};
