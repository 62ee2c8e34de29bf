import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { EXIT_CODE, errorCodeOf, OperatorError } from '../errors';

const text = v.pipe(v.string(), v.nonEmpty());

/** The outputs of a deployment that commands use; the module documents each. */
const outputs = v.object({
  bucket_name: text,
  bucket_arn: text,
  key_arn: text,
  secret_arn: v.pipe(text, v.regex(/^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:/)),
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

/** What Terraform says of a deployment. */
export type DeploymentOutputs = v.InferOutput<typeof outputs>;

const object = v.record(v.string(), v.unknown());

/** `terraform output -json` wraps each value. */
const wrapped = v.record(v.string(), v.object({ value: v.unknown() }));

const usage = (message: string): OperatorError =>
  new OperatorError('OutputsUnusable', message, EXIT_CODE.usage);

const HOW_TO_WRITE =
  'write it with "npx cdktf deploy <name> --outputs-file outputs.json", or with "terraform output -json > outputs.json"';

const parseObject = (path: string, content: string): Readonly<Record<string, unknown>> => {
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch {
    value = undefined;
  }
  if (!v.is(object, value) || Array.isArray(value)) {
    throw usage(`${path} is not a JSON object; ${HOW_TO_WRITE}`);
  }
  return value;
};

/** cdktf writes an object of stacks, each with its outputs. */
const pickStack = (
  path: string,
  document: Readonly<Record<string, unknown>>,
  deployment: string | undefined,
): unknown => {
  if ('secret_arn' in document) {
    return document;
  }
  const names = Object.keys(document);
  const name = deployment ?? (names.length === 1 ? names[0] : undefined);
  if (name === undefined) {
    throw usage(`${path} holds several deployments; name one with --deployment: ${names.join(', ')}`);
  }
  if (!Object.hasOwn(document, name)) {
    throw usage(`${path} has no deployment ${JSON.stringify(name)}; it has ${names.join(', ') || 'none'}`);
  }
  return document[name];
};

const read = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw usage(
      `the deployment's outputs cannot be read from ${path} (${errorCodeOf(error)}); ${HOW_TO_WRITE}`,
    );
  }
};

/**
 * Reads the outputs of a deployment from what `cdktf deploy --outputs-file` or `terraform output -json` wrote.
 *
 * @param deployment - which one, where the file holds several
 * @throws OperatorError that names the file, the problem and how to write the file.
 */
export const readOutputs = (path: string, deployment?: string): DeploymentOutputs => {
  const document = parseObject(path, read(path));
  const picked = v.is(wrapped, document)
    ? Object.fromEntries(Object.entries(document).map(([name, { value }]) => [name, value]))
    : pickStack(path, document, deployment);
  const parsed = v.safeParse(outputs, picked);
  if (!parsed.success) {
    const name = v.getDotPath(parsed.issues[0]) ?? 'outputs';
    throw usage(`${path}: the output ${name} is missing or malformed; ${HOW_TO_WRITE}`);
  }
  return parsed.output;
};

/** The AWS region of a deployment. */
export const regionOf = ({ secret_arn }: Pick<DeploymentOutputs, 'secret_arn'>): string =>
  secret_arn.split(':')[3] ?? '';
