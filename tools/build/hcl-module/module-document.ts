import { isObject, type Json, type JsonObject, mapTexts } from './json';

/** An edit that does not fit what the construct synthesizes: one of the two has to follow the other. */
export class EditFailedError extends Error {
  override readonly name = 'EditFailedError';
  /** The text that was looked for. */
  readonly wanted: string;

  constructor(wanted: string, problem: string) {
    super(`${wanted} ${problem}; let tools/build/hcl-module follow the construct`);
    this.wanted = wanted;
  }
}

/** The names of one instance in one stack, without the construct's own id and the hash that cdktf puts behind it. */
const shortNames = (text: string, instance: string): string =>
  text.replaceAll(new RegExp(`\\b${instance}_([a-z0-9_]+)_[0-9A-F]{8}\\b`, 'g'), '$1');

/**
 * The resources of a synthesized stack, to be edited into the body of a Terraform module.
 *
 * Provider, backend, version constraints and cdktf's own remarks are left out: they are the caller's, or stand in
 * `versions.tf`. Every edit names what it expects, and fails where that is not there, so that the module cannot silently
 * fall behind the construct.
 */
export class ModuleDocument {
  readonly #data: JsonObject;
  #outputs: JsonObject;
  #resources: JsonObject;

  /**
   * @param text `cdk.tf.json` of a stack with one instance of the construct.
   * @param instance The id of that instance.
   */
  constructor(text: string, instance: string) {
    const document = JSON.parse(shortNames(text, instance), (key, value: unknown) =>
      key === '//' ? undefined : value,
    ) as { readonly data: JsonObject; readonly output: JsonObject; readonly resource: JsonObject };
    this.#data = document.data;
    this.#outputs = document.output;
    this.#resources = document.resource;
  }

  /** Outputs of the module, by name. */
  get outputs(): JsonObject {
    return this.#outputs;
  }

  /** The addresses of all resources. */
  get addresses(): readonly string[] {
    return Object.entries(this.#resources).flatMap(([type, named]) =>
      Object.keys(isObject(named) ? named : {}).map((name) => `${type}.${name}`),
    );
  }

  /** The arguments of one resource. @throws EditFailedError where there is none. */
  resource(address: string): JsonObject {
    const [type = '', name = ''] = address.split('.');
    const named = this.#resources[type];
    const found = isObject(named) ? named[name] : undefined;
    if (!isObject(found)) {
      throw new EditFailedError(address, 'is not declared');
    }
    return found;
  }

  /** The block that a path such as `block.argument` ends in, and the name of the argument. */
  #ownerOf(address: string, path: string): readonly [JsonObject, string] {
    const keys = path.split('.');
    const last = keys.pop() ?? '';
    const owner = keys.reduce<Json | undefined>(
      (inner, key) => (isObject(inner) ? inner[key] : undefined),
      this.resource(address),
    );
    if (!isObject(owner)) {
      throw new EditFailedError(`${address}.${path}`, 'is not declared');
    }
    return [owner, last];
  }

  /** Replaces arguments that are there; `block.argument` is one inside a block. @throws EditFailedError otherwise. */
  set(address: string, changes: Readonly<Record<string, Json>>): void {
    for (const [path, value] of Object.entries(changes)) {
      const [owner, name] = this.#ownerOf(address, path);
      if (!(name in owner)) {
        throw new EditFailedError(`${address}.${path}`, 'is not declared');
      }
      owner[name] = value;
    }
  }

  /** Adds arguments that are not there yet; `block.argument` is one inside a block. @throws EditFailedError for one that is. */
  add(address: string, additions: Readonly<Record<string, Json>>): void {
    for (const [path, value] of Object.entries(additions)) {
      const [owner, name] = this.#ownerOf(address, path);
      if (name in owner) {
        throw new EditFailedError(`${address}.${path}`, 'is declared already');
      }
      owner[name] = value;
    }
  }

  /** Takes a block that is there, and has one for each entry of an expression in its place. */
  repeatBlock(address: string, block: string, forEach: string, content: JsonObject): void {
    const resource = this.resource(address);
    if (!(block in resource)) {
      throw new EditFailedError(`${address}.${block}`, 'is not declared');
    }
    delete resource[block];
    this.add(address, { dynamic: { [block]: { for_each: forEach, content } } });
  }

  /** Gives a resource another name. Its references have to be replaced by themselves. */
  rename(address: string, name: string): void {
    const [type = '', old = ''] = address.split('.');
    const arguments_ = this.resource(address);
    const named = this.#resources[type];
    if (isObject(named)) {
      delete named[old];
      named[name] = arguments_;
    }
  }

  /** Replaces a part of every text that holds it. @throws EditFailedError where none does. */
  replace(part: string, replacement: string): void {
    let found = 0;
    const change = (text: string): string => {
      const pieces = text.split(part);
      found += pieces.length - 1;
      return pieces.join(replacement);
    };
    const changed = (blocks: JsonObject): JsonObject =>
      Object.fromEntries(Object.entries(blocks).map(([name, value]) => [name, mapTexts(value, change)]));
    this.#resources = changed(this.#resources);
    this.#outputs = changed(this.#outputs);
    if (found === 0) {
      throw new EditFailedError(JSON.stringify(part), 'is in no argument');
    }
  }

  /** The body: what was edited, the data sources, and what is given besides. */
  body(besides: JsonObject): JsonObject {
    return { ...besides, data: this.#data, resource: this.#resources };
  }
}
