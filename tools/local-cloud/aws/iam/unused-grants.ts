import type { AccessRecord } from './access-record';
import type { Policy } from './policy';

/** One right that a policy gives a role: an action of a statement, on a resource of it. */
export interface Grant {
  /** The ARN of the role. */
  readonly principal: string;
  readonly policy: string;
  readonly statement: string;
  /** As the policy has it. */
  readonly action: string;
  readonly resource: string;
}

/** The rights of a role that none of the recorded requests was allowed by. */
export const unusedGrants = (
  principal: string,
  policies: readonly Policy[],
  records: readonly AccessRecord[],
): readonly Grant[] =>
  policies.flatMap((policy) =>
    policy.statements
      .filter(({ effect }) => effect === 'Allow')
      .flatMap((statement) => {
        const uses = records.filter(
          (record) =>
            record.principal === principal &&
            record.decision === 'allow' &&
            record.statements.some((name) => name.policy === policy.name && name.statement === statement.id),
        );
        return statement.actions.flatMap((action) =>
          statement.resources
            .filter(
              (resource) => !uses.some((use) => action.matches(use.action) && resource.matches(use.resource)),
            )
            .map((resource) => ({
              principal,
              policy: policy.name,
              statement: statement.id,
              action: action.text,
              resource: resource.text,
            })),
        );
      }),
  );
