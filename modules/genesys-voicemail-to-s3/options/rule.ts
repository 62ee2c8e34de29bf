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
  /** What is allowed, as a phrase; it ends every error about the option. */
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
  readonly allowed: string;
}

/** Names and values of tags. */
export interface TagsRule {
  readonly kind: 'tags';
  readonly name: TextRule;
  readonly value: TextRule;
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
  /** What it is, in a few sentences with their units. Names of other options stand in backticks. */
  readonly doc: string;
  readonly rule: Rule;
  /** The value of an option that is left out. */
  readonly byDefault?: unknown;
  /** What an option that is left out means, in words, where its default does not say it. */
  readonly leftOut?: string;
  /** Whether Terraform cannot fill it in later, because resources are counted or computed from it. */
  readonly literal?: true;
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

/** What an option is where it is left out, in words or as a literal; undefined for one that has to be given. */
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

/** Ids that Genesys gives, of one kind of thing. */
export const genesysIds = (what: string, most: number): ListRule =>
  listOf(
    text(
      UUID,
      `the id of a Genesys ${what}, a UUID in lower case such as 3fa85f64-5717-4562-b3fc-2c963f66afa6`,
    ),
    `ids of Genesys ${what}s`,
    most,
  );

/** Ids that EC2 gives, of one kind of thing. */
export const awsIds = (prefix: string, what: string, most: number): ListRule =>
  listOf(
    text(`${prefix}-[0-9a-f]{8,17}`, `an id such as ${prefix}-0123456789abcdef0`),
    `ids of ${what}`,
    most,
  );

export const arn = (pattern: string, allowed: string): TextRule => text(`arn:aws[a-z-]*:${pattern}`, allowed);

/** The characters of S3's own rules, without dots: those break the certificate of virtual hosts. */
export const bucketName = text(
  '[a-z0-9][a-z0-9-]{1,61}[a-z0-9]',
  'a bucket name of 3 to 63 of a-z 0-9 -, without dots',
);

/** Folders, of which none is `.` or `..`. */
export const keyPrefix = text(
  '(?:(?:[A-Za-z0-9=_-]|\\.[A-Za-z0-9=_-]|\\.\\.[A-Za-z0-9=_.-])[A-Za-z0-9=_.-]*/)*',
  'empty, or folders of A-Z a-z 0-9 = _ . - that each end in a slash, such as voicemail/; at most 200 characters',
  200,
);

/** Tags as AWS takes them; the braces and dollars of Terraform's expressions are not among their characters. */
export const tags = (
  characters: string,
  leastOfValue: number,
  described: string,
  most?: number,
): TagsRule => ({
  kind: 'tags',
  name: text(`[${characters}]+`, `a tag name of 1 to 128 characters: ${described}`, 128),
  value: text(
    `[${characters}]${leastOfValue === 0 ? '*' : '+'}`,
    `a tag value of at most 256 characters: ${described}`,
    256,
  ),
  allowed: `an object of ${most === undefined ? '' : `at most ${most} `}tag names and values`,
  ...(most === undefined ? {} : { most }),
});
