import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { EXIT_CODE, errorCodeOf, OperatorError } from '../errors';
import { findInstances, type Instance, instancesNamed, isObject, type JsonObject } from './instances';

const text = v.pipe(v.string(), v.nonEmpty());

/** The outputs of a deployment that commands use; the module documents each. */
const outputs = v.object({
  bucket_name: text,
  bucket_arn: text,
  key_arn: text,
  secret_arn: v.pipe(text, v.regex(/^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:/)),
  secret_arns: v.optional(text),
  event_bus_name: text,
  events_queue_url: text,
  events_queue_arn: text,
  failures_queue_url: text,
  failures_queue_arn: text,
  undelivered_queue_url: text,
  undelivered_queue_arn: text,
  refresh_function_arn: text,
  move_function_arn: text,
});

/** Outputs of a deployment as Terraform prints them. */
export type DeploymentOutputs = v.InferOutput<typeof outputs>;

const usage = (message: string): OperatorError =>
  new OperatorError('OutputsUnusable', message, EXIT_CODE.usage);

const HOW_TO_WRITE =
  'write it with "terraform output -json > outputs.json", or with "cdktf deploy <name> --outputs-file outputs.json"';

/** Why a file that was written so can lack what the commands need. */
const HOW_TO_OUTPUT =
  'a configuration of its own outputs a whole instance: output "voicemail" { value = module.voicemail }, or in TypeScript voicemail.addOutput()';

/** Reads what a shell's `>` writes: PowerShell writes UTF-16, or UTF-8 with a byte order mark. */
const decode = (bytes: Buffer): string =>
  new TextDecoder(bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : 'utf-8').decode(bytes);

/** Where `npm start -- --keep` writes the outputs of its deployment, until it ends. */
const LOCAL_RUN = join('.local', 'outputs.json');

const read = (path: string): JsonObject => {
  let content: string;
  try {
    content = decode(readFileSync(path));
  } catch (error) {
    if (path.endsWith(LOCAL_RUN) && errorCodeOf(error) === 'ENOENT') {
      throw usage(
        `the local run that wrote ${path} has ended; begin another with "npm start -- --keep", then ". .local/environment.sh"`,
      );
    }
    throw usage(
      `the deployment's outputs cannot be read from ${path} (${errorCodeOf(error)}); ${HOW_TO_WRITE}`,
    );
  }
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch {
    value = undefined;
  }
  if (!isObject(value)) {
    throw usage(`${path} is not a JSON object; ${HOW_TO_WRITE}`);
  }
  return value;
};

const pick = (path: string, document: JsonObject, deployment: string | undefined): Instance => {
  const instances = findInstances(document, (name) => Object.hasOwn(outputs.entries, name));
  const [whole] = instances;
  if (whole === undefined) {
    throw usage(`${path} holds no outputs of the module; ${HOW_TO_OUTPUT}`);
  }
  const found =
    deployment === undefined || whole.name === '' ? instances : instancesNamed(instances, deployment);
  const [only, ...others] = found;
  const names = instances.map(({ name }) => name).join(', ');
  if (only === undefined) {
    throw usage(`${path} has no deployment ${JSON.stringify(deployment)}; it has ${names}`);
  }
  if (others.length > 0) {
    throw usage(`${path} holds several deployments; name one with --deployment: ${names}`);
  }
  return only;
};

/**
 * Reads the outputs of a deployment from what `terraform output -json` or `cdktf deploy --outputs-file` wrote.
 *
 * @param deployment Which one, where the file holds several: its stack, its stack and output (`calls/care`), or its output.
 * @throws OperatorError that names the file, the problem and how to write the file.
 */
export const readInstance = (
  path: string,
  deployment?: string,
): { readonly name: string; readonly outputs: DeploymentOutputs } => {
  const instance = pick(path, read(path), deployment);
  const parsed = v.safeParse(outputs, instance.outputs);
  if (!parsed.success) {
    const names = [...new Set(parsed.issues.map((issue) => v.getDotPath(issue) ?? 'outputs'))];
    const of = instance.name === '' ? '' : ` of ${instance.name}`;
    throw usage(
      names.length === 1
        ? `${path}: the output ${names[0]}${of} is missing or malformed; ${HOW_TO_OUTPUT}`
        : `${path}: the outputs ${names.join(', ')}${of} are missing or malformed; ${HOW_TO_OUTPUT}`,
    );
  }
  return { name: instance.name, outputs: parsed.output };
};

/** The outputs of {@link readInstance}. @throws OperatorError */
export const readOutputs = (path: string, deployment?: string): DeploymentOutputs =>
  readInstance(path, deployment).outputs;

/** The secret of each token, the first one first. */
export const secretArnsOf = ({
  secret_arn,
  secret_arns = secret_arn,
}: Pick<DeploymentOutputs, 'secret_arn' | 'secret_arns'>): readonly string[] => secret_arns.split(',');

/** The AWS region of a deployment. */
export const regionOf = ({ secret_arn }: Pick<DeploymentOutputs, 'secret_arn'>): string =>
  secret_arn.split(':')[3] ?? '';
