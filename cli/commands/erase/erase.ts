import { DeleteObjectsCommand } from '@aws-sdk/client-s3';
import type { MoveVoicemailToS3Settings } from '../../../functions/move-voicemail-to-s3/contract/environment';
import { TemporaryError } from '../../../functions/move-voicemail-to-s3/contract/operator';
import { type ObjectVersion, openArchive, type Tombstone, versionsUnder } from '../../archive';
import { type Deployment, readMoveSettings } from '../../deployment';
import { awsProblem, EXIT_CODE, OperatorError, withoutFunctionWords } from '../../errors';
import { type GenesysAccess, openGenesys, patiently } from '../../genesys';
import type { CommandResult, Terminal } from '../../terminal';
import { findTargets, type Target, type Targets } from './targets';

/** Options of `erase`: one voicemail, or all of one conversation. */
export interface EraseOptions {
  readonly voicemailId?: string | undefined;
  readonly conversationId?: string | undefined;
  /** Erase, and not only say what would be erased. @default false */
  readonly confirmed?: boolean;
  /** Delete what Object Lock keeps, too, for which the caller needs a right of its own. @default false */
  readonly bypassesLock?: boolean;
}

/** Outcome for one voicemail: ids, counts and our own words only. */
interface Erased {
  readonly voicemailId: string;
  readonly conversationId: string | undefined;
  /** Versions and delete markers that this run deleted. */
  readonly versions: number;
  /** Those that are still there. */
  readonly remaining: number;
  /** `refused`: the token may not delete it there. `not-asked`: the run stopped before. */
  readonly atGenesys: 'deleted' | 'refused' | 'not-asked';
  /** When an earlier run began to erase it. */
  readonly begunEarlier?: string;
  /** The code of what stopped it. */
  readonly stoppedBy?: string;
}

const isWhole = ({ remaining, atGenesys, stoppedBy }: Erased): boolean =>
  remaining === 0 && atGenesys === 'deleted' && stoppedBy === undefined;

/** Every version and delete marker of a voicemail's objects but the tombstone. */
const versionsOf = async (deployment: Deployment, { stem }: Target): Promise<readonly ObjectVersion[]> => {
  const versions: ObjectVersion[] = [];
  for await (const version of versionsUnder(deployment, `${stem}.`)) {
    if (!version.key.endsWith('.tombstone')) {
      versions.push(version);
    }
  }
  return versions;
};

/** Objects that one DeleteObjects takes. */
const MOST_OBJECTS = 1000;

/** @returns the code with which S3 refused some of them */
const deleteVersions = async (
  { aws, outputs }: Deployment,
  versions: readonly ObjectVersion[],
  bypassesLock: boolean,
): Promise<string | undefined> => {
  const bypass = bypassesLock ? { BypassGovernanceRetention: true } : {};
  let refusedBy: string | undefined;
  for (let start = 0; start < versions.length; start += MOST_OBJECTS) {
    const Objects = versions
      .slice(start, start + MOST_OBJECTS)
      .map(({ key, versionId }) => ({ Key: key, VersionId: versionId }));
    const { Errors = [] } = await aws.s3
      .send(
        new DeleteObjectsCommand({
          Bucket: outputs.bucket_name,
          Delete: { Objects, Quiet: true },
          ...bypass,
        }),
      )
      .catch((error: unknown) => {
        throw awsProblem('deleting the versions', error);
      });
    refusedBy ??= Errors[0]?.Code;
  }
  return refusedBy;
};

const ownerOf = ({ stem }: Target): Readonly<Record<string, string>> => {
  const [, kind, id] = /(?:^|\/)(queue|group)_id=([0-9a-f-]{36})\//.exec(stem) ?? [];
  return kind === undefined || id === undefined ? {} : { [`${kind}Id`]: id };
};

const writeTombstone = async (
  deployment: Deployment,
  settings: MoveVoicemailToS3Settings,
  target: Target,
  conversationId: string | undefined,
): Promise<void> => {
  const tombstone: Tombstone = {
    schemaVersion: 1,
    voicemailId: target.voicemailId,
    ...ownerOf(target),
    ...(conversationId === undefined ? {} : { conversationId }),
    erasedDate: new Date().toISOString(),
  };
  await openArchive(deployment, settings)
    .putIfAbsent(`${target.stem}.tombstone`, tombstone)
    .catch((error: unknown) => {
      throw error instanceof TemporaryError
        ? new OperatorError('AwsFailed', withoutFunctionWords(error.message))
        : error;
    });
};

/** Rounds of listing and deleting: a function that was just storing the voicemail may write once more. */
const ROUNDS = 3;

/** Everything that an erasure uses. */
interface Erasure {
  readonly deployment: Deployment;
  readonly settings: MoveVoicemailToS3Settings;
  readonly genesys: GenesysAccess;
  readonly bypassesLock: boolean;
  /** Writes one audit line, and returns when it is out. */
  readonly audit: (event: string, about: object) => Promise<void>;
}

const eraseOne = async (
  { deployment, settings, genesys, bypassesLock, audit }: Erasure,
  target: Target,
  conversationId: string | undefined,
): Promise<Erased> => {
  const { voicemailId } = target;
  const done = {
    versions: 0,
    remaining: target.versions.length,
    atGenesys: 'not-asked' as Erased['atGenesys'],
  };
  const soFar = (): Erased => ({
    voicemailId,
    conversationId,
    ...done,
    ...(target.tombstone === undefined ? {} : { begunEarlier: target.tombstone.erasedDate }),
  });
  await audit('voicemail-erasure-begins', { voicemailId, conversationId, key: target.stem });
  try {
    // The tombstone first: from here on nothing brings the voicemail back.
    await writeTombstone(deployment, settings, target, conversationId);
    const deleted = await patiently('deleting at Genesys Cloud', () => genesys.voicemail.delete(voicemailId));
    done.atGenesys = deleted ? 'deleted' : 'refused';
    let left = await versionsOf(deployment, target);
    let refusedBy: string | undefined;
    for (let round = 0; round < ROUNDS && left.length > 0; round += 1) {
      refusedBy = await deleteVersions(deployment, left, bypassesLock);
      const after = await versionsOf(deployment, target);
      done.versions += left.length - after.length;
      left = after;
    }
    done.remaining = left.length;
    const erased: Erased = {
      ...soFar(),
      ...(refusedBy === undefined || left.length === 0 ? {} : { stoppedBy: refusedBy }),
    };
    await audit(isWhole(erased) ? 'voicemail-erased' : 'voicemail-not-erased', erased);
    return erased;
  } catch (error) {
    const stopped: Erased = {
      ...soFar(),
      stoppedBy: error instanceof OperatorError ? error.code : 'Unexpected',
    };
    await audit('voicemail-not-erased', stopped);
    throw new ErasureStopped(stopped, error);
  }
};

/** An erasure of one voicemail that did not come to its end. */
class ErasureStopped extends Error {
  override readonly name = 'ErasureStopped';
  readonly erased: Erased;

  constructor(erased: Erased, cause: unknown) {
    super('the erasure stopped', { cause });
    this.erased = erased;
  }
}

const count = (number: number, one: string, several: string): string =>
  `${number} ${number === 1 ? one : several}`;

const dryRun = ({ targets, doubts }: Targets): CommandResult => {
  const versions = targets.flatMap((target) => target.versions);
  const begun = targets.filter(({ tombstone }) => tombstone !== undefined);
  return {
    text: [
      `Would erase ${count(targets.length, 'voicemail', 'voicemails')}, at Genesys Cloud too, with ${count(versions.length, 'version', 'versions')}:`,
      ...[...new Set(versions.map(({ key }) => key))].map((key) => `  ${key}`),
      ...begun.map(
        ({ voicemailId, tombstone, versions: left }) =>
          `  ${voicemailId}: an earlier run began on ${tombstone?.erasedDate} and left ${left.length === 0 ? 'nothing' : `${left.length} versions`}`,
      ),
      ...doubts.map((doubt) => `Note: ${doubt}.`),
      'Nothing was erased: this was a dry run. Next: erase with --yes.',
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

const summary = (erased: readonly Erased[], left: number, doubts: readonly string[]): string => {
  const whole = erased.filter(isWhole);
  const earlier = whole.filter(({ begunEarlier }) => begunEarlier !== undefined);
  const isDone = whole.length === erased.length && left === 0 && doubts.length === 0;
  return [
    `${count(whole.length, 'voicemail is', 'voicemails are')} erased${left === 0 ? '' : `, ${left} not tried`}.`,
    ...earlier.map(
      ({ voicemailId, begunEarlier, versions }) =>
        `${voicemailId}: an earlier run began on ${begunEarlier}; ${versions === 0 ? 'it had deleted everything' : `this one deleted the ${count(versions, 'version', 'versions')} that it left`}.`,
    ),
    ...erased
      .filter((one) => !isWhole(one))
      .map(
        ({ voicemailId, remaining, atGenesys, stoppedBy }) =>
          `${voicemailId} is not: ${count(remaining, 'version is', 'versions are')} still there${stoppedBy === undefined ? '' : ` (${stoppedBy})`}, ${atGenesys === 'deleted' ? 'gone at Genesys Cloud' : atGenesys === 'refused' ? 'and Genesys Cloud refused: it deletes for users with the permission Voicemail > ACD Voicemail > Delete only' : 'and Genesys Cloud was not asked'}.`,
      ),
    ...doubts.map((doubt) => `Note: ${doubt}.`),
    isDone
      ? 'Next: keep the audit lines above for your records. Copies that others made of the archive are not touched.'
      : 'Next: mend what it names, then run the same command again: it goes on where this one stopped.',
  ].join('\n');
};

const eraseAll = async (
  erasure: Erasure,
  terminal: Terminal,
  { targets, doubts }: Targets,
  { conversationId }: EraseOptions,
): Promise<CommandResult> => {
  const erased: Erased[] = [];
  const progress = terminal.begin('Erasing');
  let stop: unknown;
  await terminal.untilInterrupted(async (isInterrupted) => {
    for (const target of targets) {
      if (isInterrupted()) {
        stop = new OperatorError('Interrupted', 'stopped; nothing was erased', EXIT_CODE.interrupted);
        return;
      }
      progress.update(`Erasing ${target.voicemailId}`);
      try {
        erased.push(await eraseOne(erasure, target, target.conversationId ?? conversationId));
      } catch (error) {
        if (!(error instanceof ErasureStopped)) {
          throw error;
        }
        erased.push(error.erased);
        stop = error.cause;
        return;
      }
    }
  });
  const hasBegun = erased.some(({ atGenesys, versions }) => atGenesys !== 'not-asked' || versions > 0);
  if (stop !== undefined && !hasBegun) {
    throw stop;
  }
  progress.done(`${erased.filter(isWhole).length} erased`);
  if (stop instanceof OperatorError) {
    terminal.say(stop.code === 'Interrupted' ? 'stopped' : stop.message);
  }
  const left = targets.length - erased.length;
  const ok = erased.every(isWhole) && left === 0 && doubts.length === 0;
  return {
    text: summary(erased, left, doubts),
    json: { ok, dryRun: false, event: 'voicemail-erasure', voicemails: erased, notTried: left, doubts },
    exitCode: ok ? EXIT_CODE.done : EXIT_CODE.incomplete,
  };
};

/**
 * Erases voicemail for a right-to-erasure request: every version of audio and sidecar, at Genesys Cloud too where the token
 * may, and leaves a tombstone of ids, so that no reconcile brings it back. It writes an audit line before and after each
 * voicemail. Without confirmation it only says what it would do.
 *
 * @throws OperatorError where nothing was erased.
 */
export const erase = async (
  deployment: Deployment,
  terminal: Terminal,
  options: EraseOptions,
): Promise<CommandResult> => {
  const settings = await readMoveSettings(deployment.aws.lambda, deployment.outputs.move_function_arn);
  const genesys = openGenesys(deployment, settings);
  const progress = terminal.begin('Searching the archive and Genesys Cloud');
  let found: Targets;
  try {
    found = await findTargets(deployment, settings, genesys, options);
    if (found.targets.length === 0) {
      const [doubt] = found.doubts;
      throw new OperatorError(
        'NotFound',
        doubt === undefined
          ? 'neither the archive nor Genesys Cloud has such a voicemail; nothing was erased'
          : `the archive has no such voicemail, but ${doubt}; nothing was erased`,
        EXIT_CODE.notFound,
      );
    }
  } catch (error) {
    progress.fail();
    throw error;
  }
  progress.done(`${found.targets.length} found`);
  if (options.confirmed !== true) {
    return dryRun(found);
  }
  const audit = (event: string, about: object): Promise<void> =>
    terminal.record(
      JSON.stringify({
        event,
        time: new Date().toISOString(),
        ...deployment.place,
        bucket: deployment.outputs.bucket_name,
        ...about,
      }),
    );
  const bypassesLock = options.bypassesLock === true;
  return eraseAll({ deployment, settings, genesys, bypassesLock, audit }, terminal, found, options);
};
