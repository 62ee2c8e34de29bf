import * as v from 'valibot';
import { dataOfWorker, serveTasks } from '../../worker-pool';
import { parseCaseId } from './case/case-id';
import { CaseRunner } from './case/case-runner';
import { evaluate } from './evaluate';

const { code, seed } = v.parse(v.object({ code: v.string(), seed: v.number() }), dataOfWorker());
const runner = new CaseRunner(code, seed);

// The task is the id of a case.
serveTasks((id: string) => evaluate(parseCaseId(id), runner));
