import type { Benchmark, BenchmarkContext, Figure } from '../benchmark';
import { type MeasuredStack, withMeasuredStack } from '../local-stack/measured-stack';

/** Genesys' default limit of requests per token and minute (`token.rate.per.minute`). */
const REQUESTS_PER_MINUTE = 300;

const MINUTE_MS = 60_000;

/** Lambda looks at the queue all the time; here it looks at the end of each such step. */
const STEP_MS = 2_000;

/** Until what was given back at the first shortages comes back as steadily as it goes. */
const SETTLING_MINUTES = 4;
const MEASURED_MINUTES = 10;

/**
 * Requests of a token in each of its minutes, counted as the simulator counts them: a minute begins with the first request
 * after the one before has ended.
 *
 * @param sentAtMs when each request was sent, in milliseconds, in any order
 */
export const budgetWindows = (sentAtMs: readonly number[]): readonly number[] => {
  const counts: number[] = [];
  let endMs = Number.NEGATIVE_INFINITY;
  for (const atMs of sentAtMs.toSorted((one, other) => one - other)) {
    if (atMs >= endMs) {
      endMs = atMs + MINUTE_MS;
      counts.push(0);
    }
    counts[counts.length - 1] = (counts.at(-1) ?? 0) + 1;
  }
  return counts;
};

/** Voicemails that arrive. */
interface Load {
  readonly name: string;
  readonly title: string;
  readonly atOnce: number;
  readonly perMinute: number;
  /** The least share of the budget that has to be used. @default - none */
  readonly leastShare?: number;
}

/**
 * At three requests each, 300 requests are 100 voicemails: both loads are more than the token can serve.
 */
const LOADS: readonly Load[] = [
  { name: 'steady', title: 'steady arrivals', atOnce: 0, perMinute: 110, leastShare: 0.85 },
  { name: 'backlog', title: 'a backlog of 1,500', atOnce: 1_500, perMinute: 0, leastShare: 0.9 },
];

/** Result of a run of a load. */
interface Observed {
  readonly voicemailsPerMinute: number;
  readonly requestsPerMinute: number;
  readonly mostInWindow: number;
  readonly refusals: number;
}

/** Lets voicemails arrive and the mover work, step by step, and looks at it once it has settled. */
const observe = async (
  measured: MeasuredStack,
  { title, atOnce, perMinute }: Load,
  { onProgress }: BenchmarkContext,
): Promise<Observed> => {
  const { clock, stack, calls, outcomes } = measured;
  const [queueId = ''] = stack.queueIds;
  const arrive = async (): Promise<void> => measured.deliver(measured.leave(queueId).event);
  for (let number = 0; number < atOnce; number += 1) {
    await arrive();
  }
  const startMs = clock.now();
  const fromMs = startMs + SETTLING_MINUTES * MINUTE_MS;
  const toMs = fromMs + MEASURED_MINUTES * MINUTE_MS;
  const sentAtMs: number[] = [];
  let arrived = 0;
  let storedBefore = 0;
  for (let nowMs = startMs; nowMs < toMs; nowMs += STEP_MS) {
    clock.advanceTo(nowMs);
    if (nowMs <= fromMs) {
      storedBefore = outcomes.of('stored');
    }
    for (; arrived < ((nowMs - startMs) / MINUTE_MS) * perMinute; arrived += 1) {
      await arrive();
    }
    while ((await stack.mapping.pollOnce()).length > 0) {
      // Until nothing can be received.
    }
    sentAtMs.push(...calls.take().flatMap(({ kind, atMs }) => (kind === 'genesys-api' ? [atMs] : [])));
    stack.aws.journal.clear();
    stack.authorizer.clearDecisions();
    if ((nowMs - startMs) % MINUTE_MS === 0) {
      onProgress(
        `${title}: minute ${(nowMs - startMs) / MINUTE_MS} of ${SETTLING_MINUTES + MEASURED_MINUTES}`,
      );
    }
  }
  const { tooManyRequestsAnswers, requestsOverRateLimit } = stack.genesys.counters();
  return {
    voicemailsPerMinute: (outcomes.of('stored') - storedBefore) / MEASURED_MINUTES,
    requestsPerMinute: sentAtMs.filter((atMs) => atMs >= fromMs && atMs < toMs).length / MEASURED_MINUTES,
    mostInWindow: Math.max(...budgetWindows(sentAtMs)),
    refusals: tooManyRequestsAnswers + requestsOverRateLimit,
  };
};

const figuresOf = ({ name, title, leastShare }: Load, observed: Observed): readonly Figure[] => [
  {
    name: `throughput/${name}/voicemails`,
    title: `Voicemails stored, ${title}`,
    unit: 'per minute',
    samples: { ours: [observed.voicemailsPerMinute], limit: [REQUESTS_PER_MINUTE / 3] },
  },
  {
    name: `throughput/${name}/share-of-budget`,
    title: `Share of the ${REQUESTS_PER_MINUTE} requests a minute, ${title}`,
    unit: 'ratio',
    samples: { ours: [observed.requestsPerMinute / REQUESTS_PER_MINUTE], limit: [1] },
    ...(leastShare === undefined ? {} : { goals: [{ atLeast: leastShare }] }),
  },
  {
    name: `throughput/${name}/most-in-a-minute`,
    title: `Most requests in a minute of the token, ${title}`,
    unit: 'calls',
    samples: { ours: [observed.mostInWindow], limit: [REQUESTS_PER_MINUTE] },
    goals: [{ atMost: REQUESTS_PER_MINUTE }],
  },
  {
    name: `throughput/${name}/refused`,
    title: `Requests above the limit and answers 429, ${title}`,
    unit: 'calls',
    samples: { ours: [observed.refusals] },
    goals: [{ atMost: 0 }],
  },
];

/** How much of what Genesys allows one token is turned into stored voicemails. */
export const throughput: Benchmark = {
  name: 'throughput',
  title: `A token of ${REQUESTS_PER_MINUTE} requests a minute: how much of it is used`,
  run: async (context) => {
    const figures: Figure[] = [];
    for (const load of LOADS) {
      const observed = await withMeasuredStack(
        context.projectFolder,
        { requestsPerMinute: REQUESTS_PER_MINUTE },
        (measured) => observe(measured, load, context),
      );
      figures.push(...figuresOf(load, observed));
    }
    return figures;
  },
};
