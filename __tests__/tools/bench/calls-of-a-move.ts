import {
  type CallKind,
  type MeasuredStack,
  VoicemailNotStoredError,
} from '../../../tools/bench/local-stack/measured-stack';
import type { LeftVoicemail } from '../../../tools/local-cloud/genesys';

/** Calls that one voicemail took, by who was asked. */
export type Calls = Readonly<Record<CallKind, number>>;

const move = async (
  measured: MeasuredStack,
  queueId: string,
  announce: (left: LeftVoicemail) => Promise<void> | void,
): Promise<Calls> => {
  const left = measured.leave(queueId);
  await announce(left);
  measured.calls.take();
  const storedBefore = measured.outcomes.of('stored');
  await measured.stack.mapping.pollOnce();
  const calls = measured.calls.take();
  const stored = measured.outcomes.of('stored') - storedBefore;
  if (stored !== 1) {
    throw new VoicemailNotStoredError(stored, 1);
  }
  await measured.remove(left.messageId);
  const of = (kind: CallKind): number => calls.filter((call) => call.kind === kind).length;
  return {
    'genesys-api': of('genesys-api'),
    media: of('media'),
    s3: of('s3'),
    'secrets-manager': of('secrets-manager'),
    other: of('other'),
  };
};

/** Moves a voicemail that is announced by its event, as all are at first. */
export const moveByEvent = (measured: MeasuredStack, queueId: string): Promise<Calls> =>
  move(measured, queueId, ({ event }) => measured.deliver(event));

/** Moves a voicemail that the queue message names, as reconcile and backfill do. */
export const moveByName = (measured: MeasuredStack, queueId: string): Promise<Calls> =>
  move(measured, queueId, ({ conversationId, messageId, createdDate }) =>
    measured.send({
      schemaVersion: 1,
      kind: 'voicemail',
      conversationId,
      queueId,
      voicemailId: messageId,
      eventTimeMs: Date.parse(createdDate),
      durationMs: 4_200,
    }),
  );
