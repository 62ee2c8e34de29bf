/** The parts of an Amazon Resource Name. Source: IAM User Guide, "Identify AWS resources with ARNs". */
export interface Arn {
  readonly partition: string;
  readonly service: string;
  readonly region: string;
  /** Empty where the ARN names no account, as those of S3. */
  readonly accountId: string;
  /** All that follows the fifth colon; it may hold colons of its own. */
  readonly resource: string;
}

/** Takes an ARN apart; `undefined` for a text that is none. Wildcards are kept as they are. */
export const parseArn = (text: string): Arn | undefined => {
  const [prefix, partition, service, region, accountId, ...resource] = text.split(':');
  if (
    prefix !== 'arn' ||
    partition === undefined ||
    service === undefined ||
    region === undefined ||
    accountId === undefined ||
    resource.length === 0
  ) {
    return undefined;
  }
  return { partition, service, region, accountId, resource: resource.join(':') };
};

/** The bucket of an object, and any other resource itself: where the policy of a resource is attached. */
export const policyHolder = (resourceArn: string): string =>
  parseArn(resourceArn)?.service === 's3' ? resourceArn.replace(/\/.*$/s, '') : resourceArn;
