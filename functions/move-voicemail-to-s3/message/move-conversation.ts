import type { QueueMessageOf } from '../contract/queue-message';
import { GenesysRefusalError, NotYetError, PermanentFailureError, VoicemailTroubleError } from '../errors';
import type { Invocation } from '../invocation';
import { type Outcome, report } from '../outcome';
import { apartMsOf, confirmAbsence } from '../voicemail/absence';
import { actAfterStore } from '../voicemail/after-store';
import type { Found } from '../voicemail/find';
import { type Moved, moveVoicemail, passedOver } from '../voicemail/move';
import { isInDivisions, unselectedQueue } from '../voicemail/selection';
import type { VoicemailToMove } from '../voicemail/voicemail-to-move';
import type { Delivery } from './delivery';

/** Picks the error to rethrow: a retryable one wins, so that the message is retried. */
const errorToRethrow = (errors: readonly unknown[]): unknown =>
  errors.find((error) => !(error instanceof PermanentFailureError)) ?? errors[0];

const isForbidden = (error: unknown): boolean =>
  error instanceof GenesysRefusalError && error.failureClass === 'FORBIDDEN';

/** Outcome of the voicemails of one conversation. */
interface Moves {
  readonly moved: readonly Moved[];
  readonly errors: readonly unknown[];
}

const moveEach = async (
  invocation: Invocation,
  voicemails: readonly VoicemailToMove[],
  delivery: Delivery,
): Promise<Moves> => {
  const moved: Moved[] = [];
  const errors: unknown[] = [];
  const forbidden: { readonly voicemail: VoicemailToMove; readonly error: unknown }[] = [];
  for (const voicemail of voicemails) {
    try {
      moved.push(await moveVoicemail(invocation, voicemail, delivery));
    } catch (error) {
      if (isForbidden(error)) {
        forbidden.push({ voicemail, error });
      } else {
        errors.push(error);
      }
    }
  }
  // A conversation may also name a voicemail in somebody's own mailbox, which the token may not read. It is passed over only
  // beside one of ours: where there is none, the forbidden one may be the queue's own.
  if (moved.every(({ outcome }) => outcome === 'skipped')) {
    return { moved, errors: [...errors, ...forbidden.map(({ error }) => error)] };
  }
  const reason = 'in a mailbox that the token may not read';
  const others = forbidden.map(({ voicemail: { voicemailId, conversationId } }) =>
    passedOver({ voicemailId, conversationId, reason }),
  );
  return { moved: [...moved, ...others], errors };
};

const failuresIn = ({ hasFailed, isUnreadable }: Found): readonly PermanentFailureError[] => [
  ...(hasFailed
    ? [
        new PermanentFailureError(
          'UPLOAD_FAILED_AT_SOURCE',
          'Genesys says that the recording was never uploaded',
        ),
      ]
    : []),
  ...(isUnreadable
    ? [new PermanentFailureError('BAD_ANSWER', 'Genesys named a voicemail by an id that is not a UUID')]
    : []),
];

/** The outcomes of voicemails whose message is done; those in other mailboxes are reported now. */
export const outcomesOf = (invocation: Invocation, moved: readonly Moved[]): readonly Outcome[] =>
  moved.map(({ outcome, elsewhere }) =>
    elsewhere === undefined ? outcome : report(invocation, outcome, elsewhere),
  );

const idsOfStored = (moved: readonly Moved[]): ReadonlySet<string> =>
  new Set(
    moved
      .filter(({ outcome }) => outcome === 'stored' || outcome === 'already-stored')
      .map(({ voicemailId }) => voicemailId),
  );

/** Does what is to be done at Genesys for voicemails that have just been moved. */
export const actOn = (invocation: Invocation, moved: readonly Moved[]): Promise<void> =>
  actAfterStore(
    invocation,
    moved.flatMap(({ stored }) => stored ?? []),
    idsOfStored(moved),
  );

/** Finds the voicemails of a conversation. */
const find = (
  { lookup, genesys }: Invocation,
  { conversationId, eventTimeMs }: QueueMessageOf<'voicemail-end'>,
  queueId: string,
  { sentMs, isWaitOver }: Delivery,
): Promise<Found> =>
  lookup.find(genesys, {
    conversationId,
    queueId,
    // The clock of an event may be wrong, and a message may have been sent long after it.
    timesMs: [sentMs, eventTimeMs ?? sentMs],
    isWaitOver,
  });

/**
 * Moves the voicemails of the conversation that an event names.
 *
 * @returns an outcome for each voicemail, or one for the event where there is none
 * @throws NotYetError, TemporaryError, PermanentFailureError as {@link moveVoicemail} does; as long as one trouble can pass,
 *   the message is retried.
 */
export const moveConversation = async (
  invocation: Invocation,
  message: QueueMessageOf<'voicemail-end'>,
  delivery: Delivery,
): Promise<readonly Outcome[]> => {
  const { settings, vainLooks } = invocation;
  const { conversationId, queueId, eventTimeMs, durationMs } = message;
  const fields = { conversationId, ownerId: queueId };
  const skipped = (reason: string) => [report(invocation, 'skipped', { ...fields, reason })];
  if (queueId === undefined) {
    return skipped('not a queue voicemail');
  }
  const unselected = unselectedQueue(settings, queueId);
  if (unselected !== undefined) {
    return skipped(unselected);
  }
  if (durationMs !== undefined && durationMs < settings.MINIMUM_DURATION_MS) {
    return skipped('too short');
  }
  const found = await find(invocation, message, queueId, delivery);
  if (found.divisionIds.length > 0 && !isInDivisions(settings, found.divisionIds)) {
    return skipped('in a division that is not moved');
  }
  const voicemails = found.ready.map((voicemailId) => ({
    voicemailId,
    conversationId,
    toldOwner: { kind: 'queue', id: queueId } as const,
    eventTimeMs,
    // The duration is that of one voicemail; of several we do not know which.
    durationMs: found.ready.length === 1 ? durationMs : undefined,
    isNamed: false,
  }));
  const { moved, errors } = await moveEach(invocation, voicemails, delivery);
  await actOn(invocation, moved);
  const failures = [...errors, ...failuresIn(found)];
  // A transfer leaves voicemail elsewhere, too, which may be named before that of the event's own queue is.
  const hasOwn = moved.some(({ elsewhere }) => elsewhere === undefined);
  const isMissing = found.isPending || (!hasOwn && failures.length === 0);
  if (failures.length > 0) {
    const waits = isMissing && !delivery.isWaitOver ? [new NotYetError(STILL_UPLOADED, delivery)] : [];
    throw errorToRethrow([...failures, ...waits]);
  }
  if (!isMissing) {
    vainLooks.forget(conversationId);
    return outcomesOf(invocation, moved);
  }
  if (delivery.isWaitOver && !found.isConclusive) {
    // One answer without an end may be spoilt: a second look has to agree.
    throw new VoicemailTroubleError(
      'the mailbox is too long to be looked through, and is not listed by time; the reconcile finds what was left there',
      { patience: 'missing', where: 'listing', atLeastMs: apartMsOf(invocation) },
    );
  }
  confirmAbsence(invocation, conversationId, delivery, found.isPending);
  const reason = found.isPending ? 'still being uploaded when the wait was over' : 'no voicemail was found';
  return [...outcomesOf(invocation, moved), report(invocation, 'absent', { ...fields, reason })];
};

const STILL_UPLOADED = 'another voicemail of the conversation is not there yet';
