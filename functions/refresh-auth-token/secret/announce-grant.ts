import { createHash, randomUUID } from 'node:crypto';
import { fingerprintOf, STAGE, type TokenSecret } from '../../shared/token-secret';
import { TemporarilyUnavailableError } from '../errors';
import type { Rotation } from '../rotation';
import type { StoredVersion } from './secret-store';
import { holdsAnotherValue, insist } from './write-pair';

/** Bytes by which a granted pair may be longer than the one that it replaces. */
const GROWTH_BYTES = 1024;

/** The id of the version in which a rotation announces that it spends a token. */
const announcementId = (versionId: string, refreshTokenSha256: string): string => {
  const hex = createHash('sha256').update(`${versionId}/${refreshTokenSha256}`).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join(
    '-',
  );
};

/** The newest announcement that this pair's refresh token is spent; `undefined` where there is none. */
export const readAnnouncement = async (
  { store }: Rotation,
  pair: TokenSecret,
): Promise<StoredVersion | undefined> => {
  const version = await store.read({ stage: STAGE.intent });
  return version?.text()?.includes(fingerprintOf(pair.refreshToken)) === true ? version : undefined;
};

/**
 * Writes that a refresh token is about to be spent, as a version without any secret under a label of its own.
 *
 * What would keep the pair from being written keeps this from being written as well, before anything is lost: the right,
 * the key, the quotas of versions and labels, the size, a replica, a secret that is marked for deletion. It tells a later
 * attempt that the token may have been sent. And of two runs of one rotation it lets one through: each writes a text of its
 * own, and Secrets Manager takes one text for a version id.
 *
 * @param earlier - the announcement that was waited for in vain; one of this rotation is repeated word for word
 * @returns the announcement of another run, which has come before; `undefined` where this run may spend the token.
 * @throws SecretsManagerError where it cannot be written; nothing is spent then.
 */
export const announceGrant = async (
  rotation: Rotation,
  pair: TokenSecret,
  earlier?: StoredVersion,
): Promise<StoredVersion | undefined> => {
  const { store, time } = rotation;
  const refreshTokenSha256 = fingerprintOf(pair.refreshToken);
  const versionId = announcementId(rotation.versionId, refreshTokenSha256);
  const bytes = Buffer.byteLength(JSON.stringify(pair)) + GROWTH_BYTES;
  const own = { about: 'a refresh token is about to be spent', refreshTokenSha256, run: randomUUID() };
  const text =
    (earlier?.versionId === versionId ? earlier.text() : undefined) ?? JSON.stringify(own).padEnd(bytes);
  try {
    await insist(rotation, { versionId, text, stages: [STAGE.intent] }, time.leftBeforeGrantMs());
    return undefined;
  } catch (error) {
    if (!holdsAnotherValue(error)) {
      throw error;
    }
    const other = await store.readPatiently({ versionId });
    if (other === undefined) {
      throw new TemporarilyUnavailableError('another run has announced to spend the refresh token');
    }
    return other;
  }
};
