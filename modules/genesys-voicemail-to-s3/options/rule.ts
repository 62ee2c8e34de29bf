/*
 * What an option may be, as data: the check at synth, the props' types, the editor schema and the variables of the HCL
 * module are all made from it. A pattern has no look-around, so that JavaScript and Terraform (RE2) read it alike.
 */

/** A text that fits a pattern. */
export interface TextRule {
  readonly kind: 'text';
  /** The source of a regular expression that both JavaScript (flag `u`) and RE2 take. */
  readonly pattern: string;
  /** @default - as many characters as the pattern takes */
  readonly mostCharacters?: number;
  /** A pattern of texts that are not allowed, since patterns here cannot look ahead. @default - none */
  readonly excluded?: string;
  /** Whether an ARN has to be of the region and of the account that the module is deployed to. @default - it is no ARN */
  readonly arn?: { readonly ofRegion: boolean; readonly ofAccount: boolean };
  /** Says what is allowed, as a phrase; it ends every error about the option. */
  readonly allowed: string;
}

/** One of a few values. */
export interface ChoiceRule {
  readonly kind: 'choice';
  readonly values: readonly string[] | readonly number[];
  /** Whether the type of the prop names the values. */
  readonly closedType?: true;
  readonly allowed: string;
}

/** A whole number within limits, both included. */
export interface NumberRule {
  readonly kind: 'number';
  readonly least: number;
  readonly most: number;
  readonly allowed: string;
}

/** True or false. */
export interface FlagRule {
  readonly kind: 'flag';
  readonly allowed: string;
}

/** A list without repeats. */
export interface ListRule {
  readonly kind: 'list';
  readonly of: TextRule | ObjectRule;
  /** @default - any number of entries */
  readonly most?: number;
  /** Whether the entries are ids of Genesys, of which other forms are read as well: see {@link genesysIdIn}. */
  readonly genesysIds?: true;
  readonly allowed: string;
}

/** Names and values of tags. */
export interface TagsRule {
  readonly kind: 'tags';
  readonly name: TextRule;
  readonly value: TextRule;
  /** Whether two names that differ only in their case are one, as IAM has it. */
  readonly caseInsensitive?: true;
  /** @default - any number of tags */
  readonly most?: number;
  readonly allowed: string;
}

/** An object with fields of its own, each an option. */
export interface ObjectRule {
  readonly kind: 'object';
  /** The name of the interface that is made of it. */
  readonly name: string;
  /** The documentation of that interface. */
  readonly doc: string;
  readonly fields: OptionTable;
  readonly allowed: string;
}

export type Rule = TextRule | ChoiceRule | NumberRule | FlagRule | ListRule | TagsRule | ObjectRule;

/** All that there is to say about one option. It has to be given where it has neither `byDefault` nor `leftOut`. */
export interface Option {
  /** Describes it in a few sentences with their units. Names of other options stand in backticks. */
  readonly doc: string;
  readonly rule: Rule;
  /** The value of an option that is left out. */
  readonly byDefault?: unknown;
  /** Says in words what leaving the option out means, where its default does not. */
  readonly leftOut?: string;
  /**
   * Whether Terraform cannot fill it in later, because resources are computed from it. With `entries` they are made of its
   * entries, each of which may be a token; with `length` rules know its length alone.
   */
  readonly literal?: true | 'length' | 'entries';
  /** Why the HCL module has no such variable. */
  readonly notInHcl?: string;
  /** Whether a deployment file cannot hold it. */
  readonly notInFile?: true;
}

/** Options by their names. */
export type OptionTable = Readonly<Record<string, Option>>;

/** Whether an option has to be given. */
export const isRequired = ({ byDefault, leftOut }: Option): boolean =>
  byDefault === undefined && leftOut === undefined;

/** Default of an option, in words or as a literal; undefined for one that has to be given. */
export const wordsOfDefault = ({ byDefault, leftOut }: Option): string | undefined => {
  if (leftOut !== undefined || byDefault === undefined) {
    return leftOut;
  }
  return typeof byDefault === 'string' ? `'${byDefault}'` : JSON.stringify(byDefault);
};

export const text = (pattern: string, allowed: string, mostCharacters?: number): TextRule => ({
  kind: 'text',
  pattern: `^(?:${pattern})$`,
  allowed,
  ...(mostCharacters === undefined ? {} : { mostCharacters }),
});

export const wholeNumber = (least: number, most: number, unit: string): NumberRule => ({
  kind: 'number',
  least,
  most,
  allowed: `a whole number of ${unit} from ${least} to ${most}`,
});

export const flag: FlagRule = { kind: 'flag', allowed: 'true or false' };

export const choice = (values: ChoiceRule['values'], allowed: string = values.join(', ')): ChoiceRule => ({
  kind: 'choice',
  values,
  allowed,
});

export const listOf = (of: TextRule | ObjectRule, what: string, most?: number): ListRule => ({
  kind: 'list',
  of,
  allowed: `a list of ${most === undefined ? '' : `at most ${most} `}${what}, without repeats`,
  ...(most === undefined ? {} : { most }),
});

export const UUID = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';

const ANY_UUID = UUID.replaceAll('a-f', 'a-fA-F');

/** Reads the id of a text that may be the address of the thing's page, or the id in upper case: events have it in lower case. */
export const genesysIdIn = (text: string): string =>
  text.match(new RegExp(ANY_UUID, 'g'))?.at(-1)?.toLowerCase() ?? text;

/** Ids that Genesys gives, of one kind of thing, and where Genesys Cloud shows them. */
export const genesysIds = (what: string, where: string, most: number): ListRule => ({
  ...listOf(
    text(
      `(?:https://[^ \\t\\n]*[/=])?${ANY_UUID}(?:[/?#&][^ \\t\\n]*)?`,
      `the id of a Genesys ${what}, a UUID such as 3fa85f64-5717-4562-b3fc-2c963f66afa6 (not its name): it ends the address of its page in ${where} of Genesys Cloud, which is taken as well`,
    ),
    `ids of Genesys ${what}s`,
    most,
  ),
  genesysIds: true,
});

/** Ids that EC2 gives, of one kind of thing. */
export const awsIds = (prefix: string, what: string, most: number): ListRule =>
  listOf(
    text(`${prefix}-(?:[0-9a-f]{8}|[0-9a-f]{17})`, `an id such as ${prefix}-0123456789abcdef0`),
    `ids of ${what}`,
    most,
  );

/** Says in words which partition, region and account an ARN must be of. */
export const ofWhichPlace = ({ ofRegion, ofAccount }: { ofRegion: boolean; ofAccount: boolean }): string =>
  `an ARN of the partition${[...(ofRegion ? [', the region'] : []), ...(ofAccount ? [' and the account'] : [])].join('')} that the module is deployed to, because it reaches no other`;

/** An ARN of the region and the account that the module is deployed to. */
export const arn = (
  pattern: string,
  allowed: string,
  of = { ofRegion: true, ofAccount: true },
): TextRule => ({
  ...text(`arn:aws[a-z-]*:${pattern}`, allowed),
  arn: of,
});

/** The last part of the ARN of a KMS key, of one region or of several. */
export const KMS_KEY = `kms:[a-z0-9-]+:[0-9]{12}:key/(?:${UUID}|mrk-[0-9a-f]{32})`;

/** Names that S3 keeps for itself. Source: "General purpose bucket naming rules" in its user guide. */
export const RESERVED_BUCKET_NAMES =
  '^(?:xn--|sthree-|amzn-s3-demo-)|(?:-s3alias|--ol-s3|\\.mrap|--x-s3|--table-s3)$';

/** The characters of S3's own rules, without dots: those break the certificate of virtual hosts. */
export const bucketName: TextRule = {
  ...text(
    '[a-z0-9][a-z0-9-]{1,61}[a-z0-9]',
    'the name of a bucket, 3 to 63 of a-z 0-9 - without dots; S3 reserves the beginnings xn--, sthree-, amzn-s3-demo- and the ends -s3alias, --ol-s3, .mrap, --x-s3, --table-s3',
  ),
  excluded: RESERVED_BUCKET_NAMES,
};

/** Folders, of which none is `.` or `..`. */
export const keyPrefix = text(
  '(?:(?:[A-Za-z0-9=_-]|\\.[A-Za-z0-9=_-]|\\.\\.[A-Za-z0-9=_.-])[A-Za-z0-9=_.-]*/)*',
  'empty, or folders of A-Z a-z 0-9 = _ . - that each end in a slash, such as voicemail/; at most 200 characters',
  200,
);

/** Ends the error about two names that IAM takes for one. */
export const DIFFER_IN_MORE_THAN_CASE = 'no two of which differ in case only, because IAM takes them for one';

/** Letters, spaces and digits of every language, and what else a tag may hold; no control character is among them. */
const TAG_CHARACTERS = '\\p{L}\\p{Z}\\p{N}_.:/=+@\\-';

/**
 * Tags as AWS takes them; the braces and dollars of Terraform's expressions are not among their characters.
 *
 * Source: `Tag` in the API references of IAM and S3.
 */
export const tags = (most: number): TagsRule => {
  const described = 'letters and digits of any language, spaces and _ . : / = + - @';
  return {
    kind: 'tags',
    name: {
      ...text(
        `[${TAG_CHARACTERS}]+`,
        `a tag name of 1 to 128 characters, ${described}, that does not begin with aws:, which is AWS's own`,
        128,
      ),
      excluded: '^[aA][wW][sS]:',
    },
    value: text(`[${TAG_CHARACTERS}]*`, `a tag value of at most 256 characters: ${described}`, 256),
    most,
    allowed: `an object of at most ${most} tag names and values`,
  };
};
