import type { CheckedOptions, PartialOptions } from '../with-defaults';

/** A rule about options that depend on each other. */
export interface Combination {
  /** The options that it looks at; the first is the one that is refused. */
  readonly of: readonly [keyof CheckedOptions, ...(keyof CheckedOptions)[]];
  /** The field of the first that is refused. */
  readonly field?: string;
  /** Whether the options may be so. Only asked where each is allowed by itself, and Terraform fills none of them in later. */
  readonly holds: (options: CheckedOptions, given: PartialOptions) => boolean;
  /** The same as a condition of the HCL module; undefined where a variable cannot tell whether it was given. */
  readonly hcl: string | undefined;
  /** The value shown as refused. @default - the first option's value */
  readonly received?: (options: CheckedOptions) => unknown;
  /** Says what is allowed and why, as a phrase, with the options' names of the construct. */
  readonly allowed: string;
}

/** Something to know about options that are allowed. */
export interface Warning {
  /** Its name in the HCL module. */
  readonly id: string;
  /** The options that it looks at. */
  readonly of: readonly (keyof CheckedOptions)[];
  /** Whether all is well. */
  readonly holds: (options: CheckedOptions) => boolean;
  /** The same as a condition of the HCL module. */
  readonly hcl: string;
  /** The warning: a sentence without its capital and its full stop. */
  readonly says: string;
}
