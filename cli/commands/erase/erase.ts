import { DeleteObjectsCommand } from '@aws-sdk/client-s3';
import * as v from 'valibot';
import type { MoveVoicemailToS3Settings } from '../../../functions/move-voicemail-to-s3/contract/environment';
import { TemporaryError } from '../../../functions/move-voicemail-to-s3/contract/operator';
import {
  type ObjectVersion,
  openArchive,
  type Tombstone,
  TombstoneSchema,
  versionsUnder,
} from '../../archive';
import { type Deployment, readMoveSettings } from '../../deployment';
import { awsProblem, EXIT_CODE, OperatorError, withoutFunctionWords } from '../../errors';
import { type GenesysAccess, openGenesys, patiently } from '../../genesys';
import type { CommandResult, Terminal } from '../../terminal';
import { dryRun, type Erased, isWhole, summary } from './report';
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
  /** Writes one audit line, and returns when it is out. */
  readonly audit: (event: string, about: object) => Promise<void>;
}

const ownerOf = ({ stem }: Target): Readonly<Record<string, string>> => {
  const [, kind, id] = /(?:^|\/)(queue|group)_id=([0-9a-f-]{36})\//.exec(stem) ?? [];
  return kind === undefined || id === undefined ? {} : { [`${kind}Id`]: id };
};

const inOperatorsTerms = (error: unknown): never => {
  throw error instanceof TemporaryError
    ? new OperatorError('AwsFailed', withoutFunctionWords(error.message))
    : error;
};

/** A tombstone that is in its place. */
interface Placed {
  /** Whether an earlier run has seen Genesys Cloud's copy go. */
  readonly wasDeleted: boolean;
  /** Writes into it whether Genesys Cloud's copy is gone, so that `find`, `doctor` and a later run know it. */
  note(isDeleted: boolean): Promise<void>;
}

/** Writes the tombstone, or reads the one that is there. */
const writeTombstone = async (
  { deployment, settings }: Erasure,
  target: Target,
  conversationId: string | undefined,
): Promise<Placed> => {
  const archive = openArchive(deployment, settings);
  const key = `${target.stem}.tombstone`;
  const fresh: Tombstone = {
    schemaVersion: 1,
    voicemailId: target.voicemailId,
    ...ownerOf(target),
    ...(conversationId === undefined ? {} : { conversationId }),
    erasedDate: new Date().toISOString(),
    atGenesys: 'not-deleted',
  };
  await archive.putIfAbsent(key, fresh).catch(inOperatorsTerms);
  const stored = await archive.getJson(key).catch(inOperatorsTerms);
  const parsed = v.safeParse(TombstoneSchema, stored?.content);
  const tombstone = parsed.success ? parsed.output : { ...fresh, atGenesys: undefined };
  return {
    wasDeleted: tombstone.atGenesys === 'deleted',
    note: async (isDeleted) => {
      const atGenesys = isDeleted ? 'deleted' : 'not-deleted';
      if (tombstone.atGenesys === atGenesys) {
        return;
      }
      const noted = { ...tombstone, atGenesys };
      if ((await archive.write(key, noted, stored?.etag).catch(inOperatorsTerms)) === undefined) {
        throw new OperatorError('ErasedTwice', 'another run erases the same voicemail; run this one again');
      }
    },
  };
};

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

/** Rounds of listing and deleting: a function that was just storing the voicemail may write once more. */
const ROUNDS = 3;

const eraseOne = async (
  erasure: Erasure,
  target: Target,
  conversationId: string | undefined,
): Promise<Erased> => {
  const { deployment, genesys, bypassesLock, audit } = erasure;
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
    const tombstone = await writeTombstone(erasure, target, conversationId);
    const isDeleted = (await deleteAtGenesys(genesys, voicemailId)) ?? tombstone.wasDeleted;
    done.atGenesys = isDeleted ? 'deleted' : 'refused';
    let left = await versionsOf(deployment, target);
    let refusedBy: string | undefined;
    for (let round = 0; round < ROUNDS && left.length > 0; round += 1) {
      refusedBy = await deleteVersions(deployment, left, bypassesLock);
      const after = await versionsOf(deployment, target);
      done.versions += left.length - after.length;
      left = after;
    }
    done.remaining = left.length;
    await tombstone.note(isDeleted);
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
