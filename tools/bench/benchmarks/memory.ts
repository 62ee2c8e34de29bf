import type { Benchmark, Figure, Goal } from '../benchmark';
import { type NodeProgram, nodePrograms, ownNode } from '../subject/node-programs';
import { type SubjectName, voicemailEvents } from '../subject/peers';
import type { SubjectReport } from '../subject/run-subject';
import { type BenchSite, withBenchSite } from './bench-site';

const MB = 1_000_000;

const peak = ({ peakMemoryBytes }: SubjectReport): number => peakMemoryBytes / 2 ** 20;

const task = (site: BenchSite, subject: SubjectName, sizesBytes: readonly number[]) => () => ({
  handlerPath: site.handlers.mover[subject],
  nodePath: ownNode().path,
  events: voicemailEvents(subject, sizesBytes),
});

const againstBaseline = async (
  site: BenchSite,
  megabytes: number,
  goals: readonly Goal[],
): Promise<Figure> => {
  const of = (subject: SubjectName) => task(site, subject, [megabytes * MB]);
  const reports = await site.compare(`memory/${megabytes}MB`, {
    ours: of('ours'),
    baseline: of('baseline'),
    limit: of('limit'),
  });
  return {
    name: `memory/${megabytes}MB`,
    title: `Peak memory of one voicemail of ${megabytes} MB`,
    unit: 'MiB',
    samples: {
      ours: reports.ours.map(peak),
      baseline: reports.baseline.map(peak),
      limit: reports.limit.map(peak),
    },
    goals,
  };
};

/** The baseline needs more than 1.5 GiB for 500 MB, which is known and not worth the machine's memory. */
const large = async (site: BenchSite): Promise<readonly Figure[]> => {
  const { ours, limit } = await site.compare('memory/500MB', {
    ours: task(site, 'ours', [500 * MB]),
    limit: task(site, 'limit', [500 * MB]),
  });
  return [
    {
      name: 'memory/500MB',
      title: 'Peak memory of one voicemail of 500 MB',
      unit: 'MiB',
      samples: { ours: ours.map(peak), limit: limit.map(peak) },
    },
  ];
};

const growth = (of100: Figure, of500: Figure): Figure => ({
  name: 'memory/growth',
  title: 'Peak memory of 500 MB over that of 100 MB',
  unit: 'ratio',
  samples: {
    ours: of500.samples.ours.map((value, run) => value / (of100.samples.ours[run] ?? Number.NaN)),
  },
  goals: [{ atMost: 1.1 }],
});

/** Many voicemails in a process whose heap is that of a function of 128 MB. */
const small = async (site: BenchSite, node: NodeProgram): Promise<Figure> => {
  const memoryMb = 128;
  const voicemails = 20;
  const { ours } = await site.compare(`memory/128MB-function/${node.name}`, {
    ours: () => ({
      ...task(
        site,
        'ours',
        Array.from({ length: voicemails }, () => 10 * MB),
      )(),
      nodePath: node.path,
      memoryMb,
    }),
  });
  return {
    name: `memory/128MB-function/${node.name}`,
    title: `Peak memory of a 128 MB function, ${voicemails} voicemails of 10 MB, ${node.name.replace('-', ' ')}`,
    unit: 'MiB',
    samples: { ours: ours.map(peak) },
    goals: [{ atMost: memoryMb }],
  };
};

/** Peak resident memory over TLS, which must not grow with the recording. */
export const memory: Benchmark = {
  name: 'memory',
  title: 'Peak memory, by size',
  run: (context) =>
    withBenchSite(context, async (site) => {
      const of10 = await againstBaseline(site, 10, []);
      const of100 = await againstBaseline(site, 100, [{ against: 'baseline', atMost: 0.35 }]);
      const [of500, ...others] = await large(site);
      const ofSmall: Figure[] = [];
      for (const node of await nodePrograms(context.projectFolder)) {
        ofSmall.push(await small(site, node));
      }
      return [
        of10,
        of100,
        ...(of500 === undefined ? [] : [of500, growth(of100, of500)]),
        ...others,
        ...ofSmall,
      ];
    }),
};
