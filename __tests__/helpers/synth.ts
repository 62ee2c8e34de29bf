import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AwsProvider } from '@cdktf/provider-aws/lib/provider';
import { TerraformStack, Testing } from 'cdktf';
import { GenesysVoicemailToS3, type GenesysVoicemailToS3Props } from '../../modules/genesys-voicemail-to-s3';

/** The arguments of a resource, as Terraform reads them. */
export type Arguments = Readonly<Record<string, unknown>>;

/** One statement of a policy document. */
export interface Statement {
  readonly Sid: string;
  readonly Effect: string;
  readonly Principal?: unknown;
  readonly Action: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

type Blocks = Readonly<Record<string, Readonly<Record<string, Arguments>>>>;

interface Document {
  readonly resource?: Blocks;
  readonly data?: Blocks;
}

/**
 * A synthesized stack, read back from its JSON.
 *
 * The hashes that cdktf adds to names are taken away, so that a reference reads `${aws_kms_key.voicemail_encryption_key.arn}`.
 */
export class Plan {
  /** The JSON as Terraform gets it. */
  readonly text: string;
  readonly #document: Document;

  constructor(text: string) {
    this.text = text;
    this.#document = JSON.parse(text.replaceAll(/_[0-9A-F]{8}(?![0-9A-Za-z_])/g, ''));
  }

  /** The address of every resource and data source, as Terraform names it, hashes included. */
  get addresses(): readonly string[] {
    const document: Document = JSON.parse(this.text);
    const addresses = (blocks: Blocks | undefined, prefix: string) =>
      Object.entries(blocks ?? {}).flatMap(([type, named]) =>
        Object.keys(named).map((name) => `${prefix}${type}.${name}`),
      );
    return [...addresses(document.data, 'data.'), ...addresses(document.resource, '')].sort();
  }

  /** Every resource of a type, by name. */
  all(type: string): Readonly<Record<string, Arguments>> {
    return this.#document.resource?.[type] ?? {};
  }

  /** The arguments of the only resource of a type. */
  only(type: string): Arguments {
    return this.one(type, () => true);
  }

  /** The arguments of the only resource of a type for which the predicate holds. */
  one(type: string, predicate: (name: string, resource: Arguments) => boolean): Arguments {
    const found = Object.entries(this.all(type)).filter(([name, resource]) => predicate(name, resource));
    const [only] = found;
    if (only === undefined || found.length !== 1) {
      const names = Object.keys(this.all(type)).join(', ');
      throw new Error(`expected one ${type}, found ${found.length} of: ${names}`);
    }
    return only[1];
  }

  /** The arguments of a resource by its name, the construct's own id left out: `queues_events`. */
  named(type: string, name: string): Arguments {
    return this.one(type, (candidate) => candidate === `voicemail_${name}`);
  }

  /** The environment of one of the functions. */
  environment(name: 'move' | 'refresh'): Readonly<Record<string, string>> {
    const { environment } = this.named('aws_lambda_function', `${name}_function`);
    return (environment as { readonly variables: Readonly<Record<string, string>> }).variables;
  }
}

/** Parses a JSON text that is an argument. */
export const parsed = (text: unknown): unknown => {
  if (typeof text !== 'string') {
    throw new Error(`expected a JSON text, got ${typeof text}`);
  }
  return JSON.parse(text);
};

/** The statements of a policy document. */
export const statementsOf = (policy: unknown): readonly Statement[] => {
  const document = parsed(policy) as { readonly Version: string; readonly Statement: readonly Statement[] };
  return document.Statement;
};

/** The only statement of a policy document under a Sid. */
export const statement = (policy: unknown, sid: string): Statement => {
  const found = statementsOf(policy).filter(({ Sid }) => Sid === sid);
  const [only] = found;
  if (only === undefined || found.length !== 1) {
    throw new Error(`expected one statement ${sid}, found ${found.length}`);
  }
  return only;
};

/** Zips that stand for the functions': a plan needs their bytes only for a hash. */
const functionsFolder = (): string => {
  const folder = join(mkdtempSync(join(tmpdir(), 'functions-')), 'functions');
  mkdirSync(folder);
  for (const name of ['refresh-auth-token', 'move-voicemail-to-s3']) {
    writeFileSync(join(folder, `${name}.zip`), name);
  }
  return folder;
};

/** Ids that tests use. */
export const EVENT_SOURCE_NAME =
  'aws.partner/genesys.com/cloud/7f1c9a34-3d1b-4b0e-8a55-2f6d0c9e4b18/voicemail';
export const QUEUE_ID = '2b6f0cc9-04d1-4c1d-8f3a-9a1f5f0b7c3e';

/** The smallest set of options. */
export const SMALLEST: GenesysVoicemailToS3Props = {
  genesysRegion: 'mypurecloud.de',
  eventSourceName: EVENT_SOURCE_NAME,
  queueIds: [QUEUE_ID],
  retentionDays: 365,
};

/** A number of ids that differ. */
export const ids = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`);

/** Synthesizes a stack that a test fills. */
export const synthesizeStack = (fill: (stack: TerraformStack, functionsFolder: string) => void): Plan => {
  const stack = new TerraformStack(Testing.app(), 'test');
  new AwsProvider(stack, 'aws', { region: 'eu-central-1' });
  fill(stack, functionsFolder());
  return new Plan(Testing.synth(stack, true));
};

/** Synthesizes one instance of the module; an option that is undefined here is left out. */
export const synthesizeModule = (
  options: {
    readonly [Name in keyof GenesysVoicemailToS3Props]?: GenesysVoicemailToS3Props[Name] | undefined;
  } = {},
): Plan =>
  synthesizeStack((stack, folder) => {
    const given = Object.entries({ functionsFolder: folder, ...SMALLEST, ...options }).filter(
      ([, value]) => value !== undefined,
    );
    new GenesysVoicemailToS3(
      stack,
      'voicemail',
      Object.fromEntries(given) as unknown as GenesysVoicemailToS3Props,
    );
  });
