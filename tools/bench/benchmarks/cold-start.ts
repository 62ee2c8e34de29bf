import { type FunctionName, InstallFailedError } from '../baseline/install';
import type { Benchmark, BenchmarkContext, Figure, Goal } from '../benchmark';
import { type NodeProgram, nodePrograms, ownNode } from '../subject/node-programs';
import { ROTATION_EVENT, type SubjectName, voicemailEvents } from '../subject/peers';
import type { SubjectReport } from '../subject/run-subject';
import { type BenchSite, withBenchSite } from './bench-site';

const SUBJECTS = ['ours', 'baseline', 'today', 'limit'] as const satisfies readonly SubjectName[];

/** Size of the voicemail that the first invocation moves. */
const SIZE_BYTES = 1_000_000;

const GOALS: Readonly<Record<FunctionName, readonly Goal[]>> = {
  mover: [
    { against: 'baseline', atMost: 0.48 },
    { against: 'limit', atMost: 2.9 },
  ],
  rotation: [
    { against: 'baseline', atMost: 0.4 },
    { against: 'limit', atMost: 3 },
  ],
};

/** Milliseconds from the first line of the handler's file to the first answer. */
const startMs = ({ load, invocations }: SubjectReport): number =>
  load.wallMs + (invocations[0]?.wallMs ?? Number.NaN);

const figuresOf = (
  name: string,
  title: string,
  reports: Readonly<Record<(typeof SUBJECTS)[number], readonly SubjectReport[]>>,
  goals: readonly Goal[],
): readonly Figure[] => {
  const samples = (subject: (typeof SUBJECTS)[number]) => reports[subject].map(startMs);
  return [
    {
      name,
      title,
      unit: 'ms',
      samples: {
        ours: samples('ours'),
        baseline: samples('baseline'),
        limit: samples('limit'),
      },
      goals,
    },
    {
      name: `${name}/baseline-today`,
      title: `${title}, baseline with today's packages`,
      unit: 'ms',
      samples: { ours: samples('ours'), baseline: samples('today') },
    },
  ];
};

const measure = async (
  site: BenchSite,
  functionName: FunctionName,
  node: NodeProgram,
): Promise<readonly Figure[]> => {
  const task = (subject: SubjectName) => () => ({
    handlerPath: site.handlers[functionName][subject],
    nodePath: node.path,
    events: functionName === 'mover' ? voicemailEvents(subject, [SIZE_BYTES]) : [ROTATION_EVENT],
  });
  const name = `cold-start/${functionName}/${node.name}`;
  const reports = await site.compare(name, {
    ours: task('ours'),
    baseline: task('baseline'),
    today: task('today'),
    limit: task('limit'),
  });
  const title = `Cold start of the ${functionName}, ${node.name.replace('-', ' ')}`;
  return figuresOf(name, title, reports, GOALS[functionName]);
};

const nodesOf = async ({ projectFolder, onProgress }: BenchmarkContext): Promise<readonly NodeProgram[]> => {
  try {
    return await nodePrograms(projectFolder);
  } catch (error) {
    if (!(error instanceof InstallFailedError)) {
      throw error;
    }
    onProgress(`${error.message}; the Node that is deployed is not measured`);
    return [ownNode()];
  }
};

/** Load and first invocation of each function in a fresh process, on the machine's Node and on the one that is deployed. */
export const coldStart: Benchmark = {
  name: 'cold-start',
  title: 'Cold start: load and first invocation',
  run: (context) =>
    withBenchSite(context, async (site) => {
      const figures: Figure[] = [];
      for (const node of await nodesOf(context)) {
        figures.push(...(await measure(site, 'mover', node)));
        figures.push(...(await measure(site, 'rotation', node)));
      }
      return figures;
    }),
};
