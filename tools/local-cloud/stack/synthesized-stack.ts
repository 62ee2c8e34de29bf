import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as v from 'valibot';
import { StackError } from './errors';
import type { Json } from './expressions';

const json: v.GenericSchema<Json> = v.lazy(() =>
  v.union([v.string(), v.number(), v.boolean(), v.null(), v.array(json), v.record(v.string(), json)]),
);

const blocks = v.optional(v.record(v.string(), v.record(v.string(), v.record(v.string(), json))), {});

const provider = v.object({
  region: v.string(),
  allowed_account_ids: v.tuple([v.pipe(v.string(), v.regex(/^\d{12}$/))]),
});

const stackFile = v.object({
  provider: v.object({ aws: v.tuple([provider]) }),
  resource: blocks,
  data: blocks,
  output: v.optional(v.record(v.string(), v.object({ value: json })), {}),
});

/** A resource or data source as the stack declares it, its expressions not yet evaluated. */
export interface Declaration {
  /** For example `aws_sqs_queue.events`, or `data.aws_caller_identity.current`. */
  readonly address: string;
  /** The type, with `data.` before it where it is a data source. */
  readonly kind: string;
  /** The arguments without Terraform's own (`depends_on`, `lifecycle`, `provider`) and without comments. */
  readonly arguments: Readonly<Record<string, Json>>;
  /** Addresses that must be there first. */
  readonly dependsOn: readonly string[];
}

const META_ARGUMENTS = new Set(['depends_on', 'lifecycle', 'provider', '//']);
/** Terraform's own arguments that would change what a declaration means; the module needs none of them. */
const REFUSED_ARGUMENTS = ['count', 'for_each', 'provisioner', 'dynamic'];

const dependsOnSchema = v.optional(v.array(v.string()), []);

const declarationsOf = (types: v.InferOutput<typeof blocks>, prefix: '' | 'data.'): readonly Declaration[] =>
  Object.entries(types).flatMap(([type, named]) =>
    Object.entries(named).map(([name, body]) => {
      const kind = `${prefix}${type}`;
      const address = `${kind}.${name}`;
      const refused = REFUSED_ARGUMENTS.find((argument) => argument in body);
      if (refused !== undefined) {
        throw new StackError(address, `the local run does not know the argument ${refused}`);
      }
      return {
        address,
        kind,
        arguments: Object.fromEntries(
          Object.entries(body).filter(([argument]) => !META_ARGUMENTS.has(argument)),
        ),
        dependsOn: v.parse(dependsOnSchema, body['depends_on']),
      };
    }),
  );

/** A stack as `npm run synth` wrote it. */
export interface SynthesizedStack {
  /** The folder of the stack's file; asset paths are relative to it. */
  readonly folder: string;
  /** The account and region that its provider is bound to. */
  readonly environment: { readonly accountId: string; readonly region: string };
  readonly declarations: readonly Declaration[];
  /** The values of the outputs, their expressions not yet evaluated. */
  readonly outputs: Readonly<Record<string, Json>>;
}

/**
 * Reads `cdktf.out/stacks/<deployment>/cdk.tf.json`.
 *
 * @throws StackError where the file is not Terraform's JSON syntax, or uses what the local run does not know.
 */
export const readSynthesizedStack = (outputFolder: string, deployment: string): SynthesizedStack => {
  const path = join(outputFolder, 'stacks', deployment, 'cdk.tf.json');
  const parsed = v.safeParse(stackFile, JSON.parse(readFileSync(path, 'utf8')));
  if (!parsed.success) {
    const [issue] = parsed.issues;
    throw new StackError(v.getDotPath(issue) ?? path, issue.message);
  }
  const { resource, data, output } = parsed.output;
  const [{ region, allowed_account_ids }] = parsed.output.provider.aws;
  return {
    folder: dirname(path),
    environment: { accountId: allowed_account_ids[0], region },
    declarations: [...declarationsOf(data, 'data.'), ...declarationsOf(resource, '')],
    outputs: Object.fromEntries(Object.entries(output).map(([name, { value }]) => [name, value])),
  };
};
