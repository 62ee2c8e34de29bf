import type { BenchmarkContext, Figure } from '../benchmark';
import { Service } from '../service/service';
import { type HandlerPaths, peerEnvironment, preparePeers, type SubjectName } from '../subject/peers';
import { runSubject, type SubjectReport, type SubjectTask } from '../subject/run-subject';
import { interleave, waitForQuietCpu } from '../taking-turns';

/** Shared by the benchmarks of the functions. */
export interface BenchSite {
  readonly handlers: HandlerPaths;
  /** Runs peers in turn, each time in a fresh process. */
  compare<Name extends SubjectName>(
    title: string,
    tasks: Readonly<Record<Name, () => Omit<SubjectTask, 'environment'>>>,
  ): Promise<Readonly<Record<Name, readonly SubjectReport[]>>>;
}

/** Prepares the peers and the service, has a benchmark work with them, and clears up. */
export const withBenchSite = async (
  { projectFolder, runs, onProgress }: BenchmarkContext,
  work: (site: BenchSite) => Promise<readonly Figure[]>,
): Promise<readonly Figure[]> => {
  onProgress('building the functions, installing the baseline');
  const peers = await preparePeers(projectFolder);
  try {
    const service = await Service.start();
    try {
      const environment = peerEnvironment(service);
      return await work({
        handlers: peers.handlers,
        compare: (title, tasks) => {
          const measures = Object.fromEntries(
            Object.entries<() => Omit<SubjectTask, 'environment'>>(tasks).map(([name, task]) => [
              name,
              () => runSubject({ ...task(), environment }, service),
            ]),
          ) as Record<keyof typeof tasks, () => Promise<SubjectReport>>;
          return interleave(measures, {
            runs,
            beforeEach: async ({ name, run }) => {
              onProgress(`${title}: run ${run + 1} of ${runs}, ${name}`);
              await waitForQuietCpu();
            },
          });
        },
      });
    } finally {
      await service.stop();
    }
  } finally {
    await peers.remove();
  }
};
