import type { History, HistoryEntry } from './history';

const short = (name: string): string => name.slice(0, 8);

const describeEntry = (entry: HistoryEntry): string => {
  switch (entry.type) {
    case 'call':
      return `  call ${entry.number}  ${entry.operation}${entry.fault === undefined ? '' : `  <- ${entry.fault}`}`;
    case 'presentation':
      return (
        `    refresh token ${short(entry.token)} presented with ${Math.round(entry.leftMs)} ms left: ` +
        (entry.issued.length === 0 ? 'not redeemed' : `redeemed for ${entry.issued.map(short).join(' and ')}`)
      );
    case 'promotion':
      return `    AWSCURRENT goes to version ${short(entry.versionId)}, whose pair is ${entry.isLive ? 'live' : 'dead'} (${entry.login})`;
    case 'invocation':
      return `${entry.step} of version ${short(entry.versionId)}: ${
        entry.end.ok ? 'done' : `${entry.end.errorType}: ${entry.end.errorMessage}`
      }`;
    case 'attempt-end':
      return `attempt ${entry.attempt} ${entry.outcome}; a live pair is ${entry.isPairReachable ? '' : 'NOT '}reachable from the labels`;
    case 'act':
      return `-- ${entry.what}`;
  }
};

/** A case's history in lines for people: calls are indented under the step that makes them, which is named after them. */
export const describeHistory = ({ entries, end, leaks, misbehaviour }: History): readonly string[] => [
  ...entries.map(describeEntry),
  `in the end: ${end}`,
  ...leaks.map((leak) => `in the output: ${leak}`),
  ...(misbehaviour === undefined ? [] : [misbehaviour]),
];
