import type { Mutant } from '../mutants';

const FOLDER = 'refresh-auth-token';

/** A mutant that the exploration has to notice. */
export const MUTANTS: readonly Mutant[] = [
  {
    name: 'no-latest-grant-label',
    effect: 'a granted pair is written with AWSPENDING alone',
    patches: [
      {
        file: `${FOLDER}/secret/write-pair.ts`,
        find: 'stages: [STAGE.pending, STAGE.latestGrant]',
        replace: 'stages: [STAGE.pending]',
      },
    ],
  },
  {
    name: 'no-write-retry',
    effect: 'a granted pair is written once, whatever comes of it',
    patches: [
      {
        file: `${FOLDER}/secret/write-pair.ts`,
        find: 'isWorthIt: (error) => !holdsAnotherValue(error),',
        replace: 'isWorthIt: () => false,',
      },
    ],
  },
  {
    name: 'no-time-budget',
    effect: 'a refresh token is spent however little time is left',
    patches: [
      {
        file: `${FOLDER}/time-budget.ts`,
        find: 'return this.#remainingMs() - waitMs >= this.#neededForGrantMs;',
        replace: 'return waitMs >= 0;',
      },
    ],
  },
  {
    name: 'no-pending-check',
    effect: 'createSecret grants anew even where the pending version has a value',
    patches: [
      {
        file: `${FOLDER}/steps/create-secret.ts`,
        find: 'if (pending === undefined) {',
        replace: "if (pending?.versionId !== '') {",
      },
    ],
  },
  {
    name: 'latest-grant-never-counts',
    effect: 'a grant always starts from AWSCURRENT',
    patches: [
      {
        file: `${FOLDER}/secret/token-pair.ts`,
        find: 'latest !== undefined && descendsFrom(latest, current)',
        replace: 'latest === null',
      },
    ],
  },
  {
    name: 'latest-grant-always-counts',
    effect: "a grant starts from LATEST_GRANT, whatever it was based on: a person's new pair loses",
    patches: [
      {
        file: `${FOLDER}/secret/token-pair.ts`,
        find: 'latest !== undefined && descendsFrom(latest, current)',
        replace: 'latest !== undefined',
      },
    ],
  },
];
