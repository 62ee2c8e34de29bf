import type { Json } from './json';

/** A rule that a value has to keep. */
export interface Rule {
  /** An HCL expression. */
  readonly holds: string;
  /** What is allowed, as the end of "... has to be". */
  readonly allowed: string;
}

/**
 * How an option becomes a variable. A rule may look at other variables, but no two at each other: Terraform refuses a cycle.
 */
export interface VariableForm {
  readonly type: string;
  /** Undefined where the option has to be given; null where it may be left out. */
  readonly byDefault?: Json;
  readonly rules?: readonly Rule[];
}

/** A rule that holds also where nothing is given. */
export const given = (name: string, holds: string): string => `var.${name} == null ? true : ${holds}`;

/** Whether a text fits a pattern. */
export const matches = (name: string, pattern: string): string => `can(regex("${pattern}", var.${name}))`;

const texts = (name: string, pattern: string): string =>
  `alltrue([for text in var.${name} : can(regex("${pattern}", text))])`;

/** A text that may be left out. */
export const optionalText = (
  name: string,
  pattern: string,
  allowed: string,
  more: readonly Rule[] = [],
): VariableForm => ({
  type: 'string',
  byDefault: null,
  rules: [{ holds: given(name, matches(name, pattern)), allowed }, ...more],
});

/** A text with a default. */
export const text = (name: string, byDefault: string, pattern: string, allowed: string): VariableForm => ({
  type: 'string',
  byDefault,
  rules: [{ holds: matches(name, pattern), allowed }],
});

/** Whether a number is whole and within limits. */
export const within = (value: string, least: number, most: number): string =>
  `${value} >= ${least} && ${value} <= ${most} && floor(${value}) == ${value}`;

/** A whole number of some unit. */
export const wholeNumber = (
  name: string,
  byDefault: number | null,
  least: number,
  most: number,
  unit: string,
): VariableForm => ({
  type: 'number',
  byDefault,
  rules: [
    {
      holds:
        byDefault === null
          ? given(name, within(`var.${name}`, least, most))
          : within(`var.${name}`, least, most),
      allowed: `a whole number of ${unit} from ${least} to ${most}`,
    },
  ],
});

/** True or false. */
export const flag = (byDefault: boolean | null): VariableForm => ({ type: 'bool', byDefault });

/** A list of texts that fit a pattern, without repeats. */
export const list = (
  name: string,
  pattern: string,
  what: string,
  most: number,
  more: readonly Rule[] = [],
): VariableForm => ({
  type: 'list(string)',
  byDefault: [],
  rules: [
    {
      holds: `length(var.${name}) <= ${most} && length(distinct(var.${name})) == length(var.${name})`,
      allowed: `at most ${most}, without repeats`,
    },
    { holds: texts(name, pattern), allowed: what },
    ...more,
  ],
});

/** One of a few texts. */
export const oneOf = (
  name: string,
  byDefault: string | undefined,
  values: readonly string[],
): VariableForm => ({
  type: 'string',
  ...(byDefault === undefined ? {} : { byDefault }),
  rules: [
    {
      holds: `contains(${JSON.stringify(values).replaceAll(',', ', ')}, var.${name})`,
      allowed: `one of ${values.join(', ')}`,
    },
  ],
});

/** How a function runs: `FunctionOptions` of the construct. */
export const functionForm = (
  name: string,
  memoryMb: number,
  timeoutSeconds: number,
  leastTimeout: number,
): VariableForm => ({
  type: `object({
    memory_mb            = optional(number, ${memoryMb})
    timeout_seconds      = optional(number, ${timeoutSeconds})
    architecture         = optional(string, "arm64")
    runtime              = optional(string, "nodejs24.x")
    reserved_concurrency = optional(number)
  })`,
  byDefault: {},
  rules: [
    {
      holds: within(`var.${name}.memory_mb`, 128, 10_240),
      allowed: 'a memory_mb from 128 to 10240',
    },
    {
      holds: within(`var.${name}.timeout_seconds`, leastTimeout, 900),
      allowed: `a timeout_seconds from ${leastTimeout} to 900`,
    },
    {
      holds: `contains(["arm64", "x86_64"], var.${name}.architecture)`,
      allowed: 'an architecture of arm64 or x86_64',
    },
    {
      holds: `contains(["nodejs22.x", "nodejs24.x"], var.${name}.runtime)`,
      allowed: 'a runtime of nodejs22.x or nodejs24.x',
    },
    {
      holds: `var.${name}.reserved_concurrency == null ? true : ${within(`var.${name}.reserved_concurrency`, 1, 1_000)}`,
      allowed: 'a reserved_concurrency from 1 to 1000, or none',
    },
  ],
});

/** Tags, by the characters that AWS takes in them. */
export const tags = (
  name: string,
  characters: string,
  leastOfValue: number,
  described: string,
  more: readonly Rule[] = [],
): VariableForm => ({
  type: 'map(string)',
  byDefault: {},
  rules: [
    {
      holds: `alltrue([for name, value in var.${name} : can(regex("^[${characters}]{1,128}$", name)) && can(regex("^[${characters}]{${leastOfValue},256}$", value))])`,
      allowed: `names of 1 to 128 characters and values of at most 256: ${described}`,
    },
    ...more,
  ],
});
