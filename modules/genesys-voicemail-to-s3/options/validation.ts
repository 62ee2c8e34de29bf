import { Token } from 'cdktf';
import * as v from 'valibot';
import { InvalidOptionError, placeOf } from './invalid-option';
import { checkFunctions, checkTogether } from './option-combinations';
import { GenesysVoicemailToS3Options } from './option-schemas';
import type { GenesysVoicemailToS3Props } from './props';

/** Leaves out what Terraform knows only later: it cannot be checked now. */
const withoutTokens = (value: unknown): unknown => {
  if (Token.isUnresolved(value)) {
    return undefined;
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return Object.fromEntries(
      Object.entries(value)
        .map(([key, entry]): [string, unknown] => [key, withoutTokens(entry)])
        .filter(([, entry]) => entry !== undefined),
    );
  }
  return value;
};

const entriesWithoutTokens = (value: unknown): unknown =>
  Array.isArray(value) && !Token.isUnresolved(value)
    ? value.filter((entry) => !Token.isUnresolved(entry))
    : withoutTokens(value);

/** Options from which resources are counted or computed, so that Terraform cannot fill them in later. */
const LITERAL_OPTIONS = [
  'name',
  'queueIds',
  'groupIds',
  'excludedQueueIds',
  'divisionIds',
  'reconcileEnabled',
  'retentionDays',
  'retainForever',
  'preventDestroy',
  'genesysRegion',
  'storeTranscript',
  'disconnectAfterStore',
  'deleteAfterStore',
  'markReadAfterStore',
  'voicemailWaitMinutes',
  'tokenAgeAlarmHours',
  'minimumDurationMs',
  'maximumAudioBytes',
  'rotationWindowHours',
  'reconcileLookBackDays',
] as const satisfies readonly (keyof GenesysVoicemailToS3Props)[];

const requireLiteral = (option: string, value: unknown): void => {
  const values: readonly unknown[] = Array.isArray(value) ? [value, ...value] : [value];
  if (values.some((entry) => Token.isUnresolved(entry))) {
    throw new InvalidOptionError(option, 'a token', 'a literal, because the resources depend on it');
  }
};

const checkEach = (props: GenesysVoicemailToS3Props): void => {
  for (const [option, schema] of Object.entries(GenesysVoicemailToS3Options)) {
    const value: unknown = Reflect.get(props, option);
    const leftOut = value === undefined && schema.type === 'exact_optional';
    if (leftOut || Token.isUnresolved(value)) {
      continue;
    }
    const result = v.safeParse(schema, entriesWithoutTokens(value));
    if (!result.success) {
      const [issue] = result.issues;
      const below = (issue.path ?? []).map(({ key }) => (typeof key === 'number' ? key : String(key)));
      throw new InvalidOptionError(placeOf([option, ...below]), issue.input, issue.message);
    }
  }
};

/**
 * Checks the options as far as they are known before Terraform plans.
 *
 * @throws InvalidOptionError for the first that is not allowed.
 */
export const checkOptions = (props: GenesysVoicemailToS3Props): void => {
  for (const option of LITERAL_OPTIONS) {
    requireLiteral(option, props[option]);
  }
  requireLiteral('refreshAuthToken.timeoutSeconds', props.refreshAuthToken?.timeoutSeconds);
  requireLiteral('moveVoicemailToS3.timeoutSeconds', props.moveVoicemailToS3?.timeoutSeconds);
  checkEach(props);
  checkTogether(props);
  checkFunctions(props);
};
