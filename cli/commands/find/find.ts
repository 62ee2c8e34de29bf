import { GetObjectCommand } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { type ArchivedVoicemail, findVoicemails, type VoicemailQuery } from '../../archive';
import { type Deployment, readMoveSettings } from '../../deployment';
import { EXIT_CODE } from '../../errors';
import { table } from '../../table';
import type { CommandResult, Terminal } from '../../terminal';

/** What `find` is asked for. */
export interface FindOptions extends VoicemailQuery {
  /** Seconds that links live; without it there are none. At most an hour. */
  readonly linkSeconds?: number | undefined;
}

const linkOf = async (
  { aws, outputs }: Deployment,
  { audioKey, state }: ArchivedVoicemail,
  expiresIn: number | undefined,
): Promise<string | undefined> =>
  audioKey === undefined || state !== 'stored' || expiresIn === undefined
    ? undefined
    : getSignedUrl(aws.s3, new GetObjectCommand({ Bucket: outputs.bucket_name, Key: audioKey }), {
        expiresIn,
      });

const row = ({ voicemailId, state, sidecar }: ArchivedVoicemail): readonly string[] => [
  state,
  voicemailId,
  sidecar?.conversationId ?? '-',
  sidecar?.createdDate ?? '-',
  sidecar?.durationMs === undefined ? '-' : `${Math.round(sidecar.durationMs / 1000)} s`,
  sidecar === undefined ? '-' : `${sidecar.sizeBytes} bytes`,
];

/** Finds voicemails in the archive and, on demand, makes short-lived links to listen. @throws OperatorError */
export const find = async (
  deployment: Deployment,
  terminal: Terminal,
  { linkSeconds, ...query }: FindOptions,
): Promise<CommandResult> => {
  const settings = await readMoveSettings(deployment.aws.lambda, deployment.outputs.move_function_arn);
  const progress = terminal.begin('Searching the archive');
  try {
    const found = await findVoicemails(deployment, settings, query, (read, total) =>
      progress.update(`${read} of ${total} read`),
    );
    const voicemails = await Promise.all(
      found.map(async (voicemail) => ({ voicemail, link: await linkOf(deployment, voicemail, linkSeconds) })),
    );
    progress.done(`${found.length} found`);
    const lines = table([
      ['state', 'voicemail', 'conversation', 'left at', 'duration', 'size'],
      ...found.map(row),
    ]);
    const links = voicemails.flatMap(({ voicemail, link }) =>
      link === undefined ? [] : [`\n${voicemail.voicemailId}, for ${linkSeconds} seconds:\n${link}`],
    );
    return {
      text: found.length === 0 ? 'The archive holds no such voicemail.' : [lines, ...links].join('\n'),
      json: {
        ok: found.length > 0,
        voicemails: voicemails.map(({ voicemail: { voicemailId, state, audioKey, sidecar }, link }) => ({
          voicemailId,
          state,
          key: audioKey,
          conversationId: sidecar?.conversationId,
          queueId: sidecar?.queueId,
          groupId: sidecar?.groupId,
          createdDate: sidecar?.createdDate,
          durationMs: sidecar?.durationMs,
          sizeBytes: sidecar?.sizeBytes,
          link,
        })),
      },
      exitCode: found.length > 0 ? EXIT_CODE.done : EXIT_CODE.failed,
    };
  } catch (error) {
    progress.fail();
    throw error;
  }
};
