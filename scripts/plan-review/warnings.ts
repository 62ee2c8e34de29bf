import type { ReviewedChange } from './changes';
import type { Plan } from './plan';
import { PROTECTED_TYPES, type Stop } from './stop-rule';

/** What a reviewer should look at, though it stops nothing. */
export const findWarnings = ({
  plan,
  changes,
  stops,
  allowDelete,
}: {
  readonly plan: Plan;
  readonly changes: readonly ReviewedChange[];
  readonly stops: readonly Stop[];
  readonly allowDelete: readonly string[];
}): readonly string[] => [
  ...(plan.complete
    ? []
    : ['The plan is not complete (-target, or deferred changes): a further plan will follow.']),
  ...changes
    .filter(
      ({ type, attributes }) => type === 'aws_lambda_function' && attributes.includes('source_code_hash'),
    )
    .map(({ address }) => `The code of ${address} changes. The same sources always give the same hash.`),
  ...changes
    .filter(({ type, action }) => action === 'forget' && PROTECTED_TYPES.has(type))
    .map(({ address }) => `Terraform would stop managing ${address}; what it holds stays in the cloud.`),
  ...allowDelete
    .filter((allowed) => stops.every(({ address }) => address !== allowed))
    .map((allowed) => `${allowed} may be deleted, but this plan does not do it: take the allowance away.`),
];
