import { FunctionCode } from '../../../virtual/function-code';
import type { Case } from './case-id';
import { type CaseHistory, CaseRun } from './case-run';
import { type Services, startServices } from './services';

/** Cases after which the services begin anew, so that what they remember stays small. */
const CASES_PER_START = 100;

/** Runs cases, one after the other, each from the same moment and with a cold container. */
export class CaseRunner {
  readonly #code: FunctionCode;
  readonly #seed: number;
  #services: Services | undefined;
  #cases = 0;

  /**
   * @param code - the mover, as `bundleForVirtualTime` gives it
   * @param seed - what is left to chance in every case
   */
  constructor(code: string, seed: number) {
    this.#code = new FunctionCode(code);
    this.#seed = seed;
  }

  /** Runs a case, and hands what came of it to `use` before the next one. */
  async run<Result>(one: Case, use: (history: CaseHistory) => Result): Promise<Result> {
    if (this.#cases % CASES_PER_START === 0) {
      await this.close();
    }
    this.#services ??= await startServices();
    this.#cases += 1;
    const run = new CaseRun(one, {
      services: this.#services,
      code: this.#code,
      seed: this.#seed,
      number: this.#cases,
    });
    try {
      return use(await run.run());
    } finally {
      run.dispose();
    }
  }

  async close(): Promise<void> {
    await this.#services?.close();
    this.#services = undefined;
  }
}
