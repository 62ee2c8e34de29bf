import { AUDIO_FORMATS } from '../../../functions/move-voicemail-to-s3/contract/audio-format';
import type { MoveVoicemailToS3Settings } from '../../../functions/move-voicemail-to-s3/contract/environment';
import { voicemailKeys } from '../../../functions/move-voicemail-to-s3/contract/object-key';
import { findVoicemails, type ObjectVersion, type Tombstone } from '../../archive';
import type { Deployment } from '../../deployment';
import { OperatorError } from '../../errors';
import { type GenesysAccess, patiently } from '../../genesys';

/** A voicemail that is to be erased: where its objects are, or would be. */
export interface Target {
  readonly voicemailId: string;
  readonly stem: string;
  readonly conversationId: string | undefined;
  readonly versions: readonly ObjectVersion[];
  /** Left by an earlier run. */
  readonly tombstone: Tombstone | undefined;
}

/** The voicemails to erase, and those that cannot be known yet. */
export interface Targets {
  readonly targets: readonly Target[];
  /** Why a voicemail may come that is not among the targets; each a sentence. */
  readonly doubts: readonly string[];
}

/** A voicemail that the archive lacks may still come: Genesys knows where it would lie. */
const atGenesys = async (
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
  return [
    {
      voicemailId,
      stem: tombstone.slice(0, -'.tombstone'.length),
      conversationId: message.conversationId,
      versions: [],
      tombstone: undefined,
    },
  ];
};

const namedByConversation = async (
  genesys: GenesysAccess,
  conversationId: string,
): Promise<{ readonly ids: readonly string[]; readonly doubts: readonly string[] }> => {
  const answer = await patiently('asking Genesys Cloud for the conversation', () =>
    genesys.voicemail.conversation(conversationId),
  );
  if (answer === 'forbidden') {
    return {
      ids: [],
      doubts: [
        'Genesys Cloud does not let the token look at the conversation (Conversation > Callback > View), so a voicemail of it may still come',
      ],
    };
  }
  const voicemails = answer === 'not-found' ? [] : answer.voicemails;
  return {
    ids: voicemails.flatMap(({ id }) => (id === undefined ? [] : [id])),
    doubts: voicemails.some(({ id, uploadStatus }) => id === undefined && uploadStatus === 'pending')
      ? ['a voicemail of the conversation is still being uploaded at Genesys Cloud']
      : [],
  };
};

/**
 * Finds what is to be erased: what is stored, what an earlier run has begun, and what waits at Genesys Cloud.
 *
 * @throws OperatorError
 */
export const findTargets = async (
  deployment: Deployment,
  settings: MoveVoicemailToS3Settings,
  genesys: GenesysAccess,
  {
    voicemailId,
    conversationId,
  }: { readonly voicemailId?: string | undefined; readonly conversationId?: string | undefined },
): Promise<Targets> => {
  const archived = await findVoicemails(deployment, settings, { voicemailId, conversationId });
  try {
    const { ids, doubts } =
      conversationId === undefined
        ? { ids: voicemailId === undefined ? [] : [voicemailId], doubts: [] }
        : await namedByConversation(genesys, conversationId);
    const known = new Set(archived.map((voicemail) => voicemail.voicemailId));
    const waiting: Target[] = [];
    for (const id of new Set(ids.filter((one) => !known.has(one)))) {
      waiting.push(...(await atGenesys(genesys, settings, id)));
    }
    return { targets: [...archived, ...waiting], doubts };
  } catch (error) {
    // What is in the archive can be erased without Genesys.
    if (!(error instanceof OperatorError) || archived.length === 0) {
      throw error;
    }
    return {
      targets: archived,
      doubts: [
        `a voicemail of the conversation may still come, because it is not known what waits: ${error.message}`,
      ],
    };
  }
};
