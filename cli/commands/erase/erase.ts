import { DeleteObjectsCommand } from '@aws-sdk/client-s3';
import type { MoveVoicemailToS3Settings } from '../../../functions/move-voicemail-to-s3/contract/environment';
import { type ObjectVersion, versionsUnder } from '../../archive';
import { type Deployment, readMoveSettings } from '../../deployment';
import { awsProblem, EXIT_CODE, OperatorError } from '../../errors';
import { type GenesysAccess, openGenesys, patiently } from '../../genesys';
import type { CommandResult, Terminal } from '../../terminal';
import { dryRun, type Erased, isWhole, summary } from './report';
import { findTargets, type Target, type Targets } from './targets';
import { writeTombstone } from './write-tombstone';

/** Options of `erase`: one voicemail, or all of one conversation. */
export interface EraseOptions {
  readonly voicemailId?: string | undefined;
  readonly conversationId?: string | undefined;
  /** Erase, and not only say what would be erased. @default false */
  readonly confirmed?: boolean;
  /** Delete what Object Lock keeps, too, for which the caller needs a right of its own. @default false */
  readonly bypassesLock?: boolean;
}

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

/** Everything that an erasure uses. */
interface Erasure {
  readonly deployment: Deployment;
  readonly settings: MoveVoicemailToS3Settings;
  readonly genesys: GenesysAccess;
  readonly bypassesLock: boolean;
  /** Writes one audit line, and returns when it is out. @throws OperatorError where it cannot be written */
  readonly audit: (event: string, about: object) => Promise<void>;
  /** Why Genesys Cloud is not asked any more; the archive is erased without it. */
  silence?: OperatorError;
}

/**
 * Deletes Genesys Cloud's copy, and where the token may not, looks whether somebody has deleted it by hand.
 *
 * @returns whether the copy is gone; `undefined` where Genesys tells nothing
 */
const deleteAtGenesys = async (
  { voicemail }: GenesysAccess,
  voicemailId: string,
): Promise<boolean | undefined> => {
  if (await patiently('deleting at Genesys Cloud', () => voicemail.delete(voicemailId))) {
    return true;
  }
  const message = await patiently('asking Genesys Cloud for the voicemail', () =>
    voicemail.message(voicemailId),
  ).catch((error: unknown) => {
    if (error instanceof OperatorError && error.code === 'GenesysRefused') {
      return undefined;
    }
    throw error;
  });
  return message === 'not-found' || message?.isDeleted;
};

/**
 * What becomes of Genesys Cloud's copy. A token that is dead, or a Genesys Cloud that does not answer, keeps nothing in the
 * archive.
 */
const atGenesys = async (
  erasure: Erasure,
  voicemailId: string,
  wasDeleted: boolean,
): Promise<Erased['atGenesys']> => {
  if (erasure.silence === undefined) {
    try {
      return ((await deleteAtGenesys(erasure.genesys, voicemailId)) ?? wasDeleted) ? 'deleted' : 'refused';
    } catch (error) {
      if (!(error instanceof OperatorError) || error.exitCode === EXIT_CODE.credentials) {
        throw error;
      }
      erasure.silence = error;
    }
  }
  return wasDeleted ? 'deleted' : 'not-asked';
};

/** An erasure of one voicemail that did not come to its end. */
class ErasureStopped extends Error {
  override readonly name = 'ErasureStopped';
  readonly erased: Erased;
  /** Whether anything was written or deleted. */
  readonly isBegun: boolean;

  constructor(erased: Erased, isBegun: boolean, cause: unknown) {
    super('the erasure stopped', { cause });
    this.erased = erased;
    this.isBegun = isBegun;
  }
}

/** Rounds of listing and deleting: a function that was just storing the voicemail may write once more. */
const ROUNDS = 3;

/** Erases one voicemail, between two audit lines: without the first nothing is touched. @throws ErasureStopped */
const eraseOne = async (
  erasure: Erasure,
  target: Target,
  conversationId: string | undefined,
): Promise<Erased> => {
  const { deployment, settings, bypassesLock, audit } = erasure;
  const { voicemailId } = target;
  let versions = 0;
  let remaining: number | undefined = target.versions.length;
  let inGenesys: Erased['atGenesys'] = 'not-asked';
  const soFar = (stoppedBy: string | undefined): Erased => ({
    voicemailId,
    conversationId,
    versions,
    remaining,
    atGenesys: inGenesys,
    ...(target.tombstone === undefined ? {} : { begunEarlier: target.tombstone.erasedDate }),
    ...(stoppedBy === undefined ? {} : { stoppedBy }),
  });
  const codeOf = (error: unknown): string => (error instanceof OperatorError ? error.code : 'Unexpected');
  try {
    await audit('voicemail-erasure-begins', { voicemailId, conversationId, key: target.stem });
  } catch (error) {
    throw new ErasureStopped(soFar(codeOf(error)), false, error);
  }
  let isBegun = false;
  let refusedBy: string | undefined;
  let cause: unknown;
  try {
    // The tombstone first: from here on nothing brings the voicemail back.
    const readTombstone = await writeTombstone(deployment, settings, target, conversationId);
    isBegun = true;
    const tombstone = await readTombstone();
    inGenesys = await atGenesys(erasure, voicemailId, tombstone.wasDeleted);
    let left = await versionsOf(deployment, target);
    for (let round = 0; round < ROUNDS && left.length > 0; round += 1) {
      refusedBy = await deleteVersions(deployment, left, bypassesLock);
      const after = await versionsOf(deployment, target);
      versions += left.length - after.length;
      left = after;
    }
    remaining = left.length;
    await tombstone.note(inGenesys === 'deleted');
  } catch (error) {
    cause = error;
    refusedBy = codeOf(error);
    if (isBegun) {
      remaining = (await versionsOf(deployment, target).catch(() => undefined))?.length;
    }
  }
  const erased = soFar(cause === undefined && remaining === 0 ? undefined : refusedBy);
  await audit(isWhole(erased) ? 'voicemail-erased' : 'voicemail-not-erased', erased).catch((error) => {
    cause ??= error;
  });
  if (cause !== undefined) {
    throw new ErasureStopped(erased, isBegun, cause);
  }
  return erased;
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
  let hasBegun = false;
  await terminal.untilInterrupted(async (isInterrupted) => {
    for (const target of targets) {
      if (isInterrupted()) {
        stop = new OperatorError('Interrupted', 'stopped; nothing was erased', EXIT_CODE.interrupted);
        return;
      }
      progress.update(`Erasing ${target.voicemailId}`);
      try {
        erased.push(await eraseOne(erasure, target, target.conversationId ?? conversationId));
        hasBegun = true;
      } catch (error) {
        if (!(error instanceof ErasureStopped)) {
          throw error;
        }
        erased.push(error.erased);
        hasBegun ||= error.isBegun;
        stop = error.cause;
        return;
      }
    }
  });
  if (stop !== undefined && !hasBegun) {
    throw stop;
  }
  progress.done(`${erased.filter(isWhole).length} erased`);
  for (const trouble of [erasure.silence, stop]) {
    if (trouble instanceof OperatorError) {
      terminal.say(trouble.code === 'Interrupted' ? 'stopped' : trouble.message);
    }
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
  } catch (error) {
    progress.fail();
    throw error;
  }
  progress.done(`${found.targets.length} found`);
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
  if (options.confirmed !== true) {
    return dryRun(found);
  }
  const audit = async (event: string, about: object): Promise<void> => {
    const line = JSON.stringify({
      event,
      time: new Date().toISOString(),
      ...deployment.place,
      bucket: deployment.outputs.bucket_name,
      ...about,
    });
    await terminal.record(line).catch((error: unknown) => {
      // The other stream may still take what must not get lost.
      terminal.say(line);
      throw error;
    });
  };
  const bypassesLock = options.bypassesLock === true;
  return eraseAll({ deployment, settings, genesys, bypassesLock, audit }, terminal, found, options);
};
