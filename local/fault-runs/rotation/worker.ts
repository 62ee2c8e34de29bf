import { parentPort, workerData } from 'node:worker_threads';
import * as v from 'valibot';
import { parseCaseId } from './case-id';
import { CaseRun } from './case-run';
import { evaluate } from './evaluate';
import { FunctionCode } from './function-code';
import { Services } from './services';
import { VirtualTime } from './virtual-time';

/** Cases after which the services begin anew, so that what they remember stays small. */
const CASES_PER_SERVICES = 50;

/** A worker of the pool: it gets the id of a case, and answers with its result, one after the other. */
const serve = async (): Promise<void> => {
  const { code: text } = v.parse(v.object({ code: v.string() }), workerData);
  const code = new FunctionCode(text);
  const time = new VirtualTime();
  let services = await Services.start(time);
  let cases = 0;
  const run = async (id: string) => {
    if (cases > 0 && cases % CASES_PER_SERVICES === 0) {
      await services.close();
      services = await Services.start(time);
    }
    cases += 1;
    const one = parseCaseId(id);
    return evaluate(one, await CaseRun.run(one, { services, time, code }));
  };
  parentPort?.on('message', (id: unknown) => {
    run(v.parse(v.string(), id)).then(
      (result) => parentPort?.postMessage(result),
      (error: unknown) => {
        // An error event of the worker, which ends the whole exploration.
        setImmediate(() => {
          throw error;
        });
      },
    );
  });
};

void serve();
