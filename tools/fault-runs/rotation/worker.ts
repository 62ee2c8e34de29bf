import { parentPort, workerData } from 'node:worker_threads';
import * as v from 'valibot';
import { parseCaseId } from './case-id';
import { CaseRunner } from './case-runner';
import { type CaseResult, evaluate } from './evaluate';

const { code } = v.parse(v.object({ code: v.string() }), workerData);
const runner = new CaseRunner(code);

const run = async (id: string): Promise<CaseResult> => {
  const one = parseCaseId(id);
  return evaluate(one, await runner.run(one));
};

// A worker of the pool: it gets the id of a case, and answers with its result, one after the other.
parentPort?.on('message', (id: unknown) => {
  run(v.parse(v.string(), id)).then(
    (result) => parentPort?.postMessage(result),
    (error: unknown) => {
      // Becomes the worker's error event, which ends the whole exploration.
      setImmediate(() => {
        throw error;
      });
    },
  );
});
