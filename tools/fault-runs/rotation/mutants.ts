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
        find: '(await readPending(rotation)) ?? (await fillPending(rotation))',
        replace: 'await fillPending(rotation)',
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
  {
    name: 'short-grant',
    effect: 'the answer to a grant is waited for no longer than other answers of Genesys',
    patches: [
      {
        file: `${FOLDER}/genesys/grant.ts`,
        find: 'timeoutMs: time.grantTimeoutMs(),',
        replace: 'timeoutMs: settings.GENESYS_TIMEOUT_MS,',
      },
    ],
  },
  {
    name: 'no-wait-for-another-run',
    effect: 'a run that has announced the grant counts as over at once',
    patches: [
      {
        file: `${FOLDER}/steps/create-secret.ts`,
        find: 'announcement.createdMs + settings.NEWER_PAIR_WAIT_MS - Date.now()',
        replace: '0',
      },
    ],
  },
  {
    name: 'announcement-for-all',
    effect: 'two runs of one rotation announce the grant in the same words, so that both go on',
    patches: [{ file: `${FOLDER}/secret/announce-grant.ts`, find: 'run: randomUUID()', replace: "run: ''" }],
  },
  {
    name: 'odd-success-refused',
    effect: 'a whole pair with HTTP 201 is no pair',
    patches: [
      {
        file: `${FOLDER}/genesys/grant.ts`,
        find: 'if ((status >= 200 && status < 300) || v.is(wholePair, body)) {',
        replace: 'if (status === 200) {',
      },
    ],
  },
];
