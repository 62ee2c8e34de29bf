import * as v from 'valibot';
import { type Attributes, attributesOf, type StackEnvironment } from './attributes';
import { StackError } from './errors';
import { evaluate, type Json, type Reference } from './expressions';
import type { Declaration } from './synthesized-stack';

/** A resource of the stack with every expression evaluated. */
export interface StackResource {
  readonly address: string;
  /** The type, with `data.` before it where it is a data source. */
  readonly kind: string;
  /** Arguments and attributes. */
  readonly values: Attributes;
}

/** The evaluated resources of a stack. */
export class StackResources {
  readonly #resources: readonly StackResource[];

  constructor(resources: readonly StackResource[]) {
    this.#resources = resources;
  }

  /**
   * The resources of one type, their values checked.
   *
   * @param schema What the local run does with this type: strict, so that an argument which it would pass over is refused.
   * @throws StackError that names the argument.
   */
  all<const Schema extends v.GenericSchema<unknown, unknown>>(
    type: string,
    schema: Schema,
  ): readonly (v.InferOutput<Schema> & { readonly address: string })[] {
    return this.#resources
      .filter((resource) => resource.kind === type)
      .map(({ address, values }) => {
        const parsed = v.safeParse(schema, values);
        if (!parsed.success) {
          const [issue] = parsed.issues;
          throw new StackError(address, `${v.getDotPath(issue) ?? 'its arguments'}: ${issue.message}`);
        }
        return Object.assign({ address }, parsed.output);
      });
  }

  /** The value that a reference names. @throws StackError where the stack has none. */
  resolve({ address, attribute }: Reference): Json {
    const value = this.#resources.find((resource) => resource.address === address)?.values[attribute];
    if (value === undefined) {
      throw new StackError(address, `has no ${attribute} that the local run knows`);
    }
    return value;
  }

  /** The only resource of one type. @throws StackError where there is none, or more than one. */
  only<const Schema extends v.GenericSchema<unknown, unknown>>(
    type: string,
    schema: Schema,
  ): v.InferOutput<Schema> & { readonly address: string } {
    const [resource, ...others] = this.all(type, schema);
    if (resource === undefined || others.length > 0) {
      throw new StackError(
        type,
        `the local run needs exactly one, and the stack has ${others.length + (resource ? 1 : 0)}`,
      );
    }
    return resource;
  }
}

/** Evaluates declarations on demand, each once, following references as Terraform does. */
class Evaluation {
  readonly #declarations: ReadonlyMap<string, Declaration>;
  readonly #environment: StackEnvironment;
  readonly #values = new Map<string, Attributes>();

  constructor(declarations: ReadonlyMap<string, Declaration>, environment: StackEnvironment) {
    this.#declarations = declarations;
    this.#environment = environment;
  }

  /** @param path The addresses whose evaluation led here. */
  values(declaration: Declaration, path: readonly string[] = []): Attributes {
    const { address } = declaration;
    const known = this.#values.get(address);
    if (known !== undefined) {
      return known;
    }
    if (path.includes(address)) {
      throw new StackError(address, `refers to itself through ${[...path, address].join(' -> ')}`);
    }
    const declared = Object.entries(declaration.arguments).map(([argument, value]) => [
      argument,
      evaluate(value, address, (reference) => this.#resolve(reference, [...path, address])),
    ]);
    const values = attributesOf(declaration, Object.fromEntries(declared), this.#environment);
    this.#values.set(address, values);
    return values;
  }

  #resolve({ address, attribute }: Reference, path: readonly string[]): Json {
    const from = path.at(-1) ?? address;
    const declaration = this.#declarations.get(address);
    if (declaration === undefined) {
      throw new StackError(from, `refers to ${address}, which the stack does not declare`);
    }
    const value = this.values(declaration, path)[attribute];
    if (value === undefined) {
      throw new StackError(from, `${address} has no ${attribute} that the local run knows`);
    }
    return value;
  }
}

/**
 * Evaluates every declaration.
 *
 * @throws StackError for a reference to what is not declared, a cycle, or what the local run does not know.
 */
export const evaluateDeclarations = (
  declarations: readonly Declaration[],
  environment: StackEnvironment,
): StackResources => {
  const byAddress = new Map(declarations.map((declaration) => [declaration.address, declaration]));
  for (const { address, dependsOn } of declarations) {
    const missing = dependsOn.find((dependency) => !byAddress.has(dependency));
    if (missing !== undefined) {
      throw new StackError(address, `depends on ${missing}, which the stack does not declare`);
    }
  }
  const evaluation = new Evaluation(byAddress, environment);
  return new StackResources(
    declarations.map((declaration) => ({
      address: declaration.address,
      kind: declaration.kind,
      values: evaluation.values(declaration),
    })),
  );
};

/** Evaluates the stack's outputs. @throws StackError for one that names what is not there. */
export const evaluateOutputs = (
  outputs: Readonly<Record<string, Json>>,
  resources: StackResources,
): Readonly<Record<string, Json>> =>
  Object.fromEntries(
    Object.entries(outputs).map(([name, value]) => [
      name,
      evaluate(value, `output.${name}`, (reference) => resources.resolve(reference)),
    ]),
  );
