import type { LeftVoicemail } from '../../../local-cloud/genesys';
import type { CallKind, MeasuredStack } from '../../local-stack';
import { VoicemailNotStoredError } from '../../local-stack';

/** One voicemail that was moved, from the message in the events queue to the end of the invocation. */
export interface Move {
  readonly calls: Readonly<Record<CallKind, number>>;
  readonly ms: number;
}

const move = async (
  measured: MeasuredStack,
  queueId: string,
  announce: (left: LeftVoicemail) => Promise<void> | void,
): Promise<Move> => {
  const left = measured.leave(queueId);
  await announce(left);
  measured.calls.take();
  const storedBefore = measured.outcomes.of('stored');
  const startMs = performance.now();
  await measured.stack.mapping.pollOnce();
  const ms = performance.now() - startMs;
  const calls = measured.calls.take();
  const stored = measured.outcomes.of('stored') - storedBefore;
  if (stored !== 1) {
    throw new VoicemailNotStoredError(stored, 1);
  }
  await measured.remove(left.messageId);
  const of = (kind: CallKind): number => calls.filter((call) => call.kind === kind).length;
  return {
    ms,
    calls: {
      'genesys-api': of('genesys-api'),
      media: of('media'),
      s3: of('s3'),
      'secrets-manager': of('secrets-manager'),
      other: of('other'),
    },
  };
};

/** Moves a voicemail that is announced by its event, as all are at first. */
export const moveByEvent = (measured: MeasuredStack, queueId: string): Promise<Move> =>
  move(measured, queueId, ({ event }) => measured.deliver(event));

/** Moves a voicemail that the queue message names, as reconcile and backfill do. */
export const moveByName = (measured: MeasuredStack, queueId: string): Promise<Move> =>
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
