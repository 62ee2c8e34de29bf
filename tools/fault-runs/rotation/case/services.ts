import { type LocalAws, startLocalAws } from '../../../local-cloud/aws';
import type { FaultSource } from '../../../local-cloud/faults';
import { type GenesysCloud, startGenesysCloud } from '../../../local-cloud/genesys';
import { CurrentFaults } from '../../exploration';
import type { VirtualTime } from '../../virtual/virtual-time';
import { ACCOUNT_ID, REGION, RETRY_DELAY_MS } from './settings';

/** The local AWS and Genesys Cloud of one case after the other; each case has a secret and a login of its own. */
export class Services {
  readonly aws: LocalAws;
  readonly genesys: GenesysCloud;
  readonly #faults: CurrentFaults;

  private constructor(aws: LocalAws, genesys: GenesysCloud, faults: CurrentFaults) {
    this.aws = aws;
    this.genesys = genesys;
    this.#faults = faults;
  }

  static async start(time: VirtualTime): Promise<Services> {
    const faults = new CurrentFaults();
    const [aws, genesys] = await Promise.all([
      startLocalAws({
        clock: time,
        accountId: ACCOUNT_ID,
        region: REGION,
        faults,
        rotation: { retryDelayMs: RETRY_DELAY_MS },
      }),
      startGenesysCloud({ clock: time, faults }),
    ]);
    return new Services(aws, genesys, faults);
  }

  /** From now on every call is put to this source. */
  useFaults(source: FaultSource | undefined): void {
    this.#faults.current = source;
  }

  async close(): Promise<void> {
    await Promise.all([this.aws.close(), this.genesys.close()]);
  }
}
