/** Shortens a value for an error: enough to find it. */
const SHOWN_CHARACTERS = 80;

const shown = (value: unknown): string => {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}...` : text;
};

/** Says in one line what is wrong with a value and what is allowed. */
export const describeProblem = (place: string, received: unknown, allowed: string): string =>
  `${place} ${received === undefined ? 'is missing' : `is ${shown(received)}`}; allowed: ${allowed}`;

/** A problem of one option, or of it together with others. */
export interface OptionProblem {
  /** The option, with its place in a list or object, for example `queueIds[1]`. */
  readonly option: string;
  /** The value as given; undefined where it is missing. */
  readonly received: unknown;
  /** Says what is allowed and why, as a phrase. */
  readonly allowed: string;
}

/** Options that the module does not take. Its message has one line for each. */
export class InvalidOptionError extends Error {
  override readonly name = 'InvalidOptionError';
  /** All that is wrong, in the order of the options. */
  readonly problems: readonly OptionProblem[];
  /** The first option that is wrong. */
  readonly option: string;
  /** Its value as given; undefined where it is missing. */
  readonly received: unknown;
  /** Says what is allowed for it, as a phrase. */
  readonly allowed: string;

  constructor(first: OptionProblem, ...others: readonly OptionProblem[]) {
    const problems = [first, ...others];
    super(
      problems.map(({ option, received, allowed }) => describeProblem(option, received, allowed)).join('\n'),
    );
    this.problems = problems;
    this.option = first.option;
    this.received = first.received;
    this.allowed = first.allowed;
  }
}

type Place = readonly PropertyKey[];

/** Writes a place as JavaScript would: `queueIds[1]`, `moveVoicemailToS3.memoryMb`. */
export const placeOf = (path: Place): string =>
  path
    .map((key, index) => (typeof key === 'number' ? `[${key}]` : `${index === 0 ? '' : '.'}${String(key)}`))
    .join('');
