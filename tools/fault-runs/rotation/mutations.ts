/** A place in the function's sources, and what stands there without the safeguard. */
interface Patch {
  /** Relative to the project's folder. */
  readonly file: string;
  /** Must be there exactly once. */
  readonly original: string;
  readonly mutated: string;
}

/** One safeguard taken out of the function. */
export interface Mutation {
  readonly name: string;
  /** What the function does without it. */
  readonly effect: string;
  readonly patch: Patch;
}

const FOLDER = 'functions/refresh-auth-token';

/** The safeguards that the exploration has to miss. */
export const MUTATIONS: readonly Mutation[] = [
  {
    name: 'no-latest-grant-label',
    effect: 'a granted pair is written with AWSPENDING alone',
    patch: {
      file: `${FOLDER}/secret/write-pair.ts`,
      original: 'stages: [STAGE.pending, STAGE.latestGrant]',
      mutated: 'stages: [STAGE.pending]',
    },
  },
  {
    name: 'no-write-retry',
    effect: 'a granted pair is written once, whatever comes of it',
    patch: {
      file: `${FOLDER}/secret/write-pair.ts`,
      original: 'retries: Number.POSITIVE_INFINITY,',
      mutated: 'retries: 0,',
    },
  },
  {
    name: 'no-time-budget',
    effect: 'a refresh token is spent however little time is left',
    patch: {
      file: `${FOLDER}/time-budget.ts`,
      original: 'return this.#remainingMs() - waitMs >= this.#neededForGrantMs;',
      mutated: 'return waitMs >= 0;',
    },
  },
  {
    name: 'no-pending-check',
    effect: 'createSecret grants anew even where the pending version has a value',
    patch: {
      file: `${FOLDER}/steps/create-secret.ts`,
      original: 'if (pending?.text === undefined) {',
      mutated: "if (pending?.text !== '') {",
    },
  },
  {
    name: 'latest-grant-never-counts',
    effect: 'a grant always starts from AWSCURRENT',
    patch: {
      file: `${FOLDER}/secret/token-pair.ts`,
      original: 'latest?.basedOn === fingerprintOf(current.refreshToken)',
      mutated: 'latest === null',
    },
  },
  {
    name: 'latest-grant-always-counts',
    effect: "a grant starts from LATEST_GRANT, whatever it was based on: a person's new pair loses",
    patch: {
      file: `${FOLDER}/secret/token-pair.ts`,
      original: 'latest?.basedOn === fingerprintOf(current.refreshToken)',
      mutated: 'latest !== undefined',
    },
  },
];

/** The sources have changed, so that a mutation does not fit them any more. */
export class MutationOutdatedError extends Error {
  override readonly name = 'MutationOutdatedError';
  readonly mutation: string;

  constructor({ name, patch: { file, original } }: Mutation, count: number) {
    super(
      `mutation ${name} does not fit ${file}: found ${count} times instead of once: ${original}; ` +
        'adapt it in tools/fault-runs/rotation/mutations.ts',
    );
    this.mutation = name;
  }
}

/** Takes a mutation's safeguard out of the text of its file. @throws MutationOutdatedError */
export const mutate = (mutation: Mutation, text: string): string => {
  const { original, mutated } = mutation.patch;
  const count = text.split(original).length - 1;
  if (count !== 1) {
    throw new MutationOutdatedError(mutation, count);
  }
  return text.replace(original, () => mutated);
};
