import * as v from 'valibot';
import { dataOfWorker, serveTasks } from '../worker-pool';
import { parseCaseId } from './case/case-id';
import { CaseRunner } from './case/case-runner';
import { evaluate } from './evaluate';

const runner = new CaseRunner(v.parse(v.string(), dataOfWorker()));

// The task is the id of a case.
serveTasks(async (id: string) => {
  const one = parseCaseId(id);
  return evaluate(one, await runner.run(one));
});
