import {
  DIFFER_IN_MORE_THAN_CASE,
  isRequired,
  type Option,
  type OptionTable,
  ofWhichPlace,
  type Rule,
  type TextRule,
  UUID,
} from '../../../modules/genesys-voicemail-to-s3/options/rule';
import type { Json } from './json';
import { ACCOUNT, PARTITION, REGION, snakeCase } from './json';

/** A condition that a value has to meet. */
export interface Condition {
  /** An HCL expression. */
  readonly holds: string;
  /** Says what is allowed, as a phrase. */
  readonly allowed: string;
}

/** A text as an HCL literal; what would begin an expression in it is escaped. */
const quoted = (text: string): string =>
  JSON.stringify(text)
    .replaceAll('${', () => '$${')
    .replaceAll('%{', '%%{');

/** Any HCL value from JSON. */
const literal = (value: unknown): string =>
  typeof value === 'string' ? quoted(value) : JSON.stringify(value).replaceAll(',', ', ');

/** The type that a rule says. */
export const typeOf = (rule: Rule, byDefault?: unknown): string => {
  switch (rule.kind) {
    case 'text':
      return 'string';
    case 'flag':
      return 'bool';
    case 'number':
      return 'number';
    case 'choice':
      return typeof rule.values[0] === 'number' ? 'number' : 'string';
    case 'list':
      return `list(${typeOf(rule.of)})`;
    case 'tags':
      return 'map(string)';
    case 'object':
      return objectType(rule.fields, byDefault);
  }
};

const objectType = (fields: OptionTable, byDefault: unknown): string => {
  const fieldType = (name: string, option: Option): string => {
    const type = typeOf(option.rule);
    const value: unknown = Object(byDefault)[name] ?? option.byDefault;
    if (isRequired(option)) {
      return type;
    }
    return value === undefined ? `optional(${type})` : `optional(${type}, ${literal(value)})`;
  };
  const lines = Object.entries(fields).map(
    ([name, option]) => `  ${snakeCase(name)} = ${fieldType(name, option)}`,
  );
  return `object({\n${lines.join('\n')}\n})`;
};

/** Whether an ARN is of the partition, region and account of the provider. The parts that it leaves empty say nothing. */
const isOfPlace = (
  { ofRegion, ofAccount }: { ofRegion: boolean; ofAccount: boolean },
  value: string,
): string =>
  `try(${[
    `split(":", ${value})[1] == ${PARTITION}`,
    ...(ofRegion ? [`contains(["", ${REGION}], split(":", ${value})[3])`] : []),
    ...(ofAccount ? [`contains(["", "aws", ${ACCOUNT}], split(":", ${value})[4])`] : []),
  ].join(' && ')}, true)`;

const textHolds = ({ pattern, mostCharacters, excluded }: TextRule, value: string): string =>
  [
    `can(regex(${quoted(pattern)}, ${value}))`,
    ...(mostCharacters === undefined ? [] : [`try(length(${value}), 0) <= ${mostCharacters}`]),
    ...(excluded === undefined ? [] : [`!can(regex(${quoted(excluded)}, ${value}))`]),
  ].join(' && ');

/** The ids of a list whatever form each was given in, as `genesysIdIn` reads them. */
export const genesysIdsIn = (list: string): string =>
  `[for id in ${list} : try(reverse(regexall("${UUID}", lower(id)))[0], id)]`;

/** The conditions that a rule says about an expression. */
export const conditionsOf = (rule: Rule, value: string): readonly Condition[] => {
  const { allowed } = rule;
  switch (rule.kind) {
    case 'flag':
      return [];
    case 'text':
      return [
        { holds: textHolds(rule, value), allowed },
        ...(rule.arn === undefined
          ? []
          : [{ holds: isOfPlace(rule.arn, value), allowed: ofWhichPlace(rule.arn) }]),
      ];
    case 'choice':
      return [{ holds: `contains(${literal(rule.values)}, ${value})`, allowed }];
    case 'number':
      return [
        {
          holds: `${value} >= ${rule.least} && ${value} <= ${rule.most} && floor(${value}) == ${value}`,
          allowed,
        },
      ];
    case 'list':
      return [
        {
          holds: `${rule.most === undefined ? '' : `length(${value}) <= ${rule.most} && `}length(distinct(${rule.genesysIds === true ? genesysIdsIn(value) : value})) == length(${value})`,
          allowed,
        },
        ...conditionsOf(rule.of, 'entry').map((condition) => ({
          holds: `alltrue([for entry in ${value} : ${condition.holds}])`,
          allowed: `${allowed}; each: ${condition.allowed}`,
        })),
      ];
    case 'tags':
      return [
        ...[
          { entry: 'name', one: rule.name },
          { entry: 'value', one: rule.value },
        ].flatMap(({ entry, one }) =>
          conditionsOf(one, entry).map((condition) => ({
            holds: `alltrue([for name, value in ${value} : ${condition.holds}])`,
            allowed: condition.allowed,
          })),
        ),
        ...(rule.most === undefined ? [] : [{ holds: `length(${value}) <= ${rule.most}`, allowed }]),
        ...(rule.caseInsensitive === true
          ? [
              {
                holds: `length(distinct([for name, value in ${value} : lower(name)])) == length(${value})`,
                allowed: `${allowed}, ${DIFFER_IN_MORE_THAN_CASE}`,
              },
            ]
          : []),
      ];
    case 'object':
      return Object.entries(rule.fields).flatMap(([name, option]) =>
        conditionsOf(option.rule, `${value}.${snakeCase(name)}`).map((condition) => ({
          holds: isRequired(option)
            ? condition.holds
            : `${value}.${snakeCase(name)} == null ? true : ${condition.holds}`,
          allowed: `${snakeCase(name)}: ${condition.allowed}`,
        })),
      );
  }
};

/** The default of a variable: null where the option may be left out without one; undefined where it has to be given. */
export const defaultOf = ({ rule, byDefault, ...option }: Option): Json | undefined => {
  if (isRequired({ rule, byDefault, ...option })) {
    return undefined;
  }
  // The defaults of an object's fields stand in its type.
  return rule.kind === 'object' ? {} : JSON.parse(JSON.stringify(byDefault ?? null));
};
