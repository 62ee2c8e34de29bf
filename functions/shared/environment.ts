import * as v from 'valibot';
import { ConfigurationInvalidError } from './errors';
import { parseGenesysRegion, UnknownGenesysRegionError } from './genesys-region';

/** The variables of a Lambda function, as the platform hands them over. */
export type Environment = Readonly<Record<string, string | undefined>>;

const nonEmpty = v.pipe(v.string(), v.nonEmpty('must not be empty'));

/** A variable that must be there and hold text. */
export const requiredText = nonEmpty;

/** A variable that may be missing; `fallback` stands for it then. */
export const optionalText = <const Fallback extends string>(fallback: Fallback) =>
  v.optional(v.string(), fallback);

const entries = v.pipe(
  v.string(),
  v.transform((text) =>
    text
      .split(',')
      .map((entry) => entry.trim())
      .filter((entry) => entry !== ''),
  ),
);

/** A comma-separated list; missing or empty means no entries. */
export const list = v.optional(entries, '');

/** A comma-separated list that must be there and hold an entry. */
export const requiredList = v.pipe(entries, v.minLength(1, 'must not be empty'));

/** A whole number in decimal digits within `[minimum, maximum]`; `fallback` stands for a missing one. */
export const wholeNumber = (fallback: number, minimum: number, maximum = Number.MAX_SAFE_INTEGER) =>
  v.optional(
    v.pipe(
      v.string(),
      v.regex(/^\d{1,16}$/, 'must be a whole number in decimal digits'),
      v.transform(Number),
      v.minValue(minimum, `must be at least ${minimum}`),
      v.maxValue(maximum, `must be at most ${maximum}`),
    ),
    String(fallback),
  );

/** `true` or `false`; `fallback` stands for a missing one. */
export const flag = (fallback: boolean) =>
  v.optional(
    v.pipe(
      v.picklist(['true', 'false'], 'must be true or false'),
      v.transform((text) => text === 'true'),
    ),
    fallback ? 'true' : 'false',
  );

/** An origin (scheme, host, port) with nothing behind it. */
const origin = v.pipe(
  v.string(),
  v.check(
    (text) => URL.canParse(text) && new URL(text).origin === text,
    'must be an origin such as http://127.0.0.1:8080',
  ),
);

/** A Genesys Cloud region, by its AWS region id or its domain. */
const genesysRegion = v.pipe(
  nonEmpty,
  v.rawTransform(({ dataset, addIssue, NEVER }) => {
    try {
      return parseGenesysRegion(dataset.value);
    } catch (error) {
      if (!(error instanceof UnknownGenesysRegionError)) {
        throw error;
      }
      addIssue({ message: error.message });
      return NEVER;
    }
  }),
);

/** The variable that both functions have for their metrics. */
export const metricsVariables = {
  /** Names of the metrics that are published, comma separated; empty means all. */
  PUBLISHED_METRICS: list,
};

/** Environment variables with which both functions reach Genesys Cloud. */
export const genesysVariables = {
  GENESYS_REGION: genesysRegion,
  /** For local runs and tests only: stands for `https://api.<domain>`. The module never sets it. */
  GENESYS_API_ORIGIN: v.optional(origin),
  /** For local runs and tests only: stands for `https://login.<domain>`. The module never sets it. */
  GENESYS_LOGIN_ORIGIN: v.optional(origin),
};

/**
 * Parses a function's variables by its contract.
 *
 * @throws ConfigurationInvalidError that names the first variable which breaks the contract, and how.
 */
export const parseEnvironment = <const Schema extends v.GenericSchema<unknown, unknown>>(
  contract: Schema,
  environment: Environment,
): v.InferOutput<Schema> => {
  const result = v.safeParse(contract, environment, { abortEarly: true });
  if (result.success) {
    return result.output;
  }
  const [issue] = result.issues;
  const variable = v.getDotPath(issue) ?? 'the environment';
  const what = issue.input === undefined ? 'is missing' : issue.message;
  throw new ConfigurationInvalidError(
    `environment variable ${variable} ${what}; it is set by the Terraform module, so deploy the module again`,
  );
};
