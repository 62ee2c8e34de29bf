import {
  isRequired,
  OPTIONS,
  type Option,
  type OptionTable,
  type Rule,
  wordsOfDefault,
} from '../../../modules/genesys-voicemail-to-s3/options';

/** Characters of a line of documentation, its indent and ` * ` included. */
const LINE_WIDTH = 120;

const wrapped = (text: string, indent: string): readonly string[] => {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && `${indent} * ${last} ${word}`.length <= LINE_WIDTH) {
      lines[lines.length - 1] = `${last} ${word}`;
    } else {
      lines.push(word);
    }
  }
  return lines;
};

const comment = (paragraphs: readonly string[], indent: string): string => {
  const [only, ...others] = paragraphs;
  const onOneLine = `${indent}/** ${only} */`;
  if (others.length === 0 && onOneLine.length <= LINE_WIDTH) {
    return onOneLine;
  }
  const lines = paragraphs.map((paragraph) =>
    wrapped(paragraph, indent)
      .map((line) => `${indent} * ${line}`)
      .join('\n'),
  );
  return `${indent}/**\n${lines.join(`\n${indent} *\n`)}\n${indent} */`;
};

const typeOf = (rule: Rule): string => {
  switch (rule.kind) {
    case 'text':
      return 'string';
    case 'flag':
      return 'boolean';
    case 'number':
      return 'number';
    case 'choice':
      return rule.closedType === true
        ? rule.values.map((value) => `'${value}'`).join(' | ')
        : typeof rule.values[0];
    case 'list':
      return `readonly ${typeOf(rule.of)}[]`;
    case 'tags':
      return 'Readonly<Record<string, string>>';
    case 'object':
      return rule.name;
  }
};

/** A default in words is marked as such for the readers of TSDoc. */
const defaultTag = (option: Option): readonly string[] => {
  const words = wordsOfDefault(option);
  return words === undefined ? [] : [`@default ${option.leftOut === undefined ? '' : '- '}${words}`];
};

const memberOf = (name: string, option: Option): string =>
  [
    comment([option.doc, ...defaultTag(option)], '  '),
    `  readonly ${name}${isRequired(option) ? '' : '?'}: ${typeOf(option.rule)};`,
  ].join('\n');

const interfaceOf = (name: string, paragraphs: readonly string[], table: OptionTable): string =>
  [
    comment(paragraphs, ''),
    `export interface ${name} {`,
    Object.entries(table)
      .map(([option, entry]) => memberOf(option, entry))
      .join('\n\n'),
    '}',
  ].join('\n');

/** The objects among the options, each once, by name. */
const objectsOf = (table: OptionTable): ReadonlyMap<string, Extract<Rule, { kind: 'object' }>> =>
  new Map(
    Object.values(table)
      .map(({ rule }) => (rule.kind === 'list' ? rule.of : rule))
      .flatMap((rule) => (rule.kind === 'object' ? [[rule.name, rule] as const] : [])),
  );

/** The interfaces of the construct's props with their documentation, which editors show: `options/props.ts`. */
export const propsFile = (): string =>
  `${[
    '// Written by `npm run docs` from the table of options in `table/`: change an option there.',
    ...[...objectsOf(OPTIONS)].map(([name, { doc, fields }]) => interfaceOf(name, [doc], fields)),
    interfaceOf(
      'GenesysVoicemailToS3Props',
      [
        'Options of {@link GenesysVoicemailToS3}.',
        'A value that is only known when Terraform plans (a token) is taken as it is, except in lists of ids and in time limits, from which resources are counted and computed.',
      ],
      OPTIONS,
    ),
  ].join('\n\n')}\n`;
