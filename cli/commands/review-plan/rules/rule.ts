import type { Action } from '../plan';
import { isObject, stepInto } from '../sensitive';

/** One resource of a plan, or of its state alone: then it stays as it is. */
export interface Planned {
  readonly address: string;
  readonly type: string;
  readonly action: Action;
  readonly before: unknown;
  readonly after: unknown;
  /** Which parts of `after` only the apply will know. */
  readonly unknown: unknown;
}

/** Facts about the plan as a whole. */
export interface PlanFacts {
  /** The AWS accounts that are the deployment's own; empty where the plan does not tell. */
  readonly ownAccounts: ReadonlySet<string>;
  /** Everything that the plan and its state hold, so that a rule can look at what is around a resource. */
  readonly resources: readonly Planned[];
}

/** One resource of a plan, as a rule sees it. */
export interface Subject extends Planned {
  /** Whether this is the old object that an interrupted replacement has left behind. */
  readonly deposed: boolean;
  /** Whether somebody deleted it outside Terraform, so that the plan makes it anew. */
  readonly deletedOutside: boolean;
  readonly facts: PlanFacts;
}

/** One line of the table: what a plan must not do unseen. */
export interface Rule {
  /** Its name in `--json`. */
  readonly id: string;
  /** A `stop` needs an approval that names the address; a `note` is for the reviewer to read. */
  readonly verdict: 'stop' | 'note';
  /** The types of the AWS provider that it looks at. Whose resource it is does not matter. */
  readonly types: RegExp;
  /** Whether it looks at data sources, too. */
  readonly alsoData?: true;
  /** Says in a few words what it looks for. */
  readonly when: string;
  /** Says what would be lost. */
  readonly loss: string;
  /** Says what the plan does, in words that follow the address; undefined where the rule does not apply. */
  readonly find: (subject: Subject) => string | undefined;
}

/** Goes into a value by attribute; a nested block, which a plan holds as a list, stands for its first one. */
export const at = (value: unknown, ...path: readonly string[]): unknown =>
  path.reduce<unknown>((inner, name) => {
    const next = stepInto(inner, name);
    return Array.isArray(next) && isObject(next[0]) ? next[0] : next;
  }, value);

/** The blocks of one name. */
export const blocks = (value: unknown, name: string): readonly unknown[] => {
  const found = stepInto(value, name);
  return Array.isArray(found) ? found : isObject(found) ? [found] : [];
};

/** Whether any part of a value is not known before the apply. */
export const hasUnknown = (unknown: unknown): boolean =>
  unknown === true ||
  (Array.isArray(unknown) && unknown.some(hasUnknown)) ||
  (isObject(unknown) && Object.values(unknown).some(hasUnknown));

/** Whether what a path leads to, or any part of it, is not known before the apply. */
export const isLater = (unknown: unknown, ...path: readonly string[]): boolean =>
  path.some((_, index) => at(unknown, ...path.slice(0, index)) === true) || hasUnknown(at(unknown, ...path));

/** Whether a resource goes on, so that what it is can be compared with what it will be. */
export const goesOn = ({ before, after }: Pick<Subject, 'before' | 'after'>): boolean =>
  isObject(before) && isObject(after);

/** `would be destroyed`; not for what an interrupted replacement has left behind, whose successor is in use. */
export const destroyed = ({ action, deposed }: Subject): string | undefined =>
  action === 'destroy' && !deposed ? 'would be destroyed' : undefined;

/** `would be destroyed`, or replaced: a guard that is gone for a moment guards nothing in it. */
export const gone = (subject: Subject): string | undefined =>
  subject.action === 'replace' ? 'would be replaced, and gone meanwhile' : destroyed(subject);

/** The first answer of several looks. */
export const firstOf =
  (...looks: readonly Rule['find'][]): Rule['find'] =>
  (subject) =>
    looks.map((look) => look(subject)).find((found) => found !== undefined);

/** The first answer of several looks, where a condition holds. */
export const where =
  (condition: (subject: Subject) => boolean, ...looks: readonly Rule['find'][]): Rule['find'] =>
  (subject) =>
    condition(subject) ? firstOf(...looks)(subject) : undefined;

/** The first answer of several looks at a resource of one type. */
export const ofType = (name: string, ...looks: readonly Rule['find'][]): Rule['find'] =>
  where(({ type }) => type === name, ...looks);

const rule =
  (verdict: Rule['verdict']) =>
  (id: string, types: RegExp, when: string, loss: string, ...looks: readonly Rule['find'][]): Rule => ({
    id,
    verdict,
    types,
    when,
    loss,
    find: firstOf(...looks),
  });

/** A rule whose first look that finds something stops the plan. */
export const stop = rule('stop');

/** A rule whose first look that finds something is for the reviewer to read. */
export const note = rule('note');

/** Says words of a resource that goes on, where a condition holds of a setting as it was, as it will be, and whether only the apply will know. */
const look =
  (holds: (was: unknown, is: unknown, later: boolean) => boolean) =>
  (words: string, ...path: readonly string[]): Rule['find'] =>
  (subject) =>
    goesOn(subject) &&
    holds(at(subject.before, ...path), at(subject.after, ...path), isLater(subject.unknown, ...path))
      ? words
      : undefined;

/** Settings that the provider itself may find out during the apply, whatever the configuration says. */
const COMPUTED = ['rotation_enabled', 'versioning'];

const LATER = ', or not: only the apply will know';

/** A setting that is not false becomes false, or one that is true goes away, or whether it stays only the apply will know. */
export const turnedOff = (words: string, ...path: readonly string[]): Rule['find'] =>
  firstOf(
    look((was, is, later) => was !== false && !later && (is === false || (was === true && !isSet(is))))(
      words,
      ...path,
    ),
    COMPUTED.some((name) => path.includes(name))
      ? () => undefined
      : look((was, _, later) => was !== false && later)(`${words}${LATER}`, ...path),
  );

/** A setting that is there becomes one that only the apply will know: what is there has a name that is known. */
export const notKnown = (words: string, ...path: readonly string[]): Rule['find'] =>
  look((was, _, later) => isSet(was) && later)(`${words}${LATER}`, ...path);

/** A setting that is there goes away. An empty text and an empty list are the provider's words for nothing. */
export const taken = look((was, is, later) => isSet(was) && !isSet(is) && !later);

/** A setting that is there becomes another one, as far as the plan knows. */
export const changed = look(
  (was, is) => isSet(was) && isSet(is) && JSON.stringify(was) !== JSON.stringify(is),
);

/** A setting that is not there comes. */
export const newly = look((was, is) => !isSet(was) && isSet(is));

/** A setting becomes one value. */
export const becomes = (value: unknown, words: string, ...path: readonly string[]): Rule['find'] =>
  look((was, is) => was !== value && is === value)(words, ...path);

/** A setting that has one value becomes another one, is no longer set, or one that only the apply will know. */
export const leaves = (value: unknown, words: string, ...path: readonly string[]): Rule['find'] =>
  look((was, is) => was === value && is !== value)(words, ...path);

/** How AWS reads a number that is not there, and a zero. */
export interface NumberMeaning {
  readonly byDefault: number;
  readonly zeroIsForEver?: true;
}

/** A number becomes smaller, or one that only the apply will know. */
export const shortened =
  (words: string, name: string, { byDefault, zeroIsForEver }: NumberMeaning): Rule['find'] =>
  (subject) => {
    if (!goesOn(subject)) {
      return undefined;
    }
    const read = (side: unknown): number => {
      const value = at(side, name);
      const number = typeof value === 'number' ? value : byDefault;
      return zeroIsForEver === true && number === 0 ? Number.POSITIVE_INFINITY : number;
    };
    const inWords = (number: number): string => (Number.isFinite(number) ? String(number) : 'for ever');
    const [before, after] = [read(subject.before), read(subject.after)];
    if (hasUnknown(at(subject.unknown, name))) {
      return `${words} from ${inWords(before)} to what only the apply will know`;
    }
    return after < before ? `${words} from ${inWords(before)} to ${inWords(after)}` : undefined;
  };

/** Whether a setting says anything. */
export const isSet = (value: unknown): boolean =>
  value !== undefined && value !== null && value !== '' && !(Array.isArray(value) && value.length === 0);
