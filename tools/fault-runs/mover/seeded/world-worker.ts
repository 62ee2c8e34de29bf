import { serveTasks } from '../../worker-pool';
import type { Verdict } from './judge';
import { type RunProgress, runWorld } from './run';
import type { WorldAssignment } from './worlds';

// The task is the share of the run that this worker's world has.
serveTasks<WorldAssignment, Verdict, RunProgress>((assignment, tell) =>
  runWorld({ ...assignment, onProgress: tell }),
);
