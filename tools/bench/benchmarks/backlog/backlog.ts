import type { Benchmark, Figure, Goal } from '../../benchmark';
import type { CallKind } from '../../local-stack';
import type { SubjectReport } from '../../subject';
import { withBenchSite } from '../bench-site';
import { BACKLOGS, type Backlog } from './backlogs';
import { type Moves, measureOwnCalls, type Way } from './own-calls';
import { type PeersRuns, runPeers } from './peers-runs';

/** With fewer unread, the least that any listing can take, a page and two calls more, is above a quarter of the baseline's. */
const LEAST_BACKLOG_FOR_RATIO = 100;

const IN_WORDS: Readonly<Record<Way, string>> = {
  lookup: 'found by its conversation',
  listing: 'found in the listing',
};

const callGoals = (way: Way, unread: Backlog): readonly Goal[] => {
  if (way === 'lookup') {
    return [{ atMost: 3 }];
  }
  return unread < LEAST_BACKLOG_FOR_RATIO ? [] : [{ against: 'baseline', atMost: 0.25 }];
};

const callsFigure = (way: Way, unread: Backlog, moves: Moves, { baseline }: PeersRuns): Figure => ({
  name: `backlog/${way}/${unread}/genesys-calls`,
  title: `A voicemail ${IN_WORDS[way]}, ${unread} unread: calls to the Genesys API`,
  unit: 'calls',
  samples: {
    ours: (moves.get(unread) ?? []).map(({ calls }) => calls['genesys-api']),
    baseline: baseline.map(({ counts }) => counts.genesys),
  },
  goals: callGoals(way, unread),
});

/** What no backlog may change. Each run counts with its worst backlog, so that none hides behind the others. */
const worstFigure = (way: Way, moves: Moves, kind: CallKind, title: string, atMost: number): Figure => {
  const [first = []] = moves.values();
  const worst = first.map((_, run) =>
    Math.max(...[...moves.values()].map((moved) => moved[run]?.calls[kind] ?? 0)),
  );
  return {
    name: `backlog/${way}/${kind}-calls`,
    title: `A voicemail ${IN_WORDS[way]}, the worst backlog: ${title}`,
    unit: 'calls',
    samples: { ours: worst },
    goals: [{ atMost }],
  };
};

const worstFigures = (way: Way, moves: Moves): readonly Figure[] => [
  worstFigure(way, moves, 'media', 'downloads', 1),
  worstFigure(way, moves, 's3', 'calls to S3', 2),
  worstFigure(way, moves, 'secrets-manager', 'calls to Secrets Manager, warm', 0),
  worstFigure(way, moves, 'other', 'other calls', 0),
];

const lastWallMs = ({ invocations }: SubjectReport): number => invocations.at(-1)?.wallMs ?? 0;

const timeFigure = (unread: Backlog, runs: PeersRuns): Figure => ({
  name: `backlog/lookup/${unread}/time`,
  title: `A voicemail ${IN_WORDS.lookup}, ${unread} unread: time`,
  unit: 'ms',
  samples: {
    ours: runs.ours.map(lastWallMs),
    baseline: runs.baseline.map(lastWallMs),
    limit: runs.limit.map(lastWallMs),
  },
});

/** The lean service of the peers always allows the lookup, so this is the time in the local stack, which is slower. */
const listingTimeFigure = (unread: Backlog, moves: Moves): Figure => ({
  name: `backlog/listing/${unread}/time-in-local-stack`,
  title: `A voicemail ${IN_WORDS.listing}, ${unread} unread: time, mostly the simulator's`,
  unit: 'ms',
  samples: { ours: (moves.get(unread) ?? []).map(({ ms }) => ms) },
});

/** What one voicemail costs when others wait unread in its queue: it must not depend on them. */
export const backlog: Benchmark = {
  name: 'backlog',
  title: 'One voicemail from a queue with unread ones: calls and time',
  run: async (context) => {
    const { lookup, named, listing } = await measureOwnCalls(context);
    return withBenchSite(context, async (site) => {
      const figures: Figure[] = [];
      for (const unread of BACKLOGS) {
        const runs = await runPeers(site, unread);
        figures.push(
          callsFigure('lookup', unread, lookup, runs),
          timeFigure(unread, runs),
          callsFigure('listing', unread, listing, runs),
          listingTimeFigure(unread, listing),
        );
      }
      return [
        ...figures,
        ...worstFigures('lookup', lookup),
        ...worstFigures('listing', listing),
        {
          name: 'backlog/named/genesys-calls',
          title: 'A voicemail that the message names: calls to the Genesys API',
          unit: 'calls',
          samples: { ours: named.map(({ calls }) => calls['genesys-api']) },
          goals: [{ atMost: 2 }],
        },
      ];
    });
  },
};
