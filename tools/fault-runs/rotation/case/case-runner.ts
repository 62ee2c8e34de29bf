import { FunctionCode } from '../../virtual/function-code';
import { VirtualTime } from '../../virtual/virtual-time';
import type { Case } from './case-id';
import { CaseRun } from './case-run';
import { Containers } from './containers';
import type { History } from './history';
import { Services } from './services';

/** Cases after which everything begins anew, so that what the services remember stays small. */
const CASES_PER_START = 100;

interface Started {
  readonly services: Services;
  readonly containers: Containers;
  cases: number;
}

/** Runs cases, one after the other. */
export class CaseRunner {
  readonly #code: FunctionCode;
  readonly #time = new VirtualTime();
  #started: Started | undefined;

  /** @param code - the function, as `bundleForVirtualTime` gives it */
  constructor(code: string) {
    this.#code = new FunctionCode(code);
  }

  async run(one: Case): Promise<History> {
    if ((this.#started?.cases ?? 0) >= CASES_PER_START) {
      await this.close();
    }
    this.#started ??= await this.#start();
    this.#started.cases += 1;
    const { services, containers } = this.#started;
    return await CaseRun.run(one, { services, containers, time: this.#time });
  }

  async close(): Promise<void> {
    const started = this.#started;
    this.#started = undefined;
    started?.containers.dispose();
    await started?.services.close();
  }

  async #start(): Promise<Started> {
    const services = await Services.start(this.#time);
    return { services, containers: new Containers(this.#code, this.#time, services), cases: 0 };
  }
}
