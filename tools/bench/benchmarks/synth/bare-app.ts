import * as v from 'valibot';

/** How an app imports the provider's classes: one file for each, or the package's door with all of them. */
export type ImportStyle = 'per-resource' | 'barrel';

const block = v.record(v.string(), v.unknown());
const blocks = v.optional(v.record(v.string(), v.record(v.string(), block)), {});

const stackFile = v.object({
  provider: v.object({ aws: v.tuple([v.object({ region: v.string() })]) }),
  resource: blocks,
  data: blocks,
  output: v.optional(v.record(v.string(), v.object({ value: v.unknown(), description: v.string() })), {}),
});

const camelCase = (name: string): string =>
  name.replaceAll(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());

/** The arguments as cdktf's generated classes take them. Names of the user's own, such as variables, have nothing to change. */
const toProps = (value: unknown): unknown => {
  if (Array.isArray(value)) {
    return value.map(toProps);
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => key !== '//')
      .map(([key, inner]) => [camelCase(key), toProps(inner)]),
  );
};

/** A resource or data source, and the generated class that stands for it. */
interface Declared {
  readonly name: string;
  readonly body: Readonly<Record<string, unknown>>;
  /** `s3-bucket` */
  readonly fileName: string;
  /** `s3Bucket` */
  readonly namespace: string;
  /** `S3Bucket` */
  readonly className: string;
}

/** A resource type of the stack that the provider's package does not have where it should be. */
export class NoClassError extends Error {
  override readonly name = 'NoClassError';
  readonly type: string;

  constructor(type: string, fileName: string) {
    super(
      `@cdktf/provider-aws/lib/${fileName} has no class for ${type}; expected one with that tfResourceType`,
    );
    this.type = type;
  }
}

/** The name of a type's class: not always the type's own, where that would clash with the name of its options. */
const classNameOf = (type: string, fileName: string): string => {
  const exported: Readonly<Record<string, unknown>> = require(`@cdktf/provider-aws/lib/${fileName}`);
  const names = Object.keys(exported).filter(
    (name) =>
      v.safeParse(v.object({ tfResourceType: v.literal(type) }), { ...Object(exported[name]) }).success,
  );
  const [className] = names;
  if (className === undefined) {
    throw new NoClassError(type, fileName);
  }
  return className;
};

const declaredIn = (types: v.InferOutput<typeof blocks>, prefix: '' | 'data_'): readonly Declared[] =>
  Object.entries(types).flatMap(([type, named]) => {
    const kind = prefix === '' ? type.replace(/^aws_/, '') : prefix + type;
    const fileName = kind.replaceAll('_', '-');
    const className = classNameOf(type, fileName);
    const namespace = camelCase(kind);
    return Object.entries(named).map(([name, body]) => ({ name, body, fileName, namespace, className }));
  });

const constructorOf = ({ namespace, className }: Declared, style: ImportStyle): string =>
  style === 'barrel' ? `${namespace}.${className}` : className;

/** The statements that declare one resource under the name that it has in the stack. */
const declaration = (declared: Declared, style: ImportStyle): string => {
  const { name, body } = declared;
  const { depends_on: dependsOn = [], filename, ...rest } = body;
  const addresses = v.parse(v.array(v.string()), dependsOn);
  const props = [
    `...${JSON.stringify(toProps(rest))}`,
    ...(addresses.length === 0
      ? []
      : [`dependsOn: ${JSON.stringify(addresses.map((address) => ({ fqn: address })))}`]),
    ...(filename === undefined
      ? []
      : [
          `filename: new TerraformAsset(stack, ${JSON.stringify(`${name}_asset`)}, ` +
            `{ path: join(__dirname, ${JSON.stringify(filename)}), type: AssetType.FILE }).path`,
        ]),
  ];
  return `new ${constructorOf(declared, style)}(stack, ${JSON.stringify(name)}, { ${props.join(', ')} } as never)
  .overrideLogicalId(${JSON.stringify(name)});`;
};

const importsOf = (declared: readonly Declared[], style: ImportStyle): string => {
  const classes = new Map(declared.map((one) => [one.className, one]));
  return style === 'barrel'
    ? `import { provider, ${[...classes.values()].map(({ namespace }) => namespace).join(', ')} } from '@cdktf/provider-aws';
const { AwsProvider } = provider;`
    : [
        `import { AwsProvider } from '@cdktf/provider-aws/lib/provider';`,
        ...[...classes.values()].map(
          ({ className, fileName }) => `import { ${className} } from '@cdktf/provider-aws/lib/${fileName}';`,
        ),
      ].join('\n');
};

/**
 * Writes the cdktf app that declares the same resources as a synthesized stack and does nothing else: no options, no checks,
 * no constructs of its own, references as ready-made texts. Its assets lie beside it, where the stack's file names them.
 *
 * @param stackJson the stack's `cdk.tf.json`
 */
export const bareApp = (stackJson: string, style: ImportStyle): string => {
  const { provider, resource, data, output } = v.parse(stackFile, JSON.parse(stackJson));
  const declared = [...declaredIn(data, 'data_'), ...declaredIn(resource, '')];
  return `import { join } from 'node:path';
import { App, AssetType, LocalBackend, TerraformAsset, TerraformOutput, TerraformStack } from 'cdktf';
${importsOf(declared, style)}

const app = new App({ outdir: join(__dirname, 'out'), stackTraces: false });
const stack = new TerraformStack(app, 'bare');
new AwsProvider(stack, 'aws', { region: ${JSON.stringify(provider.aws[0].region)} });
new LocalBackend(stack, { path: 'terraform.tfstate' });
${declared.map((one) => declaration(one, style)).join('\n')}
${Object.entries(output)
  .map(
    ([name, { value, description }]) =>
      `new TerraformOutput(stack, ${JSON.stringify(name)}, ${JSON.stringify({ value, description })});`,
  )
  .join('\n')}
app.synth();
`;
};
