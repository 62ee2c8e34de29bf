/** What an error shows of a value: enough to find it. */
const SHOWN_CHARACTERS = 80;

const shown = (value: unknown): string => {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}...` : text;
};

/** Says in one line what is wrong with a value and what is allowed. */
export const describeProblem = (place: string, received: unknown, allowed: string): string =>
  `${place} ${received === undefined ? 'is missing' : `is ${shown(received)}`}; allowed: ${allowed}`;

/** An option, or a combination of options, that the module does not take. */
export class InvalidOptionError extends Error {
  override readonly name = 'InvalidOptionError';
  /** The option, with its place in a list or object, for example `queueIds[1]`. */
  readonly option: string;
  /** What was given; undefined where it is missing. */
  readonly received: unknown;
  /** What is allowed, as a phrase. */
  readonly allowed: string;

  constructor(option: string, received: unknown, allowed: string) {
    super(describeProblem(option, received, allowed));
    this.option = option;
    this.received = received;
    this.allowed = allowed;
  }
}

type Place = readonly PropertyKey[];

/** Writes a place as JavaScript would: `queueIds[1]`, `moveVoicemailToS3.memoryMb`. */
export const placeOf = (path: Place): string =>
  path
    .map((key, index) => (typeof key === 'number' ? `[${key}]` : `${index === 0 ? '' : '.'}${String(key)}`))
    .join('');
