import { parentPort, workerData } from 'node:worker_threads';
import { runWorld } from './run';
import type { FromWorld, WorldAssignment } from './worlds';

const assignment: WorldAssignment = workerData.assignment;
const tell = (message: FromWorld): void => parentPort?.postMessage(message);

const main = async (): Promise<void> => {
  const verdict = await runWorld({ ...assignment, onProgress: (progress) => tell({ progress }) });
  tell({ verdict });
};

// What is thrown ends the worker, and is thrown again by the one who started it.
void main();
