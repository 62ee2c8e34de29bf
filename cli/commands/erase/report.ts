import { EXIT_CODE } from '../../errors';
import type { CommandResult } from '../../terminal';
import type { Targets } from './targets';

/** Outcome for one voicemail: ids, counts and our own words only. */
export interface Erased {
  readonly voicemailId: string;
  readonly conversationId: string | undefined;
  /** Versions and delete markers that this run deleted. */
  readonly versions: number;
  /** Those that are still there; `undefined` where nobody could look after the last deletion. */
  readonly remaining: number | undefined;
  /** `refused`: the token may not delete it there. `not-asked`: the run stopped before, or Genesys does not answer. */
  readonly atGenesys: 'deleted' | 'refused' | 'not-asked';
  /** When an earlier run began to erase it. */
  readonly begunEarlier?: string;
  /** The code of what stopped it. */
  readonly stoppedBy?: string;
}

/** Whether nothing is left of it, in the archive and at Genesys. */
export const isWhole = ({ remaining, atGenesys, stoppedBy }: Erased): boolean =>
  remaining === 0 && atGenesys === 'deleted' && stoppedBy === undefined;

const count = (number: number, one: string, several: string): string =>
  `${number} ${number === 1 ? one : several}`;

/** What a dry run found. */
export const dryRun = ({ targets, doubts }: Targets): CommandResult => {
  const versions = targets.flatMap((target) => target.versions);
  const begun = targets.filter(({ tombstone }) => tombstone !== undefined);
  return {
    text: [
      `Would erase ${count(targets.length, 'voicemail', 'voicemails')}, at Genesys Cloud too, with ${count(versions.length, 'version', 'versions')}:`,
      ...[...new Set(versions.map(({ key }) => key))].map((key) => `  ${key}`),
      ...begun.map(
        ({ voicemailId, tombstone, versions: left }) =>
          `  ${voicemailId}: an earlier run began on ${tombstone?.erasedDate} and left ${left.length === 0 ? 'nothing in the archive' : count(left.length, 'version', 'versions')}${tombstone?.atGenesys === 'deleted' ? '' : ', and perhaps the copy at Genesys Cloud'}`,
      ),
      ...doubts.map((doubt) => `Note: ${doubt}.`),
      'Nothing was erased: this was a dry run.\nNext: the same with --yes.',
    ].join('\n'),
    json: {
      ok: true,
      dryRun: true,
      voicemails: targets.map(({ voicemailId }) => voicemailId),
      versions: versions.length,
      doubts,
    },
    exitCode: EXIT_CODE.done,
  };
};

/** Where a person reads what `erase` needs at Genesys. */
const RIGHTS_PAGE = 'docs/set-up.md#what-erase-needs';

const AT_GENESYS: Readonly<Record<Erased['atGenesys'], string>> = {
  deleted: 'Genesys Cloud has deleted it.',
  refused:
    'Genesys Cloud refused to delete its copy: that needs the scope voicemail and the permission Voicemail > ACD Voicemail > Delete.',
  'not-asked': 'Genesys Cloud was not asked.',
};

const inArchive = ({ remaining }: Erased): string => {
  if (remaining === 0) {
    return 'is erased in the archive.';
  }
  return remaining === undefined
    ? 'may still be in the archive: nobody could look after the deletion.'
    : `is not erased in the archive: ${count(remaining, 'version is', 'versions are')} still there.`;
};

const notWhole = (one: Erased): string => {
  const { voicemailId, atGenesys, stoppedBy } = one;
  return [
    `${voicemailId} ${inArchive(one)}`,
    AT_GENESYS[atGenesys],
    ...(stoppedBy === undefined ? [] : [`It stopped with ${stoppedBy}.`]),
  ].join(' ');
};

const nextStep = (erased: readonly Erased[], isDone: boolean): string => {
  if (isDone) {
    return 'Next: keep the audit lines above for your records. Copies that others made of the archive are not touched.';
  }
  return erased.some(({ atGenesys }) => atGenesys === 'refused')
    ? `Next: delete it by hand in Genesys Cloud, or let the token delete it (${RIGHTS_PAGE}); then run the same command again.`
    : 'Next: mend what it names, then run the same command again: it goes on where this one stopped.';
};

/** The end of an erasure, in words. */
export const summary = (erased: readonly Erased[], left: number, doubts: readonly string[]): string => {
  const whole = erased.filter(isWhole);
  const earlier = whole.filter(({ begunEarlier }) => begunEarlier !== undefined);
  const isDone = whole.length === erased.length && left === 0 && doubts.length === 0;
  return [
    `${whole.length === 0 ? 'No voicemail is' : count(whole.length, 'voicemail is', 'voicemails are')} erased${whole.length === erased.length ? '' : ' everywhere'}${left === 0 ? '' : `, ${left} not tried`}.`,
    ...earlier.map(
      ({ voicemailId, begunEarlier, versions }) =>
        `${voicemailId}: an earlier run began on ${begunEarlier}; ${versions === 0 ? 'it had deleted everything in the archive' : `this one deleted the ${count(versions, 'version', 'versions')} that it left`}.`,
    ),
    ...erased.filter((one) => !isWhole(one)).map(notWhole),
    ...doubts.map((doubt) => `Note: ${doubt}.`),
    nextStep(erased, isDone),
  ].join('\n');
};
