import * as v from 'valibot';
import type { MoveVoicemailToS3Settings } from '../../../functions/move-voicemail-to-s3/contract/environment';
import { TemporaryError } from '../../../functions/move-voicemail-to-s3/contract/operator';
import { openArchive, type Tombstone, TombstoneSchema } from '../../archive';
import type { Deployment } from '../../deployment';
import { awsProblem, OperatorError } from '../../errors';
import type { Target } from './targets';

const ownerOf = ({ stem }: Target): Readonly<Record<string, string>> => {
  const [, kind, id] = /(?:^|\/)(queue|group)_id=([0-9a-f-]{36})\//.exec(stem) ?? [];
  return kind === undefined || id === undefined ? {} : { [`${kind}Id`]: id };
};

const inOperatorsTerms = (error: unknown): never => {
  throw error instanceof TemporaryError ? awsProblem('writing the tombstone', error) : error;
};

/** A tombstone that is in its place. */
export interface Placed {
  /** Whether an earlier run has seen Genesys Cloud's copy go. */
  readonly wasDeleted: boolean;
  /** Writes into it whether Genesys Cloud's copy is gone, so that `find`, `doctor` and a later run know it. */
  note(isDeleted: boolean): Promise<void>;
}

/**
 * Writes the tombstone, unless there is one.
 *
 * @returns what reads it back, from this run or an earlier one
 */
export const writeTombstone = async (
  deployment: Deployment,
  settings: MoveVoicemailToS3Settings,
  target: Target,
  conversationId: string | undefined,
): Promise<() => Promise<Placed>> => {
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
  return async () => {
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
};
