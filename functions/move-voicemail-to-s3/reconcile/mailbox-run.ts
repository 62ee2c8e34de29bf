import { describeError } from '../../shared/observability';
import type { VoicemailOwner } from '../contract/object-key';
import { GenesysRefusalError, OutOfTimeError, VoicemailTroubleError } from '../errors';
import type { MessagePage, VoicemailMessage } from '../genesys/voicemail';
import type { Invocation } from '../invocation';
import { orderOf } from '../voicemail/in-listing';
import { isTooShort } from '../voicemail/voicemail-to-move';
import { DayListings, type ExpectedVoicemail, voicemailMessage } from './day-listings';
import { addLateTranscripts, untranscribed } from './late-transcripts';
import { type MailboxMemory, RememberedMailbox } from './memory';

/** Result of the run over one mailbox. */
export interface MailboxRun {
  readonly pages: number;
  readonly sent: number;
  /** Why it ended early; `undefined` where it did not. */
  readonly trouble: unknown;
  /** The page to go on with, where the run was interrupted and goes on by a message. */
  readonly nextPage: number | undefined;
}

const HOUR_MS = 60 * 60_000;
const DAY_MS = 24 * HOUR_MS;
/** A message is out of the queue by then: moved, failed, or dropped by SQS. */
const ON_THE_WAY_MS = 14 * DAY_MS;
/** Voicemails that may be on their way at once; the next runs send the rest. */
const MOST_ON_THE_WAY = 20_000;
/** Pages that may fail before a mailbox is left to the next run. */
const MOST_FAILED_PAGES = 3;
/** For how long a mailbox waits for the message of an interrupted run, before the next run goes on in its place. */
const RESUME_MS = 2 * HOUR_MS;

/** Whether the reconcile looks for a voicemail in the archive. What an event would skip is skipped here as well. */
const isExpected =
  ({ settings }: Invocation, fromMs: number, untilMs: number) =>
  (message: VoicemailMessage): message is ExpectedVoicemail => {
    const { createdMs = Number.NaN, durationSeconds, isDeleted } = message;
    const isInTime = createdMs >= fromMs && createdMs < untilMs;
    return isInTime && !isDeleted && !isTooShort({ durationSeconds }, settings.MINIMUM_DURATION_MS);
  };

const youngerThan = (entries: Readonly<Record<string, number>>, fromMs: number): Record<string, number> =>
  Object.fromEntries(Object.entries(entries).filter(([, timeMs]) => timeMs > fromMs));

/** The times that a run looks at: as a rule what has come since the last one, once a day the whole look-back. */
const spanOf = (
  { settings }: Invocation,
  { settledMs, wholeMs }: MailboxMemory,
  beganMs: number,
  isWhole: boolean,
) => {
  const fromMs = beganMs - settings.RECONCILE_LOOK_BACK_MS;
  // The window ends before the events' own waiting time, so that it does not run a race with them.
  const untilMs = beganMs - settings.VOICEMAIL_WAIT_MS + 1;
  const overlapMs = HOUR_MS;
  return { fromMs: isWhole || wholeMs === 0 ? fromMs : Math.max(fromMs, settledMs - overlapMs), untilMs };
};

/** One run through one mailbox. */
class Run {
  readonly #invocation: Invocation;
  readonly #owner: VoicemailOwner;
  readonly #mailbox: RememberedMailbox;
  readonly #listings: DayListings;
  readonly #span: { readonly fromMs: number; readonly untilMs: number };
  pages = 0;
  sent = 0;
  /** Whether something was left for the next run. */
  isIncomplete = false;
  #failedPages = 0;

  constructor(
    invocation: Invocation,
    owner: VoicemailOwner,
    mailbox: RememberedMailbox,
    span: { readonly fromMs: number; readonly untilMs: number },
  ) {
    this.#invocation = invocation;
    this.#owner = owner;
    this.#mailbox = mailbox;
    this.#listings = new DayListings(invocation.archive, owner);
    this.#span = span;
  }

  /** Whether everything on a page is older than what this run looks at. */
  isOlder({ messages }: MessagePage): boolean {
    const times = messages.flatMap(({ createdMs }) => createdMs ?? []);
    return times.length > 0 && Math.max(...times) < this.#span.fromMs;
  }

  /** Reads a page and sends what of it is missing. @returns `undefined` where Genesys fails for this page */
  async work(pageNumber: number): Promise<MessagePage | undefined> {
    const { genesys, log } = this.#invocation;
    try {
      const page = await genesys.page(this.#owner, pageNumber);
      await this.#send(page);
      this.pages += 1;
      return page;
    } catch (error) {
      this.#failedPages += 1;
      if (!(error instanceof VoicemailTroubleError) || this.#failedPages >= MOST_FAILED_PAGES) {
        throw error;
      }
      this.isIncomplete = true;
      log.warn('reconcile leaves a page out', {
        ownerId: this.#owner.id,
        pageNumber,
        ...describeError(error),
      });
      return undefined;
    }
  }

  async #send({ messages }: MessagePage): Promise<void> {
    const { queues } = this.#invocation;
    const { fromMs, untilMs } = this.#span;
    const expected = messages.filter(isExpected(this.#invocation, fromMs, untilMs));
    const { missing, stored } = await this.#listings.sort(expected);
    const nowMs = Date.now();
    const missingIds = new Set(missing.map(({ id }) => id));
    const settledIds = new Set(expected.map(({ id }) => id).filter((id) => !missingIds.has(id)));
    const { memory } = this.#mailbox;
    const onTheWay = Object.fromEntries(
      Object.entries(youngerThan(memory.onTheWay, nowMs - ON_THE_WAY_MS)).filter(
        ([id]) => !settledIds.has(id),
      ),
    );
    const room = Math.max(0, MOST_ON_THE_WAY - Object.keys(onTheWay).length);
    const unsent = missing.filter(({ id }) => onTheWay[id] === undefined);
    const toSend = unsent.slice(0, room);
    this.isIncomplete ||= toSend.length < unsent.length;
    const known = memory.untranscribed;
    const fresh = await untranscribed(
      this.#invocation,
      this.#owner,
      stored.filter(({ id, createdMs }) => known[id] === undefined && createdMs > memory.settledMs - HOUR_MS),
    );
    if (toSend.length === 0 && Object.keys(fresh).length === 0) {
      this.#mailbox.memory = { ...memory, onTheWay };
      return;
    }
    await queues.sendEvents(toSend.map(voicemailMessage(this.#owner)));
    this.sent += toSend.length;
    await this.#mailbox.write({
      onTheWay: { ...onTheWay, ...Object.fromEntries(toSend.map(({ id }) => [id, nowMs])) },
      untranscribed: { ...known, ...fresh },
    });
  }
}

/** A place in the listing of a mailbox, and where the walk goes from there. */
interface Position {
  readonly pageNumber: number;
  readonly step: 1 | -1;
  /** Whether the walk goes from the newest to the oldest, and may stop. */
  readonly isByTime: boolean;
}

/** Reads the first page, which shows in which order a mailbox is listed. @returns where to go on; `undefined` when all is done */
const begin = async (run: Run): Promise<Position | undefined> => {
  const first = await run.work(1);
  if (first?.isLast === true) {
    return undefined;
  }
  const order = first === undefined ? 'unknown' : orderOf(first);
  if (order === 'oldest-first' && first?.pageCount !== undefined) {
    return { pageNumber: first.pageCount, step: -1, isByTime: true };
  }
  const isByTime = order === 'newest-first';
  return isByTime && first !== undefined && run.isOlder(first)
    ? undefined
    : { pageNumber: 2, step: 1, isByTime };
};

/** Works on one page. @returns where to go on; `undefined` when all is done */
const goOn = async (run: Run, { pageNumber, step, isByTime }: Position): Promise<Position | undefined> => {
  const page = await run.work(pageNumber);
  const isEnd = step === 1 ? page?.isLast === true : pageNumber <= 2;
  const isOlder = isByTime && page !== undefined && run.isOlder(page);
  return isEnd || isOlder ? undefined : { pageNumber: pageNumber + step, step, isByTime };
};

/** A mailbox's own trouble leaves the others alone: it may not be listed, or Genesys fails for it. */
const isOwnTrouble = (error: unknown): boolean =>
  error instanceof GenesysRefusalError || error instanceof VoicemailTroubleError;

/**
 * Compares one mailbox with the archive, and sends the function a message for each voicemail that is missing there and not on
 * its way.
 *
 * One run at a time has a mailbox, by a lease in the archive. An interrupted one leaves its place there, for the message that
 * it sends itself, or for the next run where that message is lost.
 *
 * @param isContinuation whether the message comes from an interrupted run of this mailbox
 * @returns `undefined` where somebody else has the mailbox
 * @throws TemporaryError where it had to stop before the first page was done
 */
export const runMailbox = async (
  invocation: Invocation,
  owner: VoicemailOwner,
  isContinuation: boolean,
): Promise<MailboxRun | undefined> => {
  const { archive, deadline } = invocation;
  const mailbox = await RememberedMailbox.read(archive, owner);
  const nowMs = Date.now();
  const { leaseEndsMs, resume, wholeMs } = mailbox.memory;
  const isAwaited = resume !== null && resume !== undefined && resume.byMs > nowMs && !isContinuation;
  if (leaseEndsMs > nowMs || isAwaited) {
    return undefined;
  }
  if (!(await mailbox.write({ leaseEndsMs: nowMs + deadline.remainingMs() + LEASE_SLACK_MS }))) {
    return undefined;
  }
  const beganMs = resume?.beganMs ?? nowMs;
  const isWhole = resume?.isWhole ?? nowMs - wholeMs >= DAY_MS;
  const span = spanOf(invocation, mailbox.memory, beganMs, isWhole);
  const run = new Run(invocation, owner, mailbox, span);
  let position: Position | undefined = resume ?? undefined;
  let trouble: unknown;
  try {
    position = position === undefined ? await begin(run) : await goOn(run, position);
    while (position !== undefined) {
      if (!deadline.mayBegin()) {
        throw new OutOfTimeError();
      }
      position = await goOn(run, position);
    }
    await addLateTranscripts(invocation, owner, mailbox);
  } catch (error) {
    trouble = error;
  }
  const { pages, sent } = run;
  const isInterrupted =
    trouble !== undefined && position !== undefined && pages > 0 && !isOwnTrouble(trouble);
  const isDone = trouble === undefined && !run.isIncomplete;
  await mailbox.write({
    leaseEndsMs: 0,
    resume:
      isInterrupted && position !== undefined
        ? { ...position, isWhole, beganMs, byMs: Date.now() + RESUME_MS }
        : null,
    ...(isDone ? { settledMs: span.untilMs } : {}),
    ...(isDone && isWhole ? { wholeMs: beganMs } : {}),
  });
  if (trouble !== undefined && pages === 0 && !isOwnTrouble(trouble)) {
    throw trouble;
  }
  return { pages, sent, trouble, nextPage: isInterrupted ? position?.pageNumber : undefined };
};

/** Longer than a run can go on after the time that it has. */
const LEASE_SLACK_MS = 60_000;
