import type { Benchmark, Figure, Goal, Peer, Unit } from '../benchmark';
import type { ServiceCounts } from '../service';
import { median } from '../statistics';
import { ownNode, type SubjectName, type SubjectReport, voicemailEvents } from '../subject';
import { type BenchSite, withBenchSite } from './bench-site';

/** A size of voicemail, and how often a process moves one while it is measured. */
interface Size {
  readonly name: string;
  readonly bytes: number;
  readonly voicemails: number;
  readonly wallGoals?: readonly Goal[];
}

const SIZES: readonly Size[] = [
  { name: '100KB', bytes: 100_000, voicemails: 20 },
  { name: '1MB', bytes: 1_000_000, voicemails: 20, wallGoals: [{ against: 'baseline', atMost: 1.2 }] },
  { name: '10MB', bytes: 10_000_000, voicemails: 20 },
  { name: '100MB', bytes: 100_000_000, voicemails: 2, wallGoals: [{ against: 'baseline', atMost: 1 }] },
];

/** Voicemails of 100 KB that a process moves before it is measured: connections are made, and V8 has compiled what is hot. */
const WARM_UP = Array.from({ length: 20 }, () => 100_000);

/** Nagle's algorithm and a delayed acknowledgement together hold a body back for 40 ms. */
const STALL_MS = 35;

type Reports = Readonly<Record<Peer, readonly SubjectReport[]>>;

const figure = (
  name: string,
  title: string,
  unit: Unit,
  reports: Reports,
  sampleOf: (report: SubjectReport) => number,
  goals: readonly Goal[] = [],
): Figure => ({
  name,
  title,
  unit,
  samples: {
    ours: reports.ours.map(sampleOf),
    baseline: reports.baseline.map(sampleOf),
    limit: reports.limit.map(sampleOf),
  },
  goals,
});

const costFigures = (
  { name, wallGoals = [] }: Size,
  reports: Reports,
  today: readonly SubjectReport[],
): readonly Figure[] => {
  const cost =
    (count: 'wallMs' | 'cpuMs') =>
    ({ invocations }: SubjectReport): number =>
      median(invocations.slice(WARM_UP.length).map((invocation) => invocation[count]));
  const cpuGoals: readonly Goal[] = [{ against: 'baseline', atMost: 0.8 }];
  return [
    figure(
      `warm/${name}/wall`,
      `A voicemail of ${name}, warm: time`,
      'ms',
      reports,
      cost('wallMs'),
      wallGoals,
    ),
    figure(`warm/${name}/cpu`, `A voicemail of ${name}, warm: CPU`, 'ms', reports, cost('cpuMs'), cpuGoals),
    {
      name: `warm/${name}/cpu/baseline-today`,
      title: `A voicemail of ${name}, warm: CPU, baseline with today's packages`,
      unit: 'ms',
      samples: { ours: reports.ours.map(cost('cpuMs')), baseline: today.map(cost('cpuMs')) },
    },
    figure(
      `warm/${name}/longest-pause`,
      `A voicemail of ${name}, warm: longest pause within a body on its way to S3`,
      'ms',
      reports,
      ({ counts }) => counts.longestPauseMs,
      [{ atMost: STALL_MS }],
    ),
    figure(
      `warm/${name}/peak-memory`,
      `Voicemails of ${name}: peak memory`,
      'MiB',
      reports,
      ({ peakMemoryBytes }) => peakMemoryBytes / 2 ** 20,
    ),
  ];
};

const CALLS = [
  { key: 'genesys', title: 'calls to the Genesys API', atMost: 3 },
  { key: 'media', title: 'downloads', atMost: 1 },
  { key: 's3', title: 'calls to S3', atMost: 2 },
  { key: 'secretsManager', title: 'calls to Secrets Manager', atMost: 0 },
] as const satisfies readonly { readonly key: keyof ServiceCounts; title: string; atMost: number }[];

const callFigures = ({ name, voicemails }: Size, reports: Reports): readonly Figure[] =>
  CALLS.map(({ key, title, atMost }) =>
    figure(
      `warm/${name}/calls/${key}`,
      `A voicemail of ${name}, warm: ${title}`,
      'calls',
      reports,
      ({ counts }) => counts[key] / voicemails,
      [{ atMost }],
    ),
  );

const measure = async (site: BenchSite, size: Size): Promise<readonly Figure[]> => {
  const task = (subject: SubjectName) => () => ({
    handlerPath: site.handlers.mover[subject],
    nodePath: ownNode().path,
    measuredFrom: WARM_UP.length,
    events: voicemailEvents(subject, [
      ...WARM_UP,
      ...Array.from({ length: size.voicemails }, () => size.bytes),
    ]),
  });
  const { today, ...reports } = await site.compare(`warm/${size.name}`, {
    ours: task('ours'),
    baseline: task('baseline'),
    today: task('today'),
    limit: task('limit'),
  });
  // A larger voicemail goes up in parts, which is a call for each; the calls are those of nearly every voicemail.
  return [...costFigures(size, reports, today), ...(size.name === '1MB' ? callFigures(size, reports) : [])];
};

/** What one voicemail costs a warm function: time, CPU, calls and memory, by size. */
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
