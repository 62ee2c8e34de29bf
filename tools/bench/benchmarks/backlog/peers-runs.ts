import { ownNode, type SubjectName, type SubjectReport, voicemailEvents } from '../../subject';
import type { BenchSite } from '../bench-site';
import type { Backlog } from './backlogs';

/** What each peer needed, by run. */
export type PeersRuns = Readonly<Record<'ours' | 'baseline' | 'limit', readonly SubjectReport[]>>;

/** Little enough that copying it costs no time beside the calls. */
const AUDIO_BYTES = 16 * 1024;

/** Before what counts: connections are made, and code has been run. */
const WARM_UP = 3;

/** Moves a voicemail from a queue with a backlog, by every peer in turn. */
export const runPeers = (site: BenchSite, unread: Backlog): Promise<PeersRuns> => {
  const task = (subject: SubjectName) => () => ({
    handlerPath: site.handlers.mover[subject],
    nodePath: ownNode().path,
    measuredFrom: WARM_UP,
    events: [
      ...voicemailEvents(
        subject,
        Array.from({ length: WARM_UP }, () => AUDIO_BYTES),
      ),
      ...voicemailEvents(subject, [AUDIO_BYTES], unread),
    ],
  });
  return site.compare(`backlog of ${unread}`, {
    ours: task('ours'),
    baseline: task('baseline'),
    limit: task('limit'),
  });
};
