import { DataAwsCallerIdentity } from '@cdktf/provider-aws/lib/data-aws-caller-identity';
import { DataAwsPartition } from '@cdktf/provider-aws/lib/data-aws-partition';
import { DataAwsRegion } from '@cdktf/provider-aws/lib/data-aws-region';
import { Construct } from 'constructs';

/** Properties of `ModuleContext`. */
export interface ModuleContextProps {
  readonly name: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly preventDestroy: boolean;
}

/** Meta-arguments of a resource whose loss would lose voicemail or access. */
interface DestroyGuard {
  readonly lifecycle?: { readonly preventDestroy: true };
}

/** Shared by all parts of one instance: its account, region and partition, and how it names and tags its resources. */
export class ModuleContext extends Construct {
  readonly accountId: string;
  readonly region: string;
  readonly partition: string;
  /** Tags of each resource, as an argument to spread: empty where there are none. */
  readonly tags: { readonly tags?: Record<string, string> };
  /** `prevent_destroy` for a resource that nobody must delete by accident, as an argument to spread. */
  readonly destroyGuard: DestroyGuard;
  readonly #name: string;

  constructor(scope: Construct, id: string, { name, tags, preventDestroy }: ModuleContextProps) {
    super(scope, id);
    this.accountId = new DataAwsCallerIdentity(this, 'account').accountId;
    this.region = new DataAwsRegion(this, 'region').region;
    this.partition = new DataAwsPartition(this, 'partition').partition;
    this.tags = Object.keys(tags).length === 0 ? {} : { tags: { ...tags } };
    this.destroyGuard = preventDestroy ? { lifecycle: { preventDestroy: true } } : {};
    this.#name = name;
  }

  /** Names a resource: the instance's name, then what the resource is. */
  named(what: string): string {
    return `${this.#name}-${what}`;
  }

  /**
   * Builds the ARN of a regional resource of this account from its name. Where two resources need each other's ARN,
   * references would be a cycle.
   */
  arnOf(service: string, resource: string): string {
    return `arn:${this.partition}:${service}:${this.region}:${this.accountId}:${resource}`;
  }

  /** The value of `kms:ViaService` when a service uses a key on behalf of its caller. */
  viaService(service: string): string {
    return `${service}.${this.region}.amazonaws.com`;
  }
}
