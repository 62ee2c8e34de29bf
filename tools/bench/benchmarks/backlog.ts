import type { LeftVoicemail } from '../../local-cloud/genesys';
import type { Benchmark, BenchmarkContext, Figure } from '../benchmark';
import {
  type CallKind,
  type MeasuredStack,
  VoicemailNotStoredError,
  withMeasuredStack,
} from '../local-stack/measured-stack';

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

/** Unread voicemails in the queue beside the one that is moved. */
const BACKLOGS = [10, 1_000, 10_000] as const;

/** Messages on a page of a queue's listing: what the function asks for, and what the blueprint asks for. */
const OUR_PAGE_SIZE = 100;
const BASELINE_PAGE_SIZE = 10;

/** The first page, which shows the order, the newest, and the one behind it. */
const MOST_LISTED_PAGES = 3;

/** The message itself and its media. */
const CALLS_AFTER_LISTING = 2;

const callsFigure = (
  way: string,
  title: string,
  calls: Calls,
  atMost: number,
  baseline?: number,
): Figure => ({
  name: `backlog/${way}/genesys-calls`,
  title: `A voicemail ${title}: calls to the Genesys API`,
  unit: 'calls',
  samples: { ours: [calls['genesys-api']], ...(baseline === undefined ? {} : { baseline: [baseline] }) },
  goals: [{ atMost }],
});

const measure = async (
  measured: MeasuredStack,
  { onProgress }: BenchmarkContext,
): Promise<readonly Figure[]> => {
  const queues = BACKLOGS.map((unread, index) => ({ unread, queueId: measured.stack.queueIds[index] ?? '' }));
  for (const { unread, queueId } of queues) {
    onProgress(`backlog: leaving ${unread} voicemails`);
    for (let number = 0; number < unread; number += 1) {
      measured.leave(queueId);
    }
  }
  const [smallest] = queues;
  if (smallest === undefined) {
    return [];
  }
  const figures: Figure[] = [];
  // The first voicemail of a container warms it up, and shows it what the token may do.
  await moveByEvent(measured, smallest.queueId);
  for (const { unread, queueId } of queues) {
    const calls = await moveByEvent(measured, queueId);
    figures.push(callsFigure(`lookup/${unread}`, `found by its conversation, ${unread} unread`, calls, 3));
  }
  const named = await moveByName(measured, smallest.queueId);
  figures.push(callsFigure('named', 'that the message names', named, 2));
  measured.stack.genesys.changeBehaviour({ conversationLookup: 'forbidden' });
  // A container believes three different conversations.
  for (let refused = 0; refused < 3; refused += 1) {
    await moveByEvent(measured, smallest.queueId);
  }
  for (const { unread, queueId } of queues) {
    const calls = await moveByEvent(measured, queueId);
    const pages = (pageSize: number) => Math.ceil((unread + 1) / pageSize);
    figures.push(
      callsFigure(
        `listing/${unread}`,
        `found in the listing, ${unread} unread`,
        calls,
        Math.min(pages(OUR_PAGE_SIZE), MOST_LISTED_PAGES) + CALLS_AFTER_LISTING,
        // The blueprint asks for each page and then for the media.
        pages(BASELINE_PAGE_SIZE) + 1,
      ),
    );
  }
  return figures;
};

/** The calls that one voicemail takes when others wait unread in its queue: by its conversation it must not depend on them. */
export const backlog: Benchmark = {
  name: 'backlog',
  title: 'One voicemail from a queue with unread ones: calls',
  run: (context) => withMeasuredStack(context.projectFolder, {}, (measured) => measure(measured, context)),
};
