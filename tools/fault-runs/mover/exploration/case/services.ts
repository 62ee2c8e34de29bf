import { type LocalAws, startLocalAws } from '../../../../local-cloud/aws';
import { createS3, type LocalS3 } from '../../../../local-cloud/aws/s3';
import type { FaultSource } from '../../../../local-cloud/faults';
import { type GenesysCloud, startGenesysCloud } from '../../../../local-cloud/genesys';
import { CurrentFaults } from '../../../exploration';
import { VirtualTime } from '../../../virtual/virtual-time';

/** The account of every case. */
export const ACCOUNT_ID = '123456789012';
/** The region of every case. */
export const REGION = 'eu-central-1';
/** The key that encrypts every archive. */
export const KEY_ARN = `arn:aws:kms:${REGION}:${ACCOUNT_ID}:key/5d5b7a3e-6c2f-4b8e-9a41-7d2f8c1b0e66`;

/** The local AWS and Genesys Cloud of one case after the other: to start them takes as long as a case. */
export interface Services {
  readonly time: VirtualTime;
  readonly aws: LocalAws;
  readonly s3: LocalS3;
  readonly genesys: GenesysCloud;
  /** From now on every call is put to this source. */
  useFaults(source: FaultSource | undefined): void;
  close(): Promise<void>;
}

/** Starts the services, which know nothing yet. */
export const startServices = async (): Promise<Services> => {
  const time = new VirtualTime();
  const faults = new CurrentFaults();
  const s3 = createS3({
    clock: time,
    accountId: ACCOUNT_ID,
    region: REGION,
    kmsKeyArns: () => new Set([KEY_ARN]),
  });
  const [aws, genesys] = await Promise.all([
    startLocalAws({ clock: time, accountId: ACCOUNT_ID, region: REGION, faults, services: [s3] }),
    // Longer than any case, since nothing rotates here.
    startGenesysCloud({ clock: time, faults, accessTokenLifetimeSeconds: 172_800 }),
  ]);
  return {
    time,
    aws,
    s3,
    genesys,
    useFaults: (source) => {
      faults.current = source;
    },
    close: async () => {
      await Promise.all([aws.close(), genesys.close()]);
    },
  };
};
