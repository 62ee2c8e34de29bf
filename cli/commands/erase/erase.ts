import { DeleteObjectsCommand, ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import { AUDIO_FORMATS } from '../../../functions/move-voicemail-to-s3/contract/audio-format';
import type { MoveVoicemailToS3Settings } from '../../../functions/move-voicemail-to-s3/contract/environment';
import { voicemailKeys } from '../../../functions/move-voicemail-to-s3/contract/object-key';
import { TemporaryError } from '../../../functions/move-voicemail-to-s3/contract/operator';
import { findVoicemails, openArchive } from '../../archive';
import { type Deployment, readMoveSettings } from '../../deployment';
import { awsProblem, EXIT_CODE, OperatorError } from '../../errors';
import { type GenesysAccess, openGenesys, patiently } from '../../genesys';
import type { CommandResult, Terminal } from '../../terminal';

/** What `erase` is asked for: one voicemail, or all of one conversation. */
export interface EraseOptions {
  readonly voicemailId?: string | undefined;
  readonly conversationId?: string | undefined;
  /** Erase, and not only say what would be erased. @default false */
  readonly confirmed?: boolean;
}

/** One version of one object. */
interface ObjectVersion {
  readonly Key: string;
  readonly VersionId: string;
}

/** A voicemail that is to be erased: where its objects are, or would be. */
interface Target {
  readonly voicemailId: string;
  readonly stem: string;
}

/** What became of a voicemail: ids, counts and words of our own only. */
interface Erased extends Target {
  readonly versions: number;
  readonly remaining: number;
  /** `refused`: the token may not delete it there. */
  readonly atGenesys: 'deleted' | 'refused';
}

/** Every version and delete marker of a voicemail's objects but the tombstone. */
const versionsOf = async (
  { aws, outputs }: Deployment,
  { stem }: Target,
): Promise<readonly ObjectVersion[]> => {
  const versions: ObjectVersion[] = [];
  let position: { KeyMarker?: string; VersionIdMarker?: string } = {};
  for (;;) {
    const page = await aws.s3
      .send(new ListObjectVersionsCommand({ Bucket: outputs.bucket_name, Prefix: `${stem}.`, ...position }))
      .catch((error: unknown) => {
        throw awsProblem('listing the versions', error);
      });
    for (const { Key, VersionId } of [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])]) {
      if (Key !== undefined && VersionId !== undefined && !Key.endsWith('.tombstone')) {
        versions.push({ Key, VersionId });
      }
    }
    if (page.IsTruncated !== true || page.NextKeyMarker === undefined) {
      return versions;
    }
    position = {
      KeyMarker: page.NextKeyMarker,
      ...(page.NextVersionIdMarker === undefined ? {} : { VersionIdMarker: page.NextVersionIdMarker }),
    };
  }
};

/** Objects that one DeleteObjects takes. */
const MOST_OBJECTS = 1000;

const deleteVersions = async (
  { aws, outputs }: Deployment,
  versions: readonly ObjectVersion[],
): Promise<void> => {
  for (let start = 0; start < versions.length; start += MOST_OBJECTS) {
    await aws.s3
      .send(
        new DeleteObjectsCommand({
          Bucket: outputs.bucket_name,
          Delete: { Objects: versions.slice(start, start + MOST_OBJECTS), Quiet: true },
        }),
      )
      .catch((error: unknown) => {
        throw awsProblem('deleting the versions', error);
      });
  }
};

/** What the archive does not hold may still come: Genesys knows where it would lie. */
const targetAtGenesys = async (
  { voicemail }: GenesysAccess,
  settings: MoveVoicemailToS3Settings,
  voicemailId: string,
): Promise<readonly Target[]> => {
  const message = await patiently('asking Genesys Cloud for the voicemail', () =>
    voicemail.message(voicemailId),
  );
  if (message === 'not-found' || message.owner === undefined || message.createdMs === undefined) {
    return [];
  }
  const { tombstone } = voicemailKeys(
    settings.ARCHIVE_KEY_PREFIX,
    { owner: message.owner, createdMs: message.createdMs, voicemailId },
    AUDIO_FORMATS[settings.AUDIO_FORMAT],
  );
  return [{ voicemailId, stem: tombstone.slice(0, -'.tombstone'.length) }];
};

const idsOf = ({ stem }: Target): Readonly<Record<string, string>> => {
  const [, kind, id] = /(?:^|\/)(queue|group)_id=([0-9a-f-]{36})\//.exec(stem) ?? [];
  return kind === undefined || id === undefined ? {} : { [`${kind}Id`]: id };
};

/** Rounds of listing and deleting: a function that was just storing the voicemail may write once more. */
const ROUNDS = 3;

const eraseOne = async (
  deployment: Deployment,
  settings: MoveVoicemailToS3Settings,
  { voicemail }: GenesysAccess,
  target: Target,
): Promise<Erased> => {
  // The tombstone first: from here on nothing brings the voicemail back.
  await openArchive(deployment, settings)
    .putIfAbsent(`${target.stem}.tombstone`, {
      schemaVersion: 1,
      voicemailId: target.voicemailId,
      ...idsOf(target),
      erasedDate: new Date().toISOString(),
    })
    .catch((error: unknown) => {
      throw error instanceof TemporaryError ? new OperatorError('AwsFailed', error.message) : error;
    });
  const atGenesys = (await patiently('deleting at Genesys Cloud', () => voicemail.delete(target.voicemailId)))
    ? 'deleted'
    : 'refused';
  let versions = 0;
  let remaining = await versionsOf(deployment, target);
  for (let round = 0; round < ROUNDS && remaining.length > 0; round += 1) {
    await deleteVersions(deployment, remaining);
    const left = await versionsOf(deployment, target);
    versions += remaining.length - left.length;
    remaining = left;
  }
  return { ...target, versions, remaining: remaining.length, atGenesys };
};

const dryRun = async (deployment: Deployment, targets: readonly Target[]): Promise<CommandResult> => {
  const versions = (await Promise.all(targets.map((target) => versionsOf(deployment, target)))).flat();
  return {
    text:
      `Would erase ${targets.length} ${targets.length === 1 ? 'voicemail' : 'voicemails'}, at Genesys Cloud too, with ${versions.length} versions:\n` +
      `${[...new Set(versions.map(({ Key }) => Key))].map((key) => `  ${key}`).join('\n')}\n` +
      'Nothing was erased: this was a dry run. Erase with --yes.',
    json: {
      ok: true,
      dryRun: true,
      voicemails: targets.map(({ voicemailId }) => voicemailId),
      versions: versions.length,
    },
    exitCode: EXIT_CODE.done,
  };
};

/**
 * Erases voicemail for a right-to-erasure request: every version of audio and sidecar, at Genesys Cloud too where the token
 * may, and leaves a tombstone of ids, so that no reconcile brings it back. Without confirmation it only says what it would
 * do.
 *
 * @throws OperatorError
 */
export const erase = async (
  deployment: Deployment,
  terminal: Terminal,
  { voicemailId, conversationId, confirmed = false }: EraseOptions,
): Promise<CommandResult> => {
  const settings = await readMoveSettings(deployment.aws.lambda, deployment.outputs.move_function_arn);
  const genesys = openGenesys(deployment, settings);
  const progress = terminal.begin('Searching the archive');
  try {
    const archived = await findVoicemails(deployment, settings, { voicemailId, conversationId });
    const targets =
      archived.length > 0 || voicemailId === undefined
        ? archived.map(({ voicemailId: id, stem }): Target => ({ voicemailId: id, stem }))
        : await targetAtGenesys(genesys, settings, voicemailId);
    if (targets.length === 0) {
      throw new OperatorError(
        'NotFound',
        'neither the archive nor Genesys Cloud has such a voicemail; nothing was erased',
      );
    }
    if (!confirmed) {
      progress.done(`${targets.length} found`);
      return await dryRun(deployment, targets);
    }
    const erased: Erased[] = [];
    for (const target of targets) {
      progress.update(`Erasing ${target.voicemailId}`);
      erased.push(await eraseOne(deployment, settings, genesys, target));
    }
    progress.done(`${erased.length} erased`);
    const audit = {
      event: 'voicemail-erased',
      time: new Date().toISOString(),
      bucket: deployment.outputs.bucket_name,
      voicemails: erased.map(({ stem: _stem, ...rest }) => rest),
    };
    const isWhole = erased.every(({ remaining, atGenesys }) => remaining === 0 && atGenesys === 'deleted');
    return {
      text:
        `${JSON.stringify(audit)}\n` +
        (isWhole
          ? 'Erased; keep the line above for your records. Copies that others made of the archive are not touched.'
          : 'Not everything is erased: see "remaining" and "atGenesys" above. Genesys Cloud deletes for users with the permission Voicemail > ACD Voicemail > Delete only.'),
      json: { ok: isWhole, dryRun: false, ...audit },
      exitCode: isWhole ? EXIT_CODE.done : EXIT_CODE.incomplete,
    };
  } catch (error) {
    progress.fail();
    throw error;
  }
};
