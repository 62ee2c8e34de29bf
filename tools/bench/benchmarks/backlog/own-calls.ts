import type { BenchmarkContext } from '../../benchmark';
import { type MeasuredStack, withMeasuredStack } from '../../local-stack';
import { BACKLOGS, type Backlog } from './backlogs';
import { type Move, moveByEvent, moveByName } from './move';

/** How the function learns which voicemail an event is about: from its conversation, or where that is refused from the queue. */
export type Way = 'lookup' | 'listing';

/** Moves by the backlog that they met. */
export type Moves = ReadonlyMap<Backlog, readonly Move[]>;

/** What our function asks for, in each way of finding a voicemail. */
export interface OwnCalls extends Readonly<Record<Way, Moves>> {
  /** Voicemails that the queue message names, so that there is nothing to find. */
  readonly named: readonly Move[];
}

/** Moves voicemails from each backlog by turns, so that a noisy moment hits all of them. */
const moveFromEach = async (
  measured: MeasuredStack,
  queues: ReadonlyMap<Backlog, string>,
  { runs, onProgress }: BenchmarkContext,
  way: Way,
): Promise<Moves> => {
  const moves = new Map<Backlog, Move[]>(BACKLOGS.map((unread) => [unread, []]));
  // A new container, which has learned nothing; its first voicemail warms it up, and shows it what the token may do.
  await measured.stack.moverFunction.kill();
  measured.stack.genesys.changeBehaviour({
    conversationLookup: way === 'lookup' ? 'allowed' : 'forbidden',
  });
  for (let run = 0; run <= runs; run += 1) {
    onProgress(`backlog by ${way}: ${run} of ${runs}`);
    for (const [unread, queueId] of queues) {
      const move = await moveByEvent(measured, queueId);
      if (run > 0) {
        moves.get(unread)?.push(move);
      }
    }
  }
  return moves;
};

/** Runs the real bundle in the real stack on this machine, with a queue for each backlog. */
export const measureOwnCalls = (context: BenchmarkContext): Promise<OwnCalls> =>
  withMeasuredStack(context.projectFolder, {}, async (measured) => {
    const queues = new Map(
      BACKLOGS.map((unread, index) => [unread, measured.stack.queueIds[index] ?? ''] as const),
    );
    for (const [unread, queueId] of queues) {
      for (let number = 0; number < unread; number += 1) {
        measured.leave(queueId);
      }
    }
    const lookup = await moveFromEach(measured, queues, context, 'lookup');
    const named = [await moveByName(measured, queues.get(1_000) ?? '')];
    const listing = await moveFromEach(measured, queues, context, 'listing');
    return { lookup, named, listing };
  });
