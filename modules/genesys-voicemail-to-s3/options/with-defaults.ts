import type { FunctionOptions, GenesysVoicemailToS3Props } from './props';
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

const given = (options: object): object =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));

const isResolved = (options: GenesysVoicemailToS3Props): options is ResolvedOptions =>
  Object.entries(OPTIONS).every(
    ([name, option]) => !('byDefault' in option) || Reflect.get(options, name) !== undefined,
  );

/** Fills in what is left out. */
export const withDefaults = (props: GenesysVoicemailToS3Props): ResolvedOptions => {
  const defaults = Object.entries(OPTIONS).flatMap(([name, option]) =>
    'byDefault' in option ? [[name, option.byDefault]] : [],
  );
  const resolved: GenesysVoicemailToS3Props = {
    ...Object.fromEntries(defaults),
    ...given(props),
    genesysRegion: props.genesysRegion,
    refreshAuthToken: { ...OPTIONS.refreshAuthToken.byDefault, ...given(props.refreshAuthToken ?? {}) },
    moveVoicemailToS3: { ...OPTIONS.moveVoicemailToS3.byDefault, ...given(props.moveVoicemailToS3 ?? {}) },
  };
  if (!isResolved(resolved)) {
    throw new Error('an option has no value, and no default either');
  }
  return resolved;
};
