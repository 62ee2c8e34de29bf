import type { Clock } from '../clock';
import { type FaultSource, noFaults } from '../faults';
import { CredentialStore, type IssuedCredentials } from './credentials';
import { FrontDoor } from './front-door';
import { Journal } from './journal';
import { type RotationBehaviour, SecretsManager } from './secrets-manager';
import type { AwsService } from './service';
import { Sqs } from './sqs';

/** How the local AWS starts. */
export interface LocalAwsOptions {
  readonly clock: Clock;
  /** Twelve digits. */
  readonly accountId: string;
  /** The one region that it answers for, for example `eu-central-1`. */
  readonly region: string;
  /** @default 0 - a free port */
  readonly port?: number;
  /** @default - nothing goes wrong */
  readonly faults?: FaultSource;
  /** @default - see {@link RotationBehaviour} */
  readonly rotation?: RotationBehaviour;
  /** Further services behind the same door, such as S3. @default - none */
  readonly services?: readonly AwsService[];
  /**
   * Wraps every service behind the door, for example to authorize its calls: `(service) => authorizer.guard(service)`.
   *
   * @default - a known key may do everything
   */
  readonly guard?: (service: AwsService) => AwsService;
}

/** A running local AWS, bound to 127.0.0.1. */
export interface LocalAws {
  /** Value for `AWS_ENDPOINT_URL`, for example `http://127.0.0.1:4566`. */
  readonly origin: string;
  readonly clock: Clock;
  readonly accountId: string;
  readonly region: string;
  readonly secretsManager: SecretsManager;
  readonly sqs: Sqs;
  /** Every call so far, refused ones included. */
  readonly journal: Journal;
  /** Issues an access key to a role, which need not exist. */
  issueCredentials(principalArn: string): IssuedCredentials;
  /** Stops listening, ends every connection and every waiting call. Rotations that are running end by themselves. */
  close(): Promise<void>;
}

/**
 * Starts a local AWS: Secrets Manager, SQS and whatever services are handed in, behind one HTTP listener.
 *
 * @throws PortTakenError where another process listens on the port.
 */
export const startLocalAws = async (options: LocalAwsOptions): Promise<LocalAws> => {
  const { clock, accountId, region, port = 0, faults = noFaults, rotation = {}, services = [] } = options;
  const { guard = (service) => service } = options;
  let origin = '';
  const secretsManager = new SecretsManager({ ...rotation, clock, accountId, region });
  const sqs = new Sqs({ clock, accountId, region, origin: () => origin });
  const credentials = new CredentialStore();
  const journal = new Journal();
  const frontDoor = new FrontDoor({
    clock,
    region,
    services: [secretsManager, sqs, ...services].map((service) => guard(service)),
    credentials,
    journal,
    faults,
  });
  origin = `http://127.0.0.1:${await frontDoor.listen(port)}`;
  return {
    origin,
    clock,
    accountId,
    region,
    secretsManager,
    sqs,
    journal,
    issueCredentials: (principalArn) => credentials.issue(principalArn),
    close: async () => {
      sqs.close();
      await frontDoor.close();
    },
  };
};
