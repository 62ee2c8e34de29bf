import type { BatchReport } from '../../../local-cloud/lambda';
import type { SynthesizedStack } from '../../../local-cloud/stack';
import { judge, type Verdict } from './judge';
import { easeOf, type PlannedEvent, planRun, type RunPlan, type WorldNumber } from './plan';
import { type Happening, Timeline } from './world/timeline';
import { type MoverWorld, startMoverWorld } from './world/world';

/** Options of one world of a fault run. */
export interface WorldRunOptions {
  readonly stack: SynthesizedStack;
  readonly events: number;
  readonly seed: number;
  /** The share of calls that go wrong, 0 to 1. */
  readonly faults: number;
  readonly world: WorldNumber;
  /** Told after each step how far this world is. */
  readonly onProgress?: (progress: RunProgress) => void;
}

/** How far a run is. */
export interface RunProgress {
  /** Events that have happened. */
  readonly happened: number;
  readonly events: number;
  /** Messages in the events queue. */
  readonly waiting: number;
  /** Time of the run since its start, in milliseconds. */
  readonly atMs: number;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/**
 * Lambda looks at the queue all the time; here it looks at the end of each such step, so that batches fill as they do under
 * load. Whatever is due within a step happens at its end.
 */
const STEP_MS = MINUTE_MS;
/** With no more arrivals to come there are too few messages for such short steps. */
const LATE_STEP_MS = 5 * MINUTE_MS;
/** With more faults the messages left come back for days; a step this long still ends before most of them do so twice. */
const LONGEST_LATE_STEP_MS = 30 * MINUTE_MS;

/**
 * Later than any voicemail appears and any event's waiting time ends, so that the last reconciles find all that is missing. They
 * wait for an empty queue, because they would leave a deep one to the next run.
 */
const LAST_RECONCILE_AFTER_MS = 110 * MINUTE_MS;
/**
 * One reconcile leaves to the next what it could not list or lock. Hourly ones never end in production; here so many are the
 * last ones, and what these leave is lost.
 */
const LAST_RECONCILES = 3;

/**
 * What is not settled by then is lost. With a fifth of the calls faulty: longer than an hour without a token and the longest
 * backoff take together.
 */
const GIVE_UP_AFTER_MS = 24 * HOUR_MS;
/** Before a message is so old that the mover sets it aside, 13 days. */
const LATEST_GIVE_UP_AFTER_MS = 12 * 24 * HOUR_MS;

/** Receives that one look at the queue may lead to: a storm ends the run instead of filling the time. */
const MOST_LOOKS_PER_STEP = 1_000;

/** The run of one world: everything of its plan happens, and the mover works until its queue is empty. */
class WorldRun {
  readonly #world: MoverWorld;
  readonly #plan: RunPlan;
  readonly #options: WorldRunOptions;
  readonly #startMs: number;
  readonly #timeline: Timeline;
  readonly #queueVisibilityMs: number;
  #withoutBackoff = 0;

  constructor(world: MoverWorld, plan: RunPlan, options: WorldRunOptions) {
    this.#world = world;
    this.#plan = plan;
    this.#options = options;
    this.#startMs = world.clock.now();
    this.#queueVisibilityMs = queueVisibilityMs(options.stack);
    this.#timeline = new Timeline(this.#happenings());
  }

  async run(): Promise<Verdict> {
    const { clock } = this.#world;
    const lastReconcileAtMs = this.#startMs + this.#plan.spanMs + LAST_RECONCILE_AFTER_MS;
    const patienceMs = Math.min(LATEST_GIVE_UP_AFTER_MS, GIVE_UP_AFTER_MS / easeOf(this.#options.faults));
    await this.#runUntilIdle(lastReconcileAtMs + patienceMs);
    for (let hour = 0; hour < LAST_RECONCILES; hour += 1) {
      clock.advanceTo(Math.max(clock.now(), lastReconcileAtMs + hour * HOUR_MS));
      this.#reconcile();
      await this.#runUntilIdle(lastReconcileAtMs + hour * HOUR_MS + patienceMs);
    }
    const { acts } = this.#plan;
    return judge(this.#world, {
      withoutToken: this.#world.hasOneToken
        ? {
            fromMs: this.#startMs + acts.revokedAtMs,
            // Containers ask no more often than once a minute for a token that was refused.
            toMs: this.#startMs + acts.reauthorizedAtMs + 2 * MINUTE_MS,
          }
        : undefined,
      withoutBackoff: this.#withoutBackoff,
      events: this.#plan.events,
    });
  }

  /** Lets everything happen that is planned, until nothing is left to do. */
  async #runUntilIdle(giveUpAtMs: number): Promise<void> {
    const { stack, clock } = this.#world;
    const lateStepMs = Math.min(
      LONGEST_LATE_STEP_MS,
      Math.round(LATE_STEP_MS / easeOf(this.#options.faults) / MINUTE_MS) * MINUTE_MS,
    );
    for (let nextMs = this.#nextDueAt(); nextMs !== undefined; nextMs = this.#nextDueAt()) {
      if (nextMs > giveUpAtMs) {
        return;
      }
      const stepMs = nextMs > this.#startMs + this.#plan.spanMs ? lateStepMs : STEP_MS;
      clock.advanceTo(this.#startMs + Math.ceil((nextMs - this.#startMs) / stepMs) * stepMs);
      await this.#timeline.runDue(clock.now());
      await stack.aws.secretsManager.runDue();
      await this.#workQueue();
      this.#forget();
      this.#report();
    }
  }

  #happenings(): readonly Happening[] {
    const { acts, events, spanMs } = this.#plan;
    const at = (ms: number, act: Happening['act']): Happening => ({ atMs: this.#startMs + ms, act });
    const hours = Math.floor((spanMs + LAST_RECONCILE_AFTER_MS) / HOUR_MS);
    return [
      ...events.flatMap((event) => this.#happeningsOf(event).map(({ atMs, act }) => at(atMs, act))),
      ...acts.rotationsAtMs.map((ms) => at(ms, () => this.#world.rotate())),
      at(acts.revokedAtMs, () => this.#world.revokeFirst()),
      at(acts.reauthorizedAtMs, () => this.#world.authorizeFirst()),
      ...Array.from({ length: hours }, (_, hour) => at((hour + 1) * HOUR_MS, () => this.#reconcile())),
    ];
  }

  #happeningsOf(planned: PlannedEvent): readonly Happening[] {
    const first: Happening = {
      atMs: planned.atMs,
      act: async () => {
        const subject = await this.#world.happen(planned);
        if (!planned.isUndelivered) {
          await this.#world.deliver(subject);
        }
      },
    };
    const repeats = planned.repeatsAtMs.map((atMs) => ({
      atMs,
      act: async () => {
        const subject = this.#world.happened.get(planned.index);
        if (subject !== undefined) {
          await this.#world.deliver(subject);
        }
      },
    }));
    return [first, ...repeats];
  }

  #reconcile(): void {
    for (const schedule of this.#world.stack.schedules) {
      schedule.fire();
    }
  }

  #nextDueAt(): number | undefined {
    const { aws, eventsQueueArn } = this.#world.stack;
    const ofMail = [this.#timeline.nextAt(), aws.sqs.nextVisibleAt(eventsQueueArn)];
    const moments = ofMail.filter((moment) => moment !== undefined);
    if (moments.length === 0) {
      return undefined;
    }
    // The rotation schedule goes on for ever: alone it keeps no run going.
    return Math.min(...moments, aws.secretsManager.nextDueAt() ?? Number.POSITIVE_INFINITY);
  }

  /** Lets the mover work on everything that can be received now. */
  async #workQueue(): Promise<void> {
    for (let looks = 0; looks < MOST_LOOKS_PER_STEP; looks += 1) {
      const reports = await this.#world.stack.mapping.pollOnce();
      if (reports.length === 0) {
        return;
      }
      for (const report of reports) {
        this.#check(report);
      }
    }
  }

  /** A message that the mover gave back has to stay away for as long as the mover chose, not for as long as the queue does. */
  #check({ invocation, failedMessageIds }: BatchReport): void {
    const { output, stack } = this.#world;
    if (invocation?.outcome === 'error') {
      output.takeText([invocation.errorType, invocation.errorMessage, ...invocation.trace].join('\n'));
    }
    if (invocation?.outcome !== 'success' || failedMessageIds.length === 0) {
      return;
    }
    const failed = new Set(failedMessageIds);
    for (const message of stack.aws.sqs.messages(stack.eventsQueueArn)) {
      const { messageId, visibleAtMs, lastReceive } = message;
      const hiddenMs = visibleAtMs - (lastReceive?.atMs ?? visibleAtMs);
      if (
        failed.has(messageId) &&
        hiddenMs === this.#queueVisibilityMs &&
        !output.keptVisibility.has(messageId)
      ) {
        this.#withoutBackoff += 1;
      }
    }
  }

  /** The local AWS keeps every call and decision until told otherwise. */
  #forget(): void {
    this.#world.stack.aws.journal.clear();
    this.#world.stack.authorizer.clearDecisions();
  }

  #report(): void {
    const { aws, eventsQueueArn } = this.#world.stack;
    this.#options.onProgress?.({
      happened: this.#world.happened.size,
      events: this.#plan.events.length,
      waiting: aws.sqs.messages(eventsQueueArn).length,
      atMs: this.#world.clock.now() - this.#startMs,
    });
  }
}

/** How long the events queue hides a message that nobody says anything about. */
const queueVisibilityMs = ({ declarations }: SynthesizedStack): number => {
  const timeouts = declarations
    .filter(({ kind }) => kind === 'aws_sqs_queue')
    .map((queue) => Number(queue.arguments['visibility_timeout_seconds'] ?? 0));
  return Math.max(...timeouts) * 1000;
};

/** Makes the stack real and lets everything happen that the seed plans. */
export const runWorld = async (options: WorldRunOptions): Promise<Verdict> => {
  const world = await startMoverWorld(options);
  try {
    return await new WorldRun(world, planRun(options), options).run();
  } finally {
    await world.close();
  }
};
