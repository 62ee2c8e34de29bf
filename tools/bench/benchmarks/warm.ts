import type { Benchmark, Figure, Goal } from '../benchmark';
import { median } from '../statistics';
import { ownNode } from '../subject/node-programs';
import { type SubjectName, voicemailEvents } from '../subject/peers';
import type { SubjectReport } from '../subject/run-subject';
import { type BenchSite, withBenchSite } from './bench-site';

/** A size of voicemail, and how often a process moves one while it is measured. */
interface Size {
  readonly name: string;
  readonly bytes: number;
  readonly voicemails: number;
  /** The most that time and CPU may be of the baseline's. @default - time is only shown */
  readonly wallAtMost?: number;
  readonly cpuAtMost: number;
}

const SIZES: readonly Size[] = [
  { name: '100KB', bytes: 100_000, voicemails: 20, cpuAtMost: 0.8 },
  { name: '1MB', bytes: 1_000_000, voicemails: 20, wallAtMost: 1.2, cpuAtMost: 0.8 },
  { name: '10MB', bytes: 10_000_000, voicemails: 20, cpuAtMost: 1 },
  { name: '100MB', bytes: 100_000_000, voicemails: 2, wallAtMost: 1, cpuAtMost: 1 },
];

/** Voicemails of 100 KB that a process moves before it is measured: connections are made, and V8 has compiled what is hot. */
const WARM_UP = Array.from({ length: 20 }, () => 100_000);

/** Nagle's algorithm and a delayed acknowledgement together hold a body back for 40 ms. */
const STALL_MS = 35;

const cost =
  (count: 'wallMs' | 'cpuMs') =>
  ({ invocations }: SubjectReport): number =>
    median(invocations.slice(WARM_UP.length).map((invocation) => invocation[count]));

const measure = async (site: BenchSite, size: Size): Promise<readonly Figure[]> => {
  const { name, wallAtMost, cpuAtMost } = size;
  const task = (subject: SubjectName) => () => ({
    handlerPath: site.handlers.mover[subject],
    nodePath: ownNode().path,
    measuredFrom: WARM_UP.length,
    events: voicemailEvents(subject, [
      ...WARM_UP,
      ...Array.from({ length: size.voicemails }, () => size.bytes),
    ]),
  });
  const { today, ...reports } = await site.compare(`warm/${name}`, {
    ours: task('ours'),
    baseline: task('baseline'),
    today: task('today'),
    limit: task('limit'),
  });
  const figure = (
    part: string,
    title: string,
    sampleOf: (report: SubjectReport) => number,
    goals: readonly Goal[],
  ): Figure => ({
    name: `warm/${name}/${part}`,
    title: `A voicemail of ${name}, warm: ${title}`,
    unit: 'ms',
    samples: {
      ours: reports.ours.map(sampleOf),
      baseline: reports.baseline.map(sampleOf),
      limit: reports.limit.map(sampleOf),
    },
    goals,
  });
  return [
    figure(
      'wall',
      'time',
      cost('wallMs'),
      wallAtMost === undefined ? [] : [{ against: 'baseline', atMost: wallAtMost }],
    ),
    figure('cpu', 'CPU', cost('cpuMs'), [{ against: 'baseline', atMost: cpuAtMost }]),
    {
      name: `warm/${name}/cpu/baseline-today`,
      title: `A voicemail of ${name}, warm: CPU, baseline with today's packages`,
      unit: 'ms',
      samples: { ours: reports.ours.map(cost('cpuMs')), baseline: today.map(cost('cpuMs')) },
    },
    figure(
      'longest-pause',
      'longest pause within a body on its way to S3',
      ({ counts }) => counts.longestPauseMs,
      [{ atMost: STALL_MS }],
    ),
  ];
};

/** Measures what one voicemail costs a warm function: time and CPU, by size. */
export const warm: Benchmark = {
  name: 'warm',
  title: 'One voicemail, warm, by size',
  run: (context) =>
    withBenchSite(context, async (site) => {
      const figures: Figure[] = [];
      for (const size of SIZES) {
        figures.push(...(await measure(site, size)));
      }
      return figures;
    }),
};
