import type { ReviewedChange } from './changes';
import type { Plan } from './plan';
import { PROTECTED_TYPES, type Stop } from './stop-rule';

/** What a reviewer should look at, though it stops nothing. */
export interface Warning {
  /** The resource that it is about; none when it is about the whole plan. */
  readonly address?: string;
  readonly message: string;
}

/** Finds what a reviewer should look at. */
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
}): readonly Warning[] => [
  ...(plan.complete
    ? []
    : [{ message: 'the plan is not complete (-target, or deferred changes), so another one will follow' }]),
  ...changes
    .filter(
      ({ type, attributes }) => type === 'aws_lambda_function' && attributes.includes('source_code_hash'),
    )
    .map(({ address }) => ({
      address,
      message: 'its code changes; the same sources always give the same hash',
    })),
  ...changes
    .filter(({ type, action }) => action === 'forget' && PROTECTED_TYPES.has(type))
    .map(({ address }) => ({ address, message: 'Terraform would stop managing it; it stays in the cloud' })),
  ...allowDelete
    .filter((allowed) => stops.every(({ address }) => address !== allowed))
    .map((address) => ({
      address,
      message: 'may be deleted, but this plan does not do it: take the allowance away',
    })),
];
