import type { Clock } from '../../clock';
import type { Bucket } from './bucket';
import type { KeyRing } from './encryption';
import type { S3Request } from './request';

/** All that an operation works with. */
export interface OperationContext {
  readonly request: S3Request;
  readonly bucket: Bucket;
  readonly clock: Clock;
  readonly keys: KeyRing;
}
