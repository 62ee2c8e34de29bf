import { DataAwsCallerIdentity } from '@cdktf/provider-aws/lib/data-aws-caller-identity';
import { DataAwsPartition } from '@cdktf/provider-aws/lib/data-aws-partition';
import { DataAwsRegion } from '@cdktf/provider-aws/lib/data-aws-region';
import { Construct } from 'constructs';

/** What every part of the module is told. */
export interface SurroundingsProps {
  readonly name: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly preventDestroy: boolean;
}

/** The meta-arguments of a resource whose loss is a loss of voices or of access. */
interface DestroyGuard {
  readonly lifecycle?: { readonly preventDestroy: true };
}

/** Where an instance of the module stands: account, region and partition, and how its resources are named and tagged. */
export class Surroundings extends Construct {
  readonly accountId: string;
  readonly region: string;
  readonly partition: string;
  /** Tags of each resource, as an argument to spread: absent where there are none. */
  readonly tags: { readonly tags?: Record<string, string> };
  /** `prevent_destroy` of each resource that must not go by accident, as an argument to spread. */
  readonly destroyGuard: DestroyGuard;
  readonly #name: string;

  constructor(scope: Construct, id: string, { name, tags, preventDestroy }: SurroundingsProps) {
    super(scope, id);
    this.accountId = new DataAwsCallerIdentity(this, 'account').accountId;
    this.region = new DataAwsRegion(this, 'region').region;
    this.partition = new DataAwsPartition(this, 'partition').partition;
    this.tags = Object.keys(tags).length === 0 ? {} : { tags: { ...tags } };
    this.destroyGuard = preventDestroy ? { lifecycle: { preventDestroy: true } } : {};
    this.#name = name;
  }

  /** The name of a resource: the instance's own, then what it is. */
  named(what: string): string {
    return `${this.#name}-${what}`;
  }

  /**
   * The ARN of a regional resource of this account, built from its name: where two resources need each other's ARN, a
   * reference would be a cycle.
   */
  arnOf(service: string, resource: string): string {
    return `arn:${this.partition}:${service}:${this.region}:${this.accountId}:${resource}`;
  }

  /** The value of `kms:ViaService` when a service uses a key for its caller. */
  viaService(service: string): string {
    return `${service}.${this.region}.amazonaws.com`;
  }
}
