import type { FunctionOptions, GenesysVoicemailToS3Props } from './props';
import { genesysIdIn, type Option } from './rule';
import { OPTIONS } from './table';

type Table = typeof OPTIONS;

/** The options that have a value also where they are left out. */
type Defaulted = {
  [Name in keyof Table]: Table[Name] extends { readonly byDefault: unknown } ? Name : never;
}[keyof Table];

/** How a function runs, each default filled in. */
export type ResolvedFunctionOptions = FunctionOptions &
  Required<Omit<FunctionOptions, 'reservedConcurrency'>>;

/** The options of an instance, each default filled in from the table. */
export type ResolvedOptions = GenesysVoicemailToS3Props &
  Required<Pick<GenesysVoicemailToS3Props, Defaulted>> & {
    readonly refreshAuthToken: ResolvedFunctionOptions;
    readonly moveVoicemailToS3: ResolvedFunctionOptions;
  };

/** Options of which some were refused or not given. */
export type PartialOptions = Partial<GenesysVoicemailToS3Props>;

/** All that rules look at: the region stands by itself. */
export type CheckedOptions = Omit<ResolvedOptions, 'genesysRegion'>;

const given = (options: object): object =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));

const isResolved = (options: PartialOptions): options is CheckedOptions =>
  Object.entries(OPTIONS).every(
    ([name, option]) => !('byDefault' in option) || Reflect.get(options, name) !== undefined,
  );

/** Writes the ids of Genesys in the form that events have. */
const withIds = (options: object): object =>
  Object.fromEntries(
    Object.entries(options).map(([name, value]): [string, unknown] => {
      const rule = Object.entries<Option>(OPTIONS).find(([known]) => known === name)?.[1].rule;
      const isIds = rule?.kind === 'list' && rule.genesysIds === true && Array.isArray(value);
      return [name, isIds ? value.map(genesysIdIn) : value];
    }),
  );

/** Fills in what is left out. */
export const withDefaults = (props: PartialOptions): CheckedOptions => {
  const defaults = Object.entries<Option>(OPTIONS).filter(([, { byDefault }]) => byDefault !== undefined);
  const resolved: PartialOptions = {
    ...Object.fromEntries(defaults.map(([name, { byDefault }]) => [name, byDefault])),
    ...withIds(given(props)),
    refreshAuthToken: { ...OPTIONS.refreshAuthToken.byDefault, ...given(props.refreshAuthToken ?? {}) },
    moveVoicemailToS3: { ...OPTIONS.moveVoicemailToS3.byDefault, ...given(props.moveVoicemailToS3 ?? {}) },
  };
  if (!isResolved(resolved)) {
    throw new Error('an option has no value, and no default either');
  }
  return resolved;
};
